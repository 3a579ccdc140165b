/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Range field of a request: RFC 9110 section 14, HTTP-21..24.
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stdint.h>

#include "http_slice.h"

/* Bytes [first, end) of a file; never empty when it comes from a request. */
struct http_range {
	uint64_t first;
	uint64_t end;
};

/* What the value of a Range field asks of a file of `size` bytes (HTTP-22):
   0 with the range, for 206; -ERANGE when no part of the file is meant, for
   416; -EINVAL when the field must be ignored, for 200: another unit, a syntax
   error (HTTP-23), too many ranges, or ranges that do not melt into one
   (HTTP-24). */
int http_range_parse(struct http_slice value, uint64_t size, struct http_range *ret_range);

#endif
