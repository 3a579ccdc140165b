/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is freed all at once: each piece is an allocation of its own on
 * a list, so that the sanitizers still see a step past its end.
 */
#include "arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	max_align_t bytes[];
};

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL) {
		arena->error = -ENOMEM;
		return NULL;
	}
	block->next = arena->blocks;
	arena->blocks = block;
	return block->bytes;
}

char *
arena_copy(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (copy != NULL && length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *
arena_string(struct arena *arena, const char *string)
{
	return arena_copy(arena, string, strlen(string));
}

void
arena_free(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}
