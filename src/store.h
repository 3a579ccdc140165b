/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered for good: leases, and what is known of machines.
 *
 * The rows live in an SQLite database in the state directory. One thread
 * writes; whoever puts a row never waits for a disk:
 *
 *	store_put_*  ->  queue  ->  writer thread: all that is queued, one commit
 *	     ticket                        |
 *	store_settle <- store_fd is readable: which tickets are on the disk
 *
 * A row that is put replaces the one of the same address or machine. After a
 * commit that failed everything queued is lost, and nothing more is taken until
 * the owner has heard of it with store_settle: so it can take its own changes
 * back in the reverse order, and ends where the file is.
 *
 * All calls belong to one thread. It does not know what the rows mean.
 */
#ifndef STORE_H
#define STORE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "lease.h"
#include "lease_clock.h"

struct store;

/* The folder in the state directory (privileges_own_folder), and the file in it. */
#define STORE_FOLDER "database"
#define STORE_FILE "pxeiso.db"

enum {
	STORE_QUEUE_MAX = 4096, /* changes that wait for the disk */
	STORE_FACTS_SIZE = 128,
	STORE_WHY_SIZE = 256,
};

/* An address and who had it last. */
struct store_lease {
	struct in_addr address;
	struct lease_owner owner; /* length 0: nobody */
	enum lease_state state;   /* LEASE_BOUND, LEASE_DECLINED, or LEASE_FREE: history */
	struct lease_end end;
};

/* What is known of a machine, in the words of whoever keeps it. */
struct store_machine {
	struct lease_owner owner;
	char facts[STORE_FACTS_SIZE]; /* text */
	int64_t changed_at;           /* seconds since 1970; the oldest are dropped */
};

/* What became of the tickets. */
struct store_settled {
	uint64_t durable;         /* all up to this one are on the disk, or were lost before */
	uint64_t lost;            /* those after `durable` up to this one are lost; else 0 */
	char why[STORE_WHY_SIZE]; /* why they are, for a person */
};

/* Opens the database in `folder`, which is owned from then on, on failure too;
   `path` names it in messages. A file that is damaged, not ours, or of a newer
   version is set aside, which is logged, and a new one begun. 0; -EBUSY: another
   process has it; or another negative errno, with `ret_why`. */
int store_open(int folder, const char *path, struct store **ret_store,
	       char ret_why[STORE_WHY_SIZE]);

/* Where the database is, for messages. */
const char *store_path(const struct store *);

/* Reads what is stored, oldest change first. Before anything is put. 0 or -EIO. */
int store_read_leases(struct store *, void (*on_lease)(void *context, const struct store_lease *),
		      void *context);
int store_read_machines(struct store *,
			void (*on_machine)(void *context, const struct store_machine *),
			void *context);

/* Queues a row. 0 and its ticket, which count up from 1; -ENOBUFS: the disk is
   too far behind; -EIO: rows were lost, and store_settle was not called yet. */
int store_put_lease(struct store *, const struct store_lease *, uint64_t *ret_ticket);
int store_put_machine(struct store *, const struct store_machine *, uint64_t *ret_ticket);

/* Readable when store_settle has news. */
int store_fd(const struct store *);
void store_settle(struct store *, struct store_settled *ret_settled);

/* Writes what is queued, and closes. NULL is allowed. */
void store_close(struct store *);

/* The time by the clocks of this machine. */
void store_now(const struct store *, struct lease_moment *ret_now);

#endif
