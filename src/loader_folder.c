/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folders of the system are read with openat(2), folders of an image through
 * its index. What comes out is the same: a descriptor and extents.
 */
#include "loader_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MAX = 256, PATH_LENGTH = 1024 };

/* Names are collected here. */
struct list {
	const char *suffix;
	char (*names)[32];
	size_t count;
};

/* Whether a client can ask for the file: a plain name with the suffix. */
static bool
is_wanted(const char *name, const char *suffix)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._+-";
	size_t length = strlen(name), end = strlen(suffix);

	return length > end && length < sizeof(((struct loader *)NULL)->name) && name[0] != '.' &&
	       strspn(name, plain) == length && strcasecmp(name + length - end, suffix) == 0;
}

/* Gives `loader` its name, room for its extents, and the path "image/path" to
   show, or "path" when `image` is NULL. */
static int
loader_begin(struct loader *loader, const char *name, const char *image, const char *path,
	     uint32_t extent_count)
{
	*loader = (struct loader){.fd = -1, .extent_count = extent_count};
	snprintf(loader->name, sizeof(loader->name), "%s", name);
	if (asprintf(&loader->path, "%s%s%s", image ? image : "", image ? "/" : "", path) == -1)
		loader->path = NULL;
	loader->extents = calloc(extent_count + 1U, sizeof(*loader->extents));
	if (loader->path && loader->extents)
		return 0;
	loader_close(loader);
	return -ENOMEM;
}

static int
open_system_file(const char *path, const char *name, struct loader *ret_loader)
{
	struct stat status;
	/* A fifo must not make us wait for somebody to write into it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return -errno;

	int err = 0;
	if (fstat(fd, &status) == -1)
		err = -errno;
	else if (!S_ISREG(status.st_mode))
		err = -ENOENT;
	else
		err = loader_begin(ret_loader, name, NULL, path, 1);
	if (err) {
		close(fd);
		return err;
	}
	ret_loader->fd = fd;
	ret_loader->size = (uint64_t)status.st_size;
	ret_loader->mtime = status.st_mtime;
	ret_loader->extents[0].length = ret_loader->size;
	return 0;
}

static int
open_image_file(const struct loader_image *image, const char *path, const char *name,
		struct loader *ret_loader)
{
	uint32_t node, count;
	int err = index_lookup(image->index, path, INDEX_CASEFOLD, &node);
	if (err)
		return err;
	if (index_kind(image->index, node) != NODE_FILE)
		return -ENOENT;

	const struct extent *extents = index_extents(image->index, node, &count);
	err = loader_begin(ret_loader, name, image->name, path + strspn(path, "/"), count);
	if (err)
		return err;
	if (count > 0)
		memcpy(ret_loader->extents, extents, count * sizeof(*extents));
	ret_loader->size = index_size(image->index, node);
	ret_loader->mtime = index_mtime(image->index, node);
	ret_loader->fd = fcntl(image->fd, F_DUPFD_CLOEXEC, 0);
	if (ret_loader->fd == -1) {
		err = -errno;
		loader_close(ret_loader);
	}
	return err;
}

int
folder_open(const struct loader_folder *folder, const char *file, const char *name,
	    struct loader *ret_loader)
{
	char path[PATH_LENGTH];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder->path, file) >= sizeof(path))
		return -ENAMETOOLONG;
	if (folder->image)
		return open_image_file(folder->image, path, name, ret_loader);
	return open_system_file(path, name, ret_loader);
}

static void
add_name(struct list *list, const char *name)
{
	if (list->count < NAMES_MAX && is_wanted(name, list->suffix))
		snprintf(list->names[list->count++], sizeof(*list->names), "%s", name);
}

static void
list_image_folder(const struct loader_folder *folder, struct list *list)
{
	const struct index *index = folder->image->index;
	uint32_t node, first, children;

	if (index_lookup(index, folder->path, INDEX_CASEFOLD, &node) != 0)
		return;
	children = index_children(index, node, &first);
	for (uint32_t i = 0; i < children; i++)
		add_name(list, index_name(index, first + i));
}

static int
list_system_folder(const char *path, struct list *list)
{
	const struct dirent *entry;
	DIR *directory = opendir(path);

	if (!directory)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
	while ((entry = readdir(directory)))
		add_name(list, entry->d_name);
	closedir(directory);
	return 0;
}

int
folder_names(const struct loader_folder *folder, const char *suffix, char (**ret_names)[32],
	     size_t *ret_count)
{
	struct list list = {.suffix = suffix, .names = calloc(NAMES_MAX, sizeof(*list.names))};
	int err = 0;

	if (!list.names)
		return -ENOMEM;
	if (folder->image)
		list_image_folder(folder, &list);
	else
		err = list_system_folder(folder->path, &list);
	if (err) {
		free(list.names);
		return err;
	}
	*ret_names = list.names;
	*ret_count = list.count;
	return 0;
}

void
loader_close(struct loader *loader)
{
	if (loader->fd != -1)
		close(loader->fd);
	free(loader->extents);
	free(loader->path);
	*loader = (struct loader){.fd = -1};
}

size_t
loader_read(const struct loader *loader, void *buffer, size_t size)
{
	size_t done = 0;

	for (uint32_t i = 0; i < loader->extent_count; i++) {
		const struct extent *extent = &loader->extents[i];
		size_t want = size - done < extent->length ? size - done : (size_t)extent->length;
		ssize_t got = pread(loader->fd, (char *)buffer + done, want, (off_t)extent->offset);
		if (got > 0)
			done += (size_t)got;
		if (got != (ssize_t)want)
			break;
	}
	return done;
}
