/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder of the image in an archive, with all that is below it: see cpio.h.
 *
 * A source follows links, so one is known by what it leads to, which is not where
 * it was asked for. It becomes a link again, from where it lies to there: a folder
 * that leads to the one above it then ends here, too.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cpio.h"
#include "source.h"

enum { DEPTH_MAX = 16 };

/* A folder on the way. */
struct tree_step {
	struct cpio *cpio;
	const struct source *source;
	const char *path;   /* where the whole lies in the archive */
	const char *folder; /* in the image; "" for its root */
	unsigned depth;
	int error;
};

/* "dists/stable", "dists/bookworm" -> "../dists/bookworm" */
static int
add_link(const struct tree_step *step, const char *path, const char *from, const char *to)
{
	char target[2 * SOURCE_PATH_SIZE] = "";
	size_t used = 0;

	for (const char *slash = strchr(from, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		if (used + 3 + SOURCE_PATH_SIZE > sizeof(target))
			return -EINVAL;
		memcpy(target + used, "../", 4);
		used += 3;
	}
	snprintf(target + used, sizeof(target) - used, "%s", to[0] != '\0' ? to : ".");
	return cpio_add_link(step->cpio, path, target);
}

static bool on_name(void *context, const char *name);

static int
add_folder(const struct tree_step *step, const char *path, const char *folder)
{
	struct tree_step below = *step;
	int error = cpio_add_folder(step->cpio, path);

	if (error < 0)
		return error;
	if (step->depth == DEPTH_MAX)
		return -E2BIG;
	below.folder = folder;
	below.depth++;
	error = source_list(step->source, folder, on_name, &below);
	return error < 0 ? error : below.error;
}

/* Takes a name that the folder has: -> whether to go on. What nobody could be served,
   such as a device or a link that leads nowhere, is left out. */
static bool
on_name(void *context, const char *name)
{
	struct tree_step *step = context;
	char from[SOURCE_PATH_SIZE], path[2 * SOURCE_PATH_SIZE];
	struct source_node node;
	int length = snprintf(from, sizeof(from), "%s%s%s", step->folder,
			      step->folder[0] != '\0' ? "/" : "", name);

	if (length < 0 || (size_t)length >= sizeof(from) ||
	    source_find(step->source, from, &node) < 0)
		return true;
	snprintf(path, sizeof(path), "%s/%s", step->path, from);
	if (strcasecmp(from, node.path) != 0)
		step->error = add_link(step, path, from, node.path);
	else if (node.is_directory)
		step->error = add_folder(step, path, node.path);
	else
		step->error = cpio_add_file(step->cpio, path, node.path, node.size);
	if (step->error == 0 && !node.is_directory)
		step->cpio->last->is_of_tree = true;
	return step->error == 0;
}

int
cpio_add_tree(struct cpio *cpio, const char *path, const struct source *source, const char *name)
{
	struct tree_step step = {.cpio = cpio, .source = source, .path = path, .folder = ""};

	on_name(&step, name);
	return step.error;
}
