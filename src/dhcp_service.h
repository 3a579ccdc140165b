/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DHCP service from within: for its own files, dhcp.c, dhcp_exchange.c,
 * dhcp_attempts.c and dhcp_reply.c. Others use dhcp.h.
 */
#ifndef DHCP_SERVICE_H
#define DHCP_SERVICE_H

#include <stdbool.h>

#include "address_probe.h"
#include "dhcp.h"
#include "dhcp_commit.h"
#include "dhcp_log.h"
#include "dhcp_reply.h"
#include "dhcp_sides.h"
#include "net.h"

struct clients;
struct event;
struct event_base;
struct server_probe;

struct dhcp {
	struct dhcp_options options;
	struct clients *clients;
	struct dhcp_commits *commits; /* NULL without a store */
	bool knows_loaders;           /* they are looked for while we already serve */
	struct event *on_67;          /* NULL without that socket */
	struct event *on_4011;
	struct event *on_interval; /* for dhcp_attempts.c */
	struct dhcp_journal journal;
	struct dhcp_sides sides;
	struct server_probe *probe;          /* NULL for a proxy */
	struct address_probe *address_probe; /* NULL: addresses are offered unprobed */
};

/* Looks for other servers where addresses are lent, and listens: 0, or
   -ENOMEM. In dhcp_networks.c, as all of its name. */
int dhcp_networks_start(struct event_base *, struct dhcp *);
void dhcp_networks_stop(struct dhcp *);

/* Takes over the sides' addresses. */
void dhcp_networks_refresh(struct dhcp *);

/* Whether a message to port 67 is answered; the side is then made what it may
   be on this network, see dhcp_standing.h. */
bool dhcp_networks_allow(struct dhcp *, const struct net_datagram *, const struct dhcp_message *,
			 struct dhcp_side *);

/* Reads what has arrived on a socket and answers it: an event callback with the
   service as its context. In dhcp_exchange.c. */
void dhcp_exchange(int fd, short events, void *service);

/* Answers a datagram. In dhcp_exchange.c. */
void dhcp_handle(struct dhcp *, int fd, const struct net_datagram *, const void *bytes);

/* Starts to probe addresses before they are offered, where that is wanted and
   may be done: 0, or -ENOMEM. In dhcp_probing.c, as all of its name. */
int dhcp_probing_start(struct event_base *, struct dhcp *);

/* Whether `address` may be offered to the machine of a message, which waits and
   is handled again when the answer comes: ADDRESS_ASKED. */
enum address_answer dhcp_probing_ask(struct dhcp *, int fd, const struct net_datagram *,
				     const void *bytes, const struct dhcp_message *,
				     struct in_addr address);

/* Reads what is stored of machines, and looks at short intervals who has fetched
   its loader: 0, or -ENOMEM. In dhcp_attempts.c, as all of its name. */
int dhcp_attempts_start(struct event_base *, struct dhcp *);

/* Looks for the last time. */
void dhcp_attempts_stop(struct dhcp *);

/* Makes the style of a proxy's offer the one whose turn it is for this machine,
   and takes iPXE's messages for the success that they are. */
void dhcp_attempts_choose(struct dhcp *, const struct dhcp_message *, struct dhcp_decision *,
			  int64_t now);

/* Notes which machines have fetched their loaders. */
void dhcp_attempts_settle(struct dhcp *);

/* Sends the reply of a decision with a type, by the way that the message came
   in, when what was decided is on the disk: logs why when it cannot. In
   dhcp_reply.c. */
void dhcp_reply_send(struct dhcp *, int fd, const struct dhcp_side *,
		     const struct net_datagram *request_from, const struct dhcp_message *request,
		     const struct dhcp_decision *);

#endif
