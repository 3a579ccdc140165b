/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every path that exists, and what it opens:
 *
 *      images/NAME.iso       the whole image
 *      images/NAME/PATH      a file in it, or in a squashfs in it
 *      images/NAME/@cpio/... an initrd made around it, as its entries need it
 *      images/NAME/@d/...    a file that a user put into the folder beside it
 *      menus/..., pxelinux.cfg/..., boot.ipxe, grub/grub.cfg ...
 *                            menus, made on request (content_menu.c)
 *      lpxelinux.0 ...       loaders
 *
 * A path that names nothing gets two more chances, for clients that cannot
 * write it better: the "//" rule (TFTP-42), and the image that the machine
 * read last (TFTP-43).
 */
#include "content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalog.h"
#include "clients.h"
#include "content_view.h"
#include "cpio.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "loader.h"
#include "media_type.h"
#include "path.h"

int
content_new(const struct content_options *options, struct content **ret_content)
{
	struct content *content = calloc(1, sizeof(*content));

	if (content == NULL)
		return -ENOMEM;
	content->options = *options;
	*ret_content = content;
	return 0;
}

void
content_free(struct content *content)
{
	if (content == NULL)
		return;
	catalog_unref(content->catalog);
	free(content);
}

void
content_set_catalog(struct content *content, struct catalog *catalog)
{
	catalog_unref(content->catalog);
	content->catalog = catalog;
}

static void
release_image(void *owner)
{
	image_unref(owner);
}

static void
release_catalog(void *owner)
{
	catalog_unref(owner);
}

/* A file of `count` extents of `fd`. */
static struct file *
file_of_extents(int fd, const struct extent *extents, uint32_t count, const char *name)
{
	struct file *file = file_new(count);

	if (file == NULL)
		return NULL;
	for (uint32_t i = 0; i < count; i++) {
		file->segments[i] = (struct segment){
			.kind = SEGMENT_EXTENT,
			.fd = fd,
			.offset = extents[i].offset,
			.length = extents[i].length,
		};
	}
	file->segment_count = count;
	file->type = media_type(name);
	return file;
}

static int
open_whole_image(struct image *image, struct file **ret_file)
{
	const struct extent whole = {.length = image->identity.size};
	struct file *file;

	if (image->index == NULL)
		return -ENOENT;
	file = file_of_extents(image->fd, &whole, 1, "image.iso");
	if (file == NULL)
		return -ENOMEM;
	file->mtime = image->identity.mtime_ns / 1000000000;
	file->release = release_image;
	file->owner = image_ref(image);
	file_seal(file, image_version(image));
	*ret_file = file;
	return 0;
}

static int
open_node(struct image *image, uint32_t node, struct file **ret_file)
{
	const struct extent *extents;
	struct file *file;
	uint32_t count;

	switch (index_kind(image->index, node)) {
	case NODE_DIRECTORY:
		return -EISDIR;
	case NODE_FILE:
		break;
	case NODE_LINK:
		return -ENOENT;
	case NODE_OTHER:
		return -EACCES;
	}
	extents = index_extents(image->index, node, &count);
	file = file_of_extents(image->fd, extents, count, index_name(image->index, node));
	if (file == NULL)
		return -ENOMEM;
	file->mtime = index_mtime(image->index, node);
	file->release = release_image;
	file->owner = image_ref(image);
	file_seal(file, image_version(image));
	*ret_file = file;
	return 0;
}

static int
open_in_image(const struct content *content, struct image *image, const char *path,
	      struct file **ret_file)
{
	const char *rest;
	const struct companion *companion = content_companion(image, path, &rest);
	uint32_t node;
	int error;

	if (image->index == NULL)
		return -ENOENT;
	if (companion != NULL)
		return content_open_companion(image, companion, rest, ret_file);
	if (strncmp(path, CPIO_FOLDER, strlen(CPIO_FOLDER)) == 0)
		return content_open_cpio(image, path + strlen(CPIO_FOLDER), ret_file);
	error = index_lookup(image->index, path, INDEX_CASEFOLD, &node);
	if (error == 0)
		return open_node(image, node, ret_file);
	if (error == -ENOTDIR)
		error = content_open_nested(content, image, path, ret_file);
	return error == -ENOTDIR ? -ENOENT : error;
}

/* The whole image that the clean path "images/NAME.iso" names, or NULL. */
static struct image *
find_whole(const struct content *content, const char *name)
{
	size_t length = strlen(name);

	if (strchr(name, '/') != NULL || length <= 4 || strcasecmp(name + length - 4, ".iso") != 0)
		return NULL;
	return catalog_find(content->catalog, name, length - 4);
}

struct image *
content_image(const struct content *content, const char *path, const char **ret_rest)
{
	const char *name = path + strlen("images/");
	size_t length;

	if (strncasecmp(path, "images/", strlen("images/")) != 0)
		return NULL;
	length = strcspn(name, "/");
	*ret_rest = name + length + (name[length] == '/');
	return catalog_find(content->catalog, name, length);
}

/* Opens in images/; `ret_image` is the image that the file is of. */
static int
open_image_path(const struct content *content, const char *path, struct image **ret_image,
		struct file **ret_file)
{
	struct image *image;
	const char *rest;

	image = find_whole(content, path + strlen("images/"));
	if (image != NULL)
		return open_whole_image(image, ret_file);
	image = content_image(content, path, &rest);
	if (image == NULL)
		return -ENOENT;
	*ret_image = image;
	return open_in_image(content, image, rest, ret_file);
}

static int
open_loader(const struct content *content, const char *path, struct file **ret_file)
{
	const struct loader *loader = loaders_find(content->catalog->loaders, path);
	struct file *file;

	if (loader == NULL)
		return -ENOENT;
	file = file_of_extents(loader->fd, loader->extents, loader->extent_count, loader->name);
	if (file == NULL)
		return -ENOMEM;
	file->mtime = loader->mtime;
	file->release = release_catalog;
	file->owner = catalog_ref(content->catalog);
	file_seal(file, (uint64_t)loader->mtime);
	*ret_file = file;
	return 0;
}

static bool
is_directory(const char *path)
{
	return path[0] == '\0' || strcasecmp(path, "images") == 0 || strcasecmp(path, "menus") == 0;
}

static int
open_clean(const struct content *content, const struct client *client, const char *path,
	   struct image **ret_image, struct file **ret_file)
{
	int error;

	if (is_directory(path))
		return -EISDIR;
	if (strncasecmp(path, "images/", strlen("images/")) == 0)
		return open_image_path(content, path, ret_image, ret_file);
	error = content_menu(content, client, path, ret_file);
	if (error != -ENOENT)
		return error;
	error = open_loader(content, path, ret_file);
	if (error == 0 && content->options.clients != NULL)
		clients_note_fetch(content->options.clients, client->address);
	return error;
}

/* "images/NAME/isolinux//x": the client meant x in the root of NAME. */
static int
open_double_slash(const struct content *content, const char *raw, struct image **ret_image,
		  struct file **ret_file)
{
	char head[PATH_SIZE], tail[PATH_SIZE];
	struct image *image;
	const char *rest;
	int error = path_split_double_slash(raw, head, tail, sizeof(head));

	if (error < 0)
		return error;
	image = content_image(content, head, &rest);
	if (image == NULL)
		return -ENOENT;
	*ret_image = image;
	return open_in_image(content, image, tail, ret_file);
}

/* "::/x" in an image's configuration arrives as a bare "x". */
static int
open_in_last_image(const struct content *content, const struct client *client, const char *path,
		   struct file **ret_file)
{
	struct client_facts facts;
	struct image *image;

	if (client->is_http || content->options.clients == NULL ||
	    strncasecmp(path, "images/", 7) == 0 ||
	    !clients_find(content->options.clients, client->address, &facts))
		return -ENOENT;
	image = catalog_find(content->catalog, facts.image, strlen(facts.image));
	return image == NULL ? -ENOENT : open_in_image(content, image, path, ret_file);
}

/* Opens `path`, read as UTF-8. */
static int
open_utf8(struct content *content, const struct client *client, const char *path,
	  struct file **ret_file)
{
	char clean[PATH_SIZE];
	struct image *image = NULL;
	int error = path_clean(path, clean, sizeof(clean));

	if (error < 0)
		return error;
	if (content->catalog == NULL)
		return -ENOENT;
	error = open_clean(content, client, clean, &image, ret_file);
	if (error == -ENOENT)
		error = open_double_slash(content, path, &image, ret_file);
	if (error == 0 && image != NULL && content->options.clients != NULL)
		clients_note_image(content->options.clients, client->address, image->name);
	if (error == -ENOENT)
		error = open_in_last_image(content, client, clean, ret_file);
	return error;
}

int
content_open(struct content *content, const struct client *client, const char *path,
	     struct file **ret_file)
{
	char utf8[PATH_SIZE];
	int error = open_utf8(content, client, path, ret_file);

	/* TFTP has no character set; old clients send Latin-1 (TFTP-41). */
	if (error == -ENOENT && !client->is_http && path_from_latin1(path, utf8, sizeof(utf8)) == 0)
		error = open_utf8(content, client, utf8, ret_file);
	return error;
}
