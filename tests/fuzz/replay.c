/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replays the inputs of a fuzz target without a fuzzer: every seed under
 * testdata/fuzz/NAME, and a few hundred changed copies of each, the same in
 * every run. Linked with one fuzz_NAME.c each; `make check-unit` runs them.
 *
 *      replay_NAME                   all, as TAP
 *      replay_NAME FILE [CHANGE]     one seed, unchanged (0) or as changed
 *      replay_NAME --unpack FOLDER   writes the seeds' bytes there, for a fuzzer
 *
 * A file that ends in ".hex" is hex digits with white space and # comments;
 * any other file is taken as it is. The work is done by a child, so that a
 * crash or a hang is reported with the input that made it.
 */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANGES = 400, SEED_SIZE = 1 << 20, SEEDS_MAX = 512, SECONDS_MAX = 120 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where the child is; shared with the parent. */
struct place {
	char seed[PATH_MAX];
	unsigned change;
	unsigned inputs;
};

static uint32_t
random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Turns hex text into bytes in place: -> how many. */
static size_t
decode_hex(uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t nibbles = 0;
	bool comment = false;

	for (size_t i = 0; i < size; i++) {
		char c = (char)(bytes[i] >= 'A' && bytes[i] <= 'F' ? bytes[i] + 32 : bytes[i]);
		const char *digit = c ? strchr(digits, c) : NULL;
		if (c == '#' || c == '\n')
			comment = c == '#';
		if (comment || !digit)
			continue;
		uint8_t value = (uint8_t)(digit - digits);
		if (nibbles % 2 == 0)
			bytes[nibbles / 2] = (uint8_t)(value << 4);
		else
			bytes[nibbles / 2] |= value;
		nibbles++;
	}
	return nibbles / 2;
}

/* Reads a seed into `bytes` of SEED_SIZE: -> its length. */
static size_t
read_seed(const char *path, uint8_t *bytes)
{
	size_t length, name = strlen(path);
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		exit(1);
	}
	length = fread(bytes, 1, SEED_SIZE, file);
	fclose(file);
	return name > 4 && strcmp(path + name - 4, ".hex") == 0 ? decode_hex(bytes, length)
								: length;
}

/* One small change: a byte, a run of bytes, a cut, or a piece said twice. */
static size_t
change_once(uint8_t *bytes, size_t length, uint32_t *state)
{
	static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, '/', '.', ' ', '\n', '%', '"', '='};
	size_t at = length ? random_next(state) % length : 0;
	size_t run = length ? random_next(state) % (length - at) % 16 + 1 : 0;

	switch (length ? random_next(state) % 6 : 0) {
	case 0: /* a byte more */
		if (length == SEED_SIZE)
			return length;
		memmove(bytes + at + 1, bytes + at, length - at);
		bytes[at] = (uint8_t)random_next(state);
		return length + 1;
	case 1: /* a run less */
		memmove(bytes + at, bytes + at + run, length - at - run);
		return length - run;
	case 2: /* the end less */
		return at;
	case 3: /* a run said twice */
		if (length + run > SEED_SIZE)
			return length;
		memmove(bytes + at + run, bytes + at, length - at);
		return length + run;
	case 4:
		bytes[at] ^= (uint8_t)(1U << (random_next(state) % 8));
		return length;
	default:
		bytes[at] = odd[random_next(state) % sizeof(odd)];
		return length;
	}
}

/* Change number `number` of a seed; 0 is the seed itself. */
static size_t
change_seed(uint8_t *bytes, size_t length, unsigned number)
{
	uint32_t state = 2463534242U + number * 2654435761U;

	if (number > 0) {
		for (unsigned i = random_next(&state) % 4 + 1; i > 0; i--)
			length = change_once(bytes, length, &state);
	}
	return length;
}

static void
replay_one(const char *path, unsigned change, struct place *place)
{
	static uint8_t bytes[SEED_SIZE];
	size_t length = path[0] ? read_seed(path, bytes) : 0;

	length = change_seed(bytes, length, change);
	snprintf(place->seed, sizeof(place->seed), "%s", path);
	place->change = change;
	place->inputs++;
	/* A copy of its exact size, so that reading one byte too many is seen. */
	uint8_t *copy = malloc(length ? length : 1);
	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	LLVMFuzzerTestOneInput(copy, length);
	free(copy);
}

/* Lists the seeds of testdata/fuzz/`name`: -> how many. */
static size_t
list_seeds(const char *name, char *ret_paths[SEEDS_MAX])
{
	char folder[PATH_MAX];
	struct dirent **entries;
	size_t count = 0;

	snprintf(folder, sizeof(folder), "testdata/fuzz/%s", name);
	int found = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		if (entries[i]->d_name[0] != '.' && count < SEEDS_MAX &&
		    asprintf(&ret_paths[count], "%s/%s", folder, entries[i]->d_name) != -1)
			count++;
		free(entries[i]);
	}
	if (found >= 0)
		free(entries);
	return count;
}

static int
unpack(char *const seeds[], size_t count, const char *folder)
{
	static uint8_t bytes[SEED_SIZE];

	for (size_t i = 0; i < count; i++) {
		char path[PATH_MAX];
		size_t length = read_seed(seeds[i], bytes);
		snprintf(path, sizeof(path), "%s/%s", folder, strrchr(seeds[i], '/') + 1);
		FILE *file = fopen(path, "wb");
		if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

/* All seeds and their changes in a child: -> the status of waitpid(2). */
static int
replay_all(char *const seeds[], size_t count, struct place *place)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		alarm(SECONDS_MAX);
		for (unsigned change = 0; change <= CHANGES; change++)
			replay_one("", change, place);
		for (size_t i = 0; i < count; i++) {
			for (unsigned change = 0; change <= CHANGES; change++)
				replay_one(seeds[i], change, place);
		}
		exit(0);
	}
	if (child == -1 || waitpid(child, &status, 0) != child)
		return -1;
	return status;
}

int
main(int argc, char **argv)
{
	static char *seeds[SEEDS_MAX];
	const char *program = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	const char *name = strchr(program, '_') ? strchr(program, '_') + 1 : program;
	size_t count = list_seeds(name, seeds);
	struct place *place = mmap(NULL, sizeof(*place), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (place == MAP_FAILED)
		return 1;
	if (argc == 3 && strcmp(argv[1], "--unpack") == 0)
		return unpack(seeds, count, argv[2]);
	if (argc > 1) {
		replay_one(argv[1], argc > 2 ? (unsigned)atoi(argv[2]) : 0, place);
		return 0;
	}

	int status = replay_all(seeds, count, place);
	printf("1..1\n%s 1 - %s: %u inputs from %zu seeds\n", status == 0 ? "ok" : "not ok", name,
	       place->inputs, count);
	if (status != 0)
		printf("# fails again with: %s '%s' %u\n", argv[0], place->seed, place->change);
	return status != 0;
}
