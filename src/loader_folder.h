/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder that may hold loaders, of the system or of an image: the only two
 * questions that the search of loader.c asks it.
 */
#ifndef LOADER_FOLDER_H
#define LOADER_FOLDER_H

#include "loader.h"

/* A folder. It is looked into anew by each call; nothing is held open. */
struct loader_folder {
	const char *path;                 /* of the system, or within `image` */
	const struct loader_image *image; /* NULL: a folder of the system */
};

/* Opens `file` of the folder (`file` may have folders in it) as the loader
   called `name`. 0, or -ENOENT, -EACCES and others of open(2), -EMFILE,
   -ENOMEM. The caller ends with loader_close. */
int folder_open(const struct loader_folder *, const char *file, const char *name,
		struct loader *ret_loader);

/* Lists the files of the folder whose names end in `suffix`, such as ".c32", and
   can be asked for by a client, in no order: `*ret_names` is malloc'ed, 32 bytes
   a name. A folder that does not exist has none. 0, or -ENOMEM, -EMFILE,
   -ENFILE. */
int folder_names(const struct loader_folder *, const char *suffix, char (**ret_names)[32],
		 size_t *ret_count);

/* Closes the descriptor and frees what the loader owns. */
void loader_close(struct loader *);

/* Reads up to `size` bytes from the start of the loader: -> how many. */
size_t loader_read(const struct loader *, void *buffer, size_t size);

#endif
