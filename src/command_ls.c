/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso ls: the files in an image, one name a line (DESIGN.md section 3).
 *
 * A name out of an image may hold anything but '/' and NUL; control bytes are
 * printed as \xNN, so that a line is a name and a terminal stays whole.
 *
 * A squashfs in the image is a file, and a directory where the path goes on
 * behind it, be it only by a slash.
 */
#include "commands.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "index.h"
#include "json_text.h"
#include "offline.h"
#include "options.h"
#include "text_table.h"

enum { PATH_LIMIT = 64 * 1024 }; /* more than the deepest path of an index */

struct listing {
	const struct options *options;
	const struct index *index;
	char prefix[PATH_LIMIT]; /* before the paths of `index`: "" or with '/' at its end */
	bool is_first;           /* no JSON object was printed yet */
	int err;                 /* of the first node that could not be printed */
};

static const char *const kind_words[] = {[NODE_DIRECTORY] = "directory",
					 [NODE_FILE] = "file",
					 [NODE_LINK] = "link",
					 [NODE_OTHER] = "other"};

static int
print_text(const struct listing *listing, uint32_t node, const char *name)
{
	const struct index *index = listing->index;
	enum node_kind kind = index_kind(index, node);
	bool is_long_link = listing->options->long_format && kind == NODE_LINK;
	char *clean = text_escape(name);
	char *target = text_escape(is_long_link ? index_target(index, node) : "");

	if (clean != NULL && target != NULL) {
		if (listing->options->long_format) {
			char time[TEXT_TIME_SIZE];

			text_time(index_mtime(index, node), time);
			printf("%c %12llu %s ", kind_words[kind][0],
			       (unsigned long long)index_size(index, node), time);
		}
		printf("%s%s%s%s\n", clean, kind == NODE_DIRECTORY ? "/" : "",
		       is_long_link ? " -> " : "", target);
	}
	free(clean);
	free(target);
	return clean != NULL && target != NULL ? 0 : -ENOMEM;
}

/* One object a line, so that a large listing is never whole in memory. */
static int
print_json(struct listing *listing, uint32_t node, const char *path)
{
	const struct index *index = listing->index;
	enum node_kind kind = index_kind(index, node);
	char time[TEXT_TIME_SIZE];
	json_t *object;
	int status;

	text_time(index_mtime(index, node), time);
	object = json_pack("{s:o, s:s, s:I, s:s, s:o*}", "path", json_text(path), "type",
			   kind_words[kind], "size", (json_int_t)index_size(index, node), "mtime",
			   time, "target",
			   kind == NODE_LINK ? json_text(index_target(index, node)) : NULL);
	if (object == NULL)
		return -ENOMEM;
	fputs(listing->is_first ? "[\n" : ",\n", stdout);
	listing->is_first = false;
	status = json_dumpf(object, stdout, JSON_COMPACT);
	json_decref(object);
	return status == 0 || ferror(stdout) ? 0 : -ENOMEM;
}

static int
print_node(struct listing *listing, uint32_t node)
{
	size_t length = strlen(listing->prefix);
	char path[2 * PATH_LIMIT];
	int err;

	if (!listing->options->recursive && !listing->options->json)
		return print_text(listing, node, index_name(listing->index, node));
	memcpy(path, listing->prefix, length);
	err = index_path(listing->index, node, path + length, sizeof(path) - length);
	if (err < 0)
		return err;
	return listing->options->json ? print_json(listing, node, path)
				      : print_text(listing, node, path);
}

/* The node behind `node` in its directory, or behind that in the directory
   above, and so on up to `top`; then `top` itself. */
static uint32_t
next_up(const struct index *index, uint32_t node, uint32_t top)
{
	while (node != top) {
		uint32_t parent = index_parent(index, node);
		uint32_t first;
		uint32_t count = index_children(index, parent, &first);

		if (node + 1 < first + count)
			return node + 1;
		node = parent;
	}
	return top;
}

/* All below `top`, each directory before what lies in it. Without recursion:
   a tree may be deep. */
static int
print_below(struct listing *listing, uint32_t top)
{
	uint32_t first, node;
	int err = 0;

	if (index_children(listing->index, top, &first) == 0)
		return 0;
	for (node = first; node != top && err == 0 && !ferror(stdout);) {
		err = print_node(listing, node);
		if (listing->options->recursive && index_children(listing->index, node, &first) > 0)
			node = first;
		else
			node = next_up(listing->index, node, top);
	}
	return err;
}

/* What `path` means: a directory that a link leads to is that directory; a
   link to anything else, or to nothing, is the link. */
static int
find_node(const struct index *index, const char *path, uint32_t *ret_node)
{
	uint32_t node;

	if (index_lookup(index, path, INDEX_CASEFOLD, &node) == 0 &&
	    index_kind(index, node) == NODE_DIRECTORY) {
		*ret_node = node;
		return 0;
	}
	return index_lookup(index, path, INDEX_CASEFOLD | INDEX_NOFOLLOW, ret_node);
}

static int
list_path(struct listing *listing, const char *path)
{
	uint32_t node;
	int err = find_node(listing->index, path, &node);

	if (err < 0)
		return err;
	if (index_kind(listing->index, node) == NODE_DIRECTORY)
		err = print_below(listing, node);
	else
		err = print_node(listing, node);
	if (err == 0 && listing->options->json)
		puts(listing->is_first ? "[]" : "\n]");
	return err;
}

/* Whether `path` says with its slash that what it names is a directory. */
static bool
wants_inside(const struct index *index, const char *path)
{
	size_t length = strlen(path);
	uint32_t node;

	return length > 0 && path[length - 1] == '/' &&
	       index_lookup(index, path, INDEX_CASEFOLD, &node) == 0 &&
	       index_kind(index, node) == NODE_FILE;
}

static int
list_nested(struct offline *offline, struct listing *listing, const struct image *image,
	    const char *path)
{
	struct offline_nested nested;
	size_t length;
	int err = offline_open_nested(offline, image, path, &nested);

	if (err < 0)
		return err;
	err = index_path(image->index, nested.carrier, listing->prefix, PATH_LIMIT - 1);
	length = err == 0 ? strlen(listing->prefix) : 0;
	memcpy(listing->prefix + length, "/", 2);
	listing->index = nested.index;
	if (err == 0)
		err = list_path(listing, nested.rest);
	if (index_volume(nested.index)->damage[0] != '\0')
		offline_complain(offline, path, index_volume(nested.index)->damage);
	index_close(nested.index);
	return err;
}

static void
list_image(struct offline *offline, const struct options *options, const struct image *image)
{
	const char *path = options->argument_count > 1 ? options->arguments[1] : "";
	struct listing listing = {.options = options, .index = image->index, .is_first = true};
	int err = -ENOTDIR;

	if (!wants_inside(image->index, path))
		err = list_path(&listing, path);
	if (err == -ENOTDIR)
		err = list_nested(offline, &listing, image, path);
	if (err < 0 && err != -EBADMSG)
		offline_complain(offline, *path != '\0' ? path : options->arguments[0],
				 strerror(-err));
}

int
command_ls(const struct options *options)
{
	struct offline offline;
	struct image *image;

	if (offline_start(&offline) < 0)
		return 1;
	image = offline_open(&offline, options->arguments[0]);
	if (image == NULL)
		return offline_finish(&offline);
	list_image(&offline, options, image);
	if (index_volume(image->index)->damage[0] != '\0')
		offline_complain(&offline, image->path, index_volume(image->index)->damage);
	image_unref(image);
	return offline_finish(&offline);
}
