/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates of HTTP: RFC 9110 section 5.6.7, HTTP-28. Seconds since 1970, UTC.
 */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include <stdint.h>

#include "http_slice.h"

enum { HTTP_DATE_SIZE = 30 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" and a NUL */

/* Writes `time` as an IMF-fixdate. What is outside the years 1000
   to 9999 becomes the nearest second in them. For the C locale, which the
   program never leaves. */
void http_date_format(int64_t time, char buffer[HTTP_DATE_SIZE]);

/* Reads a date in any of the three forms; `now` says which century two digits
   of a year mean. 0, or -EINVAL: the field must then be ignored. */
int http_date_parse(struct http_slice text, int64_t now, int64_t *ret_time);

#endif
