/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration says of DHCP, as the service wants to hear it.
 */
#ifndef SERVE_DHCP_H
#define SERVE_DHCP_H

#include "dhcp.h"

struct config;
struct sockets;

/* The options of the service. `config` must outlive it; the sockets are given
   away with dhcp_start. */
struct dhcp_options serve_dhcp_options(const struct config *, const struct sockets *);

#endif
