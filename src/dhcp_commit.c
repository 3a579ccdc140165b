/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What waits is kept in the order of its tickets. When a commit fails all that
 * waits has failed with it, and is taken back from the newest to the oldest: so
 * memory ends where the file is.
 */
#include "dhcp_commit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "lease.h"
#include "log.h"
#include "monotonic.h"
#include "store.h"

enum { REPEAT_MS = 60000 }; /* what goes on is said again after */

/* A change that is not on the disk yet. */
struct held {
	struct held *older, *newer;
	uint64_t ticket;
	struct leases *leases;
	struct lease_change change;
	bool has_reply;
	struct dhcp_reply reply;
};

struct dhcp_commits {
	struct store *store;
	const struct net_raw *raw;
	struct event *settled;
	struct held *oldest, *newest;
	bool is_failing; /* since the last commit that was tried */
	int64_t said_at; /* monotonic_ms; 0: never */
};

/* --- what is said about the disk ------------------------------------------- */

static void
say_failure(struct dhcp_commits *commits, const char *why)
{
	int64_t now = monotonic_ms();

	commits->is_failing = true;
	if (commits->said_at != 0 && now - commits->said_at < REPEAT_MS)
		return;
	commits->said_at = now;
	log_error("dhcp: %s cannot be written: %s: until it can no lease is confirmed and nothing "
		  "learnt; make room on its disk, or see that it may be written",
		  store_path(commits->store), why);
}

static void
say_success(struct dhcp_commits *commits)
{
	if (commits->is_failing)
		log_warning("dhcp: %s is written again", store_path(commits->store));
	commits->is_failing = false;
	commits->said_at = 0;
}

/* --- what waits ------------------------------------------------------------- */

static void
hold(struct dhcp_commits *commits, struct held *held)
{
	held->older = commits->newest;
	if (commits->newest != NULL)
		commits->newest->newer = held;
	else
		commits->oldest = held;
	commits->newest = held;
}

/* The oldest is on the disk. */
static void
release_oldest(struct dhcp_commits *commits)
{
	struct held *held = commits->oldest;

	if (held->has_reply)
		dhcp_reply_transmit(commits->raw, &held->reply);
	commits->oldest = held->newer;
	if (commits->oldest != NULL)
		commits->oldest->older = NULL;
	else
		commits->newest = NULL;
	free(held);
}

/* The newest never will be. */
static void
take_newest_back(struct dhcp_commits *commits)
{
	struct held *held = commits->newest;

	leases_undo(held->leases, &held->change);
	commits->newest = held->older;
	if (commits->newest != NULL)
		commits->newest->newer = NULL;
	else
		commits->oldest = NULL;
	free(held);
}

/* Some changes are on the disk, or lost. */
static void
on_settled(evutil_socket_t fd, short events, void *context)
{
	struct dhcp_commits *commits = context;
	struct store_settled settled;

	(void)fd;
	(void)events;
	store_settle(commits->store, &settled);
	while (commits->oldest != NULL && commits->oldest->ticket <= settled.durable)
		release_oldest(commits);
	if (settled.lost == 0) {
		say_success(commits);
		return;
	}
	while (commits->newest != NULL)
		take_newest_back(commits);
	say_failure(commits, settled.why);
}

int
dhcp_commits_new(struct event_base *base, struct store *store, const struct net_raw *raw,
		 struct dhcp_commits **ret_commits)
{
	struct dhcp_commits *commits = calloc(1, sizeof(*commits));

	if (commits == NULL)
		return -ENOMEM;
	commits->store = store;
	commits->raw = raw;
	commits->settled =
		event_new(base, store_fd(store), EV_READ | EV_PERSIST, on_settled, commits);
	if (commits->settled == NULL || event_add(commits->settled, NULL) == -1) {
		dhcp_commits_free(commits);
		return -ENOMEM;
	}
	*ret_commits = commits;
	return 0;
}

void
dhcp_commits_free(struct dhcp_commits *commits)
{
	struct held *held;

	if (commits == NULL)
		return;
	if (commits->settled != NULL)
		event_free(commits->settled);
	while ((held = commits->oldest) != NULL) {
		commits->oldest = held->newer;
		free(held);
	}
	free(commits);
}

/* --- leases to rows and back -------------------------------------------------- */

struct restoring {
	struct leases *leases;
	struct lease_moment now;
	unsigned running;
};

static void
on_stored_lease(void *context, const struct store_lease *row)
{
	struct restoring *restoring = context;
	int64_t left = lease_end_left(&row->end, &restoring->now);
	const struct lease lease = {
		.address = row->address,
		.owner = row->owner,
		.state = row->state,
		.expires_at = restoring->now.up + left,
	};

	leases_restore(restoring->leases, &lease);
	if (row->state == LEASE_BOUND && left > 0 &&
	    leases_contain(restoring->leases, row->address))
		restoring->running++;
}

unsigned
dhcp_commits_restore(struct dhcp_commits *commits, struct leases *leases)
{
	struct restoring restoring = {.leases = leases};

	store_now(commits->store, &restoring.now);
	if (store_read_leases(commits->store, on_stored_lease, &restoring) < 0)
		log_error("dhcp: %s: not all leases could be read", store_path(commits->store));
	return restoring.running;
}

/* Queues the row of a lease: 0, or as store_put_lease. */
static int
put(struct dhcp_commits *commits, const struct lease *lease, uint64_t *ret_ticket)
{
	struct store_lease row = {
		.address = lease->address,
		.owner = lease->owner,
		.state = lease->state,
	};
	struct lease_moment now;
	int64_t left;

	store_now(commits->store, &now);
	left = lease->expires_at - now.up;
	row.end = lease_end_in(&now, left, left > 0 ? (uint32_t)left : 0);
	return store_put_lease(commits->store, &row, ret_ticket);
}

bool
dhcp_commits_hold(struct dhcp_commits *commits, struct leases *leases,
		  const struct dhcp_reply *reply)
{
	struct held *held;
	struct lease_change change;
	int error;

	if (commits == NULL || leases == NULL || !leases_take_change(leases, &change))
		return false;
	held = calloc(1, sizeof(*held));
	error = held != NULL ? put(commits, &change.after, &held->ticket) : -ENOMEM;
	if (error < 0) {
		free(held);
		leases_undo(leases, &change);
		/* -EIO: what was lost is said when it is taken back. */
		if (error != -EIO)
			say_failure(commits,
				    error == -ENOBUFS ? "its disk is too slow" : strerror(-error));
		return true;
	}
	held->leases = leases;
	held->change = change;
	held->has_reply = reply != NULL;
	if (held->has_reply)
		held->reply = *reply;
	hold(commits, held);
	return true;
}
