/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of DHCP messages to a server of three networks, two on its wire and one
 * behind relays, with static hosts, options and leases for boot clients: each
 * message is a byte that says how it came and two of length, then its bytes.
 *
 * What is lent must be of the network that was chosen, an address that is kept
 * for a machine must not go to another, and a reply is well-formed.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_decide.h"
#include "lease.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SUBNETS = 3, STATIC = 0x0a090007, OWN = 0x0a090001, OWN_TOO = 0x0a1e0001 };

static const char mac[] = "52:54:00:12:34:56";

struct world {
	struct dhcp_subnet items[SUBNETS];
	struct dhcp_host hosts[1];
	struct dhcp_subnets subnets;
	struct in_addr own[2];
	int64_t now;
};

static void
make_world(struct world *world)
{
	static const uint32_t networks[SUBNETS] = {0x0a090000, 0x0a140000, 0x0a1e0000};
	static const unsigned char options[] = {DHCP_DNS, 4, 10, 9, 0, 2, 224, 200, 'x', 0};

	*world = (struct world){
		.hosts = {{mac, {htonl(STATIC)}, "host"}},
		.own = {{htonl(OWN)}, {htonl(OWN_TOO)}},
		.now = 1000,
	};
	for (size_t i = 0; i < SUBNETS; i++) {
		struct dhcp_subnet *subnet = &world->items[i];

		*subnet = (struct dhcp_subnet){
			.network = {htonl(networks[i])},
			.netmask = {htonl(0xffffff00)},
			.lease_seconds = 3600,
			.router = {htonl(networks[i] | 254)},
			.is_authoritative = i == 1,
			.is_for_boot_clients = i == 2,
			.has_rapid_commit = i == 0,
			.options_length = 6 + 202,
		};
		memcpy(subnet->options, options, sizeof(options));
		if (leases_new((struct in_addr){htonl(networks[i] | 7)},
			       (struct in_addr){htonl(networks[i] | 12)}, &subnet->leases) < 0)
			abort();
	}
	world->items[2].relays[0].s_addr = htonl(0xc0000209);
	world->items[2].relay_count = 1;
	world->subnets = (struct dhcp_subnets){world->items, SUBNETS, world->hosts, 1};
	if (leases_reserve(world->items[0].leases, world->hosts[0].address) < 0)
		abort();
}

static void
check(const struct dhcp_side *side, const struct dhcp_message *message,
      const struct dhcp_decision *decision)
{
	bool gives = decision->verdict == DHCP_OFFERED || decision->verdict == DHCP_LEASED;
	struct dhcp_message decoded;
	struct dhcp_writer reply;
	const char *why;

	if (gives && !dhcp_subnet_is_host(side->subnet, decision->address))
		abort();
	if (gives && decision->address.s_addr == htonl(STATIC) && decision->host == NULL)
		abort();
	if (dhcp_compose(side, message, decision, &reply) < 0)
		return;
	if (reply.length < DHCP_REPLY_MIN || reply.length > DHCP_REPLY_MAX ||
	    dhcp_decode(reply.bytes, reply.length, &decoded, &why) < 0)
		abort();
}

static void
answer(struct world *world, uint8_t how, const struct dhcp_message *message)
{
	struct dhcp_arrival arrival = {
		.peer = {.sin_port = htons(68), .sin_addr = {htonl(0x0a090009)}},
		.destination = {(how & 1) != 0 ? htonl(OWN) : htonl(INADDR_BROADCAST)},
		.on_4011 = (how & 0x0f) == 0x0f,
	};
	const struct dhcp_way way = {arrival.destination, world->own, 2, world->now};
	struct dhcp_side side = {
		.mode = DHCP_SERVER,
		.site = {.server = {htonl(OWN)}, .has_tftp = true, .loaders = {true, true, true}},
		.mtu = 1500,
		.now = world->now,
		.subnets = &world->subnets,
		.subnet = dhcp_subnets_choose(&world->subnets, message, &way),
	};
	struct dhcp_decision decision;

	if (side.subnet == NULL)
		return;
	dhcp_decide(&side, &arrival, message, &decision);
	if (decision.type != 0)
		check(&side, message, &decision);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world;

	make_world(&world);
	while (size > 3) {
		size_t length = (size_t)(data[1] << 8 | data[2]);
		struct dhcp_message message;
		const char *why;

		length = length < size - 3 ? length : size - 3;
		if (dhcp_decode(data + 3, length, &message, &why) == 0)
			answer(&world, data[0], &message);
		/* the upper bits: the time that passes */
		world.now += (int64_t)(data[0] >> 4) * (data[0] >> 4) * 20;
		data += 3 + length;
		size -= 3 + length;
	}
	for (size_t i = 0; i < SUBNETS; i++)
		leases_free(world.items[i].leases);
	return 0;
}
