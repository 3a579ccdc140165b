/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conditional requests: RFC 9110 section 13, HTTP-25..27.
 *
 * Which answer a request gets once its file is known. Pure.
 */
#ifndef HTTP_CONDITIONS_H
#define HTTP_CONDITIONS_H

#include <stdint.h>

#include "http_range.h"
#include "http_request.h"

struct file;

/* -> 200, 206, 304, 412 or 416, in the order of RFC 9110 section 13.2.2. With
   200 and 206, `ret_range` is the part of the file to send; it is written only
   then. `now` serves to read dates with two digits of a year. */
unsigned http_conditions_check(const struct http_request *, const struct file *, int64_t now,
			       struct http_range *ret_range);

#endif
