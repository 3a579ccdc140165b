/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration says of DHCP, as the service wants to hear it.
 */
#ifndef SERVE_DHCP_H
#define SERVE_DHCP_H

#include "dhcp.h"

struct config;
struct sockets;

/* The options of the service but for its subnets. `config` must outlive it; the
   sockets are given away with dhcp_start. */
struct dhcp_options serve_dhcp_options(const struct config *, const struct sockets *);

/* The subnets of the configuration on this machine as it is now: nothing when it
   says that we are no server. Mistakes are logged. 0, or negative errno, logged,
   when there is nothing to serve. */
int serve_dhcp_plan(const struct config *, struct dhcp_subnets *ret_subnets);

#endif
