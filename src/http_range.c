/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ranges: "bytes=0-99", "bytes=100-", "bytes=-100", and lists of these.
 *
 * A list is answered with one range where its ranges touch each other in the
 * order they come, else with the whole file, which RFC 9110 section 14.2
 * always allows. Numbers saturate: a position that does not fit into 64 bits
 * is past the end of any file and needs no rule of its own.
 */
#include "http_range.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { RANGES_MAX = 16 };

/* The last `count` bytes. */
static struct http_range
suffix(uint64_t count, uint64_t size)
{
	return (struct http_range){count < size ? size - count : 0, count > 0 ? size : 0};
}

/* One element of the list: 0, -ERANGE (nothing of the file) or -EINVAL. */
static int
parse_one(struct http_slice text, uint64_t size, struct http_range *ret_range)
{
	const char *dash = memchr(text.bytes, '-', text.length);
	if (!dash)
		return -EINVAL;
	struct http_slice left = {text.bytes, (size_t)(dash - text.bytes)};
	struct http_slice right = http_slice_from(text, left.length + 1);
	struct http_range range = {0, size};
	uint64_t number;

	if (left.length == 0) {
		if (http_slice_number(right, &number) < 0)
			return -EINVAL;
		range = suffix(number, size);
	} else {
		if (http_slice_number(left, &range.first) < 0)
			return -EINVAL;
		if (right.length > 0) {
			if (http_slice_number(right, &number) < 0 || number < range.first)
				return -EINVAL;
			if (number < size)
				range.end = number + 1;
		}
	}
	if (range.first >= range.end)
		return -ERANGE;
	*ret_range = range;
	return 0;
}

/* Makes `range` hold `other` too; false when there is a gap between them. */
static bool
join(struct http_range *range, struct http_range other)
{
	if (other.first > range->end || range->first > other.end)
		return false;
	if (other.first < range->first)
		range->first = other.first;
	if (other.end > range->end)
		range->end = other.end;
	return true;
}

int
http_range_parse(struct http_slice value, uint64_t size, struct http_range *ret_range)
{
	if (!http_slice_begins(value, "bytes="))
		return -EINVAL;
	struct http_slice list = http_slice_from(value, strlen("bytes="));
	struct http_slice element;
	struct http_range range = {0, 0};
	bool has_gap = false;
	unsigned count = 0;

	/* The whole list is read even when the answer is known: a syntax
	   error at its end still means 200. */
	while (http_slice_element(&list, &element)) {
		struct http_range one;
		int err = parse_one(element, size, &one);
		if (err == -EINVAL || ++count > RANGES_MAX)
			return -EINVAL;
		if (err == -ERANGE)
			continue;
		if (range.end == 0)
			range = one;
		else if (!join(&range, one))
			has_gap = true;
	}
	if (count == 0 || has_gap)
		return -EINVAL;
	if (range.end == 0)
		return -ERANGE;
	*ret_range = range;
	return 0;
}
