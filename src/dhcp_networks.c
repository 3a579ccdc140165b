/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The networks where the server lends addresses, and whether it may: the tie
 * between the service and server_probe.h.
 */
#include "dhcp_service.h"

#include <stdlib.h>
#include <unistd.h>

#include "dhcp_rival.h"
#include "dhcp_standing.h"
#include "log.h"
#include "server_probe.h"

/* One address of each interface where we lend. */
static size_t
list_networks(const struct dhcp *dhcp, struct net_address *list)
{
	size_t count = 0;

	for (size_t i = 0; i < dhcp->sides.count; i++) {
		const struct net_address *own = &dhcp->sides.addresses[i];

		const struct net_datagram from = {.interface = own->index, .local = own->address};
		const struct dhcp_subnet *subnet =
			dhcp_subnets_find(&dhcp->options.subnets, own->address);

		/* Sides are listed by interface. */
		if (subnet == NULL || (count > 0 && list[count - 1].index == own->index) ||
		    dhcp_sides_find(&dhcp->sides, &dhcp->options, &from, subnet) != own)
			continue;
		list[count++] = *own;
	}
	return count;
}

int
dhcp_networks_start(struct event_base *base, struct dhcp *dhcp)
{
	const struct server_probe_options options = {
		.fd = dhcp->options.client_fd,
		.interval_seconds = dhcp->options.look_again_seconds,
		.is_forced = dhcp->options.is_forced,
	};

	if (dhcp->options.mode != DHCP_SERVER)
		return 0;
	dhcp->options.client_fd = -1; /* its own from now on */
	return server_probe_start(base, &options, &dhcp->probe);
}

bool
dhcp_networks_allow(struct dhcp *dhcp, const struct net_datagram *datagram,
		    const struct dhcp_message *message, struct dhcp_side *side)
{
	bool is_look = dhcp_rival_is_look(&message->header);
	enum dhcp_standing standing;

	if (dhcp->probe == NULL)
		return !is_look;
	if (server_probe_hear(dhcp->probe, datagram, message))
		return false;
	standing = server_probe_standing(dhcp->probe, datagram->interface);
	/* Who looks wants to know who lends, not what there is to boot. */
	if (is_look && standing != DHCP_ALONE)
		return false;
	return dhcp_standing_apply(standing, message, side);
}

void
dhcp_networks_stop(struct dhcp *dhcp)
{
	server_probe_stop(dhcp->probe);
	if (dhcp->options.client_fd != -1)
		close(dhcp->options.client_fd);
}

void
dhcp_networks_refresh(struct dhcp *dhcp)
{
	struct net_address *list;

	if (dhcp->probe == NULL)
		return;
	list = calloc(dhcp->sides.count + 1, sizeof(*list));
	if (list == NULL || server_probe_set_networks(dhcp->probe, list, list_networks(dhcp, list),
						      dhcp->sides.addresses, dhcp->sides.count) < 0)
		log_warning("dhcp: other DHCP servers are not looked for: out of memory");
	free(list);
}
