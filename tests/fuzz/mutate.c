/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes whole images and has each read as the daemon reads it: by the real
 * reader process in its jail, then by all of the daemon's own code that looks
 * into an image; and the squashfs in it by another request.
 *
 *      mutate COUNT IMAGE...        mutants 0 .. COUNT - 1, made of the images in turn
 *      mutate =NUMBER IMAGE...      that one only, which is kept in ./mutant.iso
 *
 * The same in every run. A mutant may be refused, with a reason; the reader
 * may not die, hang or be stopped by its jail, and this process not crash. Only
 * of a squashfs may it die: that is libsquashfuse's. In between, the unchanged
 * images must be read as ever. At the end there are as many descriptors as
 * before, and no process. Of each image enough mutants must have been read:
 * what is refused at once proves nothing. Ends with the line of all tests.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "index.h"
#include "monotonic.h"
#include "mutant.h"
#include "nested.h"
#include "reader.h"
#include "reader_protocol.h"
#include "recipe.h"
#include "stream.h"
#include "text.h"

enum { SEEDS_MAX = 64, CHECK_EVERY = 10, SLOW_MS = 10000, READ_AT_LEAST = 8 };

/* How much is read of a squashfs. */
enum { FILES_MAX = 3, BYTES_MAX = 1 << 20 };

/* What became of the mutants of an image. */
struct tally {
	uint64_t digest; /* of the unchanged image's index; 0: it cannot be read */
	unsigned tried;
	unsigned read;       /* there was an index */
	unsigned damaged;    /* of those, where something was missing */
	unsigned unsquashed; /* of those, where the squashfs had an index too */
	unsigned killed;     /* of those, where the squashfs killed the reader */
	int64_t slowest_ms;
};

struct run {
	struct seed seeds[SEEDS_MAX];
	struct tally tallies[SEEDS_MAX];
	size_t seed_count;
	struct reader *reader;
	struct streams *streams;
	struct recipes *recipes;
	bool is_one; /* mutant, that is kept */
	int file;    /* the mutant's */
	char path[64];
	unsigned failed;
};

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

/* The image that a mutant is made of. */
static size_t
seed_of(const struct run *run, uint64_t number)
{
	return run->seed_count > 0 ? (size_t)(number % run->seed_count) : 0;
}

static void
fail(struct run *run, uint64_t number, const char *what)
{
	printf("mutant %" PRIu64 " of %s: %s\n", number, run->seeds[seed_of(run, number)].path,
	       what);
	run->failed++;
}

/* All that reader.c says when it was not the image that was refused. */
static bool
is_readers_end(const char *why)
{
	return strncmp(why, "the reader ", 11) == 0;
}

/* --- the daemon's view ------------------------------------------------------ */

/* Touches all that the index says: -> a number that is another one for another
   tree, and never 0. */
static uint64_t
digest_index(const struct index *index)
{
	uint64_t digest = 1;
	char path[4096];
	uint32_t node;

	for (uint32_t i = 0; i < index_node_count(index); i++) {
		if (index_path(index, i, path, sizeof(path)) < 0)
			continue;
		index_lookup(index, path, INDEX_CASEFOLD, &node);
		for (const char *byte = path; *byte; byte++)
			digest = digest * 31 + (unsigned char)*byte;
		digest = digest * 31 + index_size(index, i);
	}
	return digest | 1;
}

/* Opens an image as the daemon does: -> it, or NULL when that failed. */
static struct image *
open_image(struct run *run, uint64_t number, const char *path)
{
	struct image *image;

	if (image_open(run->reader, run->recipes, path, "mutant", &image) < 0) {
		fail(run, number, "no memory");
		return NULL;
	}
	if (!image->index && is_readers_end(image->why))
		fail(run, number, image->why);
	return image;
}

/* Reads a file of a squashfs to its end: -> whether the reader went on as long
   as it was read. What comes of a broken one is all the same. */
static bool
read_stream(const struct stream_source *source, uint64_t length)
{
	static uint8_t buffer[64 * 1024];
	const struct in_addr client = {0};
	int64_t start = monotonic_ms();
	struct stream *stream;

	if (stream_open(source, client, 0, length, &stream) < 0)
		abort();
	while (length > 0 && monotonic_ms() - start < SLOW_MS) {
		struct pollfd ready = {.fd = stream_fd(stream), .events = POLLIN};
		size_t wanted = length < sizeof(buffer) ? (size_t)length : sizeof(buffer);
		ssize_t got = stream_read(stream, buffer, wanted);

		if (got == -EINPROGRESS)
			poll(&ready, 1, 1000);
		else if (got < 0)
			break;
		else
			length -= (uint64_t)got;
	}
	stream_close(stream);
	streams_reap(source->streams);
	return monotonic_ms() - start < SLOW_MS;
}

/* Reads the first files that the squashfs' index has. */
static void
read_squashfs(struct run *run, uint64_t number, struct stream_source *source,
	      const struct index *index)
{
	unsigned left = FILES_MAX;

	for (uint32_t i = 0; i < index_node_count(index) && left > 0; i++) {
		struct extent inode;
		uint64_t size = index_size(index, i);

		if (size == 0 || nested_extent(index, i, &inode) < 0)
			continue;
		source->inode = inode.offset;
		if (!read_stream(source, size < BYTES_MAX ? size : BYTES_MAX))
			fail(run, number, "a file of its squashfs took more than 10 s");
		left--;
	}
}

/* Opens the squashfs that is in an image, if there is one. */
static void
open_squashfs(struct run *run, uint64_t number, const struct image *image)
{
	struct tally *tally = &run->tallies[seed_of(run, number)];
	struct stream_source source = {.streams = run->streams, .image_fd = image->fd};
	struct index *index;
	char why[120];
	uint32_t node;

	if (index_lookup(image->index, "live/filesystem.squashfs", INDEX_CASEFOLD, &node) < 0 ||
	    nested_extent(image->index, node, &source.squashfs) < 0)
		return;
	if (reader_index_squashfs(run->reader, image->fd, &source.squashfs, &index, why,
				  sizeof(why)) == 0) {
		tally->unsquashed++;
		digest_index(index);
		read_squashfs(run, number, &source, index);
		index_close(index);
	} else {
		tally->killed += is_readers_end(why);
	}
}

static void
open_mutant(struct run *run, uint64_t number)
{
	struct tally *tally = &run->tallies[seed_of(run, number)];
	int64_t start = monotonic_ms(), took;
	struct image *image = open_image(run, number, run->path);

	tally->tried++;
	if (image && image->index) {
		tally->read++;
		tally->damaged += index_volume(image->index)->damage[0] != '\0';
		digest_index(image->index);
		open_squashfs(run, number, image);
	} else if (image && run->is_one) {
		puts(image->why);
	}
	image_unref(image);
	took = monotonic_ms() - start;
	if (took > tally->slowest_ms)
		tally->slowest_ms = took;
	if (took > SLOW_MS)
		fail(run, number, "more than 10 s");
}

static void
try_mutant(struct run *run, uint64_t number)
{
	const struct seed *seed = &run->seeds[seed_of(run, number)];
	uint8_t *bytes = malloc(seed->size);
	size_t size = bytes ? seed_mutate(seed, number, bytes) : 0;

	if (!bytes || ftruncate(run->file, 0) < 0 ||
	    pwrite(run->file, bytes, size, 0) != (ssize_t)size)
		abort();
	free(bytes);
	open_mutant(run, number);
}

/* An unchanged image is read as if nothing had been. */
static void
try_unchanged(struct run *run, uint64_t number, size_t which)
{
	uint64_t digest = run->tallies[which].digest;
	struct image *image;

	if (digest == 0)
		return;
	image = open_image(run, number, run->seeds[which].path);
	if (!image || !image->index || digest_index(image->index) != digest)
		fail(run, number, "after it an unchanged image is read otherwise");
	image_unref(image);
}

/* --- the run ------------------------------------------------------------------ */

static void
read_unchanged(struct run *run)
{
	for (size_t i = 0; i < run->seed_count; i++) {
		struct image *image = open_image(run, i, run->seeds[i].path);

		if (image && image->index)
			run->tallies[i].digest = digest_index(image->index);
		else
			printf("%s: %s\n", run->seeds[i].path, image ? image->why : "no memory");
		image_unref(image);
	}
}

static void
report(struct run *run)
{
	for (size_t i = 0; i < run->seed_count; i++) {
		const struct tally *tally = &run->tallies[i];
		const char *slash = strrchr(run->seeds[i].path, '/');

		printf("%-24s %5u mutants, %5u read, %5u with damage, slowest %" PRId64 " ms\n",
		       slash ? slash + 1 : run->seeds[i].path, tally->tried, tally->read,
		       tally->damaged, tally->slowest_ms);
		if (tally->unsquashed + tally->killed > 0)
			printf("%-24s %5u squashfs read, %u ended the reader\n", "",
			       tally->unsquashed, tally->killed);
		if (tally->digest != 0 && tally->read * READ_AT_LEAST < tally->tried)
			fail(run, i, "hardly any of its mutants can be read");
	}
}

static int
try_all(struct run *run, uint64_t count)
{
	unsigned before;

	read_unchanged(run);
	before = count_descriptors();
	for (uint64_t number = 0; number < count; number++) {
		try_mutant(run, number);
		if (number % CHECK_EVERY == 0)
			try_unchanged(run, number, number / CHECK_EVERY % run->seed_count);
	}
	for (size_t i = 0; i < run->seed_count; i++)
		try_unchanged(run, count - 1, i);
	/* The reader's socket is there or not. */
	if (count_descriptors() > before + 1)
		fail(run, count - 1, "descriptors were left open");
	reader_free(run->reader);
	streams_free(run->streams);
	run->reader = NULL;
	run->streams = NULL;
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		fail(run, count - 1, "a process was left");
	report(run);
	printf("%" PRIu64 " passed, %u failed, 0 skipped\n",
	       count > run->failed ? count - run->failed : 0, run->failed);
	return run->failed > 0;
}

/* The file of the mutants: ./mutant.iso when one is to be kept. */
static int
open_file(struct run *run)
{
	const char *folder = getenv("TMPDIR");

	snprintf(run->path, sizeof(run->path), run->is_one ? "mutant.iso" : "%s/mutant-XXXXXX",
		 folder ? folder : "/tmp");
	run->file = run->is_one ? open(run->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644)
				: mkostemp(run->path, O_CLOEXEC);
	if (run->file < 0)
		perror(run->path);
	return run->file;
}

static int
work(struct run *run, const char *what)
{
	int result;

	run->is_one = what[0] == '=';
	if (open_file(run) < 0)
		return 1;
	if (!run->is_one) {
		result = try_all(run, strtoull(what, NULL, 10));
		unlink(run->path);
	} else {
		try_mutant(run, strtoull(what + 1, NULL, 10));
		result = run->failed > 0;
	}
	close(run->file);
	return result;
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
		run.seed_count += seed_load(argv[i], &run.seeds[run.seed_count]);
	if (argc < 3 || run.seed_count == 0) {
		fprintf(stderr, "usage: mutate COUNT|=NUMBER IMAGE...\n");
		return 2;
	}
	if (reader_new("/proc/self/exe", &run.reader) < 0 ||
	    streams_new("/proc/self/exe", &run.streams) < 0 ||
	    recipes_new(NULL, &problems, &run.recipes) < 0)
		return 1;
	result = work(&run, argv[1]);
	reader_free(run.reader);
	streams_free(run.streams);
	recipes_free(run.recipes);
	text_free(&problems);
	for (size_t i = 0; i < run.seed_count; i++)
		seed_clear(&run.seeds[i]);
	return result;
}
