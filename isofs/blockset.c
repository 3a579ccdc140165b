/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of block numbers; see blockset.h.
 *
 * The numbers come from a hostile image, which could choose them to collide;
 * the multiplication by an odd constant spreads neighbours, and the number of
 * directories is limited by the walk's budget of bytes.
 */
#include "blockset.h"

#include <errno.h>
#include <stdlib.h>

void
blockset_clear(struct blockset *set)
{
	free(set->slots);
	*set = (struct blockset){0};
}

/* The slot that holds `block`, or the free one where it belongs. */
static uint64_t *
find_slot(const struct blockset *set, uint64_t block)
{
	uint32_t i = (uint32_t)(block * 0x9e3779b97f4a7c15u >> 32);

	while (set->slots[i & (set->room - 1)] != 0 && set->slots[i & (set->room - 1)] != block)
		i++;
	return &set->slots[i & (set->room - 1)];
}

static int
grow(struct blockset *set)
{
	struct blockset larger = {.room = set->room ? 2 * set->room : 256, .count = set->count};

	larger.slots = calloc(larger.room, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < set->room; i++)
		if (set->slots[i] != 0)
			*find_slot(&larger, set->slots[i]) = set->slots[i];
	free(set->slots);
	*set = larger;
	return 0;
}

int
blockset_add(struct blockset *set, uint64_t block)
{
	uint64_t *slot;
	int result;

	if (2 * set->count >= set->room) {
		result = grow(set);
		if (result < 0)
			return result;
	}
	slot = find_slot(set, block);
	if (*slot == block)
		return -EEXIST;
	*slot = block;
	set->count++;
	return 0;
}
