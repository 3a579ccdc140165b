/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The networks that are served, as a person sees them: a line in the log for
 * each address of ours that is there at the start, comes or goes.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

struct config;
struct event_base;
struct network;

struct network_options {
	const struct config *config; /* must outlive the network */
	bool proxy_only_pxe;         /* port 67 is another daemon's (DHCP-48) */
	void (*on_change)(void *context);
	void *context;
};

/* Logs which interfaces are served and in which DHCP mode; from then on what
   changes, and calls `on_change` in the loop's thread then. 0, or a negative
   errno. */
int network_start(struct event_base *, const struct network_options *,
		  struct network **ret_network);

/* NULL is allowed. */
void network_stop(struct network *);

#endif
