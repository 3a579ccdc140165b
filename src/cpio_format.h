/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The newc format as numbers: what cpio.c counts and cpio_file.c writes.
 */
#ifndef CPIO_FORMAT_H
#define CPIO_FORMAT_H

#include <stdint.h>
#include <string.h>

#define CPIO_TRAILER "TRAILER!!!"

enum { CPIO_HEADER = 110, CPIO_ALIGNMENT = 4, CPIO_BLOCK = 512 };

/* Bytes from `size` to the next multiple of `alignment`, a power of two. */
static inline uint64_t
cpio_padding(uint64_t size, uint64_t alignment)
{
	return -size & (alignment - 1);
}

/* Bytes of the header of a member at `path`, with the name and its padding. */
static inline uint64_t
cpio_header_size(const char *path)
{
	uint64_t size = CPIO_HEADER + strlen(path) + 1;

	return size + cpio_padding(size, CPIO_ALIGNMENT);
}

#endif
