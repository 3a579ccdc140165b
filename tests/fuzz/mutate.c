/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes whole images and has each read as the daemon reads it: by the real
 * reader process in its jail, then by all of the daemon's own code that looks
 * into an image.
 *
 *      mutate COUNT IMAGE...        mutants 0 .. COUNT - 1, made of the images in turn
 *      mutate =NUMBER IMAGE...      that one only, which is kept in ./mutant.iso
 *
 * The same in every run. A mutant may be refused, with a reason; the reader
 * may not die, hang or be stopped by its jail, and this process not crash. In
 * between, an unchanged image must be readable as ever, and the number of open
 * descriptors is what it was. Ends with the line of all tests.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "boot.h"
#include "image.h"
#include "index.h"
#include "reader.h"
#include "reader_protocol.h"
#include "recipe.h"
#include "text.h"

enum {
	SECTOR = 2048,
	SEED_MAX = 8 << 20,
	SEEDS_MAX = 64,
	SECTORS_MAX = 4096,
	CHECK_EVERY = 100,
	SLOW_MS = 5000
};

/* An image to change, and where its sectors are that have anything in them. */
struct seed {
	const char *path;
	uint8_t *bytes;
	size_t size;
	size_t sectors[SECTORS_MAX];
	size_t sector_count;
};

struct run {
	struct seed seeds[SEEDS_MAX];
	size_t seed_count;
	struct reader *reader;
	struct recipes *recipes;
	unsigned read;    /* mutants of which there was an index */
	unsigned damaged; /* of those, where something was missing */
	unsigned refused;
	unsigned failed;
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

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned
count_descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	if (!folder)
		abort();
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* --- seeds ----------------------------------------------------------------- */

static bool
is_empty(const uint8_t *sector, size_t length)
{
	return sector[0] == 0 && memcmp(sector, sector + 1, length - 1) == 0;
}

/* Reads an image, unless it is too large or cannot be read: -> whether. */
static bool
load_seed(const char *path, struct seed *seed)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = false;

	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size < 17 * SECTOR ||
	    status.st_size > SEED_MAX)
		goto close_fd;
	*seed = (struct seed){.path = path, .size = (size_t)status.st_size};
	seed->bytes = malloc(seed->size);
	if (!seed->bytes || pread(fd, seed->bytes, seed->size, 0) != status.st_size)
		goto close_fd;
	for (size_t at = 0; at + SECTOR <= seed->size && seed->sector_count < SECTORS_MAX;
	     at += SECTOR) {
		if (!is_empty(seed->bytes + at, SECTOR))
			seed->sectors[seed->sector_count++] = at;
	}
	done = seed->sector_count > 0;
close_fd:
	if (fd >= 0)
		close(fd);
	return done;
}

/* --- changes --------------------------------------------------------------- */

/* A place in a sector that holds something; the early ones, where the
   structures are, are taken more often. */
static size_t
choose_place(const struct seed *seed, uint64_t *state)
{
	size_t near = seed->sector_count < 40 ? seed->sector_count : 40;
	size_t among = random_next(state) % 4 == 0 ? seed->sector_count : near;
	size_t sector = seed->sectors[random_next(state) % among];
	/* Most of a sector's meaning is at its beginning. */
	size_t within = random_next(state) % 2 ? SECTOR : 256;

	return sector + random_next(state) % within;
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

/* Mutant `number`, in a file of memory: -> its descriptor. */
static int
make_mutant(const struct run *run, uint64_t number)
{
	const struct seed *seed = &run->seeds[number % run->seed_count];
	uint64_t state = number * UINT64_C(0x2545f4914f6cdd1d) + 1;
	uint8_t *bytes = malloc(seed->size);
	size_t size = seed->size;
	int fd = memfd_create("mutant", MFD_CLOEXEC);

	if (!bytes || fd < 0)
		abort();
	memcpy(bytes, seed->bytes, size);
	for (uint64_t i = random_next(&state) % 8 + 1; i > 0; i--)
		size = change(seed, bytes, size, &state);
	if (pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	free(bytes);
	return fd;
}

/* --- the daemon's view ------------------------------------------------------ */

/* Touches all that the index says. */
static void
walk_index(const struct index *index)
{
	char path[4096];
	uint32_t node;

	for (uint32_t i = 0; i < index_node_count(index); i++) {
		if (index_path(index, i, path, sizeof(path)) == 0)
			index_lookup(index, path, INDEX_CASEFOLD, &node);
	}
}

static void
fail(struct run *run, uint64_t number, const char *what)
{
	printf("mutant %" PRIu64 " of %s: %s\n", number, run->seeds[number % run->seed_count].path,
	       what);
	run->failed++;
}

static void
open_mutant(struct run *run, uint64_t number, const char *path)
{
	int64_t start = now_ms();
	struct image *image;

	if (image_open(run->reader, run->recipes, path, "mutant", &image) < 0) {
		fail(run, number, "no memory");
		return;
	}
	if (image->index) {
		run->read++;
		run->damaged += index_volume(image->index)->damage[0] != '\0';
		walk_index(image->index);
	} else {
		run->refused++;
		/* All that reader.c says when it was not the image that was refused. */
		if (strncmp(image->why, "the reader ", 11) == 0)
			fail(run, number, image->why);
	}
	image_unref(image);
	if (now_ms() - start > SLOW_MS)
		fail(run, number, "more than 5 s");
}

static void
try_mutant(struct run *run, uint64_t number)
{
	char path[64];
	int fd = make_mutant(run, number);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	open_mutant(run, number, path);
	close(fd);
}

/* An unchanged image is read as if nothing had been. */
static void
try_unchanged(struct run *run, uint64_t number, const struct seed *seed)
{
	struct image *image;

	if (image_open(run->reader, run->recipes, seed->path, "seed", &image) < 0) {
		fail(run, number, "no memory");
		return;
	}
	if (!image->index)
		fail(run, number, "the unchanged image cannot be read after it");
	image_unref(image);
}

/* The seed that is known to be readable: -> it, or NULL. */
static const struct seed *
find_readable(struct run *run)
{
	for (size_t i = 0; i < run->seed_count; i++) {
		struct image *image;
		bool is_readable;

		if (image_open(run->reader, run->recipes, run->seeds[i].path, "seed", &image) < 0)
			return NULL;
		is_readable = image->index != NULL;
		image_unref(image);
		if (is_readable)
			return &run->seeds[i];
	}
	return NULL;
}

static int
try_all(struct run *run, uint64_t count)
{
	const struct seed *readable = find_readable(run);
	unsigned before = count_descriptors();

	if (!readable) {
		fprintf(stderr, "mutate: none of the images can be read\n");
		return 1;
	}
	for (uint64_t number = 0; number < count; number++) {
		try_mutant(run, number);
		if (number % CHECK_EVERY == 0)
			try_unchanged(run, number, readable);
	}
	try_unchanged(run, count - 1, readable);
	/* The reader's socket is there or not. */
	if (count_descriptors() > before + 1)
		fail(run, count - 1, "descriptors were left open");
	printf("%u mutants were read, %u of them with damage; %u were refused\n", run->read,
	       run->damaged, run->refused);
	printf("%" PRIu64 " passed, %u failed, 0 skipped\n", count - run->failed, run->failed);
	return run->failed > 0;
}

/* Keeps one mutant in a file, and reads it from there. */
static int
keep(struct run *run, uint64_t number)
{
	int fd = make_mutant(run, number);
	int file = open("mutant.iso", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct stat status;
	off_t done = 0;

	if (file < 0 || fstat(fd, &status) < 0 || lseek(fd, 0, SEEK_SET) != 0 ||
	    copy_file_range(fd, &done, file, NULL, (size_t)status.st_size, 0) != status.st_size) {
		perror("mutant.iso");
		return 1;
	}
	open_mutant(run, number, "mutant.iso");
	return run->failed > 0;
}

int
main(int argc, char **argv)
{
	static struct run run;
	struct text problems = {0};
	int result;

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		reader_serve(READER_FD);
	for (int i = 2; i < argc && run.seed_count < SEEDS_MAX; i++)
		run.seed_count += load_seed(argv[i], &run.seeds[run.seed_count]);
	if (argc < 3 || run.seed_count == 0) {
		fprintf(stderr, "usage: mutate COUNT|=NUMBER IMAGE...\n");
		return 2;
	}
	if (reader_new("/proc/self/exe", &run.reader) < 0 ||
	    recipes_new(NULL, &problems, &run.recipes) < 0)
		return 1;
	result = argv[1][0] == '=' ? keep(&run, strtoull(argv[1] + 1, NULL, 10))
				   : try_all(&run, strtoull(argv[1], NULL, 10));
	reader_free(run.reader);
	recipes_free(run.recipes);
	text_free(&problems);
	for (size_t i = 0; i < run.seed_count; i++)
		free(run.seeds[i].bytes);
	return result;
}
