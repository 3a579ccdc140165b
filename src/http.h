/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP/1.1 service of one worker: GET and HEAD over the tree of content.h.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdint.h>

struct event_base;
struct content;
struct http;

struct http_options {
	uint32_t connections_max; /* of this worker */
	uint32_t connections_per_client;
};

/* Starts to serve `content` on `fd`: a listening, non-blocking TCP socket
   (net_tcp_listener). Owns fd from then on. */
int http_start(struct event_base *, int fd, struct content *, const struct http_options *,
	       struct http **ret_http);

/* Closes all connections and frees everything. NULL is allowed. */
void http_stop(struct http *);

#endif
