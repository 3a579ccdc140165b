/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of the subnets while it is made: for dhcp_plan.c and
 * dhcp_plan_subnet.c only.
 */
#ifndef DHCP_PLAN_PART_H
#define DHCP_PLAN_PART_H

#include "dhcp_plan.h"

struct plan {
	const struct config *config;
	const struct dhcp_plan_report *report;
	const struct net_address *own;
	size_t own_count;
	struct dhcp_subnets subnets;
};

/* Reports a mistake in a section of this kind; `head` NULL: in the section of
   that name, which stands once. */
void plan_complain(const struct plan *, const char *kind, const struct config_section *head,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* An address for such a text. */
const char *plan_text(struct in_addr, char text[INET_ADDRSTRLEN]);

/* Adds a subnet that lends nothing yet, with what its section says. */
struct dhcp_subnet *plan_subnet(struct plan *, struct in_addr network, struct in_addr netmask,
				const struct subnet_section *);

#endif
