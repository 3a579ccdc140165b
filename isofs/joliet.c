/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joliet's names; see joliet.h.
 *
 * The version is cut off after the conversion, so that only a ';' that is a
 * character of the name counts and not a byte 0x3b of some other unit.
 */
#include "joliet.h"

#include "encoding.h"

static bool
is_high_surrogate(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool
is_low_surrogate(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* The code point at `offset`, and how many bytes it takes. */
static uint32_t
decode_unit(struct bytes name, size_t offset, size_t *ret_size)
{
	uint32_t unit = bytes_u16_big(name, offset);
	uint32_t next = bytes_u16_big(name, offset + 2);

	*ret_size = 2;
	if (is_high_surrogate(unit) && is_low_surrogate(next)) {
		*ret_size = 4;
		return 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
	}
	return is_high_surrogate(unit) || is_low_surrogate(unit) ? 0xfffd : unit;
}

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
		uint32_t code_point = decode_unit(name, offset, &size);

		if (length + 4 > JOLIET_NAME_SIZE)
			break;
		length += utf8_encode(code_point, buffer + length);
	}
	return trim_version(buffer, length);
}
