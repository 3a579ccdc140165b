/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our addresses on the interfaces that are served, and which of them a message
 * is answered from.
 *
 * A side is our address on the interface that a message came in by; the reply
 * leaves by the same interface and names that address (DHCP-28).
 */
#ifndef DHCP_SIDES_H
#define DHCP_SIDES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net.h"

struct dhcp_options;
struct dhcp_subnet;

enum { DHCP_BARE_MAX = 16 };

struct dhcp_sides {
	struct net_address *addresses; /* NULL before the first look */
	size_t count;
	unsigned bare[DHCP_BARE_MAX]; /* interfaces that were complained of */
	unsigned bare_count;          /* of all complaints */
};

/* Looks our addresses up, and keeps the old ones when that fails. Whether they
   were looked up. */
bool dhcp_sides_refresh(struct dhcp_sides *);

/* The first address of ours on an interface; NULL: none is there. */
const struct net_address *dhcp_sides_on(const struct dhcp_sides *, unsigned interface);

/* Whether the interface of a message is one to serve that has no IPv4 address,
   and this was not asked before: its name then. */
bool dhcp_sides_is_bare(struct dhcp_sides *, const struct dhcp_options *, unsigned interface,
			char ret_name[IF_NAMESIZE]);

/* Our addresses on an interface that is served: -> how many. */
enum { DHCP_SIDES_MAX = 64 };
size_t dhcp_sides_own(const struct dhcp_sides *, const struct dhcp_options *, unsigned interface,
		      struct in_addr ret_own[DHCP_SIDES_MAX]);

/* The address of ours to answer a datagram from: the one in the subnet that it is
   for (NULL: none), else the one it was sent to, else the interface's first.
   NULL: not an interface that is served. */
const struct net_address *dhcp_sides_find(const struct dhcp_sides *, const struct dhcp_options *,
					  const struct net_datagram *, const struct dhcp_subnet *);

void dhcp_sides_free(struct dhcp_sides *);

#endif
