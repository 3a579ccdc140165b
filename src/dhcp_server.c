/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The full server's side of RFC 2131: who gets which address.
 *
 *	DISCOVER                         hold an address, OFFER
 *	DISCOVER, option 80, allowed     lend it at once, ACK (RFC 4039)
 *	REQUEST, server id ours          SELECTING: lend it, ACK or NAK
 *	REQUEST, server id another's     forget the offer, silent
 *	REQUEST, no ids, option 50       INIT-REBOOT: ACK, NAK or silent
 *	REQUEST, no ids, ciaddr          RENEWING, REBINDING: the same
 *	DECLINE, RELEASE                 note it, silent
 *	INFORM                           ACK without an address
 *
 * A free address of our ranges is lent to a machine that says it was its own.
 * What we know nothing of is left alone, since another server may have given
 * it out, unless we are told to be the authority (DHCP-12). An address of
 * another network of ours is no such thing: the machine was moved, and is told.
 */
#include "dhcp_decide.h"

#include <errno.h>
#include <string.h>

/* A machine's message in the network that it is for. */
struct exchange {
	const struct dhcp_side *side;
	struct leases *leases;
	const struct dhcp_message *message;
	struct lease_owner owner;
	struct dhcp_decision *decision;
};

/* A machine with an address of its own is given that and no other, as long as
   nobody else is found to have it. */
static void
assign_host(const struct exchange *exchange)
{
	const struct dhcp_host *host = exchange->decision->host;

	if (host != NULL && host->address.s_addr != 0)
		leases_assign(exchange->leases, &exchange->owner, host->address,
			      exchange->side->now);
}

/* Whether leases are for boot clients only and this machine is none. One that
   has booted goes on as an installer under the same hardware address, so who
   has a lease keeps it. */
static bool
is_stranger(const struct exchange *exchange)
{
	struct lease lease;

	return exchange->side->subnet->is_for_boot_clients &&
	       exchange->decision->machine.policy.protocol == POLICY_NONE &&
	       !exchange->decision->machine.policy.is_ipxe && exchange->decision->host == NULL &&
	       !leases_find(exchange->leases, &exchange->owner, exchange->side->now, &lease);
}

/* Lends `address`: 0, or the errors of leases_bind with the reason. */
static int
lend(const struct exchange *exchange, struct in_addr address)
{
	struct dhcp_decision *decision = exchange->decision;
	int error = leases_bind(exchange->leases, &exchange->owner, address, exchange->side->now,
				exchange->side->subnet->lease_seconds);

	if (error == -EEXIST)
		decision->why = "another address is yours";
	else if (error == -EADDRINUSE)
		decision->why = "the address is not free";
	else if (error < 0)
		decision->why = "the address is not of this range";
	else
		decision->address = address;
	return error;
}

static enum dhcp_verdict
grant(const struct exchange *exchange, struct in_addr address)
{
	return lend(exchange, address) < 0 ? DHCP_REFUSED : DHCP_LEASED;
}

static enum dhcp_verdict
on_discover(const struct exchange *exchange)
{
	const struct dhcp_side *side = exchange->side;
	const struct dhcp_message *message = exchange->message;
	struct dhcp_decision *decision = exchange->decision;
	struct lease lease;
	bool has_lease = leases_find(exchange->leases, &exchange->owner, side->now, &lease);

	/* An address alone would only keep it from trying its next boot device. */
	if (dhcp_is_unbootable(decision))
		return DHCP_UNBOOTABLE;
	if (leases_offer(exchange->leases, &exchange->owner,
			 dhcp_option_address(message, DHCP_REQUESTED_ADDRESS), side->now,
			 &decision->address) < 0)
		return dhcp_because(decision, DHCP_EXHAUSTED, "no free address");
	decision->is_newcomer = !has_lease;
	/* Whether somebody has it that we know nothing of (DHCP-18). */
	decision->needs_probe = side->is_probing &&
				decision->address.s_addr != side->unused.s_addr &&
				(!has_lease || lease.state != LEASE_BOUND);
	decision->is_rapid = !decision->needs_probe && side->subnet->has_rapid_commit &&
			     dhcp_option(message, DHCP_RAPID_COMMIT).bytes != NULL;
	return decision->is_rapid ? grant(exchange, decision->address) : DHCP_OFFERED;
}

/* Whether another network of ours has this address: then we do know that it is
   wrong here. */
static bool
is_elsewhere(const struct dhcp_side *side, struct in_addr address)
{
	const struct dhcp_subnet *its = dhcp_subnets_find(side->subnets, address);

	return its != NULL && its != side->subnet;
}

/* INIT-REBOOT, RENEWING, REBINDING: a machine that believes in an address and
   asks whoever knows. */
static enum dhcp_verdict
confirm(const struct exchange *exchange, struct in_addr address)
{
	const struct dhcp_side *side = exchange->side;
	struct lease lease;
	bool is_known = leases_find(exchange->leases, &exchange->owner, side->now, &lease);

	if (!is_known && !side->subnet->is_authoritative &&
	    !leases_contain(exchange->leases, address) && !is_elsewhere(side, address))
		return dhcp_because(exchange->decision, DHCP_IGNORED,
				    "its address is not one of ours");
	return grant(exchange, address);
}

/* The server id of a message, and whether it is ours or missing. */
static bool
is_for_us(const struct exchange *exchange, struct in_addr *ret_server_id)
{
	*ret_server_id = dhcp_option_address(exchange->message, DHCP_SERVER_ID);
	return ret_server_id->s_addr == 0 ||
	       ret_server_id->s_addr ==
		       dhcp_server_id(exchange->message, exchange->side->site.server).s_addr;
}

int
dhcp_set_aside(const struct dhcp_side *side, const struct dhcp_message *message,
	       struct in_addr address)
{
	struct lease_owner owner = dhcp_owner(&message->header);

	return leases_decline(side->subnet->leases, &owner, address, side->now);
}

static enum dhcp_verdict
on_request(const struct exchange *exchange)
{
	struct in_addr address = dhcp_option_address(exchange->message, DHCP_REQUESTED_ADDRESS);
	struct in_addr server_id;

	if (!is_for_us(exchange, &server_id)) {
		leases_forget(exchange->leases, &exchange->owner);
		return dhcp_because(exchange->decision, DHCP_IGNORED, "chose another server");
	}
	/* Some clients set ciaddr beside option 50 (DHCP-13). */
	if (address.s_addr == 0)
		address = exchange->message->header.ciaddr;
	if (server_id.s_addr != 0)
		return grant(exchange, address);
	if (address.s_addr == 0)
		return dhcp_because(exchange->decision, DHCP_IGNORED, "asks for no address");
	return confirm(exchange, address);
}

static enum dhcp_verdict
on_decline(const struct exchange *exchange)
{
	struct in_addr address = dhcp_option_address(exchange->message, DHCP_REQUESTED_ADDRESS);
	struct in_addr server_id;

	if (!is_for_us(exchange, &server_id) ||
	    leases_decline(exchange->leases, &exchange->owner, address, exchange->side->now) < 0)
		return dhcp_because(exchange->decision, DHCP_IGNORED,
				    "declines what it does not have");
	exchange->decision->address = address;
	return dhcp_because(exchange->decision, DHCP_DECLINED, "in use by another machine");
}

static enum dhcp_verdict
on_release(const struct exchange *exchange)
{
	struct in_addr address = exchange->message->header.ciaddr;
	struct in_addr server_id;

	if (!is_for_us(exchange, &server_id) ||
	    leases_release(exchange->leases, &exchange->owner, address) < 0)
		return dhcp_because(exchange->decision, DHCP_IGNORED,
				    "releases what it does not have");
	exchange->decision->address = address;
	return DHCP_RELEASED;
}

/* It has an address from elsewhere and wants the options of this network. One
   that a relay asks for need not say which address (DHCP-16). */
static enum dhcp_verdict
on_inform(const struct exchange *exchange, const struct dhcp_arrival *arrival)
{
	const struct dhcp_header *header = &exchange->message->header;
	struct in_addr address = header->ciaddr;

	if (address.s_addr == 0 && header->giaddr.s_addr != 0)
		return DHCP_INFORMED;
	if (address.s_addr == 0)
		address = arrival->peer.sin_addr;
	if (!dhcp_subnet_is_host(exchange->side->subnet, address) ||
	    address.s_addr == exchange->side->site.server.s_addr)
		return dhcp_because(exchange->decision, DHCP_IGNORED,
				    "its address is not of this network");
	exchange->decision->address = address;
	return DHCP_INFORMED;
}

enum dhcp_verdict
dhcp_decide_lease(const struct dhcp_side *side, const struct dhcp_arrival *arrival,
		  const struct dhcp_message *message, struct dhcp_decision *decision)
{
	const struct exchange exchange = {
		.side = side,
		.leases = side->subnet->leases,
		.message = message,
		.owner = dhcp_owner(&message->header),
		.decision = decision,
	};
	uint8_t type = dhcp_message_type(message);

	decision->subnet = side->subnet;
	decision->host = dhcp_subnets_host(side->subnets, &message->header, decision->machine.uuid);
	if (type == DHCP_DECLINE)
		return on_decline(&exchange);
	if (type == DHCP_RELEASE)
		return on_release(&exchange);
	if (is_stranger(&exchange))
		return dhcp_because(decision, DHCP_IGNORED, "leases are for boot clients only");
	if (type == DHCP_INFORM)
		return on_inform(&exchange, arrival);
	assign_host(&exchange);
	return type == DHCP_DISCOVER ? on_discover(&exchange) : on_request(&exchange);
}
