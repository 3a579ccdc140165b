/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the offline commands share: the reader, the recipes, the images that
 * were named, and how something wrong is told.
 *
 * Something wrong with one image is said on stderr, sets the exit status to 1
 * and stops nothing else.
 */
#ifndef OFFLINE_H
#define OFFLINE_H

#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct image;
struct index;
struct options;
struct reader;
struct recipes;

struct offline {
	struct config config;
	struct reader *reader;
	struct recipes *recipes;
	int status; /* of the process, so far */
	/* Gets the complaints instead of stderr; NULL: it does not. */
	void (*on_complaint)(void *context, const char *what, const char *reason);
	void *context;
	struct image **images; /* of offline_open_images, sorted by name */
	size_t image_count;
};

/* Starts the reader. 0, or a negative errno after saying why. */
int offline_start(struct offline *);

/* The same with the configuration and its recipes: for commands that show
   entries. What is wrong with a recipe is said and stops nothing. */
int offline_start_configured(struct offline *, const struct options *);

/* Ends everything. -> the exit status: 1 too when stdout could not be written.
   A reader of our output that went away is no error. */
int offline_finish(struct offline *);

/* "pxeiso: WHAT: REASON" on stderr, control bytes as \xNN; the status is 1. */
void offline_complain(struct offline *, const char *what, const char *reason);

/* Opens one image that was named: NULL after a complaint. The caller unrefs. */
struct image *offline_open(struct offline *, const char *path);

/* A path that leads into a squashfs in an image. */
struct offline_nested {
	uint32_t carrier; /* the node in the image's index */
	struct index *index;
	const char *rest; /* of the path: in the squashfs */
};

/* Opens the squashfs that `path` goes through. 0; -ENOENT, -ENOTDIR when there
   is none; -EBADMSG after a complaint. The caller closes the index. */
int offline_open_nested(struct offline *, const struct image *, const char *path,
			struct offline_nested *ret_nested);

/* Opens the images that config.images names, the bad ones too, each of those
   with a complaint. 0 or -ENOMEM, told. */
int offline_open_images(struct offline *);

#endif
