/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks for other DHCP servers on the networks where ours lends addresses, and
 * keeps listening: says in the log whom it found, and what follows.
 *
 * Never in anybody's way: messages are sent and heard by the event loop, while
 * the service goes on. The rules are in dhcp_rival.h.
 */
#ifndef SERVER_PROBE_H
#define SERVER_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcp_rival.h"
#include "net.h"

struct event_base;
struct server_probe;

struct server_probe_options {
	int fd;                    /* of net_client_open; -1: not to be had */
	uint32_t interval_seconds; /* between two looks; 0: one is enough */
	bool is_forced;            /* looks and tells, and lends whoever answers */
};

/* Starts without a network. Owns the descriptor, on failure too. 0 or -ENOMEM. */
int server_probe_start(struct event_base *, const struct server_probe_options *,
		       struct server_probe **ret_probe);

/* Says on which networks addresses are lent now, one address of ours for each;
   one that is new is looked at first, one that has gone is forgotten, and the
   others are looked at soon, since a cable may lead elsewhere now. `own` are all
   our addresses. Both are copied. 0 or -ENOMEM. */
int server_probe_set_networks(struct server_probe *, const struct net_address *list, size_t count,
			      const struct net_address *own, size_t own_count);

/* What may be done on the network of an interface. */
enum dhcp_standing server_probe_standing(const struct server_probe *, unsigned interface);

/* Tells of a message that came to port 67: it may say that another server is
   there. Whether it is a look of our own, which nobody shall answer. */
bool server_probe_hear(struct server_probe *, const struct net_datagram *,
		       const struct dhcp_message *);

/* NULL is allowed. */
void server_probe_stop(struct server_probe *);

#endif
