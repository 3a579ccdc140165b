/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_standing.h"

#include <string.h>

#include "dhcp_decide.h"
#include "lease.h"

/* Whether a machine speaks of the address that it has of us, or is offered. */
static bool
is_about_lease(const struct dhcp_side *side, const struct dhcp_message *message)
{
	struct lease_owner owner = dhcp_owner(&message->header);
	struct in_addr server = dhcp_option_address(message, DHCP_SERVER_ID);
	struct in_addr requested = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
	struct in_addr address = message->header.ciaddr;
	uint8_t type = dhcp_message_type(message);
	struct lease lease;

	if (type != DHCP_REQUEST && type != DHCP_RELEASE && type != DHCP_DECLINE)
		return false;
	if (server.s_addr != 0 && server.s_addr != side->site.server.s_addr)
		return false;
	if (address.s_addr == 0)
		address = requested;
	return leases_find(dhcp_side_leases(side), &owner, side->now, &lease) &&
	       lease.address.s_addr == address.s_addr;
}

/* Whether a relay asks for a network that is not on our wire: nobody can look
   there. */
static bool
is_from_elsewhere(const struct dhcp_side *side, const struct dhcp_header *header)
{
	return header->giaddr.s_addr != 0 && !dhcp_subnet_contains(side->subnet, side->site.server);
}

bool
dhcp_standing_apply(enum dhcp_standing standing, const struct dhcp_message *message,
		    struct dhcp_side *side)
{
	if (side->mode != DHCP_SERVER || standing == DHCP_ALONE ||
	    is_from_elsewhere(side, &message->header) || is_about_lease(side, message))
		return true;
	side->mode = DHCP_PROXY;
	return standing != DHCP_LOOKING;
}
