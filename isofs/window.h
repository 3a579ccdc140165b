/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window on an image: reads it in large pieces and shows small ones.
 *
 * Directories lie close together, so most views cost no system call. A view
 * stays valid until the next one through the same window. Nothing is shown
 * past the end of the image, which is the end of its file and not what the
 * image claims (ISO-4).
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum { WINDOW_SIZE = 64 * 1024 };

struct window {
	int fd;              /* not owned */
	uint64_t base;       /* 0, or where the image begins in the file behind fd */
	uint64_t image_size; /* bytes of the image, or of that file */
	uint64_t offset;     /* of bytes[0] in the image */
	size_t length;       /* bytes now in the window */
	uint8_t bytes[WINDOW_SIZE];
};

/* A window on `fd`, empty yet. */
void window_init(struct window *, int fd, uint64_t image_size);

/* Shows the bytes from `offset` on, at most `length` (which may be up to
   WINDOW_SIZE); fewer, or none, where the image ends. Negative errno of
   pread, -EINVAL when `length` is too large. */
int window_view(struct window *, uint64_t offset, size_t length, struct bytes *ret_bytes);

/* Shows the bytes from `offset` on, as many as the window holds: none only
   where the image ends. */
int window_view_rest(struct window *, uint64_t offset, struct bytes *ret_bytes);

#endif
