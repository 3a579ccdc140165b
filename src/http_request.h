/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of a request: RFC 9112 sections 2 to 6, HTTP-1..7.
 *
 * Strict where two readers could disagree (framing, line ends, Host), lenient
 * where boot loaders need it (targets with raw spaces and bytes). Pure.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http_slice.h"

enum {
	HTTP_LINE_MAX = 8192,    /* bytes of the request line or of one field line */
	HTTP_FIELDS_MAX = 16384, /* bytes of all field lines, ends of lines included */
	HTTP_FIELD_COUNT_MAX = 100,
	HTTP_BODY_MAX = 65536, /* bytes of a body that are read and thrown away */
	/* A buffer of this size is always enough for http_request_parse to decide. */
	HTTP_HEADER_MAX = HTTP_LINE_MAX + 2 + HTTP_FIELDS_MAX,
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_OPTIONS, HTTP_OTHER };

/* The fields that have a say; all others are checked for their form only. */
enum http_field {
	HTTP_HOST,
	HTTP_CONTENT_LENGTH,
	HTTP_TRANSFER_ENCODING,
	HTTP_EXPECT,
	HTTP_RANGE,
	HTTP_IF_RANGE,
	HTTP_IF_MATCH,
	HTTP_IF_NONE_MATCH,
	HTTP_IF_MODIFIED_SINCE,
	HTTP_IF_UNMODIFIED_SINCE,
	HTTP_FIELD_COUNT,
};

struct http_request {
	unsigned status; /* 0, or the error to answer with */
	enum http_method method;
	bool is_http10;
	bool keep_alive;          /* the connection may carry another request */
	struct http_slice target; /* as sent */
	struct http_slice fields[HTTP_FIELD_COUNT];
	uint64_t body_length; /* bytes behind the header, to be thrown away */
	size_t header_length; /* bytes, the empty line included */
};

/* Reads the request at the start of `bytes`. -EAGAIN: no whole header yet and
   nothing wrong so far. 0: decided; a request with a status is to be refused,
   and with keep_alive false nothing behind it can be understood. The slices
   point into `bytes`. */
int http_request_parse(const char *bytes, size_t length, struct http_request *ret_request);

#endif
