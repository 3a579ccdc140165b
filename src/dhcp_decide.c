/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is answered, and where the answer goes.
 *
 * As a proxy (PXE 2.1 section 2.2.3, DHCP-41):
 *
 *	machine                    the network's DHCP server        pxeiso
 *	DISCOVER (broadcast) ----------> OFFER with an address
 *	         \--------------------------------------------> OFFER with a boot file
 *	REQUEST  ----------------------> ACK
 *	REQUEST to port 4011 (UEFI) --------------------------> ACK with a boot file
 *
 * Everybody else's messages are none of our business.
 */
#include "dhcp_decide.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

enum { BOOT_ITEM = 71, BOOT_ITEM_SIZE = 4, BOOT_ITEM_CREDENTIALS = 0x80 };
enum { HTYPE_ETHERNET = 1, MAC_IS_GROUP = 1 };

struct leases *
dhcp_side_leases(const struct dhcp_side *side)
{
	return side->subnet != NULL ? side->subnet->leases : NULL;
}

enum dhcp_verdict
dhcp_because(struct dhcp_decision *decision, enum dhcp_verdict verdict, const char *why)
{
	decision->why = why;
	return verdict;
}

bool
dhcp_is_unbootable(const struct dhcp_decision *decision)
{
	return decision->machine.policy.protocol != POLICY_NONE && decision->file[0] == '\0';
}

/* Whether one machine can have this address: a reply to any other would reach
   ourselves or a crowd. */
static bool
is_one_machine(struct in_addr address)
{
	uint8_t first = (uint8_t)(ntohl(address.s_addr) >> 24);

	return first != 0 && first != 127 && first < 224;
}

/* A proxy answers a relay that was told to ask us: its packets are addressed to
   us. A server answers those that it was told of (DHCP-30). */
static bool
is_relay_trusted(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
		 struct in_addr relay)
{
	if (side->mode == DHCP_SERVER)
		return relay.s_addr != side->site.server.s_addr &&
		       dhcp_subnets_know_relay(side->subnets, side->subnet, relay);
	return is_one_machine(relay) && relay.s_addr != side->site.server.s_addr &&
	       arrival->destination.s_addr == side->site.server.s_addr;
}

/* A boot item's answer needs a file like any other; one with credentials is
   for servers that sign (DHCP-46). */
static bool
wants_credentials(const struct dhcp_message *message)
{
	struct dhcp_slice item = dhcp_suboption(dhcp_option(message, DHCP_VENDOR), BOOT_ITEM);

	return item.length == BOOT_ITEM_SIZE && (item.bytes[2] & BOOT_ITEM_CREDENTIALS) != 0;
}

/* Port 4011: the machine has its address and asks for its boot file. */
static enum dhcp_verdict
decide_4011(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
	    const struct dhcp_message *message, struct dhcp_decision *decision)
{
	uint8_t type = dhcp_message_type(message);
	struct in_addr server_id = dhcp_option_address(message, DHCP_SERVER_ID);
	bool is_unicast = arrival->destination.s_addr == side->site.server.s_addr;

	if (decision->machine.policy.protocol != POLICY_PXE)
		return dhcp_because(decision, DHCP_IGNORED, "not a PXE client");
	if (type != DHCP_REQUEST && type != DHCP_INFORM)
		return dhcp_because(decision, DHCP_IGNORED, "not a boot server request");
	if (!is_unicast && server_id.s_addr != 0 && server_id.s_addr != side->site.server.s_addr)
		return dhcp_because(decision, DHCP_IGNORED, "asks another boot server");
	if (wants_credentials(message))
		return dhcp_because(decision, DHCP_IGNORED, "asks for credentials");
	if (!is_one_machine(arrival->peer.sin_addr))
		return dhcp_because(decision, DHCP_IGNORED, "has no address to answer to");
	decision->address = arrival->peer.sin_addr;
	return dhcp_is_unbootable(decision) ? DHCP_UNBOOTABLE : DHCP_DIRECTED;
}

static enum dhcp_verdict
decide_proxy(const struct dhcp_side *side, const struct dhcp_message *message,
	     struct dhcp_decision *decision)
{
	if (decision->machine.policy.protocol == POLICY_NONE)
		return dhcp_because(decision, DHCP_IGNORED, "not a boot client");
	if (dhcp_message_type(message) != DHCP_DISCOVER) {
		/* What it asks another server for tells where it will be. */
		if (dhcp_message_type(message) == DHCP_REQUEST)
			decision->address = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
		return dhcp_because(decision, DHCP_IGNORED, "left to the network's own server");
	}
	if (dhcp_is_unbootable(decision))
		return DHCP_UNBOOTABLE;
	decision->style = dhcp_style_first(&decision->machine.policy, side->has_4011);
	return DHCP_OFFERED;
}

/* What the machine is to boot, and whether the configuration says how. */
static void
choose_file(const struct dhcp_side *side, const struct dhcp_message *message,
	    struct dhcp_decision *decision)
{
	struct machine_start start = {.loader = side->loader};
	struct machine name;

	dhcp_name_machine(message, &decision->machine, &name);
	machine_settle_start(side->machines, &name, &start);
	decision->machine.policy.loader = start.loader;
	decision->fixed_style = start.style;
	decision->has_own_menu = machine_has_section(side->machines, &name);
	policy_choose(&decision->machine.policy, &side->site, decision->file, &decision->why);
}

static enum dhcp_verdict
decide(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
       const struct dhcp_message *message, struct dhcp_decision *decision)
{
	const struct dhcp_header *header = &message->header;

	if (!dhcp_is_request(message))
		return dhcp_because(decision, DHCP_IGNORED, "not a request");
	if (header->hlen == 0)
		return dhcp_because(decision, DHCP_IGNORED, "no hardware address");
	if (header->giaddr.s_addr != 0 && !is_relay_trusted(side, arrival, header->giaddr))
		return dhcp_because(decision, DHCP_IGNORED, "came through an unknown relay");
	dhcp_describe(message, &decision->machine);
	if (decision->machine.policy.protocol != POLICY_NONE)
		choose_file(side, message, decision);
	if (arrival->on_4011)
		return decide_4011(side, arrival, message, decision);
	if (side->mode == DHCP_PROXY)
		return decide_proxy(side, message, decision);
	return dhcp_decide_lease(side, arrival, message, decision);
}

static uint8_t
reply_type(enum dhcp_verdict verdict)
{
	switch (verdict) {
	case DHCP_OFFERED:
		return DHCP_OFFER;
	case DHCP_LEASED:
	case DHCP_INFORMED:
	case DHCP_DIRECTED:
		return DHCP_ACK;
	case DHCP_REFUSED:
		return DHCP_NAK;
	default:
		return 0;
	}
}

/* Whether a machine that is given its address can be reached by a frame to its
   hardware address: it has one of Ethernet's, which is not a group's, and did
   not say that it receives nothing but broadcasts. */
static bool
takes_frame(const struct dhcp_header *header)
{
	static const unsigned char nobody[6];

	return (header->flags & DHCP_FLAG_BROADCAST) == 0 && header->htype == HTYPE_ETHERNET &&
	       header->hlen == sizeof(nobody) && (header->chaddr[0] & MAC_IS_GROUP) == 0 &&
	       memcmp(header->chaddr, nobody, sizeof(nobody)) != 0;
}

/* Where a reply goes (DHCP-14, 16, 24, 29; RFC 2131 4.1). A proxy's offer and a
   NAK give no address that they could be sent to: as dnsmasq and pixiecore do
   it, they are broadcast, whatever the flag says. */
static void
direct(const struct dhcp_arrival *arrival, const struct dhcp_message *message,
       struct dhcp_decision *decision)
{
	const struct dhcp_header *header = &message->header;
	struct sockaddr_in *to = &decision->to;

	*to = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(DHCP_CLIENT_PORT),
		.sin_addr = {htonl(INADDR_BROADCAST)},
	};
	/* OVMF asks from port 4011, iPXE from 68: both listen where they ask. */
	if (decision->verdict == DHCP_DIRECTED) {
		*to = arrival->peer;
	} else if (decision->verdict == DHCP_INFORMED && decision->address.s_addr != 0) {
		to->sin_addr = decision->address;
	} else if (header->giaddr.s_addr != 0) {
		to->sin_addr = header->giaddr;
		to->sin_port = htons(DHCP_SERVER_PORT);
	} else if (decision->verdict == DHCP_LEASED &&
		   header->ciaddr.s_addr == decision->address.s_addr) {
		to->sin_addr = decision->address;
	} else if (decision->type != DHCP_NAK && decision->address.s_addr != 0 &&
		   takes_frame(header)) {
		to->sin_addr = decision->address;
		decision->is_framed = true;
	}
}

void
dhcp_decide(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
	    const struct dhcp_message *message, struct dhcp_decision *ret_decision)
{
	memset(ret_decision, 0, sizeof(*ret_decision));
	ret_decision->verdict = decide(side, arrival, message, ret_decision);
	ret_decision->type = reply_type(ret_decision->verdict);
	if (ret_decision->type == 0)
		return;
	if (ret_decision->verdict != DHCP_REFUSED)
		ret_decision->why = NULL;
	direct(arrival, message, ret_decision);
}
