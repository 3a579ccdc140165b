/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is answered, and that everybody else meets silence: each kind of machine,
 * each message, each thing that we may be on a network. What breaks without it:
 * other people's DHCP.
 */
#include "dhcp_request.h"

#include "dhcp_client.h"
#include "dhcp_standing.h"
#include "lease.h"

enum { ROLE_COUNT = 4 };

/* What we are: a proxy, or a server that is alone, looks, or is second. */
static const struct {
	const char *name;
	enum dhcp_mode mode;
	enum dhcp_standing standing;
} roles[ROLE_COUNT] = {
	{"proxy", DHCP_PROXY, DHCP_ALONE},
	{"alone", DHCP_SERVER, DHCP_ALONE},
	{"looking", DHCP_SERVER, DHCP_LOOKING},
	{"second", DHCP_SERVER, DHCP_SECOND},
};

/* A message as every kind of machine sends it, and the answers: a letter for
   each kind, in the order of enum dhcp_client_kind (plain, BIOS, UEFI x64 and
   ARM64, HTTP x64 and ARM64, iPXE on BIOS and UEFI). O: an OFFER, A: an ACK,
   N: a NAK, '.': nothing. There is no loader for ARM64. */
struct row {
	const char *name;
	uint8_t type;
	bool on_4011;
	const char *ciaddr;
	const char *requested;
	const char *server_id;
	const char *giaddr;
	const char *answers[ROLE_COUNT];
};

#define NOBODY "........"
#define BOOTS ".OO.O.OO"
#define PXE ".AA...AA"

static const struct row rows[] = {
	{"DISCOVER", DHCP_DISCOVER, .answers = {BOOTS, "OOO.O.OO", NOBODY, BOOTS}},
	{"DISCOVER of an address", DHCP_DISCOVER, .requested = "10.9.0.50",
	 .answers = {BOOTS, "OOO.O.OO", NOBODY, BOOTS}},
	{"SELECTING us", DHCP_REQUEST, .requested = "10.9.0.50", .server_id = "10.9.0.1",
	 .answers = {NOBODY, "AAAAAAAA", NOBODY, NOBODY}},
	{"SELECTING another", DHCP_REQUEST, .requested = "10.9.0.99", .server_id = "10.9.0.2",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"INIT-REBOOT with another's address", DHCP_REQUEST, .requested = "10.9.0.99",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"INIT-REBOOT from another network", DHCP_REQUEST, .requested = "192.168.1.7",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"RENEWING another's address", DHCP_REQUEST, .ciaddr = "10.9.0.99",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"RENEWING with another's id", DHCP_REQUEST, .ciaddr = "10.9.0.99", .server_id = "10.9.0.2",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"INFORM", DHCP_INFORM, .ciaddr = "10.9.0.99",
	 .answers = {NOBODY, "AAAAAAAA", NOBODY, NOBODY}},
	{"INFORM from another network", DHCP_INFORM, .ciaddr = "192.168.1.7",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"RELEASE", DHCP_RELEASE, .ciaddr = "10.9.0.50", .server_id = "10.9.0.1",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"DECLINE", DHCP_DECLINE, .requested = "10.9.0.50", .server_id = "10.9.0.1",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"DISCOVER, unknown relay", DHCP_DISCOVER, .giaddr = "192.0.2.1",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"an OFFER", DHCP_OFFER, .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"an ACK", DHCP_ACK, .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"a NAK", DHCP_NAK, .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"BOOTP", 0, .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"LEASEQUERY", 10, .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"4011: REQUEST", DHCP_REQUEST, .on_4011 = true, .ciaddr = "10.9.0.99",
	 .answers = {PXE, PXE, PXE, PXE}},
	{"4011: REQUEST with another's id", DHCP_REQUEST, .on_4011 = true, .ciaddr = "10.9.0.99",
	 .server_id = "10.9.0.2", .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"4011: DISCOVER", DHCP_DISCOVER, .on_4011 = true,
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
	{"4011: RELEASE", DHCP_RELEASE, .on_4011 = true, .ciaddr = "10.9.0.99",
	 .answers = {NOBODY, NOBODY, NOBODY, NOBODY}},
};

/* The row's message as a machine of that kind sends it. */
static struct dhcp_message
make_message(const struct row *row, enum dhcp_client_kind kind)
{
	const struct dhcp_client client = {
		.kind = kind, .xid = 7, .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};
	struct dhcp_message said, message;
	struct dhcp_writer writer;
	const char *why;

	dhcp_client_compose(&client, DHCP_CLIENT_DISCOVER, &writer);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &said, &why), 0);
	said.header.ciaddr = address(row->ciaddr);
	said.header.giaddr = address(row->giaddr);
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &said.header);
	if (row->type != 0)
		dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, row->type);
	for (unsigned code = DHCP_MESSAGE_TYPE + 1; code < DHCP_END; code++) {
		struct dhcp_slice value = dhcp_option(&said, (uint8_t)code);

		if (value.bytes != NULL)
			dhcp_write_option(&writer, (uint8_t)code, value.bytes, value.length);
	}
	if (row->requested != NULL)
		dhcp_write_address(&writer, DHCP_REQUESTED_ADDRESS, address(row->requested));
	if (row->server_id != NULL)
		dhcp_write_address(&writer, DHCP_SERVER_ID, address(row->server_id));
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why), 0);
	return message;
}

static char
answer(const struct row *row, enum dhcp_client_kind kind, size_t role)
{
	struct dhcp_side side = make_side(roles[role].mode);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_message message = make_message(row, kind);
	struct dhcp_decision decision = {0};

	assert_int_equal(
		leases_new(address("10.9.0.50"), address("10.9.0.60"), &side.subnet->leases), 0);
	arrival.on_4011 = row->on_4011;
	arrival.peer.sin_addr = address(row->ciaddr);
	if (row->on_4011 && row->server_id == NULL)
		arrival.destination = side.site.server;
	if (row->on_4011 || dhcp_standing_apply(roles[role].standing, &message, &side))
		dhcp_decide(&side, &arrival, &message, &decision);
	leases_free(side.subnet->leases);
	switch (decision.type) {
	case 0:
		return '.';
	case DHCP_OFFER:
		return 'O';
	case DHCP_ACK:
		return 'A';
	case DHCP_NAK:
		return 'N';
	default:
		return '?';
	}
}

static void
everybody_else_meets_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t role = 0; role < ROLE_COUNT; role++) {
			char found[DHCP_CLIENT_KINDS + 1] = "";

			for (int kind = 0; kind < DHCP_CLIENT_KINDS; kind++)
				found[kind] = answer(&rows[i], (enum dhcp_client_kind)kind, role);
			if (strcmp(found, rows[i].answers[role]) != 0)
				fail_msg("%s, to a server that is %s: %s, not %s", rows[i].name,
					 roles[role].name, found, rows[i].answers[role]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_else_meets_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
