/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the offline commands share: see offline.h. They parse images in the
 * reader process as the daemon does: an image is no less hostile to the one
 * who only lists it.
 */
#include "offline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "image.h"
#include "image_list.h"
#include "index.h"
#include "index_cache.h"
#include "nested.h"
#include "options.h"
#include "reader.h"
#include "recipe.h"
#include "text.h"
#include "text_table.h"

void
offline_complain(struct offline *offline, const char *what, const char *reason)
{
	char *clean, *clean_reason;

	offline->status = 1;
	if (offline->on_complaint != NULL) {
		offline->on_complaint(offline->context, what, reason);
		return;
	}
	clean = text_escape(what);
	clean_reason = text_escape(reason);
	/* a table on stdout comes before the complaint about it, if both go to one file */
	fflush(stdout);
	fprintf(stderr, "pxeiso: %s: %s\n", clean != NULL ? clean : "?",
		clean_reason != NULL ? clean_reason : "?");
	free(clean);
	free(clean_reason);
}

int
offline_start(struct offline *offline)
{
	int err;

	*offline = (struct offline){0};
	err = reader_new("/proc/self/exe", &offline->reader);
	if (err < 0)
		offline_complain(offline, "reader", strerror(-err));
	return err;
}

/* Each line is a complaint of its own. */
static void
complain_lines(struct offline *offline, const char *what, const struct text *lines)
{
	char *copy = strdup(text_string(lines));
	char *rest = copy;

	for (char *line; copy != NULL && (line = strsep(&rest, "\n")) != NULL;)
		if (*line != '\0')
			offline_complain(offline, what, line);
	free(copy);
}

/* What the daemon has found out about initramfs, if that can be read: -1. */
static int
open_cache(const struct config *config)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int state = open(config->state_directory, flags);
	int cache = state >= 0 ? openat(state, INDEX_CACHE_FOLDER, flags | O_NOFOLLOW) : -1;

	if (state >= 0)
		close(state);
	return cache;
}

int
offline_start_configured(struct offline *offline, const struct options *options)
{
	struct text problems = {0};
	struct config config;
	int err = options_config(options, &config);

	if (err < 0)
		return err;
	err = offline_start(offline);
	if (err < 0) {
		config_free(&config);
		return err;
	}
	offline->config = config;
	reader_set_cache(offline->reader, open_cache(&config), true);
	err = recipes_configure(&config, &problems, &offline->recipes);
	complain_lines(offline, "recipes", &problems);
	text_free(&problems);
	if (err < 0) {
		offline_complain(offline, "recipes", strerror(-err));
		offline_finish(offline);
	}
	return err;
}

int
offline_finish(struct offline *offline)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (errno != EPIPE)
			offline_complain(offline, "standard output",
					 errno != 0 ? strerror(errno) : "write error");
		offline->status = 1;
	}
	for (size_t i = 0; i < offline->image_count; i++)
		image_unref(offline->images[i]);
	free(offline->images);
	recipes_free(offline->recipes);
	reader_free(offline->reader);
	config_free(&offline->config);
	return offline->status;
}

struct image *
offline_open(struct offline *offline, const char *path)
{
	char name[IMAGE_NAME_SIZE];
	struct image *image;
	int err;

	image_name(path, name);
	err = image_open(offline->reader, offline->recipes, path, name, &image);
	if (err < 0) {
		offline_complain(offline, path, strerror(-err));
		return NULL;
	}
	if (image->index != NULL)
		return image;
	offline_complain(offline, path, image->why);
	image_unref(image);
	return NULL;
}

int
offline_open_nested(struct offline *offline, const struct image *image, const char *path,
		    struct offline_nested *ret_nested)
{
	struct offline_nested nested;
	struct extent extent;
	char why[IMAGE_WHY_SIZE] = "";
	int err = nested_find_carrier(image->index, path, &nested.carrier, &nested.rest);

	if (err == 0)
		err = nested_extent(image->index, nested.carrier, &extent);
	if (err < 0)
		return err;
	err = reader_index_squashfs(offline->reader, image->fd, &extent, &nested.index, why,
				    sizeof(why));
	if (err < 0 && err != -ENOTDIR) {
		offline_complain(offline, path, why);
		return -EBADMSG;
	}
	if (err == 0)
		*ret_nested = nested;
	return err;
}

/* All that config.images names, as paths. */
static void
list_images(struct offline *offline, struct image_list *list)
{
	const struct config_list *roots = &offline->config.images;

	for (size_t i = 0; i < roots->count; i++) {
		size_t before = list->count;
		int err = image_list_add(list, roots->items[i]);

		if (err < 0)
			offline_complain(offline, roots->items[i], strerror(-err));
		else if (list->count == before)
			offline_complain(offline, roots->items[i],
					 "no file whose name ends in .iso");
	}
	image_list_finish(list);
}

/* What is wrong in the folder beside the image. */
static void
complain_problems(struct offline *offline, const struct image *image)
{
	const struct entry_note *problem = image->boot != NULL ? image->boot->problems : NULL;

	for (; problem != NULL; problem = problem->next)
		offline_complain(offline, image->path, problem->text);
}

int
offline_open_images(struct offline *offline)
{
	struct image_list list = {0};
	int err = 0;

	list_images(offline, &list);
	offline->images = calloc(list.count + 1, sizeof(struct image *));
	if (offline->images == NULL)
		err = -ENOMEM;
	for (size_t i = 0; i < list.count && err == 0; i++) {
		const struct image_list_entry *entry = &list.entries[i];
		struct image *image;

		err = image_open(offline->reader, offline->recipes, entry->path, entry->name,
				 &image);
		if (err < 0)
			break;
		offline->images[offline->image_count++] = image;
		if (image->index == NULL)
			offline_complain(offline, image->path, image->why);
		else if (index_volume(image->index)->damage[0] != '\0')
			offline_complain(offline, image->path, index_volume(image->index)->damage);
		complain_problems(offline, image);
	}
	image_list_free(&list);
	if (err < 0)
		offline_complain(offline, "images", strerror(-err));
	return err;
}
