/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files are images: the directories and files that a person named, made
 * into a list of paths, each with the name it is offered under.
 *
 * In a directory these are the entries that end in ".iso" (in any case) and
 * do not begin with '.'; sub-directories are not searched. A file that was
 * named itself needs no ending. Nothing is opened here but directories.
 */
#ifndef IMAGE_LIST_H
#define IMAGE_LIST_H

#include <stddef.h>

#include "image.h"

struct image_list_entry {
	char *path;
	char name[IMAGE_NAME_SIZE]; /* unique in the list: DESIGN.md section 4, "~2" */
};

struct image_list {
	struct image_list_entry *entries; /* sorted by name, without regard to case */
	size_t count;
};

/* Adds what `root` holds: 0, -ENOMEM, or -errno of opening the directory (a
   root that does not exist is -ENOENT). Call image_list_finish at the end. */
int image_list_add(struct image_list *, const char *root);

/* Sorts and makes the names unique. */
void image_list_finish(struct image_list *);

void image_list_free(struct image_list *);

#endif
