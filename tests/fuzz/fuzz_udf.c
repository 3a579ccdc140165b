/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any UDF image: refused with a reason, or an index that passes its own check.
 *
 * The input is a list of pieces; see pieces.h. Checksums would refuse nearly
 * every change, so they are made right again afterwards, unless the highest bit
 * of the size is set.
 */
#include <stdlib.h>
#include <unistd.h>

#include "bytes.h"
#include "index.h"
#include "isofs.h"
#include "pieces.h"
#include "udf.h"

enum { SECTOR = 2048, FIRST = 19, TAG_SIZE = 16, KEEP = 0x8000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes the checksums of the tag at `at` right, which has `size` bytes. */
static void
repair_tag(uint8_t *at, size_t size)
{
	size_t length = (size_t)(at[10] | at[11] << 8);
	uint16_t crc;
	uint8_t sum = 0;

	if (length > size - TAG_SIZE)
		length = size - TAG_SIZE;
	crc = udf_crc((struct bytes){at + TAG_SIZE, length});
	at[8] = (uint8_t)crc;
	at[9] = (uint8_t)(crc >> 8);
	at[10] = (uint8_t)length;
	at[11] = (uint8_t)(length >> 8);
	for (size_t i = 0; i < TAG_SIZE; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : at[i]));
	at[4] = sum;
}

/* The entries of a directory, one after the other. */
static void
repair_identifiers(uint8_t *at, size_t size)
{
	while (size >= UDF_IDENTIFIER_SIZE && (at[0] | at[1] << 8) == UDF_FILE_IDENTIFIER) {
		size_t length = udf_identifier_length((struct bytes){at, size});

		if (length > size)
			length = size;
		repair_tag(at, length);
		at += length;
		size -= length;
	}
}

static void
repair_sector(uint8_t *sector)
{
	struct bytes bytes = {sector, SECTOR};
	uint16_t kind = bytes_u16(bytes, 0);
	size_t lengths = kind == UDF_FILE_ENTRY ? 168 : 208;
	size_t start = lengths + 8 + bytes_u32(bytes, lengths);

	if (kind == UDF_FILE_IDENTIFIER) {
		repair_identifiers(sector, SECTOR);
		return;
	}
	if ((kind == UDF_FILE_ENTRY || kind == UDF_EXTENDED_FILE_ENTRY) && start < SECTOR)
		repair_identifiers(sector + start, SECTOR - start);
	if ((kind > 0 && kind <= UDF_EXTENDED_FILE_ENTRY) || bytes_u8(bytes, 4) != 0)
		repair_tag(sector, SECTOR);
}

/* Repairs the sectors behind UDF's names, one by one. */
static void
repair_image(uint64_t size)
{
	for (size_t number = FIRST; number * SECTOR < size; number++) {
		uint8_t *sector = pieces_sector(number);

		if (sector)
			repair_sector(sector);
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
