/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP/1.1 service of one worker: GET and HEAD over the tree of content.h.
 *
 * The program must ignore SIGPIPE: clients that go away in the middle of a
 * transfer are everyday (HTTP-15).
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdint.h>

struct event_base;
struct content;
struct http;

/* A zero means the default, which http.c names with its reason. */
struct http_options {
	uint32_t connections_max;        /* of this worker */
	uint32_t connections_per_client; /* never above a quarter of connections_max */
	uint32_t header_timeout_ms;      /* from the first byte of a header to its last */
	uint32_t idle_timeout_ms;        /* between two requests */
	uint32_t linger_timeout_ms;      /* for the client to close after us */
	uint32_t progress_window_ms;     /* over which the speed of a transfer is judged */
	uint32_t progress_min;           /* bytes in a window: less is slow */
	uint32_t stall_timeout_ms;       /* how long a transfer may be slow or stand still */
	uint32_t answer_timeout_ms;      /* for a squashfs to be read, or a stream to be had */
};

/* Starts to serve `content` on `fd`: a listening, non-blocking TCP socket
   (net_tcp_listener). Owns fd from then on, on failure too. */
int http_start(struct event_base *, int fd, struct content *, const struct http_options *,
	       struct http **ret_http);

/* Tries again the requests whose answer content_open did not know yet. */
void http_retry(struct http *);

/* Closes all connections and frees everything. NULL is allowed. */
void http_stop(struct http *);

#endif
