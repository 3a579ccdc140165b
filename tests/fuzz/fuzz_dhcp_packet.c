/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a DHCP message to a proxy and to a server, on 67 and on 4011:
 * the reply, if there is one, is well-formed, of a size that clients take, and
 * goes to one machine or to the broadcast address. Who runs iPXE is never handed
 * a loader that a person named.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_decide.h"
#include "lease.h"

#define OWN_LOADER "mine.efi"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_reply(const struct dhcp_side *side, const struct dhcp_message *message,
	    const struct dhcp_decision *decision)
{
	struct dhcp_message decoded;
	struct dhcp_writer reply;
	const char *why;

	if (decision->to.sin_addr.s_addr == 0 || decision->to.sin_port == 0)
		abort();
	if (dhcp_compose(side, message, decision, &reply) < 0)
		return;
	if (reply.length < DHCP_REPLY_MIN || reply.length > DHCP_REPLY_MAX)
		abort();
	if (dhcp_decode(reply.bytes, reply.length, &decoded, &why) < 0)
		abort();
	if (dhcp_is_request(&decoded) || decoded.header.xid != message->header.xid)
		abort();
}

static void
answer(struct dhcp_side *side, const struct dhcp_arrival *arrival,
       const struct dhcp_message *message)
{
	struct dhcp_decision decision;

	dhcp_decide(side, arrival, message, &decision);
	if (decision.machine.policy.is_ipxe && strcmp(decision.file, OWN_LOADER) == 0)
		abort();
	if (decision.type != 0)
		check_reply(side, message, &decision);
	else if (decision.why == NULL && decision.verdict == DHCP_IGNORED)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_subnet subnet = {
		.network = {htonl(0x0a090000)},
		.netmask = {htonl(0xffffff00)},
		.lease_seconds = 3600,
		.router = {htonl(0x0a090002)},
		.options = {DHCP_DNS, 4, 10, 9, 0, 3},
		.options_length = 6,
	};
	const struct dhcp_subnets subnets = {.items = &subnet, .count = 1};
	struct dhcp_side side = {
		.site = {.server = {htonl(0x0a090001)},
			 .http_port = 8080,
			 .has_tftp = true,
			 .loaders = {true, true, true}},
		.mtu = 1500,
		.subnet = &subnet,
		.subnets = &subnets,
	};
	struct dhcp_arrival arrival = {
		.peer = {.sin_port = htons(68), .sin_addr = {htonl(0x0a090032)}},
		.destination = side.site.server,
	};
	const char *why = NULL;
	struct dhcp_message message;

	if (dhcp_decode(data, size, &message, &why) < 0) {
		if (why == NULL)
			abort();
		return 0;
	}
	for (unsigned way = 0; way < 16; way++) {
		side.mode = (way & 1) != 0 ? DHCP_SERVER : DHCP_PROXY;
		side.has_4011 = (way & 2) != 0;
		arrival.on_4011 = (way & 4) != 0;
		side.loader = (way & 8) != 0 ? OWN_LOADER : NULL;
		if (leases_new((struct in_addr){htonl(0x0a090030)},
			       (struct in_addr){htonl(0x0a090040)}, &subnet.leases) < 0)
			abort();
		answer(&side, &arrival, &message);
		answer(&side, &arrival, &message);
		leases_free(subnet.leases);
	}
	return 0;
}
