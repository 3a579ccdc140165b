/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several networks to answer in:
 *
 *	10.9.0.0/24    on our interface; 10.9.0.7 is 52:54:00:12:34:07's
 *	10.20.0.0/24   behind relays
 *	10.30.0.0/24   on the same interface as the first; relay 192.0.2.9 alone
 */
#ifndef DHCP_SUBNETS_UNIT_H
#define DHCP_SUBNETS_UNIT_H

#include "dhcp_request.h"

#include "lease.h"
#include "machine.h"

#define UUID "550e8400-e29b-41d4-a716-446655440000"

enum { SUBNETS = 3 };

static const char *const networks[SUBNETS] = {"10.9.0.0", "10.20.0.0", "10.30.0.0"};

static struct dhcp_host hosts[] = {
	{"52:54:00:12:34:07", {0}, "seven"},
	{UUID, {0}, NULL},
};

static struct dhcp_subnet items[SUBNETS];
static const struct dhcp_subnets subnets = {items, SUBNETS, hosts, 2};

/* Each lends .50 to .59, and keeps .7 and .8 of the first for hosts. */
static inline void
make_subnets(void)
{
	hosts[0].address = address("10.9.0.7");
	hosts[1].address = address("10.9.0.8");
	for (size_t i = 0; i < SUBNETS; i++) {
		struct in_addr first = address(networks[i]), last = first;

		items[i] = (struct dhcp_subnet){.network = first,
						.netmask = address("255.255.255.0"),
						.lease_seconds = 3600};
		snprintf(items[i].name, sizeof(items[i].name), "%s/24", networks[i]);
		first.s_addr |= htonl(i == 0 ? 7 : 50);
		last.s_addr |= htonl(59);
		assert_int_equal(leases_new(first, last, &items[i].leases), 0);
	}
	for (uint32_t host = 7; host < 50; host++)
		leases_exclude(items[0].leases, (struct in_addr){htonl(0x0a090000 | host)});
	assert_int_equal(leases_reserve(items[0].leases, hosts[0].address), 0);
	assert_int_equal(leases_reserve(items[0].leases, hosts[1].address), 0);
	items[2].relays[0] = address("192.0.2.9");
	items[2].relay_count = 1;
}

static inline void
free_subnets(void)
{
	for (size_t i = 0; i < SUBNETS; i++)
		leases_free(items[i].leases);
}

static inline const struct in_addr *
own_addresses(void)
{
	static struct in_addr own[2];

	own[0] = address("10.9.0.1");
	own[1] = address("10.30.0.1");
	return own;
}

static inline struct dhcp_subnet *
choose(const struct dhcp_message *message, const char *destination, int64_t now)
{
	const struct dhcp_way way = {.destination = address(destination),
				     .own = own_addresses(),
				     .own_count = 2,
				     .now = now};

	return dhcp_subnets_choose(&subnets, message, &way);
}

static inline struct dhcp_message
with_option(const struct request *request, uint8_t code, const char *bytes, size_t length)
{
	struct dhcp_message message = make_request(request), decoded;
	struct dhcp_writer writer;
	const char *why;

	dhcp_write_header(&writer, DHCP_REPLY_MAX, &message.header);
	for (unsigned i = 1; i < 255; i++) {
		struct dhcp_slice value = dhcp_option(&message, (uint8_t)i);

		if (value.bytes != NULL && i != code)
			dhcp_write_option(&writer, (uint8_t)i, value.bytes, value.length);
	}
	dhcp_write_option(&writer, code, bytes, length);
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &decoded, &why), 0);
	return decoded;
}

static inline struct dhcp_side
side_for(struct dhcp_subnet *subnet)
{
	struct dhcp_side side = make_side(DHCP_SERVER);

	side.subnet = subnet;
	side.subnets = &subnets;
	if (subnet == &items[2])
		side.site.server = address("10.30.0.1");
	return side;
}

static inline struct dhcp_decision
decide(const struct dhcp_message *message, const char *destination, struct dhcp_side *ret_side)
{
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;
	struct dhcp_subnet *subnet =
		choose(message, destination != NULL ? destination : "255.255.255.255", 1000);

	assert_non_null(subnet);
	if (destination != NULL)
		arrival.destination = address(destination);
	*ret_side = side_for(subnet);
	dhcp_decide(ret_side, &arrival, message, &decision);
	return decision;
}

static inline struct dhcp_message
reply_to(const struct dhcp_message *message, const char *destination)
{
	struct dhcp_side side;
	struct dhcp_decision decision = decide(message, destination, &side);
	struct dhcp_message reply;
	struct dhcp_writer writer;
	const char *why;

	if (decision.type == 0)
		fail_msg("no reply: %s", decision.why);
	assert_int_equal(dhcp_compose(&side, message, &decision, &writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &reply, &why), 0);
	return reply;
}

#endif
