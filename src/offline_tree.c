/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that the daemon would serve, for the offline commands: the same
 * content_open, over a catalog of the images that were opened. Only the way into
 * a squashfs is another one, since nobody waits for its index here.
 */
#include "offline_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "content.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "nested.h"
#include "offline.h"
#include "offline_menu.h"
#include "path.h"

/* The image that the clean path lies in, and the path in it: NULL if none. */
static const struct image *
find_image(const struct offline *offline, const char *path, const char **ret_rest)
{
	static const char folder[] = "images/";
	const char *name = path + strlen(folder);
	size_t length;

	if (strncmp(path, folder, strlen(folder)) != 0)
		return NULL;
	length = strcspn(name, "/");
	for (size_t i = 0; i < offline->image_count; i++) {
		const struct image *image = offline->images[i];

		*ret_rest = name + length;
		if (image->index != NULL && strlen(image->name) == length &&
		    memcmp(image->name, name, length) == 0)
			return image;
	}
	return NULL;
}

/* Opens the squashfs that `path` leads through, unless it is the last one. */
static int
open_squash(struct offline_tree *tree, const struct image *image, const char *path,
	    const char **ret_rest)
{
	struct offline_nested nested;
	uint32_t carrier;
	int error = nested_find_carrier(image->index, path, &carrier, ret_rest);

	if (error < 0)
		return error;
	if (tree->image == image && tree->carrier == carrier)
		return tree->squash != NULL ? 0 : -ENOTDIR;
	error = offline_open_nested(tree->offline, image, path, &nested);
	index_close(tree->squash);
	tree->squash = error == 0 ? nested.index : NULL;
	tree->image = image;
	tree->carrier = carrier;
	return error;
}

static int
find_nested(struct offline_tree *tree, const char *path, uint64_t *ret_size)
{
	char clean[PATH_SIZE];
	const struct image *image;
	const char *rest = "";
	uint32_t node;
	int error = path_clean(path, clean, sizeof(clean));

	if (error < 0)
		return error;
	image = find_image(tree->offline, clean, &rest);
	if (image == NULL)
		return -ENOENT;
	error = open_squash(tree, image, rest, &rest);
	if (error == 0)
		error = index_lookup(tree->squash, rest, INDEX_CASEFOLD, &node);
	if (error != 0)
		return -ENOENT;
	if (index_kind(tree->squash, node) == NODE_DIRECTORY)
		return -EISDIR;
	*ret_size = index_size(tree->squash, node);
	return index_kind(tree->squash, node) == NODE_FILE ? 0 : -EACCES;
}

static int
find(void *data, const char *path, uint64_t *ret_size)
{
	const struct client client = {.is_http = true};
	struct offline_tree *tree = data;
	struct file *file;
	int error = content_open(tree->content, &client, path, &file);

	if (error == -ENOENT)
		return find_nested(tree, path, ret_size);
	if (error < 0)
		return error;
	*ret_size = file->size;
	file_close(file);
	return 0;
}

/* The images and the loaders as the daemon has them. */
static int
fill(struct offline_tree *tree, struct offline *offline, struct offline_menu *menu)
{
	struct catalog *catalog;
	int error = catalog_new(offline->images, offline->image_count, menu->loaders, &catalog);

	if (error < 0)
		return error;
	menu->loaders = NULL;
	for (size_t i = 0; i < offline->image_count; i++)
		image_ref(offline->images[i]);
	content_set_catalog(tree->content, catalog);
	return 0;
}

int
offline_tree_init(struct offline_tree *tree, struct offline *offline, struct offline_menu *menu)
{
	const struct content_options options = {
		.http_port = menu->context.http_port,
		.tftp_port = menu->context.tftp_port,
		.menu_title = menu->context.title,
		.menu = config_menu(&offline->config),
		.machines = &offline->config.machines,
	};
	int error;

	*tree = (struct offline_tree){.tree = {find, tree}, .offline = offline};
	error = content_new(&options, &tree->content);
	if (error == 0)
		error = fill(tree, offline, menu);
	if (error < 0) {
		offline_complain(offline, "images", strerror(-error));
		offline_tree_free(tree);
	}
	return error;
}

void
offline_tree_free(struct offline_tree *tree)
{
	index_close(tree->squash);
	content_free(tree->content);
	*tree = (struct offline_tree){.content = NULL};
}
