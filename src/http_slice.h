/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A piece of a request, in place: nothing of a request is ever copied to be
 * looked at, and nothing in it ends with a NUL.
 *
 * The comma-separated lists of RFC 9110 section 5.6.1 are read here, for
 * ranges, entity-tags and connection options alike.
 */
#ifndef HTTP_SLICE_H
#define HTTP_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_slice {
	const char *bytes; /* NULL: not there at all */
	size_t length;     /* bytes */
};

/* `slice` without the spaces and tabs at both ends. */
struct http_slice http_slice_trim(struct http_slice slice);

/* Whether `slice` is `text`, upper and lower case being the same. */
bool http_slice_is(struct http_slice slice, const char *text);

/* Whether `slice` begins with `text`, upper and lower case being the same. */
bool http_slice_begins(struct http_slice slice, const char *text);

/* The part of `slice` from byte `offset` on; `offset` must be within it. */
struct http_slice http_slice_from(struct http_slice slice, size_t offset);

/* Takes the next element off a comma-separated list, trimmed; empty elements
   are passed over. False at the end of the list. Knows nothing of quotes. */
bool http_slice_element(struct http_slice *list, struct http_slice *ret_element);

/* The number `slice` consists of: 0 or -EINVAL when there is anything but
   digits, or nothing. What does not fit becomes UINT64_MAX. */
int http_slice_number(struct http_slice slice, uint64_t *ret_number);

#endif
