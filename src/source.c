/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding files in an image by pattern. A pattern is walked segment by
 * segment: one without a wildcard is looked up, one with is compared with the
 * names of its directory. Both the depth and the number of names looked at
 * are bounded, since patterns meet images made by others.
 */
#include "source.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* Names compared for one pattern; an honest image has some thousands. */
enum { GLOB_NAMES_LIMIT = 200000, GLOB_DEPTH_LIMIT = 16 };

struct glob {
	const struct source *source;
	struct source_node *nodes;
	unsigned limit;
	unsigned count;
	unsigned names; /* compared so far */
};

/* One directory on the way, and what is left of the pattern below it. */
struct glob_step {
	struct glob *glob;
	const char *directory;
	char segment[256];
	const char *rest; /* behind the segment; "" at the last one */
	unsigned depth;
};

static void walk(struct glob *glob, const char *directory, const char *pattern, unsigned depth);

int
source_find(const struct source *source, const char *path, struct source_node *ret_node)
{
	return source->calls->find(source, path, ret_node);
}

int
source_read(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	    size_t *ret_length)
{
	return source->calls->read(source, path, limit, ret_bytes, ret_length);
}

int
source_list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	return source->calls->list(source, path, visit, context);
}

/* Takes `name` in the directory of `step`: a result, or the way further down. */
static void
enter(const struct glob_step *step, const char *name)
{
	struct glob *glob = step->glob;
	struct source_node node;
	char path[SOURCE_PATH_SIZE];
	int length = snprintf(path, sizeof(path), "%s%s%s", step->directory,
			      step->directory[0] != '\0' ? "/" : "", name);

	if (length < 0 || (size_t)length >= sizeof(path) ||
	    source_find(glob->source, path, &node) < 0)
		return;
	if (step->rest[0] != '\0' && node.is_directory)
		walk(glob, node.path, step->rest, step->depth + 1);
	else if (step->rest[0] == '\0' && !node.is_directory)
		glob->nodes[glob->count++] = node;
}

static bool
on_name(void *context, const char *name)
{
	const struct glob_step *step = context;
	struct glob *glob = step->glob;

	if (++glob->names > GLOB_NAMES_LIMIT)
		return false;
	if (fnmatch(step->segment, name, FNM_CASEFOLD | FNM_PERIOD) == 0)
		enter(step, name);
	return glob->count < glob->limit;
}

static void
walk(struct glob *glob, const char *directory, const char *pattern, unsigned depth)
{
	struct glob_step step = {.glob = glob, .directory = directory, .depth = depth};
	size_t length;

	pattern += strspn(pattern, "/");
	length = strcspn(pattern, "/");
	if (length == 0 || length >= sizeof(step.segment) || depth > GLOB_DEPTH_LIMIT ||
	    glob->count == glob->limit)
		return;
	memcpy(step.segment, pattern, length);
	step.segment[length] = '\0';
	step.rest = pattern + length + strspn(pattern + length, "/");
	if (strpbrk(step.segment, "*?[\\") == NULL)
		enter(&step, step.segment);
	else
		source_list(glob->source, directory, on_name, &step);
}

unsigned
source_glob(const struct source *source, const char *pattern, struct source_node *ret_nodes,
	    unsigned limit)
{
	struct glob glob = {.source = source, .nodes = ret_nodes, .limit = limit};

	walk(&glob, "", pattern, 0);
	return glob.count;
}
