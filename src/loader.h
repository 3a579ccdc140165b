/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot loaders that machines ask for first: PXELINUX and its modules,
 * memdisk, iPXE, the memory test, and whatever else a user has in the folder
 * for loaders. None are ours: they are found in that folder, in those where
 * distributions install them, or in an image that carries them, as Arch's does.
 * The first that has one wins.
 *
 * PXELINUX's core and its modules are one set of one build (SYS-17): they are
 * taken from one place or not at all.
 *
 * The files are found and opened once; what can be asked for is this list and
 * nothing else, so no name from the network ever reaches the file system.
 */
#ifndef LOADER_H
#define LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "index.h"

/* One file that a machine can ask for. */
struct loader {
	char name[32];          /* as it is asked for: "lpxelinux.0", "memtest" */
	char *path;             /* where it was found, for people */
	int fd;                 /* where its bytes are */
	struct extent *extents; /* of fd, in order */
	uint32_t extent_count;
	uint64_t size; /* bytes: the sum of the extents */
	int64_t mtime; /* seconds since 1970, UTC */
};

/* An image that may carry loaders. */
struct loader_image {
	const char *name;
	const struct index *index;
	int fd;
};

/* Where to look. */
struct loader_places {
	const char *directory;             /* the user's own, looked into first; or NULL */
	const char *root;                  /* what stands before the system's folders: "", or a
	                            folder of a test */
	const struct loader_image *images; /* looked into last */
	size_t image_count;
};

struct loaders;

/* Finds and opens what can be found; that nothing is found is no error, see
   loaders_missing. Images are only needed during the call: their descriptors
   are duplicated. 0, or -ENOMEM, -EMFILE, -ENFILE. */
int loaders_open(const struct loader_places *, struct loaders **ret_loaders);

/* Closes everything. NULL is allowed. */
void loaders_close(struct loaders *);

/* The loader called `name`, in any case as firmware may ask for it: NULL if
   there is none. Lives as long as `loaders`. */
const struct loader *loaders_find(const struct loaders *, const char *name);

/* All of them, sorted by name. */
size_t loaders_count(const struct loaders *);
const struct loader *loaders_at(const struct loaders *, size_t number);

/* What a person should know: a line for each loader that was not found, with
   the package that has it, and for each set that was passed over, with the
   reason. Lines end with '\n'; "" when all is well. */
const char *loaders_missing(const struct loaders *);

#endif
