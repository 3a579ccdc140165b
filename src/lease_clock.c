/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of the ends of stored leases; what a damaged file may hold
 * overflows nothing.
 */
#include "lease_clock.h"

struct lease_end
lease_end_in(const struct lease_moment *now, int64_t left, uint32_t seconds)
{
	return (struct lease_end){
		.at = {.boot = now->boot, .up = now->up + left, .wall = now->wall + left},
		.seconds = seconds,
	};
}

int64_t
lease_end_left(const struct lease_end *end, const struct lease_moment *now)
{
	const int same_boot = end->at.boot == now->boot;
	int64_t left;

	/* Only a damaged file has such numbers. */
	if (__builtin_sub_overflow(same_boot ? end->at.up : end->at.wall,
				   same_boot ? now->up : now->wall, &left))
		return 0;
	return left < end->seconds ? left : end->seconds;
}
