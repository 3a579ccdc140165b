/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any UDF image: refused with a reason, or an index that passes its own check.
 *
 * The input is a list of pieces; see pieces.h. Checksums would refuse nearly
 * every change, so they are made right again afterwards, unless the highest bit
 * of the size is set. If the next three are 100 the file is 4 GiB larger than
 * what is in it: only then UDF is asked for sizes that ISO 9660 cannot have. It
 * is seldom, since a directory of zeros takes long to read.
 */
#include <stdlib.h>
#include <unistd.h>

#include "bytes.h"
#include "index.h"
#include "isofs.h"
#include "pieces.h"
#include "udf_repair.h"

enum { SECTOR = UDF_REPAIR_SECTOR, KEEP = 0x8000, LARGE = 0x4000, LARGE_MASK = 0x7000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Repairs the sectors behind UDF's names, one by one. */
static void
repair_image(uint64_t size)
{
	for (size_t number = UDF_REPAIR_FIRST; number * SECTOR < size; number++) {
		uint8_t *sector = pieces_sector(number);

		if (sector)
			udf_repair_sector(sector);
	}
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return pieces_mutate(data, size, max, 2, seed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct index *index;
	const char *why = NULL;
	uint64_t image_size;
	int fd, memfd, result;

	fd = pieces_image(input, SECTOR, &image_size);
	if (!(bytes_u16(input, 0) & KEEP))
		repair_image(image_size);
	if ((bytes_u16(input, 0) & LARGE_MASK) == LARGE) {
		image_size += UINT64_C(1) << 32;
		if (ftruncate(fd, (off_t)image_size) != 0)
			abort();
	}
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
