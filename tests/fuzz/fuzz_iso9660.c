/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any image: refused with a reason, or an index that passes its own check. The
 * input is a list of pieces; see pieces.h.
 */
#include <stdlib.h>
#include <unistd.h>

#include "index.h"
#include "iso9660.h"
#include "isofs.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return pieces_mutate(data, size, max, 2, seed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct index *index;
	const char *why = NULL;
	uint64_t image_size;
	int fd = pieces_image((struct bytes){data, size}, SECTOR_SIZE, &image_size);
	int memfd, result = isofs_index(fd, &memfd, &why);

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
