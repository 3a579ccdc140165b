/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is answered, and where the answer goes. What breaks without it: other
 * people's DHCP.
 */
#include <errno.h>

#include "dhcp_request.h"

#include "lease.h"

#define BIOS "PXEClient:Arch:00000:UNDI:002001"
#define ARM64 "PXEClient:Arch:00011:UNDI:003000"

static struct dhcp_decision
decide(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
       const struct request *request)
{
	struct dhcp_message message = make_request(request);
	struct dhcp_decision decision;

	dhcp_decide(side, arrival, &message, &decision);
	assert_true(decision.type != 0 || decision.why != NULL);
	return decision;
}

static void
proxy_answers_the_discover_of_boot_clients_alone(void **state)
{
	static const char *const classes[] = {NULL, "MSFT 5.0", "udhcp 1.35", BIOS,
					      "HTTPClient:Arch:00016"};
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		for (uint8_t type = 0; type < 14; type++) {
			struct dhcp_decision decision =
				decide(&side, &arrival,
				       &(struct request){.type = type,
							 .ciaddr = "10.9.0.50",
							 .requested = "10.9.0.50",
							 .vendor_class = classes[i]});
			uint8_t expected = i >= 3 && type == DHCP_DISCOVER ? DHCP_OFFER : 0;

			if (decision.type != expected)
				fail_msg("%s, type %u: %u", classes[i], type, decision.type);
		}
	}
}

static void
a_machine_without_hardware_address_is_ignored(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();

	(void)state;
	assert_int_equal(decide(&side, &arrival,
				&(struct request){.type = DHCP_DISCOVER,
						  .vendor_class = BIOS,
						  .has_no_hardware = true})
				 .type,
			 0);
}

static void
a_machine_that_nothing_starts_gets_no_offer(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	struct request request = {.type = DHCP_DISCOVER, .vendor_class = ARM64};
	struct dhcp_decision decision;

	(void)state;
	assert_int_equal(
		leases_new(address("10.9.0.50"), address("10.9.0.50"), &side.subnet->leases), 0);
	for (int mode = DHCP_PROXY; mode <= DHCP_SERVER; mode++) {
		side.mode = (enum dhcp_mode)mode;
		request.vendor_class = ARM64;
		decision = decide(&side, &arrival, &request);
		assert_int_equal(decision.verdict, DHCP_UNBOOTABLE);
		assert_int_equal(decision.type, 0);
		side.site.loaders.has_lpxelinux = false;
		request.vendor_class = BIOS;
		decision = decide(&side, &arrival, &request);
		assert_int_equal(decision.verdict, DHCP_UNBOOTABLE);
		assert_non_null(strstr(decision.why, "install"));
		side.site.loaders.has_lpxelinux = true;
	}
	leases_free(side.subnet->leases);
}

/* The machine's own, else the subnet's, else the platform's; by MAC or by UUID. */
static void
the_loader_that_the_configuration_names_is_offered(void **state)
{
	static char mac[] = "52:54:00:12:34:56", loader[] = "mine.efi";
	struct machine_section section = {
		.head = {mac, 1}, .loader = loader, .style = DHCP_STYLE_DIRECT};
	const struct config_sections machines = {&section, 1};
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	struct request request = {.type = DHCP_DISCOVER, .vendor_class = ARM64};
	struct dhcp_decision decision;

	(void)state;
	side.site.own[PLATFORM_UEFI_ARM64] = "arm64.efi";
	decision = decide(&side, &arrival, &request);
	assert_string_equal(decision.file, "arm64.efi");
	assert_int_equal(decision.style, DHCP_STYLE_4011);
	assert_int_equal(decision.fixed_style, DHCP_STYLE_NONE);
	side.loader = "subnet.efi";
	assert_string_equal(decide(&side, &arrival, &request).file, "subnet.efi");
	side.machines = &machines;
	decision = decide(&side, &arrival, &request);
	assert_string_equal(decision.file, "mine.efi");
	assert_int_equal(decision.fixed_style, DHCP_STYLE_DIRECT);
	request.machine = 0x57;
	assert_string_equal(decide(&side, &arrival, &request).file, "subnet.efi");
}

struct row_4011 {
	const char *name;
	struct request request;
	const char *source;
	const char *destination;
	bool is_answered;
};

static const struct row_4011 rows_4011[] = {
	{"REQUEST", {.type = DHCP_REQUEST, .vendor_class = BIOS}, "10.9.0.50", "10.9.0.1", true},
	{"INFORM", {.type = DHCP_INFORM, .vendor_class = BIOS}, "10.9.0.50", "10.9.0.1", true},
	{"DISCOVER", {.type = DHCP_DISCOVER, .vendor_class = BIOS}, "10.9.0.50", "10.9.0.1", false},
	{"RELEASE", {.type = DHCP_RELEASE, .vendor_class = BIOS}, "10.9.0.50", "10.9.0.1", false},
	{"no class", {.type = DHCP_REQUEST}, "10.9.0.50", "10.9.0.1", false},
	{"HTTP boot",
	 {.type = DHCP_REQUEST, .vendor_class = "HTTPClient:Arch:00016"},
	 "10.9.0.50",
	 "10.9.0.1",
	 false},
	{"nothing to boot",
	 {.type = DHCP_REQUEST, .vendor_class = ARM64},
	 "10.9.0.50",
	 "10.9.0.1",
	 false},
	{"broadcast",
	 {.type = DHCP_REQUEST, .vendor_class = BIOS},
	 "10.9.0.50",
	 "255.255.255.255",
	 true},
	{"broadcast, ours",
	 {.type = DHCP_REQUEST, .vendor_class = BIOS, .server_id = "10.9.0.1"},
	 "10.9.0.50",
	 "255.255.255.255",
	 true},
	{"broadcast to another",
	 {.type = DHCP_REQUEST, .vendor_class = BIOS, .server_id = "10.9.0.2"},
	 "10.9.0.50",
	 "255.255.255.255",
	 false},
	{"unicast with the id of the DHCP server",
	 {.type = DHCP_REQUEST, .vendor_class = BIOS, .server_id = "10.9.0.2"},
	 "10.9.0.50",
	 "10.9.0.1",
	 true},
	{"no source", {.type = DHCP_REQUEST, .vendor_class = BIOS}, "0.0.0.0", "10.9.0.1", false},
	{"loopback", {.type = DHCP_REQUEST, .vendor_class = BIOS}, "127.0.0.1", "10.9.0.1", false},
	{"multicast", {.type = DHCP_REQUEST, .vendor_class = BIOS}, "224.0.0.1", "10.9.0.1", false},
	{"to everyone",
	 {.type = DHCP_REQUEST, .vendor_class = BIOS},
	 "255.255.255.255",
	 "10.9.0.1",
	 false},
};

static void
port_4011_answers_who_asks_for_a_boot_file(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);

	(void)state;
	for (size_t i = 0; i < sizeof(rows_4011) / sizeof(rows_4011[0]); i++) {
		const struct row_4011 *row = &rows_4011[i];
		struct dhcp_arrival arrival = {
			.peer = {.sin_family = AF_INET,
				 .sin_port = htons(1234),
				 .sin_addr = address(row->source)},
			.destination = address(row->destination),
			.on_4011 = true,
		};
		struct dhcp_decision decision = decide(&side, &arrival, &row->request);

		if ((decision.type == DHCP_ACK) != row->is_answered)
			fail_msg("%s: %u %s", row->name, decision.type, decision.why);
		if (row->is_answered)
			assert_goes_to(&decision, row->source, 1234);
	}
}

/* A request with option 43, which make_request cannot have. */
static struct dhcp_message
with_vendor(const char *value, size_t length)
{
	struct dhcp_message message =
		make_request(&(struct request){.type = DHCP_REQUEST, .vendor_class = BIOS});

	message.options[DHCP_VENDOR].is_present = true;
	message.options[DHCP_VENDOR].offset = message.used;
	message.options[DHCP_VENDOR].length = (uint16_t)length;
	memcpy(message.values + message.used, value, length);
	return message;
}

/* DHCP-46. */
static void
a_chosen_boot_item_is_echoed(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_message message = with_vendor("\x47\x04\x00\x07\x00\x00\xff", 7);
	struct dhcp_message reply;
	struct dhcp_decision decision;
	struct dhcp_writer writer;
	const char *why;

	(void)state;
	arrival.on_4011 = true;
	arrival.peer.sin_addr = address("10.9.0.50");
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(decision.type, DHCP_ACK);
	assert_int_equal(dhcp_compose(&side, &message, &decision, &writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &reply, &why), 0);
	assert_int_equal(dhcp_option(&reply, DHCP_VENDOR).length, 7);
	assert_memory_equal(dhcp_option(&reply, DHCP_VENDOR).bytes, "\x47\x04\x00\x07\x00\x00\xff",
			    7);
	message = with_vendor("\x47\x04\x00\x07\x80\x00\xff", 7);
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(decision.type, 0);
}

struct relay_row {
	const char *name;
	enum dhcp_mode mode;
	const char *giaddr;
	const char *destination;
	bool is_answered;
};

static const struct relay_row relay_rows[] = {
	{"proxy, told to ask us", DHCP_PROXY, "192.0.2.1", "10.9.0.1", true},
	{"proxy, by broadcast", DHCP_PROXY, "192.0.2.1", "255.255.255.255", false},
	{"proxy, loopback", DHCP_PROXY, "127.0.0.1", "10.9.0.1", false},
	{"proxy, everyone", DHCP_PROXY, "255.255.255.255", "10.9.0.1", false},
	{"proxy, ourselves", DHCP_PROXY, "10.9.0.1", "10.9.0.1", false},
	{"server, other network", DHCP_SERVER, "192.0.2.1", "10.9.0.1", false},
	{"server, its network", DHCP_SERVER, "10.9.0.2", "10.9.0.1", true},
	{"server, its broadcast", DHCP_SERVER, "10.9.0.255", "10.9.0.1", false},
	{"server, ourselves", DHCP_SERVER, "10.9.0.1", "10.9.0.1", false},
};

static void
only_known_relays_are_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(relay_rows) / sizeof(relay_rows[0]); i++) {
		const struct relay_row *row = &relay_rows[i];
		struct dhcp_side side = make_side(row->mode);
		struct dhcp_arrival arrival = make_arrival();
		struct dhcp_decision decision;

		assert_int_equal(leases_new(address("10.9.0.50"), address("10.9.0.59"),
					    &side.subnet->leases),
				 0);
		arrival.destination = address(row->destination);
		decision = decide(&side, &arrival,
				  &(struct request){.type = DHCP_DISCOVER,
						    .vendor_class = BIOS,
						    .giaddr = row->giaddr});
		if ((decision.type == DHCP_OFFER) != row->is_answered)
			fail_msg("%s: %s", row->name, decision.why);
		if (row->is_answered)
			assert_goes_to(&decision, row->giaddr, 67);
		leases_free(side.subnet->leases);
	}
}

/* DHCP-6, 30: option 82 comes back unchanged, and is the last. */
static void
relay_information_is_echoed_last(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_message message =
		make_request(&(struct request){.type = DHCP_DISCOVER,
					       .vendor_class = BIOS,
					       .giaddr = "192.0.2.1",
					       .client_id = "me",
					       .relay_information = "\1\3abc"});
	static const unsigned char tail[] = {61, 2, 'm', 'e', 82, 5, 1, 3, 'a', 'b', 'c', 255};
	struct dhcp_decision decision;
	struct dhcp_writer writer;
	size_t end;

	(void)state;
	arrival.destination = side.site.server;
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(dhcp_compose(&side, &message, &decision, &writer), 0);
	for (end = writer.length; end > 0 && writer.bytes[end - 1] == 0; end--)
		;
	assert_memory_equal(writer.bytes + end - sizeof(tail), tail, sizeof(tail));
}

/* DHCP-14, 16: what has no address in it, a relay can only broadcast. */
static void
a_relay_is_told_to_broadcast_what_has_no_address(void **state)
{
	static const struct request requests[] = {
		{.type = DHCP_DISCOVER, .vendor_class = BIOS, .giaddr = "10.9.0.3"},
		{.type = DHCP_DISCOVER, .vendor_class = BIOS},
	};
	static const uint16_t flags[][2] = {
		[DHCP_PROXY] = {DHCP_FLAG_BROADCAST, 0}, [DHCP_SERVER] = {0, 0}};
	struct dhcp_arrival arrival = make_arrival();

	(void)state;
	arrival.destination = address("10.9.0.1");
	for (int mode = DHCP_PROXY; mode <= DHCP_SERVER; mode++) {
		struct dhcp_side side = make_side((enum dhcp_mode)mode);

		assert_int_equal(leases_new(address("10.9.0.50"), address("10.9.0.59"),
					    &side.subnet->leases),
				 0);
		for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
			struct dhcp_message message = make_request(&requests[i]);
			struct dhcp_decision decision;
			struct dhcp_writer writer;

			dhcp_decide(&side, &arrival, &message, &decision);
			assert_int_equal(dhcp_compose(&side, &message, &decision, &writer), 0);
			assert_int_equal(writer.bytes[10] << 8 | writer.bytes[11], flags[mode][i]);
		}
		leases_free(side.subnet->leases);
	}
}

/* What must be in the reply and does not fit is not cut: nothing is sent. */
static void
a_reply_that_cannot_fit_is_not_sent(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	char long_id[400];
	struct dhcp_message message;
	struct dhcp_decision decision;
	struct dhcp_writer writer;

	(void)state;
	memset(long_id, 'x', sizeof(long_id) - 1);
	long_id[sizeof(long_id) - 1] = '\0';
	message = make_request(&(struct request){
		.type = DHCP_DISCOVER, .vendor_class = BIOS, .client_id = long_id});
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(decision.type, DHCP_OFFER);
	assert_int_equal(dhcp_compose(&side, &message, &decision, &writer), -EMSGSIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proxy_answers_the_discover_of_boot_clients_alone),
		cmocka_unit_test(a_machine_without_hardware_address_is_ignored),
		cmocka_unit_test(a_machine_that_nothing_starts_gets_no_offer),
		cmocka_unit_test(the_loader_that_the_configuration_names_is_offered),
		cmocka_unit_test(port_4011_answers_who_asks_for_a_boot_file),
		cmocka_unit_test(a_chosen_boot_item_is_echoed),
		cmocka_unit_test(only_known_relays_are_answered),
		cmocka_unit_test(relay_information_is_echoed_last),
		cmocka_unit_test(a_relay_is_told_to_broadcast_what_has_no_address),
		cmocka_unit_test(a_reply_that_cannot_fit_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
