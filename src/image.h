/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One image that is offered: its open file, its index, what it can boot.
 *
 * An image is made whole by the scanner and never changed afterwards, so all
 * threads read it without a lock. It is counted: the catalog holds it, and so
 * does every file of it that is being sent. An image deleted from its
 * directory therefore stays readable until its last transfer ends.
 *
 * A file that is no image we can read is an image too: without an index, with
 * the reason. It is listed, and stops nothing else.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "netboot_package.h"

struct boot;
struct companion;
struct index;
struct reader;
struct recipes;
struct stat;

enum { IMAGE_NAME_SIZE = 256, IMAGE_WHY_SIZE = 200 };

/* Which bytes a path led to: when it differs, the file was replaced. */
struct image_identity {
	dev_t device;
	ino_t inode;
	uint64_t size;    /* bytes */
	int64_t mtime_ns; /* since 1970 */
};

struct image {
	atomic_uint references;
	char name[IMAGE_NAME_SIZE];     /* in URLs: see image_name */
	char *path;                     /* as it was given */
	int fd;                         /* -1 when index is NULL */
	struct image_identity identity; /* all zero if it could not be opened */
	struct index *index;            /* NULL: no image we can read */
	struct boot *boot;              /* NULL only together with index */
	struct companion *companion;    /* the folder beside it, or NULL */
	struct netboot_package package; /* that boots its installer, if there is one */
	uint64_t companion_identity;    /* see image_companion_identity */
	char why[IMAGE_WHY_SIZE];       /* the reason when index is NULL, else "" */
};

/* Writes the name that the file at `path` is offered under: its last segment
   without ".iso" in any case; bytes outside A-Za-z0-9._+- become '_'. Never
   empty, "." or "..". Cut to what fits, so that "~NN" can still be added. */
void image_name(const char *path, char ret_name[IMAGE_NAME_SIZE]);

/* Opens the file at `path` (regular files only, links are followed), has
   `reader` make its index and reads its boot configuration. Blocks while the
   reader works. `recipes` may be NULL: entries are then as the image has them.
   0 for a bad image as well, see above; -ENOMEM. The caller holds one
   reference. */
int image_open(struct reader *, const struct recipes *, const char *path, const char *name,
	       struct image **ret_image);

/* A number that changes when anything does that stands beside the image at `path`: the
   folder of the user (see companion_identity), or a package that may fit it. */
uint64_t image_companion_identity(const char *path,
				  void (*on_directory)(void *context, const char *path),
				  void *context);

/* The identity of what fstat said. */
struct image_identity image_identity_of(const struct stat *);
bool image_identity_equal(const struct image_identity *, const struct image_identity *);

/* A number that changes when the bytes of the image do, and is the same on
   every host that has the same file with its time. */
uint64_t image_version(const struct image *);

/* One more, one fewer; the last one closes and frees. unref(NULL) is allowed. */
struct image *image_ref(struct image *);
void image_unref(struct image *);

#endif
