/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the configuration to the subnets that the DHCP server serves.
 *
 * Pure. What makes no sense is reported, with its file and line, and left out;
 * the rest is served.
 *
 * [dhcp]'s own range belongs to the [subnet] that it lies in, else to the
 * network of one of our addresses.
 */
#ifndef DHCP_PLAN_H
#define DHCP_PLAN_H

#include "config.h"
#include "dhcp_subnet.h"
#include "net.h"

/* Where mistakes are told: `where` is "FILE:LINE: [SECTION]". */
struct dhcp_plan_report {
	void (*complain)(void *context, const char *where, const char *why);
	void *context;
};

/* Plans for `own`, our addresses. 0; -EINVAL when nothing is left to serve; or
   -ENOMEM. Strings of the configuration are used on. */
int dhcp_plan_make(const struct config *, const struct net_address *own, size_t own_count,
		   const struct dhcp_plan_report *, struct dhcp_subnets *ret_subnets);

#endif
