/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalog: everything that is offered at one moment, images and loaders.
 *
 * It is made by the scanner and never changed afterwards. A change in the
 * directory makes a new catalog that shares the images that stayed; who still
 * sends a file of the old one keeps a reference. So no lock is needed to look
 * something up, and no transfer is disturbed by a change.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct image;
struct loaders;

struct catalog {
	atomic_uint references;
	struct image **images; /* sorted by name, without regard to case */
	size_t image_count;
	struct loaders *loaders; /* never NULL */
	bool is_complete;        /* false: the first scan is still running */
};

/* A catalog of `count` images, in order of their names, and `loaders`. Takes
   over one reference of each image, and the loaders; not the array. -ENOMEM:
   nothing was taken over. */
int catalog_new(struct image *const *images, size_t count, struct loaders *loaders,
		struct catalog **ret_catalog);

/* One more, one fewer; the last one frees. unref(NULL) is allowed. From any
   thread. */
struct catalog *catalog_ref(struct catalog *);
void catalog_unref(struct catalog *);

/* The image offered as `name` (`length` bytes), exactly or else without regard
   to case: NULL if there is none. */
struct image *catalog_find(const struct catalog *, const char *name, size_t length);

#endif
