/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images that were changed; see mutant.h.
 *
 * The structures of an image are few sectors among many: only those that have
 * something in them are changed, the early ones more often, and those of a
 * squashfs most of all if there is one.
 */
#include "mutant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "udf_repair.h"

enum {
	SECTOR = MUTANT_SECTOR,
	FIRST_SIZE = 17 * SECTOR,
	LAST_SIZE = 8 << 20,
	EARLY = 40,
	CHANGES_MAX = 8
};

static uint64_t
random_next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* --- seeds ----------------------------------------------------------------- */

/* Nothing, or a file of the same byte all over. */
static bool
is_uniform(const uint8_t *sector)
{
	return memcmp(sector, sector + 1, SECTOR - 1) == 0;
}

/* Notes which sectors have something in them, and what that is. */
static void
find_sectors(struct seed *seed)
{
	bool has_squashfs = false;

	for (size_t at = 0; at + SECTOR <= seed->size; at += SECTOR) {
		const uint8_t *sector = seed->bytes + at;

		if (is_uniform(sector) || seed->sector_count == MUTANT_SECTORS_MAX)
			continue;
		if (memcmp(sector, "hsqs", 4) == 0 && !has_squashfs) {
			has_squashfs = true;
			seed->squashfs = seed->sector_count;
		}
		seed->is_udf = seed->is_udf || memcmp(sector + 1, "NSR0", 4) == 0;
		seed->sectors[seed->sector_count++] = at;
	}
	if (!has_squashfs)
		seed->squashfs = seed->sector_count;
}

bool
seed_load(const char *path, struct seed *ret_seed)
{
	struct seed seed = {.path = path};
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size < FIRST_SIZE ||
	    status.st_size > LAST_SIZE)
		goto close_fd;
	seed.size = (size_t)status.st_size;
	seed.bytes = malloc(seed.size);
	if (!seed.bytes || pread(fd, seed.bytes, seed.size, 0) != status.st_size)
		goto close_fd;
	find_sectors(&seed);
	*ret_seed = seed;
close_fd:
	if (fd >= 0)
		close(fd);
	if (seed.sector_count == 0)
		free(seed.bytes);
	return seed.sector_count > 0;
}

void
seed_clear(struct seed *seed)
{
	free(seed->bytes);
}

/* --- changes --------------------------------------------------------------- */

/* A place in a sector that holds something; the early ones, where the
   structures are, are taken more often. */
static size_t
choose_place(const struct seed *seed, uint64_t *state)
{
	size_t nested = seed->sector_count - seed->squashfs;
	size_t near = seed->sector_count < EARLY ? seed->sector_count : EARLY;
	size_t among = random_next(state) % 4 == 0 ? seed->sector_count : near;
	size_t sector = random_next(state) % among;
	/* Most of a sector's meaning is at its beginning. */
	size_t within = random_next(state) % 2 ? SECTOR : 256;

	if (nested > 0 && random_next(state) % 4 > 0)
		sector = seed->squashfs + random_next(state) % (nested < EARLY ? nested : EARLY);
	return seed->sectors[sector] + random_next(state) % within;
}

/* A number that is at some limit, in one byte order, the other, or both. */
static void
put_odd_number(const struct seed *seed, uint8_t *bytes, size_t at, uint64_t *state)
{
	static const uint32_t limits[] = {0,      1,      0x7f,   0x80,       0xff,
					  0x7fff, 0x8000, 0xffff, 0x80000000, 0xfffff800};
	const uint32_t own[] = {(uint32_t)(seed->size / SECTOR), (uint32_t)seed->size,
				(uint32_t)(at / SECTOR), UINT32_MAX};
	const uint64_t which = random_next(state) % 14;
	uint32_t value = which < 10 ? limits[which] : own[which - 10];
	size_t width = (size_t)1 << random_next(state) % 3;
	const uint64_t order = random_next(state) % 3;

	for (size_t i = 0; i < width && at + width + i < seed->size; i++) {
		if (order != 1)
			bytes[at + i] = (uint8_t)(value >> 8 * i);
		if (order == 1)
			bytes[at + i] = (uint8_t)(value >> 8 * (width - 1 - i));
		if (order == 2)
			bytes[at + width + i] = (uint8_t)(value >> 8 * (width - 1 - i));
	}
}

static void
copy_piece(const struct seed *seed, uint8_t *bytes, uint64_t *state)
{
	size_t from = choose_place(seed, state), to = choose_place(seed, state);
	size_t length = random_next(state) % 2 ? SECTOR : random_next(state) % 200;

	if (length == SECTOR) {
		from -= from % SECTOR;
		to -= to % SECTOR;
	}
	if (from + length <= seed->size && to + length <= seed->size)
		memmove(bytes + to, bytes + from, length);
}

/* One change: -> the size of the image afterwards. */
static size_t
change(const struct seed *seed, uint8_t *bytes, size_t size, uint64_t *state)
{
	size_t at = choose_place(seed, state);
	uint64_t kind = random_next(state) % 16;

	if (kind == 0)
		size = random_next(state) % 8 ? size : random_next(state) % size;
	else if (kind <= 2)
		copy_piece(seed, bytes, state);
	else if (kind == 3)
		memset(bytes + at, (int)kind, random_next(state) % (seed->size - at) % 64);
	else if (kind <= 8)
		put_odd_number(seed, bytes, at, state);
	else if (kind <= 11)
		bytes[at] = (uint8_t)random_next(state);
	else
		bytes[at] ^= (uint8_t)(1U << random_next(state) % 8);
	return size;
}

size_t
seed_mutate(const struct seed *seed, uint64_t number, uint8_t *bytes)
{
	uint64_t state = number * UINT64_C(0x2545f4914f6cdd1d) + 1;
	size_t size = seed->size;

	memcpy(bytes, seed->bytes, size);
	for (uint64_t i = random_next(&state) % CHANGES_MAX + 1; i > 0; i--)
		size = change(seed, bytes, size, &state);
	if (seed->is_udf && random_next(&state) % 4 > 0) {
		for (size_t at = UDF_REPAIR_FIRST * SECTOR; at + SECTOR <= size; at += SECTOR)
			udf_repair_sector(bytes + at);
	}
	return size;
}
