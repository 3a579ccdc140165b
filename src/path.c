/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexical rules of paths: see path.h.
 *
 * One pass over the segments with an output that only grows by a whole
 * segment and shrinks by a whole segment; ".." above the start is an error
 * and is never clamped, so that an attempt to escape is seen as one.
 *
 * Rules: TFTP-38..42, HTTP-16.
 */
#include "path.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { SEGMENT_MAX = 255 };

static bool
is_separator(char c)
{
	return c == '/' || c == '\\';
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Cleans the `length` bytes at `raw`; path.h has the contract. */
static int
clean(const char *raw, size_t length, char *buffer, size_t size)
{
	size_t used = 0; /* bytes in buffer: never ends with '/' */

	for (size_t at = 0, end; at < length; at = end + 1) {
		for (end = at; end < length && !is_separator(raw[end]); end++) {
			if (is_control(raw[end]))
				return -EINVAL;
		}
		size_t segment = end - at;
		if (segment == 0 || (segment == 1 && raw[at] == '.'))
			continue;
		if (segment == 2 && raw[at] == '.' && raw[at + 1] == '.') {
			if (used == 0)
				return -EACCES;
			while (used > 0 && buffer[used - 1] != '/')
				used--;
			used -= used > 0;
			continue;
		}
		if (segment > SEGMENT_MAX || used + (used > 0) + segment >= size)
			return -ENAMETOOLONG;
		if (used > 0)
			buffer[used++] = '/';
		memmove(buffer + used, raw + at, segment);
		used += segment;
	}
	if (used >= size)
		return -ENAMETOOLONG;
	buffer[used] = '\0';
	return 0;
}

int
path_clean(const char *raw, char *buffer, size_t size)
{
	return clean(raw, strlen(raw), buffer, size);
}

int
path_split_double_slash(const char *raw, char *head, char *tail, size_t size)
{
	size_t length = strlen(raw);
	size_t start = 0;
	while (start < length && is_separator(raw[start]))
		start++;

	size_t cut = length;
	while (cut > start + 1 && !(is_separator(raw[cut - 1]) && is_separator(raw[cut - 2])))
		cut--;
	if (cut <= start + 1)
		return -ENOENT;
	int err = clean(raw, cut, head, size);
	if (err)
		return err;
	return clean(raw + cut, length - cut, tail, size);
}

int
path_from_latin1(const char *raw, char *buffer, size_t size)
{
	size_t used = 0;
	bool differs = false;

	for (; *raw != '\0'; raw++) {
		unsigned char c = (unsigned char)*raw;

		if (used + 3 > size)
			return -ENAMETOOLONG;
		if (c >= 0x80) {
			differs = true;
			buffer[used++] = (char)(0xc0 | c >> 6);
			c = 0x80 | (c & 0x3f);
		}
		buffer[used++] = (char)c;
	}
	buffer[used] = '\0';
	return differs ? 0 : -ENOENT;
}
