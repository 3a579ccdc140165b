/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_subnet.h"

#include <stdlib.h>
#include <string.h>

#include "dhcp_machine.h"
#include "machine.h"

/* Sub-options of option 82 (RFC 3527, 5107). */
enum { LINK_SELECTION = 5, SERVER_ID_OVERRIDE = 11 };

void
dhcp_subnets_free(struct dhcp_subnets *subnets)
{
	for (size_t i = 0; i < subnets->count; i++)
		leases_free(subnets->items[i].leases);
	free(subnets->items);
	free(subnets->hosts);
	*subnets = (struct dhcp_subnets){0};
}

bool
dhcp_subnet_contains(const struct dhcp_subnet *subnet, struct in_addr address)
{
	return ((address.s_addr ^ subnet->network.s_addr) & subnet->netmask.s_addr) == 0;
}

bool
dhcp_subnet_is_host(const struct dhcp_subnet *subnet, struct in_addr address)
{
	uint32_t host = address.s_addr & ~subnet->netmask.s_addr;

	return dhcp_subnet_contains(subnet, address) && host != 0 &&
	       host != ~subnet->netmask.s_addr;
}

struct dhcp_slice
dhcp_subnet_option(const struct dhcp_subnet *subnet, uint8_t code)
{
	return dhcp_suboption((struct dhcp_slice){subnet->options, subnet->options_length}, code);
}

struct dhcp_subnet *
dhcp_subnets_find(const struct dhcp_subnets *subnets, struct in_addr address)
{
	for (size_t i = 0; i < subnets->count; i++)
		if (dhcp_subnet_contains(&subnets->items[i], address))
			return &subnets->items[i];
	return NULL;
}

static bool
lists_relay(const struct dhcp_subnet *subnet, struct in_addr relay)
{
	for (size_t i = 0; i < subnet->relay_count; i++)
		if (subnet->relays[i].s_addr == relay.s_addr)
			return true;
	return false;
}

bool
dhcp_subnets_know_relay(const struct dhcp_subnets *subnets, const struct dhcp_subnet *subnet,
			struct in_addr relay)
{
	const struct dhcp_subnet *its;

	if (subnet->relay_count > 0)
		return lists_relay(subnet, relay);
	its = dhcp_subnets_find(subnets, relay);
	return its != NULL && dhcp_subnet_is_host(its, relay);
}

struct lease_owner
dhcp_owner(const struct dhcp_header *header)
{
	struct lease_owner owner = {.type = header->htype, .length = header->hlen};

	/* Bytes behind the address are the client's whim. */
	memcpy(owner.address, header->chaddr, header->hlen);
	return owner;
}

const struct dhcp_host *
dhcp_subnets_host(const struct dhcp_subnets *subnets, const struct dhcp_header *header,
		  const unsigned char uuid[16])
{
	static const unsigned char no_uuid[16];
	const struct dhcp_host *host = NULL;
	struct machine machine = {0};
	unsigned best = 0;

	if (subnets->host_count == 0)
		return NULL;
	if (header->hlen == 6)
		machine_format_mac(header->chaddr, machine.mac);
	if (memcmp(uuid, no_uuid, sizeof(no_uuid)) != 0)
		machine_format_uuid(uuid, machine.uuid);
	for (size_t i = 0; i < subnets->host_count; i++) {
		unsigned rank = machine_rank(subnets->hosts[i].who, &machine);

		if (rank > best) {
			best = rank;
			host = &subnets->hosts[i];
		}
	}
	return host;
}

struct in_addr
dhcp_server_id(const struct dhcp_message *message, struct in_addr own)
{
	struct dhcp_slice override =
		dhcp_suboption(dhcp_option(message, DHCP_RELAY_INFORMATION), SERVER_ID_OVERRIDE);

	if (message->header.giaddr.s_addr != 0 && override.length == sizeof(own.s_addr))
		memcpy(&own.s_addr, override.bytes, sizeof(own.s_addr));
	return own;
}

/* The network of a message that came through a relay. */
static struct dhcp_subnet *
choose_relayed(const struct dhcp_subnets *subnets, const struct dhcp_message *message)
{
	struct in_addr link = dhcp_option_address(message, DHCP_SUBNET_SELECTION);
	struct dhcp_slice selected =
		dhcp_suboption(dhcp_option(message, DHCP_RELAY_INFORMATION), LINK_SELECTION);
	struct in_addr relay = message->header.giaddr;
	struct dhcp_subnet *subnet;

	if (selected.length == sizeof(link.s_addr))
		memcpy(&link.s_addr, selected.bytes, sizeof(link.s_addr));
	if (link.s_addr != 0)
		return dhcp_subnets_find(subnets, link);
	subnet = dhcp_subnets_find(subnets, relay);
	/* a relay whose address is in none of our networks, but which is named */
	for (size_t i = 0; subnet == NULL && i < subnets->count; i++)
		if (lists_relay(&subnets->items[i], relay))
			subnet = &subnets->items[i];
	return subnet;
}

/* Our address in a network, on the message's interface; 0.0.0.0: none. */
static struct in_addr
own_in(const struct dhcp_subnet *subnet, const struct dhcp_way *way)
{
	for (size_t i = 0; i < way->own_count; i++)
		if (dhcp_subnet_contains(subnet, way->own[i]))
			return way->own[i];
	return (struct in_addr){0};
}

static bool
is_own(const struct dhcp_way *way, struct in_addr address)
{
	for (size_t i = 0; i < way->own_count; i++)
		if (way->own[i].s_addr == address.s_addr)
			return true;
	return false;
}

/* How much speaks for a network, of several on one interface. */
static unsigned
rate(const struct dhcp_subnets *subnets, const struct dhcp_subnet *subnet,
     const struct dhcp_message *message, const struct dhcp_way *way)
{
	struct in_addr wanted = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
	struct lease_owner owner = dhcp_owner(&message->header);
	const struct dhcp_host *host;
	struct dhcp_machine machine;
	struct lease lease;

	dhcp_describe(message, &machine);
	host = dhcp_subnets_host(subnets, &message->header, machine.uuid);
	if (wanted.s_addr == 0)
		wanted = message->header.ciaddr;
	if (own_in(subnet, way).s_addr == dhcp_option_address(message, DHCP_SERVER_ID).s_addr)
		return 5;
	if (host != NULL && host->address.s_addr != 0 &&
	    dhcp_subnet_contains(subnet, host->address))
		return 4;
	if (leases_find(subnet->leases, &owner, way->now, &lease))
		return 3;
	if (dhcp_subnet_contains(subnet, wanted))
		return 2;
	return leases_has_free(subnet->leases, way->now) ? 1 : 0;
}

struct dhcp_subnet *
dhcp_subnets_choose(const struct dhcp_subnets *subnets, const struct dhcp_message *message,
		    const struct dhcp_way *way)
{
	struct dhcp_subnet *chosen = NULL;
	unsigned best = 0;

	if (message->header.giaddr.s_addr != 0)
		return choose_relayed(subnets, message);
	if (message->header.ciaddr.s_addr != 0 && is_own(way, way->destination))
		chosen = dhcp_subnets_find(subnets, message->header.ciaddr);
	if (chosen != NULL)
		return chosen;
	for (size_t i = 0; i < subnets->count; i++) {
		struct dhcp_subnet *subnet = &subnets->items[i];
		unsigned rating;

		if (own_in(subnet, way).s_addr == 0)
			continue;
		rating = rate(subnets, subnet, message, way);
		if (chosen == NULL || rating > best) {
			best = rating;
			chosen = subnet;
		}
	}
	return chosen;
}
