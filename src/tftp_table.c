/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sessions of one TFTP service: see tftp_table.h.
 *
 * Sessions are queued as they come. One that begins stays in the queue until
 * it is met at the head, or ends: so nobody has to tell when it begins, and
 * each is still taken out once only.
 */
#include "tftp_table.h"

#include <errno.h>

#include "net.h"

static struct tftp_key
key_of(const struct net_datagram *datagram)
{
	return (struct tftp_key){
		.peer = datagram->peer.sin_addr.s_addr,
		.local = datagram->local.s_addr,
		.peer_port = datagram->peer.sin_port,
	};
}

void
tftp_table_setup(struct tftp_table *table, uint32_t sessions_max, uint32_t sessions_per_client)
{
	uint32_t quarter = sessions_max >= 4 ? sessions_max / 4 : 1;

	*table = (struct tftp_table){
		.sessions_max = sessions_max,
		.sessions_per_client =
			sessions_per_client < quarter ? sessions_per_client : quarter,
	};
	TAILQ_INIT(&table->unanswered);
}

struct tftp_session *
tftp_table_find(const struct tftp_table *table, const struct net_datagram *datagram)
{
	struct tftp_key key = key_of(datagram);
	struct tftp_session *session;

	HASH_FIND(hh, table->sessions, &key, sizeof(key), session);
	return session;
}

int
tftp_table_add(struct tftp_table *table, struct tftp_session *session,
	       const struct net_datagram *datagram)
{
	session->key = key_of(datagram);
	HASH_ADD(hh, table->sessions, key, sizeof(session->key), session);
	if (session->hh.tbl == NULL)
		return -ENOMEM;
	TAILQ_INSERT_TAIL(&table->unanswered, session, unanswered);
	session->is_queued = true;
	return 0;
}

static void
leave_queue(struct tftp_table *table, struct tftp_session *session)
{
	TAILQ_REMOVE(&table->unanswered, session, unanswered);
	session->is_queued = false;
}

void
tftp_table_remove(struct tftp_table *table, struct tftp_session *session)
{
	HASH_DEL(table->sessions, session);
	if (session->is_queued)
		leave_queue(table, session);
}

static bool
is_full(const struct tftp_table *table)
{
	return HASH_COUNT(table->sessions) >= table->sessions_max;
}

bool
tftp_table_has_room(struct tftp_table *table, struct in_addr address)
{
	const struct tftp_session *session;
	uint32_t of_client = 0;

	if (is_full(table) && tftp_table_evictee(table) == NULL)
		return false;
	for (session = table->sessions; session; session = session->hh.next)
		of_client += session->key.peer == address.s_addr;
	return of_client < table->sessions_per_client;
}

struct tftp_session *
tftp_table_evictee(struct tftp_table *table)
{
	return is_full(table) ? tftp_table_unanswered(table) : NULL;
}

struct tftp_session *
tftp_table_unanswered(struct tftp_table *table)
{
	struct tftp_session *session;

	while ((session = TAILQ_FIRST(&table->unanswered)) && session->transfer.has_begun)
		leave_queue(table, session);
	return session;
}
