/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection of a client: a state machine on a non-blocking socket.
 *
 *            +--------------- keep-alive ----------------+
 *            v                                           |
 *   open -> READING -> SENDING_HEADER -> SENDING_BODY ---+--> LINGERING -> closed
 *            |    ^
 *            v    |
 *           WAITING  for a squashfs, or for a stream out of one
 *
 * Responses leave strictly in order: while one is being sent nothing is read,
 * so what a client pipelines waits in its own socket (HTTP-12).
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "content.h"
#include "http.h"
#include "http_request.h"
#include "http_transfer.h"

enum http_state {
	HTTP_READING, /* a request, or the wait for one */
	HTTP_WAITING, /* with a request in `input` that has no answer yet */
	HTTP_SENDING_HEADER,
	HTTP_SENDING_BODY,
	HTTP_LINGERING, /* all is sent; the client is to close first (HTTP-13) */
};

/* Which deadline the timer stands for while reading. */
enum http_wait { HTTP_WAIT_NONE, HTTP_WAIT_HEADER, HTTP_WAIT_IDLE };

struct http_connection;

/* What all connections of a service share. */
struct http_shared {
	struct event_base *base;
	struct content *content;
	struct http_options options;                               /* without zeros */
	void (*on_close)(void *context, struct http_connection *); /* it is gone afterwards */
	void *context;
};

struct http_connection {
	TAILQ_ENTRY(http_connection) link; /* of the service's list */
	uint32_t client_connections;       /* of the same address, this one included */
	const struct http_shared *shared;
	int fd;
	struct event event; /* on fd, for what `watched` says */
	struct event timer;
	short watched;  /* EV_READ, EV_WRITE or 0 */
	int watched_fd; /* fd, or that of a stream which has no bytes yet */
	enum http_state state;
	enum http_wait wait;
	struct client client;
	char name[INET_ADDRSTRLEN]; /* the client's address as text */

	char input[HTTP_HEADER_MAX];
	size_t input_length;
	size_t request_length;  /* of the request being answered, in `input` */
	uint64_t body_left;     /* bytes of a body to throw away */
	bool has_served;        /* at least one request */
	int64_t waits_until_ms; /* for the answer to a request, monotonic; 0: does not */

	struct http_transfer transfer;
	bool keep_alive; /* after this response */
	unsigned status; /* the rest is for the log line */
	bool is_head;
	struct http_slice target; /* in `input` */
	int64_t started_at_ms;    /* monotonic */

	int64_t window_mark;         /* bytes taken by the client when the progress window began */
	uint32_t slow_ms;            /* how long it has been slow or at a standstill */
	unsigned trickles;           /* windows in a row with some progress, but too little */
	int64_t patience_ends_at_ms; /* for bytes that the kernel still holds; monotonic */
};

/* Begins to serve the client behind `fd`, which is owned on success only. */
int http_connection_open(const struct http_shared *, int fd, const struct sockaddr_in *peer,
			 struct http_connection **ret_connection);

/* Tries again what had no answer, if it waits for one. */
void http_connection_resume(struct http_connection *);

/* Answers with `status` instead of reading a request, and closes. */
void http_connection_refuse(struct http_connection *, unsigned status);

/* Whether it only waits: for the next request, or for the client to close. */
bool http_connection_waits(const struct http_connection *);

/* Whether the kernel holds bytes that the client has not acknowledged, and they
   may still wait. Closing would then lose a part of a response. */
bool http_connection_has_bytes_on_their_way(const struct http_connection *);

/* The end of a progress window: whether the transfer may go on. What counts is
   what the client has acknowledged: the kernel takes bytes in large gulps. */
bool http_connection_progresses(struct http_connection *);

/* Closes at once, tells the service and frees. */
void http_connection_close(struct http_connection *);

/* The same, and throws away what the kernel still holds. */
void http_connection_abort(struct http_connection *);

#endif
