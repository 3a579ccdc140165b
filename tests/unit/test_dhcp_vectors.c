/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real clients' requests and the replies to them, byte for byte. Requests are
 * what iPXE and OVMF were seen to send; replies are written down from the
 * rules, see the comments in testdata/vectors.
 */
#include "dhcp_request.h"

#include "lease.h"

struct row {
	const char *request;
	const char *situation; /* the reply is dhcp_REQUEST-SITUATION.hex */
	enum dhcp_mode mode;
	const char *source; /* of a request to port 4011 */
	uint16_t source_port;
	const char *to;
	uint16_t to_port;
};

static const struct row rows[] = {
	{"ipxe_bios_discover", "proxy", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ipxe_bios_4011", "proxy", DHCP_PROXY, "10.9.0.50", 68, "10.9.0.50", 68},
	{"ipxe_efi_discover", "proxy", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ovmf_discover", "proxy", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ovmf_discover", "proxy-no-4011", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ovmf_discover", "proxy-direct", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ovmf_4011", "proxy", DHCP_PROXY, "10.9.0.50", 4011, "10.9.0.50", 4011},
	{"ovmf_http_discover", "proxy", DHCP_PROXY, NULL, 0, "255.255.255.255", 68},
	{"ipxe_bios_discover", "server", DHCP_SERVER, NULL, 0, "10.9.0.50", 68},
	{"ipxe_bios_request", "server", DHCP_SERVER, NULL, 0, "10.9.0.50", 68},
	{"ipxe_bios_request", "nak", DHCP_SERVER, NULL, 0, "255.255.255.255", 68},
	{"ovmf_discover", "server", DHCP_SERVER, NULL, 0, "255.255.255.255", 68},
	{"ovmf_request", "server", DHCP_SERVER, NULL, 0, "255.255.255.255", 68},
	{"ovmf_http_discover", "server", DHCP_SERVER, NULL, 0, "255.255.255.255", 68},
	{"ovmf_http_request", "server", DHCP_SERVER, NULL, 0, "255.255.255.255", 68},
	{"ipxe_efi_discover", "server", DHCP_SERVER, NULL, 0, "10.9.0.50", 68},
};

/* Only 10.9.0.50 is to be had, so that it is known what is offered. */
static struct leases *
make_leases(const char *situation)
{
	const struct lease_owner stranger = {.type = 1, .length = 6, .address = {2}};
	struct leases *leases;

	assert_int_equal(leases_new(address("10.9.0.50"), address("10.9.0.50"), &leases), 0);
	if (strcmp(situation, "nak") == 0)
		assert_int_equal(leases_bind(leases, &stranger, address("10.9.0.50"), 1000, 60), 0);
	return leases;
}

static void
assert_same(const struct row *row, const struct dhcp_writer *reply)
{
	struct vector expected;
	char name[128];

	snprintf(name, sizeof(name), "%s-%s", row->request, row->situation);
	expected = read_vector(name);
	for (size_t i = 0; i < expected.length && i < reply->length; i++)
		if (expected.bytes[i] != reply->bytes[i])
			fail_msg("%s: byte %zu is %02x, not %02x", name, i, reply->bytes[i],
				 expected.bytes[i]);
	if (expected.length != reply->length)
		fail_msg("%s: %zu bytes, not %zu", name, reply->length, expected.length);
}

static void
check_row(const struct row *row)
{
	struct dhcp_message request = read_message(row->request);
	struct dhcp_side side = make_side(row->mode);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;
	struct dhcp_writer reply;

	if (row->mode == DHCP_SERVER)
		side.subnet->leases = make_leases(row->situation);
	side.has_4011 = strstr(row->situation, "no-4011") == NULL;
	if (strncmp(row->request, "ovmf", 4) == 0 && row->mode == DHCP_SERVER &&
	    strstr(row->request, "http") == NULL) {
		static const unsigned char dns[] = {DHCP_DNS, 8, 10, 9, 0, 2, 10, 9, 0, 3};

		side.subnet->router = address("10.9.0.254");
		memcpy(side.subnet->options, dns, sizeof(dns));
		side.subnet->options_length = sizeof(dns);
	}
	if (row->source != NULL) {
		arrival.on_4011 = true;
		arrival.peer.sin_addr = address(row->source);
		arrival.peer.sin_port = htons(row->source_port);
		arrival.destination = side.site.server;
	}
	dhcp_decide(&side, &arrival, &request, &decision);
	if (decision.type == 0)
		fail_msg("%s: no reply: %s", row->request, decision.why);
	if (strstr(row->situation, "direct") != NULL)
		decision.style = DHCP_STYLE_DIRECT; /* its turn, see test_dhcp_style.c */
	assert_goes_to(&decision, row->to, row->to_port);
	assert_int_equal(dhcp_compose(&side, &request, &decision, &reply), 0);
	assert_same(row, &reply);
	leases_free(side.subnet->leases);
}

static void
real_requests_get_these_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

/* A proxy has nothing to say to a REQUEST on 67, but learns the address. */
static void
proxy_stays_silent_when_the_address_is_chosen(void **state)
{
	static const char *const names[] = {"ipxe_bios_request", "ovmf_request",
					    "ovmf_http_request"};
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dhcp_message request = read_message(names[i]);
		struct dhcp_decision decision;

		dhcp_decide(&side, &arrival, &request, &decision);
		assert_int_equal(decision.type, 0);
		assert_int_equal(decision.verdict, DHCP_IGNORED);
		assert_int_equal(decision.address.s_addr, address("10.9.0.50").s_addr);
	}
}

/* What is not an answer to them must not be mistaken for a request. */
static void
replies_are_never_answered(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_message reply = read_message("ovmf_discover-proxy");
	struct dhcp_decision decision;

	(void)state;
	dhcp_decide(&side, &arrival, &reply, &decision);
	assert_int_equal(decision.type, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_requests_get_these_bytes),
		cmocka_unit_test(proxy_stays_silent_when_the_address_is_chosen),
		cmocka_unit_test(replies_are_never_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
