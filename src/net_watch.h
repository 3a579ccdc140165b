/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watcher of our own interfaces and IPv4 addresses: calls back when one
 * comes, goes or changes. What there is then is asked of net_addresses.
 */
#ifndef NET_WATCH_H
#define NET_WATCH_H

struct event_base;
struct net_watch;

/* `on_change` is called in the loop's thread, once for all changes that are
   known by then. What changes after this returns is not missed. 0, or a
   negative errno. */
int net_watch_start(struct event_base *, void (*on_change)(void *context), void *context,
		    struct net_watch **ret_watch);

/* NULL is allowed. */
void net_watch_stop(struct net_watch *);

#endif
