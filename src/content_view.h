/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What content.c, content_list.c and content_menu.c share: the view itself,
 * and the way from a clean path to an image.
 */
#ifndef CONTENT_VIEW_H
#define CONTENT_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "content.h"

struct companion;
struct image;
struct squash;

struct content {
	struct content_options options;
	struct catalog *catalog; /* NULL until the first one arrives */
};

/* The image that the clean path "images/NAME..." lies in, and what is behind
   NAME/ ("" for the root): NULL if there is no such image. */
struct image *content_image(const struct content *, const char *path, const char **ret_rest);

/* Makes the menu at the clean path `path` ("menus/NAME.cfg", "boot.ipxe" ...):
   0, -ENOENT when it names none, -ENOMEM. */
int content_menu(const struct content *, const struct client *, const char *path,
		 struct file **ret_file);

/* The squashfs that `path` in the image leads into, and the path in it: 0, or
   -ENOENT, -ENOTDIR when what it goes through is none, -EINPROGRESS, -EBUSY,
   -EIO, -ENOMEM. The caller unrefs. */
int content_nested(const struct content *, struct image *, const char *path,
		   struct squash **ret_squash, const char **ret_rest);

/* Opens a file there: as content_open, -ENOTDIR too. */
int content_open_nested(const struct content *, struct image *, const char *path,
			struct file **ret_file);

/* Opens the archive `name` ("x.cpio") that was made for the image's entries. */
int content_open_cpio(struct image *, const char *name, struct file **ret_file);

/* What lies beside the image under `path`: the folder of the user ("@d/x", *ret_rest
   is "x"; "@d", it is ""), or a package's files. NULL when it names none, or the image
   has no such thing. */
const struct companion *content_companion(const struct image *, const char *path,
					  const char **ret_rest);

/* Opens a file there: 0, -ENOENT, -EISDIR, -EIO, -ENOMEM. */
int content_open_companion(struct image *, const struct companion *, const char *path,
			   struct file **ret_file);

#endif
