/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of block numbers: the directory extents that were already read.
 *
 * Open addressing, doubled when half full. Block 0 cannot be in it: no
 * directory lies there.
 */
#ifndef BLOCKSET_H
#define BLOCKSET_H

#include <stdbool.h>
#include <stdint.h>

struct blockset {
	uint64_t *slots; /* 0: free */
	uint32_t room;   /* a power of two, or 0 */
	uint32_t count;
};

void blockset_clear(struct blockset *);

/* Adds `block` (not 0): 0, -EEXIST when it is there already, -ENOMEM. */
int blockset_add(struct blockset *, uint64_t block);

#endif
