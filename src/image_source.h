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

struct image_source {
	struct source source; /* what the parsers are given */
	const struct index *index;
	int fd;
};

/* A source over `index` and `fd`, which must outlive it, as must `name`. It
   points into itself: not to be copied. */
void image_source_init(struct image_source *, const char *name, const struct index *, int fd);

/* Reads up to `length` bytes of file `node`, from `offset` in it, across
   extents: -> how many, 0 at its end; -EIO when the image is shorter than its
   index says, or another negative errno of pread. */
ssize_t image_source_read(const struct index *, int fd, uint32_t node, uint64_t offset,
			  void *buffer, size_t length);

#endif
