/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of HTTP share: slices out of strings, and a file that has an
 * ETag and a date but no bytes.
 */
#ifndef HTTP_UNIT_H
#define HTTP_UNIT_H

#include <string.h>

#include "file.h"
#include "http_request.h"
#include "http_slice.h"
#include "unit.h"

/* NULL is a field that is not there. */
static inline struct http_slice
slice_of(const char *text)
{
	return (struct http_slice){text, text ? strlen(text) : 0};
}

/* 1000 bytes, last changed on Sun, 06 Nov 1994 08:49:37 GMT. */
static inline struct file
sample_file(void)
{
	return (struct file){
		.size = 1000,
		.mtime = 784111777,
		.etag = "\"tag\"",
		.type = "application/octet-stream",
	};
}

#endif
