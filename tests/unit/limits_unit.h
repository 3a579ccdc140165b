/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What hostile text may cost: 1 MB of it takes 100 ms and 64 MB at most,
 * whatever it says, through the whole reading of an image, recipes and all.
 * Each is read in a process of its own, with as much memory as it may take.
 *
 * PXEISO_SHOW_TIMES=1 in the environment shows what each takes.
 */
#ifndef LIMITS_UNIT_H
#define LIMITS_UNIT_H

#include "unit.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bootcfg.h"
#include "recipe.h"
#include "tree_source.h"

enum { MEGABYTE = 1024 * 1024, ROOM = 64 * MEGABYTE };

#ifdef __SANITIZE_ADDRESS__
enum { IS_SANITIZED = 1, MILLISECONDS = 1500 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { IS_SANITIZED = 1, MILLISECONDS = 1500 };
#else
enum { IS_SANITIZED = 0, MILLISECONDS = 100 };
#endif
#else
enum { IS_SANITIZED = 0, MILLISECONDS = 100 };
#endif

static char config[MEGABYTE];
static struct recipes *recipes;

static inline uint32_t
random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Fills the configuration: `head`, then `piece` as often as it fits, then
   `tail`. */
static inline void
fill(const char *head, const char *piece, const char *tail)
{
	size_t used = strlen(head);
	size_t length = strlen(piece);

	memcpy(config, head, used);
	while (length > 0 && used + length + strlen(tail) < sizeof(config)) {
		memcpy(config + used, piece, length);
		used += length;
	}
	memcpy(config + used, tail, strlen(tail) + 1);
}

static inline double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static inline rlim_t
used_memory(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (file == NULL || fscanf(file, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
		_exit(3);
	fclose(file);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* What is measured: 0 or a negative errno. */
typedef int work_to_measure(const void *context);

/* What the other process does: its status says how it was. */
static inline void
measure(work_to_measure *work, const void *context)
{
	struct rlimit limit = {used_memory() + ROOM, RLIM_INFINITY};
	double start;
	double time;
	int error;

	if (!IS_SANITIZED && setrlimit(RLIMIT_DATA, &limit) < 0)
		_exit(3);
	start = now();
	error = work(context);
	time = now() - start;
	if (getenv("PXEISO_SHOW_TIMES") != NULL)
		fprintf(stderr, "%.1f ms, %ld KiB\n", time,
			(long)(used_memory() - limit.rlim_cur + ROOM) / 1024);
	_exit(error == -ENOMEM ? 1 : time > MILLISECONDS ? 2 : 0);
}

/* The best of three counts: other programs use the same caches, and a processor
   that is busy is slow. */
static inline void
check_cost(const char *name, work_to_measure *work, const void *context)
{
	static const char *const how[] = {"", "more than 64 MB", "more than 100 ms", "no measure"};
	int status = 2 << 8;

	for (unsigned i = 0; i < 3 && WIFEXITED(status) && WEXITSTATUS(status) == 2; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			if (getenv("PXEISO_SHOW_TIMES") != NULL)
				fprintf(stderr, "%s: ", name);
			measure(work, context);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	if (!WIFEXITED(status))
		fail_msg("%s: ended by signal %d", name, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("%s: %s", name, how[WEXITSTATUS(status) % 4]);
}

static inline int
read_tree(const void *files)
{
	struct boot *boot;
	struct tree tree;

	tree_init(&tree, files);
	tree.source.boots_bios = true;
	return bootcfg_read(&tree.source, recipes, &boot);
}

/* Reads an image of these files. */
static inline void
check_files(const char *name, const struct tree_file *files)
{
	check_cost(name, read_tree, files);
}

/* Text made of these words in no order, or, with none of them, of any bytes but
   NUL. */
static inline void
fill_randomly(uint32_t *random, const char *const *words, unsigned count)
{
	size_t used = 0;

	while (used < sizeof(config) - 128) {
		const char *word = count > 0 ? words[random_next(random) % count] : "";

		if (count == 0) {
			config[used++] = (char)(random_next(random) % 255 + 1);
		} else {
			memcpy(config + used, word, strlen(word));
			used += strlen(word);
		}
	}
	config[used] = '\0';
}

static inline int
read_recipes(void **state)
{
	struct text problems = {0};

	(void)state;
	return recipes_new(NULL, &problems, &recipes);
}

static inline int
free_recipes(void **state)
{
	(void)state;
	recipes_free(recipes);
	return 0;
}

#endif
