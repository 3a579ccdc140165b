/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_sides.h"

#include <stdlib.h>
#include <string.h>

#include "dhcp.h"

static bool
is_served(const struct dhcp_options *options, const char *name)
{
	for (size_t i = 0; i < options->interface_count; i++)
		if (strcmp(options->interfaces[i], name) == 0)
			return true;
	return options->interface_count == 0;
}

bool
dhcp_sides_refresh(struct dhcp_sides *sides)
{
	struct net_address *list;
	size_t count;

	if (net_addresses(false, &list, &count) < 0)
		return false;
	free(sides->addresses);
	sides->addresses = list;
	sides->count = count;
	return true;
}

size_t
dhcp_sides_own(const struct dhcp_sides *sides, const struct dhcp_options *options,
	       unsigned interface, struct in_addr ret_own[DHCP_SIDES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < sides->count && count < DHCP_SIDES_MAX; i++)
		if (sides->addresses[i].index == interface &&
		    is_served(options, sides->addresses[i].name))
			ret_own[count++] = sides->addresses[i].address;
	return count;
}

const struct net_address *
dhcp_sides_find(const struct dhcp_sides *sides, const struct dhcp_options *options,
		const struct net_datagram *datagram, const struct dhcp_subnet *subnet)
{
	const struct net_address *found = NULL, *inside = NULL;
	bool is_inside;

	for (size_t i = 0; i < sides->count; i++) {
		const struct net_address *own = &sides->addresses[i];

		if (own->index != datagram->interface || !is_served(options, own->name))
			continue;
		is_inside = subnet != NULL && dhcp_subnet_contains(subnet, own->address);
		/* One of a smaller network that lies in the subnet is second. */
		if (is_inside && own->netmask.s_addr == subnet->netmask.s_addr)
			return own;
		if (is_inside && inside == NULL)
			inside = own;
		if (found == NULL || own->address.s_addr == datagram->local.s_addr)
			found = own;
	}
	return inside != NULL ? inside : found;
}

const struct net_address *
dhcp_sides_on(const struct dhcp_sides *sides, unsigned interface)
{
	for (size_t i = 0; i < sides->count; i++)
		if (sides->addresses[i].index == interface)
			return &sides->addresses[i];
	return NULL;
}

bool
dhcp_sides_is_bare(struct dhcp_sides *sides, const struct dhcp_options *options, unsigned interface,
		   char ret_name[IF_NAMESIZE])
{
	if (dhcp_sides_on(sides, interface) != NULL)
		return false;
	for (size_t i = 0; i < DHCP_BARE_MAX; i++)
		if (sides->bare[i] == interface)
			return false;
	if (if_indextoname(interface, ret_name) == NULL || !is_served(options, ret_name))
		return false;
	sides->bare[sides->bare_count++ % DHCP_BARE_MAX] = interface;
	return true;
}

void
dhcp_sides_free(struct dhcp_sides *sides)
{
	free(sides->addresses);
	memset(sides, 0, sizeof(*sides));
}
