/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any image: refused with a reason, or an index that passes its own check.
 *
 * Images are mostly zeros, so an input is a list of pieces to write over them:
 * sector, offset in it (two bytes), length, bytes. Before it two bytes: the
 * size of the file in units of 512 bytes. testdata/fuzz-seed.py makes such a
 * list of an image.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"
#include "index.h"
#include "isofs.h"

enum { SECTORS = 256, SECTOR = 2048, UNIT = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes the pieces to an empty memory file; its size is what the input says. */
static void
make_image(struct bytes input, int fd, size_t size)
{
	if (ftruncate(fd, 0) != 0)
		abort();
	for (input = bytes_slice(input, 2, input.length); input.length >= 4;) {
		size_t at = bytes_u8(input, 0) * (size_t)SECTOR + bytes_u16(input, 1) % SECTOR;
		struct bytes piece = bytes_slice(input, 4, bytes_u8(input, 3));
		if (pwrite(fd, piece.at, piece.length, (off_t)at) < 0)
			abort();
		input = bytes_slice(input, 4 + piece.length, input.length);
	}
	if (ftruncate(fd, (off_t)size) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct bytes input = {data, size};
	size_t image_size = bytes_u16(input, 0) % (SECTORS * SECTOR / UNIT + 1) * UNIT;
	struct index *index;
	const char *why = NULL;
	int memfd, result;

	if (fd < 0)
		fd = memfd_create("image", 0);
	make_image(input, fd, image_size);
	result = isofs_index(fd, &memfd, &why);
	if (result < 0 && !why)
		abort();
	if (result == 0 && index_map(memfd, image_size, &index, &why) != 0)
		abort();
	if (result == 0) {
		index_close(index);
		close(memfd);
	}
	return 0;
}
