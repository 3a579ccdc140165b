/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sessions of one TFTP service: found by who talks to whom, counted, and
 * the one to give up when there is no room.
 *
 * A request is one packet of a source that can be forged, so a session whose
 * client has not answered yet is worth little: the oldest of these makes room
 * for a new one. Transfers that have begun are never given up (TFTP-51).
 *
 * Holds sessions, does not own them: the service makes and ends them.
 */
#ifndef TFTP_TABLE_H
#define TFTP_TABLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "tftp_session.h"

struct net_datagram;

struct tftp_table {
	struct tftp_session *sessions; /* by key; iterates from old to new */
	struct tftp_queue unanswered;  /* the oldest first; may lag behind: see the .c */
	uint32_t sessions_max;
	uint32_t sessions_per_client;
};

/* Sets up an empty table. One client may have a quarter of it at most, at
   least one session: no client fills a worker alone. */
void tftp_table_setup(struct tftp_table *, uint32_t sessions_max, uint32_t sessions_per_client);

/* The session that a packet belongs to, or NULL. */
struct tftp_session *tftp_table_find(const struct tftp_table *, const struct net_datagram *);

/* Enters a new session under the addresses of its request. -ENOMEM. */
int tftp_table_add(struct tftp_table *, struct tftp_session *, const struct net_datagram *);

void tftp_table_remove(struct tftp_table *, struct tftp_session *);

/* Whether the client at `address` may have one more session: it is not at its
   limit, and the table is not full or there is an evictee. */
bool tftp_table_has_room(struct tftp_table *, struct in_addr address);

/* The oldest session whose client has not answered yet, or NULL. */
struct tftp_session *tftp_table_unanswered(struct tftp_table *);

/* The session to end before one more is added, or NULL: if the table is full,
   the oldest whose client has not answered yet. */
struct tftp_session *tftp_table_evictee(struct tftp_table *);

#endif
