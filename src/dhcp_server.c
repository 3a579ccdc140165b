/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The full server's side of RFC 2131: who gets which address.
 *
 *	DISCOVER                         hold an address, OFFER
 *	REQUEST, server id ours          SELECTING: lend it, ACK or NAK
 *	REQUEST, server id another's     forget the offer, silent
 *	REQUEST, no ids, option 50       INIT-REBOOT: ACK, NAK or silent
 *	REQUEST, no ids, ciaddr          RENEWING, REBINDING: the same
 *	DECLINE, RELEASE                 note it, silent
 *	INFORM                           ACK without an address
 *
 * A free address of our range is lent to a machine that says it was its own:
 * leases do not outlive a restart of the daemon, machines do. What we know
 * nothing of is left alone, since another server may have given it out,
 * unless we are told to be the authority (DHCP-12).
 */
#include "dhcp_decide.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "lease.h"

static struct lease_owner
owner_of(const struct dhcp_header *header)
{
	struct lease_owner owner = {.type = header->htype, .length = header->hlen};

	/* Bytes behind the address are the client's whim. */
	memcpy(owner.address, header->chaddr, header->hlen);
	return owner;
}

static enum dhcp_verdict
on_discover(const struct dhcp_side *side, const struct dhcp_message *message,
	    struct dhcp_decision *decision)
{
	struct lease_owner owner = owner_of(&message->header);
	struct in_addr requested = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
	struct lease lease;

	/* An address alone would only keep it from trying its next boot device. */
	if (dhcp_is_unbootable(decision))
		return DHCP_UNBOOTABLE;
	if (leases_offer(side->leases, &owner, requested, side->now, &decision->address) < 0)
		return dhcp_because(decision, DHCP_EXHAUSTED, "no free address in the range");
	decision->is_news =
		!leases_find(side->leases, &owner, side->now, &lease) || lease.state != LEASE_BOUND;
	return DHCP_OFFERED;
}

static enum dhcp_verdict
grant(const struct dhcp_side *side, const struct lease_owner *owner, struct in_addr address,
      struct dhcp_decision *decision)
{
	int error = leases_bind(side->leases, owner, address, side->now, side->lease_seconds);

	if (error == -EEXIST)
		return dhcp_because(decision, DHCP_REFUSED, "another address is yours");
	if (error == -EADDRINUSE)
		return dhcp_because(decision, DHCP_REFUSED, "the address is not free");
	if (error < 0)
		return dhcp_because(decision, DHCP_REFUSED, "the address is not of this range");
	decision->address = address;
	return DHCP_LEASED;
}

/* INIT-REBOOT, RENEWING, REBINDING: a machine that believes in an address and
   asks whoever knows. */
static enum dhcp_verdict
confirm(const struct dhcp_side *side, const struct lease_owner *owner, struct in_addr address,
	struct dhcp_decision *decision)
{
	struct lease lease;
	bool is_known = leases_find(side->leases, owner, side->now, &lease);

	if (!is_known && !side->authoritative && !leases_contain(side->leases, address))
		return dhcp_because(decision, DHCP_IGNORED, "its address is not one of ours");
	return grant(side, owner, address, decision);
}

static enum dhcp_verdict
on_request(const struct dhcp_side *side, const struct dhcp_message *message,
	   struct dhcp_decision *decision)
{
	struct lease_owner owner = owner_of(&message->header);
	struct in_addr server_id = dhcp_option_address(message, DHCP_SERVER_ID);
	struct in_addr requested = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);

	if (server_id.s_addr == side->site.server.s_addr)
		/* Some clients set ciaddr beside option 50 (DHCP-13). */
		return grant(side, &owner,
			     requested.s_addr != 0 ? requested : message->header.ciaddr, decision);
	if (server_id.s_addr != 0) {
		leases_forget(side->leases, &owner);
		return dhcp_because(decision, DHCP_IGNORED, "chose another server");
	}
	if (requested.s_addr == 0)
		requested = message->header.ciaddr;
	if (requested.s_addr == 0)
		return dhcp_because(decision, DHCP_IGNORED, "asks for no address");
	return confirm(side, &owner, requested, decision);
}

/* Whether a message with an optional server id is meant for us. */
static bool
is_for_us(const struct dhcp_side *side, const struct dhcp_message *message)
{
	struct in_addr server_id = dhcp_option_address(message, DHCP_SERVER_ID);

	return server_id.s_addr == 0 || server_id.s_addr == side->site.server.s_addr;
}

int
dhcp_set_aside(const struct dhcp_side *side, const struct dhcp_message *message,
	       struct in_addr address)
{
	struct lease_owner owner = owner_of(&message->header);

	return leases_decline(side->leases, &owner, address, side->now);
}

static enum dhcp_verdict
on_decline(const struct dhcp_side *side, const struct dhcp_message *message,
	   struct dhcp_decision *decision)
{
	struct lease_owner owner = owner_of(&message->header);
	struct in_addr address = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);

	if (!is_for_us(side, message) ||
	    leases_decline(side->leases, &owner, address, side->now) < 0)
		return dhcp_because(decision, DHCP_IGNORED, "declines what it does not have");
	decision->address = address;
	return dhcp_because(decision, DHCP_DECLINED, "in use by another machine");
}

static enum dhcp_verdict
on_release(const struct dhcp_side *side, const struct dhcp_message *message,
	   struct dhcp_decision *decision)
{
	struct lease_owner owner = owner_of(&message->header);
	struct in_addr address = message->header.ciaddr;

	if (!is_for_us(side, message) || leases_release(side->leases, &owner, address) < 0)
		return dhcp_because(decision, DHCP_IGNORED, "releases what it does not have");
	decision->address = address;
	return DHCP_RELEASED;
}

/* It has an address from elsewhere and wants the options of this network. */
static enum dhcp_verdict
on_inform(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
	  const struct dhcp_message *message, struct dhcp_decision *decision)
{
	struct in_addr address = message->header.ciaddr;

	if (address.s_addr == 0)
		address = arrival->peer.sin_addr;
	if (!dhcp_is_neighbour(side, address))
		return dhcp_because(decision, DHCP_IGNORED, "its address is not of this network");
	decision->address = address;
	return DHCP_INFORMED;
}

enum dhcp_verdict
dhcp_decide_lease(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
		  const struct dhcp_message *message, struct dhcp_decision *decision)
{
	switch (dhcp_message_type(message)) {
	case DHCP_DISCOVER:
		return on_discover(side, message, decision);
	case DHCP_REQUEST:
		return on_request(side, message, decision);
	case DHCP_DECLINE:
		return on_decline(side, message, decision);
	case DHCP_RELEASE:
		return on_release(side, message, decision);
	default:
		return on_inform(side, arrival, message, decision);
	}
}
