/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of one response on their way into a socket: header, then a part of
 * a file. Memory goes by send(2), extents of an image by sendfile(2), a stream
 * by splice(2), never through a buffer of ours.
 */
#ifndef HTTP_TRANSFER_H
#define HTTP_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#include "http_response.h"

struct file;
struct stream;

struct http_transfer {
	char header[HTTP_RESPONSE_MAX];
	size_t header_length;
	size_t header_sent;
	struct file *file;     /* owned; NULL: the header is all */
	struct stream *stream; /* owned; where its bytes come from, or NULL: from the file */
	uint64_t first;        /* of the bytes of the file */
	uint64_t offset;       /* of the next byte to send */
	uint64_t end;          /* behind the last byte to send */
};

/* Sends as much as the socket takes, up to half a megabyte: one fast client
   must not own the loop. 0 when all is sent; -EAGAIN: call again when the
   socket is writable; -EINPROGRESS: call again when the stream is readable;
   -EIO: the bytes are no longer there (image truncated, the stream broke off),
   or another negative errno: the connection is lost. */
int http_transfer_send(struct http_transfer *, int fd);

/* How many bytes of header and file are sent. */
uint64_t http_transfer_sent(const struct http_transfer *);

/* Lets go of the file and the stream. */
void http_transfer_end(struct http_transfer *);

#endif
