/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_cost PXEISO IMAGE: what the index of an image costs.
 *
 * The reader process of PXEISO makes the index, as it does for the daemon; it
 * is mapped and asked here, through the daemon's own code. Printed are lines of
 * "what number":
 *
 *      milliseconds           of each reader_index, the first with the start of
 *                             the process
 *      files entries          and with directories
 *      bytes name_bytes       of the index; of the names and targets in it
 *      resident               bytes of it in memory, and what is on the heap
 *      lookup-KIND            nanoseconds of index_lookup as the daemon asks
 *        in_order random      for all paths
 *        flat deep            for those in the largest directory, and for those
 *                             farthest from the root
 *        other_case missing   for all paths, in capitals, and with a letter more
 *
 * All paths are asked for in slices, ROUNDS times over. The fastest time of each
 * slice counts: what else the machine does only ever adds. The paths lie in
 * memory in the order of asking, so that no time goes into fetching questions.
 */
#include <ctype.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "index.h"
#include "reader.h"

enum { INDEXINGS = 9, ROUNDS = 15, SLICE = 1000, PATH_SIZE = 4096 };

/* Paths one behind the other, each with its NUL. */
struct questions {
	char *text;
	size_t length;
	size_t count;
};

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "index_cost: %s: %s\n", what, why);
	exit(1);
}

static double
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* --- making it --------------------------------------------------------------- */

static struct index *
make_index(const char *program, const char *image)
{
	struct index *index = NULL;
	struct reader *reader;
	char why[256];
	int fd = open(image, O_RDONLY);

	if (fd < 0 || reader_new(program, &reader) < 0)
		fail(image, "cannot be opened");
	for (int i = 0; i < INDEXINGS; i++) {
		double start;

		index_close(index);
		start = now_ns(CLOCK_MONOTONIC);
		if (reader_index(reader, fd, &index, why, sizeof(why)) < 0)
			fail(image, why);
		printf("milliseconds %.3f\n", (now_ns(CLOCK_MONOTONIC) - start) / 1e6);
	}
	reader_free(reader);
	return index;
}

/* Bytes of the index's mapping that are in memory. */
static size_t
resident_bytes(void)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool is_index = false;
	char line[512];
	size_t kib = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (strchr("0123456789abcdef", line[0]))
			is_index = strstr(line, "memfd:pxeiso-index") != NULL;
		else if (is_index && strncmp(line, "Rss:", 4) == 0)
			kib += strtoul(line + 4, NULL, 10);
	}
	if (!maps || kib == 0)
		fail("/proc/self/smaps", "it does not show the index");
	fclose(maps);
	return kib * 1024;
}

static void
print_size(const struct index *index, size_t heap)
{
	uint32_t files = 0, nodes = index_node_count(index);
	size_t names = 0;

	for (uint32_t i = 0; i < nodes; i++) {
		files += index_kind(index, i) != NODE_DIRECTORY;
		names += strlen(index_name(index, i)) + strlen(index_target(index, i));
	}
	printf("files %u\nentries %u\n", files, nodes);
	printf("bytes %zu\nname_bytes %zu\n", index_length(index), names);
	printf("resident %zu\n", resident_bytes() + heap);
}

/* --- asking it --------------------------------------------------------------- */

static unsigned
depth(const struct index *index, uint32_t node)
{
	unsigned levels = 0;

	for (; node != 0; node = index_parent(index, node))
		levels++;
	return levels;
}

/* Which nodes a kind of lookup is about. */
struct selection {
	bool is_shuffled;
	uint32_t parent; /* only its children, unless 0 */
	unsigned depth;  /* only nodes so deep, unless 0 */
};

static uint32_t
select_nodes(const struct index *index, struct selection selection, uint32_t *nodes)
{
	uint64_t state = 88172645463325252u;
	uint32_t count = 0;

	for (uint32_t i = 1; i < index_node_count(index); i++)
		if ((selection.parent == 0 || index_parent(index, i) == selection.parent) &&
		    (selection.depth == 0 || depth(index, i) == selection.depth))
			nodes[count++] = i;
	for (uint32_t i = count; selection.is_shuffled && i > 1; i--) {
		uint32_t other, node = nodes[i - 1];

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		other = (uint32_t)(state % i);
		nodes[i - 1] = nodes[other];
		nodes[other] = node;
	}
	return count;
}

/* The paths of these nodes. `change` is 'C' for capitals, '+' for a letter
   more, 0 for neither. */
static struct questions
make_questions(const struct index *index, struct selection selection, char change)
{
	uint32_t *nodes = calloc(index_node_count(index), sizeof(*nodes));
	struct questions questions = {0};
	FILE *text = open_memstream(&questions.text, &questions.length);
	uint32_t count = nodes ? select_nodes(index, selection, nodes) : 0;

	for (uint32_t i = 0; text && i < count; i++) {
		char path[PATH_SIZE];

		if (index_path(index, nodes[i], path, sizeof(path)) < 0)
			continue;
		for (char *c = path; change == 'C' && *c; c++)
			*c = (char)toupper((unsigned char)*c);
		fprintf(text, "%s%s%c", path, change == '+' ? "z" : "", '\0');
		questions.count++;
	}
	if (!text || fclose(text) != 0 || !nodes)
		fail("paths", "no memory");
	free(nodes);
	return questions;
}

/* Looks up `count` paths from *path on: -> nanoseconds. */
static double
ask(const struct index *index, size_t count, bool is_missing, const char **path)
{
	double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t node;

		found += index_lookup(index, *path, INDEX_CASEFOLD | INDEX_NOFOLLOW, &node) == 0;
		*path += strlen(*path) + 1;
	}
	if (found != (is_missing ? 0 : count))
		fail(*path, "a path before it is not found, or one that should not be");
	return now_ns(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void
print_lookup(const struct index *index, const char *kind, struct selection selection, char change)
{
	struct questions questions = make_questions(index, selection, change);
	size_t slices = questions.count / SLICE + 1;
	double *best = calloc(slices, sizeof(*best));
	double sum = 0;

	for (int round = 0; best && round < ROUNDS; round++) {
		const char *path = questions.text;

		for (size_t i = 0; i < slices; i++) {
			size_t count = i + 1 < slices ? SLICE : questions.count % SLICE;
			double taken = ask(index, count, change == '+', &path);

			if (round == 0 || taken < best[i])
				best[i] = taken;
		}
	}
	for (size_t i = 0; best && i < slices; i++)
		sum += best[i];
	printf("lookup-%s %.1f\n", kind, sum / (double)questions.count);
	free(best);
	free(questions.text);
}

static void
print_lookups(const struct index *index)
{
	struct selection flat = {.is_shuffled = true}, deep = {.is_shuffled = true};
	uint32_t most = 0, first;

	for (uint32_t i = 0; i < index_node_count(index); i++) {
		if (index_children(index, i, &first) > most) {
			most = index_children(index, i, &first);
			flat.parent = i;
		}
		if (depth(index, i) > deep.depth)
			deep.depth = depth(index, i);
	}
	print_lookup(index, "in_order", (struct selection){0}, 0);
	print_lookup(index, "random", (struct selection){.is_shuffled = true}, 0);
	print_lookup(index, "flat", flat, 0);
	print_lookup(index, "deep", deep, 0);
	print_lookup(index, "other_case", (struct selection){.is_shuffled = true}, 'C');
	print_lookup(index, "missing", (struct selection){.is_shuffled = true}, '+');
}

int
main(int argc, char **argv)
{
	static char output[BUFSIZ]; /* not on the heap, which is measured */
	size_t heap = mallinfo2().uordblks;
	struct index *index;
	cpu_set_t one;

	if (argc != 3)
		fail("usage", "index_cost PXEISO IMAGE");
	setvbuf(stdout, output, _IOLBF, sizeof(output));
	index = make_index(argv[1], argv[2]);
	print_size(index, mallinfo2().uordblks - heap);

	CPU_ZERO(&one);
	CPU_SET((unsigned)sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		fail("sched_setaffinity", "the lookups stay on no processor");
	print_lookups(index);
	index_close(index);
	return 0;
}
