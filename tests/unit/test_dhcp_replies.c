/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds of every reply, whoever asked: each rule is looked for in the
 * bytes of the reply to each request of real firmware, as a proxy and as a
 * server, on the wire and through a relay.
 */
#include "dhcp_request.h"

#include "lease.h"

#define RELAY "10.9.0.3"

enum { OPTIONS_AT = 240, HEADERS = 28, FILE_AT = 108 };

static const unsigned char relay_information[] = {1, 4, 'e', 't', 'h', '7'};

struct exchange {
	const struct dhcp_message *request;
	struct dhcp_decision decision;
	enum dhcp_mode mode;
	bool is_relayed;
	bool is_on_4011;

	/* The reply, and its options in their order. */
	struct dhcp_writer writer;
	const unsigned char *bytes;
	size_t length;
	uint8_t codes[64];
	size_t count;
	struct dhcp_slice options[256];
};

static void
walk(struct exchange *exchange)
{
	const unsigned char *bytes = exchange->writer.bytes;
	size_t at = OPTIONS_AT;

	exchange->bytes = bytes;
	exchange->length = exchange->writer.length;
	while (bytes[at] != DHCP_END) {
		uint8_t code = bytes[at];

		assert_true(exchange->count < sizeof(exchange->codes));
		exchange->codes[exchange->count++] = code;
		exchange->options[code] = (struct dhcp_slice){bytes + at + 2, bytes[at + 1]};
		at += 2u + bytes[at + 1];
		assert_true(at < exchange->length);
	}
}

static bool
is_same(struct dhcp_slice left, struct dhcp_slice right)
{
	if (left.bytes == NULL || right.bytes == NULL)
		return left.bytes == right.bytes;
	return left.length == right.length && memcmp(left.bytes, right.bytes, left.length) == 0;
}

static bool
has(const struct exchange *exchange, uint8_t code)
{
	return exchange->options[code].bytes != NULL;
}

static uint32_t
number_of(const struct exchange *exchange, uint8_t code)
{
	struct dhcp_slice value = exchange->options[code];

	assert_int_equal(value.length, 4);
	return (uint32_t)value.bytes[0] << 24 | (uint32_t)value.bytes[1] << 16 |
	       (uint32_t)value.bytes[2] << 8 | value.bytes[3];
}

static bool
is_to(const struct exchange *exchange, enum policy_protocol protocol)
{
	return exchange->decision.machine.policy.protocol == protocol &&
	       exchange->decision.type != DHCP_NAK;
}

/* From the server on port 67, with an address. */
static bool
lends(const struct exchange *exchange)
{
	return exchange->mode == DHCP_SERVER && !exchange->is_on_4011 &&
	       exchange->decision.type != DHCP_NAK;
}

static bool
names_its_machine(const struct exchange *exchange)
{
	const struct dhcp_header *asked = &exchange->request->header;
	const unsigned char *bytes = exchange->bytes;
	uint16_t flags = (uint16_t)(bytes[10] << 8 | bytes[11]);
	struct in_addr giaddr;

	memcpy(&giaddr, bytes + 24, 4);
	if (exchange->is_relayed)
		flags &= (uint16_t) ~(DHCP_FLAG_BROADCAST & ~asked->flags);
	return bytes[0] == 2 && bytes[1] == asked->htype && bytes[2] == asked->hlen &&
	       bytes[3] == 0 && bytes[8] == 0 && bytes[9] == 0 &&
	       (uint32_t)(bytes[4] << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7]) ==
		       asked->xid &&
	       flags == asked->flags && giaddr.s_addr == asked->giaddr.s_addr &&
	       memcmp(bytes + 28, asked->chaddr, 16) == 0;
}

static bool
is_long_enough(const struct exchange *exchange)
{
	return exchange->length >= 300;
}

static bool
is_short_enough(const struct exchange *exchange)
{
	struct dhcp_slice asked = dhcp_option(exchange->request, DHCP_MAX_SIZE);
	size_t limit = 576;

	if (asked.length == 2 && (size_t)(asked.bytes[0] << 8 | asked.bytes[1]) > limit)
		limit = (size_t)(asked.bytes[0] << 8 | asked.bytes[1]);
	return exchange->length <= (limit < 1500 ? limit : 1500) - HEADERS;
}

static bool
has_no_overload(const struct exchange *exchange)
{
	return !has(exchange, DHCP_OVERLOAD);
}

static bool
is_in_order(const struct exchange *exchange)
{
	size_t last = exchange->count - 1;

	for (size_t i = 0; i < exchange->count; i++)
		for (size_t k = i + 1; k < exchange->count; k++)
			if (exchange->codes[i] == exchange->codes[k])
				return false;
	return exchange->codes[0] == DHCP_MESSAGE_TYPE && exchange->codes[1] == DHCP_SERVER_ID &&
	       (!exchange->is_relayed || exchange->codes[last] == DHCP_RELAY_INFORMATION);
}

static bool
echoes_the_client_id(const struct exchange *exchange)
{
	return is_same(dhcp_option(exchange->request, DHCP_CLIENT_ID),
		       exchange->options[DHCP_CLIENT_ID]);
}

static bool
ends_its_texts(const struct exchange *exchange)
{
	static const uint8_t codes[] = {DHCP_TFTP_SERVER, DHCP_BOOT_FILE};

	for (size_t i = 0; i < sizeof(codes); i++) {
		struct dhcp_slice text = exchange->options[codes[i]];

		if (is_to(exchange, POLICY_PXE) && text.bytes != NULL &&
		    (text.length < 2 || text.bytes[text.length - 1] != '\0'))
			return false;
	}
	return exchange->bytes[FILE_AT - 1] == 0 && exchange->bytes[OPTIONS_AT - 5] == 0;
}

static bool
names_its_terms(const struct exchange *exchange)
{
	if (!lends(exchange))
		return true;
	return has(exchange, DHCP_NETMASK) &&
	       number_of(exchange, DHCP_RENEWAL_TIME) < number_of(exchange, DHCP_REBINDING_TIME) &&
	       number_of(exchange, DHCP_REBINDING_TIME) < number_of(exchange, DHCP_LEASE_TIME);
}

static bool
echoes_the_relay_information(const struct exchange *exchange)
{
	return is_same(dhcp_option(exchange->request, DHCP_RELAY_INFORMATION),
		       exchange->options[DHCP_RELAY_INFORMATION]);
}

static bool
echoes_a_whole_uuid(const struct exchange *exchange)
{
	struct dhcp_slice uuid = dhcp_option(exchange->request, DHCP_UUID);

	if (uuid.length != 17 || exchange->decision.type == DHCP_NAK)
		return !has(exchange, DHCP_UUID);
	return is_same(uuid, exchange->options[DHCP_UUID]);
}

static bool
sends_nothing_reserved(const struct exchange *exchange)
{
	for (uint8_t code = 128; code <= 135; code++)
		if (has(exchange, code))
			return false;
	return true;
}

static bool
gives_no_address_as_a_proxy(const struct exchange *exchange)
{
	static const unsigned char nowhere[4];

	if (lends(exchange))
		return true;
	return memcmp(exchange->bytes + 16, nowhere, 4) == 0 && !has(exchange, DHCP_LEASE_TIME) &&
	       !has(exchange, DHCP_RENEWAL_TIME) && !has(exchange, DHCP_REBINDING_TIME) &&
	       !has(exchange, DHCP_NETMASK) && !has(exchange, DHCP_ROUTER);
}

static bool
names_the_server_of_its_file(const struct exchange *exchange)
{
	static const unsigned char us[] = {10, 9, 0, 1};

	return !is_to(exchange, POLICY_PXE) ||
	       (memcmp(exchange->bytes + 20, us, 4) == 0 && exchange->bytes[FILE_AT] != 0);
}

static bool
gives_http_boot_a_url_of_ours(const struct exchange *exchange)
{
	static const char url[] = "http://10.9.0.1/";
	struct dhcp_slice class = exchange->options[DHCP_VENDOR_CLASS];
	struct dhcp_slice file = exchange->options[DHCP_BOOT_FILE];

	if (!is_to(exchange, POLICY_HTTP))
		return true;
	return class.length == 10 && memcmp(class.bytes, "HTTPClient", 10) == 0 &&
	       file.length > strlen(url) && memcmp(file.bytes, url, strlen(url)) == 0;
}

static bool
gives_urls_to_those_who_know_them(const struct exchange *exchange)
{
	bool is_url = strncmp((const char *)exchange->bytes + FILE_AT, "http", 4) == 0;

	return !is_to(exchange, POLICY_PXE) || !is_url || exchange->decision.machine.policy.is_ipxe;
}

static const struct {
	const char *name;
	bool (*holds)(const struct exchange *);
} rules[] = {
	{"DHCP-2: names its machine", names_its_machine},
	{"DHCP-3: 300 bytes at least", is_long_enough},
	{"DHCP-4: no more than is taken", is_short_enough},
	{"DHCP-5: no option in a field", has_no_overload},
	{"DHCP-6: order", is_in_order},
	{"DHCP-7: client id", echoes_the_client_id},
	{"DHCP-8: ends of texts", ends_its_texts},
	{"DHCP-11: terms of a lease", names_its_terms},
	{"DHCP-30: relay information", echoes_the_relay_information},
	{"DHCP-38: UUID", echoes_a_whole_uuid},
	{"DHCP-40: reserved options", sends_nothing_reserved},
	{"DHCP-41: no address from a proxy", gives_no_address_as_a_proxy},
	{"DHCP-49: next server", names_the_server_of_its_file},
	{"DHCP-51, 52: HTTP boot", gives_http_boot_a_url_of_ours},
	{"DHCP-53: URL or file", gives_urls_to_those_who_know_them},
};

static const struct {
	const char *request;
	enum dhcp_mode mode;
	bool is_on_4011;
	bool is_refused; /* another machine has the address */
	bool has_short_uuid;
} rows[] = {
	{"ipxe_bios_discover", DHCP_PROXY, false, false, false},
	{"ipxe_bios_discover", DHCP_SERVER, false, false, false},
	{"ipxe_bios_discover", DHCP_SERVER, false, false, true},
	{"ipxe_bios_request", DHCP_SERVER, false, false, false},
	{"ipxe_bios_request", DHCP_SERVER, false, true, false},
	{"ipxe_bios_4011", DHCP_PROXY, true, false, false},
	{"ipxe_efi_discover", DHCP_PROXY, false, false, false},
	{"ipxe_efi_discover", DHCP_SERVER, false, false, false},
	{"ovmf_discover", DHCP_PROXY, false, false, false},
	{"ovmf_discover", DHCP_SERVER, false, false, false},
	{"ovmf_discover", DHCP_PROXY, false, false, true},
	{"ovmf_request", DHCP_SERVER, false, false, false},
	{"ovmf_request", DHCP_SERVER, false, true, false},
	{"ovmf_4011", DHCP_PROXY, true, false, false},
	{"ovmf_4011", DHCP_SERVER, true, false, false},
	{"ovmf_http_discover", DHCP_PROXY, false, false, false},
	{"ovmf_http_discover", DHCP_SERVER, false, false, false},
	{"ovmf_http_request", DHCP_SERVER, false, false, false},
};

static void
put_relay(struct dhcp_message *message)
{
	message->header.giaddr = address(RELAY);
	message->options[DHCP_RELAY_INFORMATION].is_present = true;
	message->options[DHCP_RELAY_INFORMATION].offset = message->used;
	message->options[DHCP_RELAY_INFORMATION].length = sizeof(relay_information);
	memcpy(message->values + message->used, relay_information, sizeof(relay_information));
	message->used += sizeof(relay_information);
}

static void
check_row(size_t number, bool is_relayed)
{
	const struct lease_owner stranger = {.type = 1, .length = 6, .address = {2}};
	struct dhcp_message request = read_message(rows[number].request);
	struct dhcp_side side = make_side(rows[number].mode);
	struct dhcp_arrival arrival = make_arrival();
	struct exchange exchange = {.request = &request,
				    .mode = rows[number].mode,
				    .is_relayed = is_relayed,
				    .is_on_4011 = rows[number].is_on_4011};

	assert_int_equal(
		leases_new(address("10.9.0.50"), address("10.9.0.50"), &side.subnet->leases), 0);
	if (rows[number].is_refused)
		assert_int_equal(
			leases_bind(side.subnet->leases, &stranger, address("10.9.0.50"), 1000, 60),
			0);
	if (rows[number].has_short_uuid)
		request.options[DHCP_UUID].length = 16;
	arrival.on_4011 = rows[number].is_on_4011;
	if (arrival.on_4011)
		arrival.peer.sin_addr = address("10.9.0.50");
	if (arrival.on_4011 || is_relayed)
		arrival.destination = side.site.server;
	if (is_relayed)
		put_relay(&request);
	dhcp_decide(&side, &arrival, &request, &exchange.decision);
	if (exchange.decision.type == 0)
		fail_msg("%s: no reply: %s", rows[number].request, exchange.decision.why);
	assert_int_equal(dhcp_compose(&side, &request, &exchange.decision, &exchange.writer), 0);
	walk(&exchange);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!rules[i].holds(&exchange))
			fail_msg("row %zu, %s%s: %s", number, rows[number].request,
				 is_relayed ? " through a relay" : "", rules[i].name);
	leases_free(side.subnet->leases);
}

static void
each_rule_holds_of_each_reply(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(i, false);
		if (!rows[i].is_on_4011)
			check_row(i, true);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_holds_of_each_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
