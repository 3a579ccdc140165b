/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where each reply goes, and whether in a frame of its own (DHCP-14, 16, 24,
 * 25; RFC 2131 4.1). What breaks without it: a machine that never sees its
 * offer, or a crowd that sees everybody's.
 */
#include "dhcp_request.h"
#include "lease.h"

#define EVERYONE "255.255.255.255"

struct row {
	const char *name;
	struct dhcp_header header; /* what differs from a plain Ethernet machine's */
	const char *ciaddr;
	const char *giaddr;
	const char *server_id;
	const char *requested;
	uint8_t type;
	const char *to;
	bool is_framed;
	enum dhcp_mode mode;
};

static const struct row rows[] = {
	/* The four cases of RFC 2131 4.1, for both replies of the exchange. */
	{"OFFER, no flag",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .to = "10.9.0.50",
	 .is_framed = true,
	 .mode = DHCP_SERVER},
	{"ACK, no flag",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_REQUEST,
	 .server_id = "10.9.0.1",
	 .requested = "10.9.0.50",
	 .to = "10.9.0.50",
	 .is_framed = true,
	 .mode = DHCP_SERVER},
	{"OFFER, the flag",
	 {.htype = 1, .hlen = 6, .chaddr = {2}, .flags = DHCP_FLAG_BROADCAST},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"ACK, the flag",
	 {.htype = 1, .hlen = 6, .chaddr = {2}, .flags = DHCP_FLAG_BROADCAST},
	 .type = DHCP_REQUEST,
	 .server_id = "10.9.0.1",
	 .requested = "10.9.0.50",
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"ACK, renewing",
	 {.htype = 1, .hlen = 6, .chaddr = {2}, .flags = DHCP_FLAG_BROADCAST},
	 .type = DHCP_REQUEST,
	 .ciaddr = "10.9.0.50",
	 .to = "10.9.0.50",
	 .mode = DHCP_SERVER},
	{"OFFER, through a relay",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .giaddr = "10.9.0.3",
	 .to = "10.9.0.3",
	 .mode = DHCP_SERVER},
	{"ACK, renewing through a relay",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_REQUEST,
	 .ciaddr = "10.9.0.50",
	 .giaddr = "10.9.0.3",
	 .to = "10.9.0.3",
	 .mode = DHCP_SERVER},

	/* What has no Ethernet address of its own. */
	{"Infiniband",
	 {.htype = 32, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"eight bytes",
	 {.htype = 1, .hlen = 8, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"one byte",
	 {.htype = 1, .hlen = 1, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"a group's address",
	 {.htype = 1, .hlen = 6, .chaddr = {1, 0, 0x5e}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"no address",
	 {.htype = 1, .hlen = 6, .chaddr = {0}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},

	/* What gives no address. */
	{"NAK",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_REQUEST,
	 .server_id = "10.9.0.1",
	 .requested = "192.0.2.9",
	 .to = EVERYONE,
	 .mode = DHCP_SERVER},
	{"INFORM",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_INFORM,
	 .ciaddr = "10.9.0.200",
	 .to = "10.9.0.200",
	 .mode = DHCP_SERVER},
	{"INFORM through a relay",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_INFORM,
	 .ciaddr = "10.9.0.200",
	 .giaddr = "10.9.0.3",
	 .to = "10.9.0.200",
	 .mode = DHCP_SERVER},
	{"a proxy's OFFER",
	 {.htype = 1, .hlen = 6, .chaddr = {2}},
	 .type = DHCP_DISCOVER,
	 .to = EVERYONE,
	 .mode = DHCP_PROXY},
};

static struct dhcp_message
request_of(const struct row *row)
{
	struct dhcp_message message = make_request(&(struct request){
		.type = row->type,
		.ciaddr = row->ciaddr,
		.giaddr = row->giaddr,
		.server_id = row->server_id,
		.requested = row->requested,
		.vendor_class = "PXEClient:Arch:00000:UNDI:002001",
	});

	message.header.htype = row->header.htype;
	message.header.hlen = row->header.hlen;
	message.header.flags = row->header.flags;
	memcpy(message.header.chaddr, row->header.chaddr, sizeof(message.header.chaddr));
	return message;
}

static void
each_reply_goes_where_its_machine_can_take_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct dhcp_message message = request_of(row);
		struct dhcp_side side = make_side(row->mode);
		struct dhcp_arrival arrival = make_arrival();
		struct dhcp_decision decision;

		assert_int_equal(leases_new(address("10.9.0.50"), address("10.9.0.50"),
					    &side.subnet->leases),
				 0);
		dhcp_decide(&side, &arrival, &message, &decision);
		if (decision.type == 0)
			fail_msg("%s: no reply: %s", row->name, decision.why);
		if (decision.to.sin_addr.s_addr != address(row->to).s_addr)
			fail_msg("%s: to %s", row->name, inet_ntoa(decision.to.sin_addr));
		if (decision.is_framed != row->is_framed)
			fail_msg("%s: in a frame or not", row->name);
		assert_int_equal(ntohs(decision.to.sin_port),
				 row->giaddr != NULL && row->type != DHCP_INFORM ? 67 : 68);
		leases_free(side.subnet->leases);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reply_goes_where_its_machine_can_take_it),
	};

	return cmocka_run_group_tests_name("dhcp_destination", tests, NULL, NULL);
}
