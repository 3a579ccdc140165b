/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that wait: see tftp_arrival.h.
 */
#include "tftp_arrival.h"

#include <stdbool.h>
#include <stdlib.h>

enum { PATIENCE = 60 * 1000 * 1000 }; /* microseconds */

static bool
is_same_client(const struct tftp_arrival *a, const struct tftp_arrival *b)
{
	return a->datagram.peer.sin_addr.s_addr == b->datagram.peer.sin_addr.s_addr &&
	       a->datagram.peer.sin_port == b->datagram.peer.sin_port;
}

void
tftp_park(struct tftp_parked *parked, const struct tftp_arrival *arrival)
{
	unsigned place = parked->next;
	struct tftp_arrival *copy;

	for (unsigned i = 0; i < TFTP_PARKED_MAX; i++) {
		if (parked->arrivals[i] != NULL && is_same_client(parked->arrivals[i], arrival))
			place = i;
	}
	copy = parked->arrivals[place];
	if (copy == NULL)
		copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return;
	*copy = *arrival;
	if (copy->since == 0)
		copy->since = copy->now;
	parked->arrivals[place] = copy;
	if (place == parked->next)
		parked->next = (place + 1) % TFTP_PARKED_MAX;
}

void
tftp_unpark(struct tftp_parked *parked, uint64_t now,
	    void (*take)(struct tftp *, const struct tftp_arrival *), struct tftp *tftp)
{
	struct tftp_parked taken = *parked;

	/* One that is taken may have to wait again. */
	*parked = (struct tftp_parked){0};
	for (unsigned i = 0; i < TFTP_PARKED_MAX; i++) {
		struct tftp_arrival *arrival = taken.arrivals[(taken.next + i) % TFTP_PARKED_MAX];

		if (arrival == NULL || now - arrival->since >= PATIENCE)
			continue;
		arrival->now = now; /* its transfer begins only here */
		take(tftp, arrival);
	}
	tftp_parked_clear(&taken);
}

void
tftp_parked_clear(struct tftp_parked *parked)
{
	for (unsigned i = 0; i < TFTP_PARKED_MAX; i++)
		free(parked->arrivals[i]);
	*parked = (struct tftp_parked){0};
}
