/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker: a thread with its own event loop, its own HTTP and TFTP sockets
 * (SO_REUSEPORT: the kernel shares the load out), its own view of the content.
 * Workers share nothing but the client registry, the squashfs indexes, the
 * places for streams, and immutable catalogs.
 */
#ifndef WORKER_H
#define WORKER_H

#include <stdint.h>

#include "content.h"
#include "http.h"
#include "tftp.h"

struct catalog;
struct worker;

struct worker_options {
	int http_fd; /* a listener of its own, or -1: no HTTP */
	int tftp_fd; /* a socket of its own, or -1: no TFTP */
	struct http_options http;
	struct tftp_options tftp;
	struct content_options content;
};

/* Starts the thread. Owns the descriptors from then on, on failure too. */
int worker_start(const struct worker_options *, struct worker **ret_worker);

/* Hands over one reference of a new catalog. From any thread. */
void worker_hand(struct worker *, struct catalog *);

/* Requests that wait (http_retry, tftp_retry) may be answered now. From any
   thread. */
void worker_retry(struct worker *);

/* Ends the loop, and with it all transfers; waits for the thread and frees.
   NULL is allowed. */
void worker_stop(struct worker *);

#endif
