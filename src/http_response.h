/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of a response, byte for byte: HTTP-1, HTTP-8..10, HTTP-20..22,
 * HTTP-29. Pure.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_range.h"
#include "http_request.h"

struct file;
struct stream;

enum {
	HTTP_LOCATION_MAX = 4096,                     /* bytes, the NUL included */
	HTTP_RESPONSE_MAX = HTTP_LOCATION_MAX + 1024, /* always enough for http_response_format */
};

/* How to answer one request. */
struct http_response {
	unsigned status;
	struct file *file;       /* with 200 and 206: its bytes are the body. With 304 and
	                             416: it is described. Else NULL: the body is one line
	                             of text that names the status. Owned. */
	struct http_range range; /* with 200 and 206: the bytes of `file` to send */
	struct stream *stream;   /* where they come from, if the file has none. Owned. */
	bool is_head;            /* no body follows */
	bool is_http10;
	bool keep_alive;
	char location[HTTP_LOCATION_MAX]; /* with 301 */
};

/* Writes the status line and the fields, and behind them the line of text
   where that is the body. -> the number of bytes. */
size_t http_response_format(const struct http_response *, int64_t now,
			    char buffer[HTTP_RESPONSE_MAX]);

/* "Not Found" for 404. */
const char *http_status_reason(unsigned status);

#endif
