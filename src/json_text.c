/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text out of images as JSON: see json_text.h. What is UTF-8 is what Jansson
 * takes for it (RFC 3629): no overlong form, no half of a pair, at most U+10FFFF.
 */
#include "json_text.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* What the second byte of a character lies in, as its first byte is. */
static bool
is_second(unsigned char first, unsigned char second)
{
	unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

/* The length of the character of UTF-8 that `text` begins with, 0 for none. */
static size_t
character_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4 || !is_second(at[0], at[1]))
		return 0;
	length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	for (size_t i = 2; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

static json_t *
mend(const char *text)
{
	char *copy = malloc(3 * strlen(text) + 1);
	char *end = copy;
	json_t *json;

	if (copy == NULL)
		return NULL;
	while (*text != '\0') {
		size_t length = character_length(text);

		if (length > 0) {
			memcpy(end, text, length);
			end += length;
			text += length;
		} else {
			memcpy(end, replacement, sizeof(replacement) - 1);
			end += sizeof(replacement) - 1;
			text++;
		}
	}
	*end = '\0';
	json = json_string(copy);
	free(copy);
	return json;
}

json_t *
json_text(const char *text)
{
	json_t *json = json_string(text);

	return json != NULL ? json : mend(text);
}

/* A character of one byte. */
static void
append_ascii(struct text *text, char c)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)c;

	if (byte < 0x20) {
		const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};

		text_append_bytes(text, escape, sizeof(escape));
		return;
	}
	if (c == '"' || c == '\\')
		text_append_char(text, '\\');
	text_append_char(text, c);
}

void
json_text_append(struct text *text, const char *string)
{
	text_append_char(text, '"');
	while (*string != '\0') {
		size_t length = character_length(string);

		if (length == 0)
			text_append(text, replacement);
		else if (length == 1)
			append_ascii(text, *string);
		else
			text_append_bytes(text, string, length);
		string += length > 0 ? length : 1;
	}
	text_append_char(text, '"');
}
