/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joliet's names; see joliet.h.
 *
 * The version is cut off after the conversion, so that only a ';' that is a
 * character of the name counts and not a byte 0x3b of some other unit.
 */
#include "joliet.h"

#include "encoding.h"

/* The length of `text` without ";digits". */
static size_t
trim_version(const char *text, size_t length)
{
	size_t end = length;

	while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9')
		end--;
	return end > 1 && text[end - 1] == ';' ? end - 1 : length;
}

size_t
joliet_name_decode(struct bytes name, char buffer[JOLIET_NAME_SIZE])
{
	size_t length = 0;
	size_t size;

	for (size_t offset = 0; bytes_hold(name, offset, 2); offset += size) {
		uint32_t code_point = utf16_join(bytes_u16_big(name, offset),
						 bytes_u16_big(name, offset + 2), &size);

		if (length + 4 > JOLIET_NAME_SIZE)
			break;
		length += utf8_encode(code_point, buffer + length);
	}
	return trim_version(buffer, length);
}
