/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images out of small inputs.
 *
 * Images are mostly zeros, so an input is a list of pieces to write over them:
 * sector, offset in it (two bytes), length, bytes. Before it two bytes: the
 * size of the file in units of 512 bytes. testdata/fuzz-seed.py makes such a
 * list of an image.
 */
#ifndef PIECES_H
#define PIECES_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"

enum { PIECES_SECTORS = 256, PIECES_UNIT = 512 };

/* Makes the image of an input, with sectors of `sector` bytes, in a memory file
   that the next call uses again: -> its descriptor. */
static inline int
pieces_image(struct bytes input, size_t sector, uint64_t *ret_size)
{
	static int fd = -1;
	size_t size = bytes_u16(input, 0) % (PIECES_SECTORS * sector / PIECES_UNIT + 1);

	if (fd < 0)
		fd = memfd_create("image", 0);
	if (ftruncate(fd, 0) != 0)
		abort();
	for (input = bytes_slice(input, 2, input.length); input.length >= 4;) {
		size_t at = bytes_u8(input, 0) * sector + bytes_u16(input, 1) % sector;
		struct bytes piece = bytes_slice(input, 4, bytes_u8(input, 3));

		if (pwrite(fd, piece.at, piece.length, (off_t)at) < 0)
			abort();
		input = bytes_slice(input, 4 + piece.length, input.length);
	}
	if (ftruncate(fd, (off_t)(size * PIECES_UNIT)) != 0)
		abort();
	*ret_size = size * PIECES_UNIT;
	return fd;
}

#endif
