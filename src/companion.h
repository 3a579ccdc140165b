/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The companion of an image: the folder NAME.d beside NAME.iso, in which a
 * user puts what the image shall have in addition, without touching it: kernel
 * arguments, answer files, an initrd that can use a network.
 *
 * It is opened together with the image, and never changed afterwards: another
 * state of the folder makes another image (image.h). All its files are open, so
 * that they can be served by threads that have fewer rights than the scanner.
 *
 * The folder is a user's, but what is served of it is only what lies in it:
 * links that lead out are told and left out. Names that begin with '.' are
 * left out too, as in the directories of images.
 */
#ifndef COMPANION_H
#define COMPANION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct entry_note;

/* Where a companion's files lie in the tree of its image. */
#define COMPANION_FOLDER "@d"

enum {
	COMPANION_FILES_MAX = 128,  /* each is kept open */
	COMPANION_DEPTH_MAX = 8,    /* of folders in it */
	COMPANION_NAMES_MAX = 4096, /* that are looked at */
};

struct companion_file {
	char *path;    /* from the folder, without leading '/' */
	int fd;        /* a regular file, open to read */
	uint64_t size; /* bytes, when it was opened */
	int64_t mtime; /* likewise; seconds since 1970 */
	bool is_executable;
	const char *text; /* instead of `fd` (-1): bytes of ours */
};

struct companion {
	char *name;                   /* of the folder: "debian-12.d" */
	struct companion_file *files; /* sorted by path */
	size_t file_count;
	struct entry_note *problems; /* for the user: "debian-12.d/x: a socket: not served" */
	struct source source;        /* its files, as recipes look at them */
};

/* Opens the folder beside the image at `image_path`, sub-folders too.
   *ret_companion is NULL when there is none; what is wrong with it is in its
   problems. *ret_identity is as companion_identity has it. 0 or -ENOMEM. */
int companion_open(const char *image_path, struct companion **ret_companion,
		   uint64_t *ret_identity);

/* A number that changes when anything in the folder does: 0, there is none.
   `on_directory` (or NULL) is called for it and each of its sub-folders, before
   that is read. */
uint64_t companion_identity(const char *image_path,
			    void (*on_directory)(void *context, const char *path), void *context);

/* NULL is allowed. */
void companion_free(struct companion *);

/* The file at `path`, exactly or else without regard to case: NULL if there is
   none. */
const struct companion_file *companion_find(const struct companion *, const char *path);

/* Called for each name directly below a folder, `length` bytes; `file` is NULL
   for a folder. -> whether to go on. */
typedef bool companion_visit(void *context, const char *name, size_t length,
			     const struct companion_file *file);

/* Visits what lies in the folder `path` ("" is the companion itself). 0, -ENOENT
   or -ENOTDIR. */
int companion_list(const struct companion *, const char *path, companion_visit *visit,
		   void *context);

/* Whether something lies below the folder `path`; "" is one always. */
bool companion_is_folder(const struct companion *, const char *path);

/* Adds our own files that the user's ask for; there is room for one more than
   COMPANION_FILES_MAX. 0 or -ENOMEM. */
int companion_add_texts(struct companion *);

/* Fills in `companion->source`, which its files must outlive. */
void companion_source_init(struct companion *);

#endif
