/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Leases on their way to the disk, and the replies that wait for them: a lease
 * is confirmed when it would survive a power failure, and not before (DHCP-17).
 *
 *	decision -> lease in memory -> store -> disk -> ACK leaves
 *	                  ^                      |
 *	                  +---- taken back <-----+ it could not be written: no ACK
 *
 * Nothing waits in between: other messages are answered meanwhile, and what
 * they change is written together. Without a store leases live in memory alone
 * and are confirmed at once.
 */
#ifndef DHCP_COMMIT_H
#define DHCP_COMMIT_H

#include <stdbool.h>

#include "dhcp_reply.h"

struct dhcp_commits;
struct event_base;
struct leases;
struct net_raw;
struct store;

/* Neither the store nor the sockets are owned; both outlive it. 0 or -ENOMEM. */
int dhcp_commits_new(struct event_base *, struct store *, const struct net_raw *,
		     struct dhcp_commits **ret_commits);

/* Drops the replies that still wait: their machines ask again. NULL is allowed. */
void dhcp_commits_free(struct dhcp_commits *);

/* Reads the leases of a range back, and returns how many of them run. */
unsigned dhcp_commits_restore(struct dhcp_commits *, struct leases *);

/* Stores what the last verb changed in `leases`. False: it changed nothing that
   is stored, and `reply` may leave. True: the reply, of which a copy is taken,
   leaves when the change is on the disk, if ever; NULL: nothing waits for it. */
bool dhcp_commits_hold(struct dhcp_commits *, struct leases *, const struct dhcp_reply *reply);

#endif
