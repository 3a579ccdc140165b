/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image as the parsers of boot configurations see it (source.h), answered
 * from its index; the bytes of files come from its descriptor.
 */
#ifndef IMAGE_SOURCE_H
#define IMAGE_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "index.h"
#include "source.h"

struct image_initramfs;
struct reader;

struct image_source {
	struct source source; /* what the parsers are given */
	const struct index *index;
	int fd; /* -1: its files cannot be read */
	struct reader *reader;
	struct image_initramfs *initramfs; /* those that were asked for */
	int64_t initramfs_ms;              /* how long they took, together */
};

/* A source over `index` and `fd`, which must outlive it, as must `name`. It
   points into itself: not to be copied. `reader` opens an initramfs when one is
   asked for, and blocks until that is read; NULL: nobody does. */
void image_source_init(struct image_source *, const char *name, const struct index *, int fd,
		       struct reader *);

/* Closes what was opened for it. */
void image_source_clear(struct image_source *);

/* Reads up to `length` bytes of file `node`, from `offset` in it, across
   extents: -> how many, 0 at its end; -EIO when the image is shorter than its
   index says, or another negative errno of pread. */
ssize_t image_source_read(const struct index *, int fd, uint32_t node, uint64_t offset,
			  void *buffer, size_t length);

#endif
