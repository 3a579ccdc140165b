/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is freed all at once: for the many small things of a parse that
 * live and die together.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena_block;

/* All zero is an empty arena. */
struct arena {
	struct arena_block *blocks;
	int error; /* 0, or -ENOMEM once something could not be had */
};

/* `size` bytes of zeros: NULL when out of memory. */
void *arena_alloc(struct arena *, size_t size);

/* A copy of the first `length` bytes of `bytes`, as a string: likewise. */
char *arena_copy(struct arena *, const char *bytes, size_t length);

/* A copy of a string: likewise. */
char *arena_string(struct arena *, const char *string);

void arena_free(struct arena *);

#endif
