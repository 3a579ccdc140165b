/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_sides.h"

#include <stdlib.h>
#include <string.h>

#include "dhcp.h"

enum { VALID_SECONDS = 2 }; /* our addresses are looked up again after */

static bool
is_served(const struct dhcp_options *options, const char *name)
{
	if (options->interfaces == NULL)
		return true;
	for (const char *const *i = options->interfaces; *i != NULL; i++)
		if (strcmp(*i, name) == 0)
			return true;
	return false;
}

static bool
is_in_subnet(const struct net_address *of, struct in_addr address)
{
	return ((of->address.s_addr ^ address.s_addr) & of->netmask.s_addr) == 0;
}

bool
dhcp_sides_refresh(struct dhcp_sides *sides, int64_t now)
{
	struct net_address *list;
	size_t count;

	if (sides->addresses != NULL && now - sides->looked_at < VALID_SECONDS)
		return false;
	if (net_addresses(false, &list, &count) < 0)
		return false;
	free(sides->addresses);
	sides->addresses = list;
	sides->count = count;
	sides->looked_at = now;
	return true;
}

const struct net_address *
dhcp_sides_find(const struct dhcp_sides *sides, const struct dhcp_options *options,
		const struct net_datagram *datagram)
{
	const struct net_address *found = NULL;

	for (size_t i = 0; i < sides->count; i++) {
		const struct net_address *own = &sides->addresses[i];

		if (own->index != datagram->interface || !is_served(options, own->name))
			continue;
		if (options->mode == DHCP_SERVER) {
			if (is_in_subnet(own, options->first))
				return own;
		} else if (own->address.s_addr == datagram->local.s_addr) {
			return own;
		} else if (found == NULL) {
			found = own;
		}
	}
	return found;
}

const struct net_address *
dhcp_sides_find_range(const struct dhcp_sides *sides, const struct dhcp_options *options)
{
	for (size_t i = 0; i < sides->count; i++)
		if (is_served(options, sides->addresses[i].name) &&
		    is_in_subnet(&sides->addresses[i], options->first) &&
		    is_in_subnet(&sides->addresses[i], options->last))
			return &sides->addresses[i];
	return NULL;
}

void
dhcp_sides_free(struct dhcp_sides *sides)
{
	free(sides->addresses);
	memset(sides, 0, sizeof(*sides));
}
