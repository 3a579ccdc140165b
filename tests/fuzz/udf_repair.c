/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the checksums of UDF right again; see udf_repair.h.
 */
#include "udf_repair.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "bytes.h"
#include "udf.h"

enum { SECTOR = UDF_REPAIR_SECTOR, TAG_SIZE = 16 };

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

/* The kinds there are; a directory of ISO 9660 begins with another number. */
static bool
has_tag(const uint8_t *sector, uint16_t kind)
{
	static const char sparing[] = "*UDF Sparing Table";

	if (kind == 0)
		return memcmp(sector + TAG_SIZE + 1, sparing, sizeof(sparing) - 1) == 0;
	return kind <= 9 || (kind >= UDF_FILE_SET && kind <= UDF_EXTENDED_FILE_ENTRY);
}

void
udf_repair_sector(uint8_t *sector)
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
	if (has_tag(sector, kind))
		repair_tag(sector, SECTOR);
}
