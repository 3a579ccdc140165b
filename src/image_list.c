/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files are images: see image_list.h.
 *
 * The order decides which of two images with the same name keeps it, so it
 * depends on nothing but the paths: names first, then paths.
 */
#include "image_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int
add_path(struct image_list *list, char *path)
{
	struct image_list_entry *entries =
		reallocarray(list->entries, list->count + 1, sizeof(*entries));

	if (entries == NULL) {
		free(path);
		return -ENOMEM;
	}
	list->entries = entries;
	entries[list->count].path = path;
	image_name(path, entries[list->count].name);
	list->count++;
	return 0;
}

static bool
is_image_name(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > 4 && strcasecmp(name + length - 4, ".iso") == 0;
}

static int
add_directory(struct image_list *list, const char *root, DIR *directory)
{
	size_t length = strlen(root);
	const char *slash = length > 0 && root[length - 1] == '/' ? "" : "/";
	struct dirent *found;
	char *path;

	for (;;) {
		errno = 0;
		found = readdir(directory);
		if (found == NULL)
			return -errno;
		if (!is_image_name(found->d_name))
			continue;
		if (asprintf(&path, "%s%s%s", root, slash, found->d_name) == -1)
			return -ENOMEM;
		if (add_path(list, path) < 0)
			return -ENOMEM;
	}
}

int
image_list_add(struct image_list *list, const char *root)
{
	DIR *directory = opendir(root);
	char *path;
	int err;

	if (directory == NULL && errno != ENOTDIR)
		return -errno;
	if (directory != NULL) {
		err = add_directory(list, root, directory);
		closedir(directory);
		return err;
	}
	path = strdup(root);
	return path == NULL ? -ENOMEM : add_path(list, path);
}

static int
compare(const void *a, const void *b)
{
	const struct image_list_entry *left = a, *right = b;
	int order = strcasecmp(left->name, right->name);

	if (order == 0)
		order = strcmp(left->name, right->name);
	return order != 0 ? order : strcmp(left->path, right->path);
}

/* A file that was named twice, or lies in a directory that was named too. */
static void
drop_repeated(struct image_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (kept > 0 && strcmp(list->entries[i].path, list->entries[kept - 1].path) == 0)
			free(list->entries[i].path);
		else
			list->entries[kept++] = list->entries[i];
	}
	list->count = kept;
}

/* The second image called "x" becomes "x~2". '~' is in no name that image_name
   makes, so the new name is free; image_name leaves room for it. */
static void
make_unique(struct image_list *list)
{
	for (size_t i = 0, first = 0; i < list->count; i++) {
		const struct image_list_entry *original = &list->entries[first];
		struct image_list_entry *entry = &list->entries[i];
		size_t length = strlen(entry->name);

		if (strcmp(entry->name, original->name) != 0)
			first = i;
		else if (i > first)
			snprintf(entry->name + length, sizeof(entry->name) - length, "~%zu",
				 i - first + 1);
	}
}

void
image_list_finish(struct image_list *list)
{
	if (list->count == 0)
		return;
	qsort(list->entries, list->count, sizeof(*list->entries), compare);
	drop_repeated(list);
	make_unique(list);
	/* "x~2" sorts behind "x-1", which follows "x" */
	qsort(list->entries, list->count, sizeof(*list->entries), compare);
}

void
image_list_free(struct image_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->entries[i].path);
	free(list->entries);
	*list = (struct image_list){0};
}
