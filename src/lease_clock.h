/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a stored lease ends, on a machine whose clock may be set.
 *
 * In memory a lease ends by a clock that nobody can set: CLOCK_BOOTTIME,
 * seconds since this machine started. That clock means nothing after a reboot,
 * so a stored lease has the time of day as well, and which boot it was of:
 *
 *	same boot      by CLOCK_BOOTTIME: exact, wherever the clock was set to
 *	another boot   by the time of day, but never longer than it was lent for
 *
 * So a clock that was set back makes a lease last longer, by no more than its
 * own length, and never shorter. A clock that was wrong during one boot and is
 * right in the next can end one early; its address is then given to another
 * last of all, and only after a probe found it unused.
 *
 * Pure: the time is handed in.
 */
#ifndef LEASE_CLOCK_H
#define LEASE_CLOCK_H

#include <stdint.h>

/* A moment, by both clocks. */
struct lease_moment {
	uint64_t boot; /* stands for this boot of the machine */
	int64_t up;    /* seconds of CLOCK_BOOTTIME */
	int64_t wall;  /* seconds since 1970 */
};

/* When something stored ends, and how long it was given for. */
struct lease_end {
	struct lease_moment at;
	uint32_t seconds;
};

/* The end of what is given now for `seconds`, of which `left` are still to
   come. */
struct lease_end lease_end_in(const struct lease_moment *now, int64_t left, uint32_t seconds);

/* How many seconds of it are left, `seconds` at most; 0 or less: it has ended,
   so many seconds ago. */
int64_t lease_end_left(const struct lease_end *, const struct lease_moment *now);

#endif
