/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of a request, looked at in place. Rules of RFC 9110 section 5.6:
 * optional whitespace is spaces and tabs, lists may have empty elements.
 */
#include "http_slice.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

struct http_slice
http_slice_trim(struct http_slice slice)
{
	while (slice.length > 0 && is_blank(slice.bytes[0]))
		slice = http_slice_from(slice, 1);
	while (slice.length > 0 && is_blank(slice.bytes[slice.length - 1]))
		slice.length--;
	return slice;
}

bool
http_slice_is(struct http_slice slice, const char *text)
{
	return slice.length == strlen(text) && http_slice_begins(slice, text);
}

bool
http_slice_begins(struct http_slice slice, const char *text)
{
	size_t length = strlen(text);

	return slice.length >= length && strncasecmp(slice.bytes, text, length) == 0;
}

struct http_slice
http_slice_from(struct http_slice slice, size_t offset)
{
	return (struct http_slice){slice.bytes + offset, slice.length - offset};
}

bool
http_slice_element(struct http_slice *list, struct http_slice *ret_element)
{
	while (list->length > 0) {
		const char *comma = memchr(list->bytes, ',', list->length);
		size_t length = comma ? (size_t)(comma - list->bytes) : list->length;
		struct http_slice element =
			http_slice_trim((struct http_slice){list->bytes, length});

		*list = http_slice_from(*list, comma ? length + 1 : length);
		if (element.length > 0) {
			*ret_element = element;
			return true;
		}
	}
	return false;
}

int
http_slice_number(struct http_slice slice, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (slice.length == 0)
		return -EINVAL;
	for (size_t i = 0; i < slice.length; i++) {
		if (slice.bytes[i] < '0' || slice.bytes[i] > '9')
			return -EINVAL;
		uint64_t digit = (uint64_t)(slice.bytes[i] - '0');
		if (number > (UINT64_MAX - digit) / 10)
			number = UINT64_MAX;
		else
			number = number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}
