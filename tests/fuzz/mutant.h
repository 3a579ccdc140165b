/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images that were changed, the same in every run.
 */
#ifndef MUTANT_H
#define MUTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUTANT_SECTOR = 2048, MUTANT_SECTORS_MAX = 4096 };

/* An image to change, and where its sectors are that have anything in them. */
struct seed {
	const char *path; /* not owned */
	uint8_t *bytes;
	size_t size;
	bool is_udf;
	size_t squashfs; /* which of the sectors is the first of a squashfs; sector_count if none */
	size_t sector_count;
	size_t sectors[MUTANT_SECTORS_MAX];
};

/* Reads an image: -> whether it can be used, being neither too large nor too
   small. Then seed_clear() is due. */
bool seed_load(const char *path, struct seed *ret_seed);
void seed_clear(struct seed *);

/* Writes mutant `number` of the seed to `bytes`, of seed->size bytes: -> how
   many of them it has. */
size_t seed_mutate(const struct seed *, uint64_t number, uint8_t *bytes);

#endif
