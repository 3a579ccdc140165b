/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names in FAT directories; see fat.h.
 *
 * An entry has a short name of 8 and 3 characters. A longer one lies before it
 * in entries of its own, the last piece first, 13 units of UTF-16 each. They
 * carry a checksum of the short name: a system that knew nothing of them may
 * have put another file there.
 */
#include <string.h>

#include "encoding.h"
#include "fat.h"

enum {
	PIECE_UNITS = 13,
	FIRST_PIECE = 0x40, /* of those recorded, the last of the name */
	BASE_SIZE = 8,
	EXTENSION_SIZE = 3,
	SHORT_SIZE = BASE_SIZE + EXTENSION_SIZE,
	/* Windows: names in lower case that need no long name. */
	LOWER_BASE = 0x08,
	LOWER_EXTENSION = 0x10,
};

/* --- long names ------------------------------------------------------------ */

void
fat_name_add(struct fat_name *name, struct bytes entry)
{
	static const uint8_t places[PIECE_UNITS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
	uint8_t order = bytes_u8(entry, 0);
	unsigned number = order & 0x3f;
	uint8_t checksum = bytes_u8(entry, 13);

	if (order & FIRST_PIECE) {
		name->pieces = name->missing = number <= FAT_NAME_PIECES ? number : 0;
		name->checksum = checksum;
	}
	if (number == 0 || number != name->missing || checksum != name->checksum) {
		name->pieces = 0;
		return;
	}
	name->missing--;
	for (size_t i = 0; i < PIECE_UNITS; i++)
		name->units[name->missing * PIECE_UNITS + i] = bytes_u16(entry, places[i]);
}

static uint8_t
short_checksum(struct bytes entry)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < SHORT_SIZE; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + bytes_u8(entry, i));
	return sum;
}

/* Ends at a unit of 0, or fills all of its pieces. */
static size_t
format_long(const struct fat_name *name, char *buffer)
{
	size_t count = name->pieces * PIECE_UNITS;
	size_t length = 0;
	size_t size;

	for (size_t i = 0; i < count && name->units[i] != 0; i += size / 2) {
		uint16_t next = i + 1 < count ? name->units[i + 1] : 0;

		length += utf8_encode(utf16_join(name->units[i], next, &size), buffer + length);
	}
	return length;
}

/* --- short names ----------------------------------------------------------- */

/* Copies a padded part of a short name: -> its length. */
static size_t
format_part(struct bytes part, bool is_lower, char *buffer)
{
	size_t length = part.length;

	while (length > 0 && part.at[length - 1] == ' ')
		length--;
	for (size_t i = 0; i < length; i++) {
		uint8_t byte = part.at[i];
		bool is_upper = byte >= 'A' && byte <= 'Z';

		buffer[i] = (char)(is_lower && is_upper ? byte + ('a' - 'A') : byte);
	}
	return length;
}

static size_t
format_short(struct bytes entry, char *buffer)
{
	uint8_t flags = bytes_u8(entry, 12);
	size_t length, extension;

	length = format_part(bytes_slice(entry, 0, BASE_SIZE), flags & LOWER_BASE, buffer);
	/* 0xe5 as the first byte would say that the entry is deleted. */
	if (length > 0 && buffer[0] == 0x05)
		buffer[0] = (char)0xe5;
	extension = format_part(bytes_slice(entry, BASE_SIZE, EXTENSION_SIZE),
				flags & LOWER_EXTENSION, buffer + length + 1);
	buffer[length] = '.';
	return extension > 0 ? length + 1 + extension : length;
}

size_t
fat_name_finish(struct fat_name *name, struct bytes entry, char buffer[FAT_NAME_SIZE])
{
	bool is_whole = name->pieces > 0 && name->missing == 0 &&
			name->checksum == short_checksum(entry) && name->units[0] != 0;
	size_t length = is_whole ? format_long(name, buffer) : format_short(entry, buffer);

	name->pieces = 0;
	return length;
}
