/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text out of images; see encoding.h.
 *
 * ISO 9660 allows a few ASCII characters in a volume's names. Real images have
 * UTF-8 and Latin-1 there, and binary rubbish: whatever comes, what is handed
 * on can be printed.
 */
#include "encoding.h"

#include <stdbool.h>

size_t
utf8_encode(uint32_t code_point, char *buffer)
{
	if (code_point < 0x80) {
		buffer[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		buffer[0] = (char)(0xc0 | code_point >> 6);
		buffer[1] = (char)(0x80 | (code_point & 0x3f));
		return 2;
	}
	if (code_point < 0x10000) {
		buffer[0] = (char)(0xe0 | code_point >> 12);
		buffer[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
		buffer[2] = (char)(0x80 | (code_point & 0x3f));
		return 3;
	}
	buffer[0] = (char)(0xf0 | (code_point >> 18 & 0x07));
	buffer[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
	buffer[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
	buffer[3] = (char)(0x80 | (code_point & 0x3f));
	return 4;
}

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

uint32_t
utf16_join(uint32_t unit, uint32_t next, size_t *ret_size)
{
	*ret_size = 2;
	if (is_high_surrogate(unit) && is_low_surrogate(next)) {
		*ret_size = 4;
		return 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
	}
	return is_high_surrogate(unit) || is_low_surrogate(unit) ? 0xfffd : unit;
}

size_t
utf8_cut(const char *text, size_t size)
{
	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

/* Bytes of the UTF-8 character at the start of `bytes`, 0 when it is none:
   too long a form, a surrogate, above U+10FFFF. */
static size_t
utf8_length(struct bytes bytes)
{
	uint8_t first = bytes_u8(bytes, 0);
	uint8_t second = bytes_u8(bytes, 1);
	size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (length == 1)
		return 1;
	if (first < 0xc2 || first > 0xf4 || bytes.length < length)
		return 0;
	if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
	    (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes_u8(bytes, i) & 0xc0) != 0x80)
			return 0;
	return length;
}

void
text_from_padded(struct bytes field, char *buffer, size_t size)
{
	size_t used = 0;

	while (field.length > 0 &&
	       (field.at[field.length - 1] == ' ' || field.at[field.length - 1] == '\0'))
		field.length--;

	while (field.length > 0) {
		size_t length = utf8_length(field);
		bool is_control = field.at[0] < 0x20 || field.at[0] == 0x7f;
		char character[4];
		size_t written = length;

		if (length == 0)
			written = utf8_encode(field.at[0], character);
		else if (is_control)
			character[0] = '?';
		else
			memcpy(character, field.at, length);
		if (used + written >= size)
			break;
		memcpy(buffer + used, character, written);
		used += written;
		field = bytes_slice(field, length ? length : 1, field.length);
	}
	buffer[used] = '\0';
}
