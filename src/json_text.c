/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text out of images as JSON: see json_text.h. Jansson itself judges what is
 * UTF-8; only what it refuses is taken apart.
 */
#include "json_text.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* The length of the character of UTF-8 that `text` begins with, 0 for none. */
static size_t
character_length(const char *text)
{
	unsigned char byte = (unsigned char)*text;
	size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
	json_t *character;

	if (strnlen(text, length) < length)
		return 0;
	character = json_stringn(text, length);
	json_decref(character);
	return character != NULL ? length : 0;
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
