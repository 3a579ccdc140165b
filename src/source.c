/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding files in an image by pattern. A pattern is walked segment by
 * segment: one without a wildcard is looked up, one with is compared with the
 * names of its directory. Patterns are the recipes', but names are those of
 * an image: the depth is bounded, and what is done for all patterns of an
 * image comes out of one budget.
 */
#include "source.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What comes out of the budget; a name alone costs 1. A link can lead far
   through the image before it ends, or ends nowhere. */
enum { COST_MATCH = 16, COST_LOOKUP = 16, COST_LINK = 500 };

enum { GLOB_DEPTH_LIMIT = 16 };

struct glob {
	const struct source *source;
	struct source_node *nodes;
	unsigned limit;
	unsigned count;
	unsigned *budget;
};

/* One directory on the way, and what is left of the pattern below it. */
struct glob_step {
	struct glob *glob;
	const char *directory;
	char segment[256];
	size_t literal;   /* bytes of the segment before its first wildcard */
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

int
source_initramfs(const struct source *source, const char *path, const struct source **ret_tree,
		 const char **ret_why)
{
	if (source->calls->initramfs != NULL)
		return source->calls->initramfs(source, path, ret_tree, ret_why);
	*ret_why = "there is no reader for it";
	return -ENOTSUP;
}

int
source_head(const struct source *source, const char *path, void *bytes, size_t length)
{
	return source->calls->head != NULL ? source->calls->head(source, path, bytes, length)
					   : -ENOTSUP;
}

/* Takes `cost` out of the budget: false when it is used up. */
static bool
pay(const struct glob *glob, unsigned cost)
{
	if (*glob->budget < cost) {
		*glob->budget = 0;
		return false;
	}
	*glob->budget -= cost;
	return true;
}

/* Looks `path` up: false if it leads nowhere. */
static bool
look_up(const struct glob *glob, const char *path, struct source_node *ret_node)
{
	bool is_found;

	if (!pay(glob, COST_LOOKUP))
		return false;
	is_found = source_find(glob->source, path, ret_node) == 0;
	if (!is_found || strcasecmp(path, ret_node->path) != 0)
		pay(glob, COST_LINK);
	return is_found;
}

/* Looks `name` up in the directory of `step`; `path` is how it was asked for. */
static bool
look_into(const struct glob_step *step, const char *name, char path[SOURCE_PATH_SIZE],
	  struct source_node *ret_node)
{
	int length = snprintf(path, SOURCE_PATH_SIZE, "%s%s%s", step->directory,
			      step->directory[0] != '\0' ? "/" : "", name);

	return length >= 0 && length < SOURCE_PATH_SIZE && look_up(step->glob, path, ret_node);
}

/* Takes `name` in the directory of `step`: a result, or the way further down. */
static void
enter(const struct glob_step *step, const char *name)
{
	struct glob *glob = step->glob;
	struct source_node node;
	char path[SOURCE_PATH_SIZE];

	if (!look_into(step, name, path, &node))
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

	if (!pay(glob, 1))
		return false;
	/* Nearly all names differ here, and fnmatch is slow. */
	if (strncasecmp(step->segment, name, step->literal) != 0)
		return true;
	if (!pay(glob, COST_MATCH))
		return false;
	if (fnmatch(step->segment, name, FNM_CASEFOLD | FNM_PERIOD) == 0)
		enter(step, name);
	return glob->count < glob->limit;
}

/* Takes the directory `name` for a part of "**": what is left of the pattern
   begins with that again. */
static bool
on_name_below(void *context, const char *name)
{
	const struct glob_step *step = context;
	struct glob *glob = step->glob;
	struct source_node node;
	char path[SOURCE_PATH_SIZE];

	if (!look_into(step, name, path, &node))
		return *glob->budget > 0;
	if (node.is_directory && strcmp(path, node.path) == 0)
		walk(glob, node.path, step->rest, step->depth + 1);
	return glob->count < glob->limit;
}

/* `pattern` begins with "**": the directory itself, and all below it. */
static void
walk_all(struct glob *glob, const char *directory, const char *pattern, unsigned depth)
{
	struct glob_step step = {
		.glob = glob, .directory = directory, .depth = depth, .rest = pattern};
	const char *rest = pattern + 2 + strspn(pattern + 2, "/");

	walk(glob, directory, rest[0] != '\0' ? rest : "*", depth + 1);
	if (glob->count < glob->limit)
		source_list(glob->source, directory, on_name_below, &step);
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
	if (length == 2 && strncmp(pattern, "**", 2) == 0) {
		walk_all(glob, directory, pattern, depth);
		return;
	}
	memcpy(step.segment, pattern, length);
	step.segment[length] = '\0';
	step.rest = pattern + length + strspn(pattern + length, "/");
	step.literal = strcspn(step.segment, "*?[\\");
	if (step.literal == length)
		enter(&step, step.segment);
	else
		source_list(glob->source, directory, on_name, &step);
}

unsigned
source_glob(const struct source *source, const char *pattern, unsigned *budget,
	    struct source_node *ret_nodes, unsigned limit)
{
	struct glob glob = {.source = source, .nodes = ret_nodes, .limit = limit, .budget = budget};

	walk(&glob, "", pattern, 0);
	return glob.count;
}
