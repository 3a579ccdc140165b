/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream: the bytes of a file in a squashfs in an image, on their way out of
 * a reader process of their own.
 *
 *      image ──► libsquashfuse in its jail ──► pipe ──► socket
 *
 * The bytes come in order, from the first that was asked for, as fast as they
 * are taken: a pipe that is full stops the reader, so a stream costs the memory
 * of one reader however large the file is. It never holds up those who read
 * files as they lie: readers of streams are nicer than the daemon.
 *
 * How many there may be is limited, in all and for one client; `struct streams`
 * counts them, and waits for the processes that were ended.
 */
#ifndef STREAM_H
#define STREAM_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "index.h"

struct stream;
struct streams;

enum { STREAMS_MAX = 64, STREAMS_PER_CLIENT = 16 };

/* A file that is read by streams. */
struct stream_source {
	struct streams *streams;
	int image_fd;           /* not owned */
	struct extent squashfs; /* in the image */
	uint64_t inode;
};

/* `program` is what to execute, usually "/proc/self/exe": 0 or -ENOMEM. */
int streams_new(const char *program, struct streams **ret_streams);

/* How long a reader may give nothing, in milliseconds; 20 s unless set. For
   streams that are opened from then on. */
void streams_set_deadline(struct streams *, unsigned deadline_ms);

/* Waits for the processes whose streams were closed. NULL is allowed. From any
   thread; to be called when a child has ended (SIGCHLD). */
void streams_reap(struct streams *);

/* When all streams are closed. NULL is allowed. */
void streams_free(struct streams *);

/* Starts to read the bytes first .. first + length - 1 of a file for `client`.
   Does not wait for them. 0, -EBUSY above the limits, -ENOMEM, or a negative
   errno of starting a process. From any thread, as the others; one stream is
   used by one thread at a time. */
int stream_open(const struct stream_source *, struct in_addr client, uint64_t first,
		uint64_t length, struct stream **ret_stream);

/* From now on it counts as one of `client`. */
void stream_set_client(struct stream *, struct in_addr client);

/* Readable when bytes wait, or when the stream has ended. */
int stream_fd(const struct stream *);

/* Reads up to `length` bytes: -> how many, at least one; -EINPROGRESS when none
   has come yet; -EIO when the reader has ended before it gave all, -ETIMEDOUT
   when it gives none until its deadline. Never asked for more than the stream has. */
ssize_t stream_read(struct stream *, void *buffer, size_t length);

/* Moves up to `length` bytes to `fd`, a socket or a pipe, within the kernel:
   as stream_read; also -EAGAIN when `fd` takes none now, or the errno of
   splice(2) on it. */
ssize_t stream_send(struct stream *, int fd, size_t length);

/* Writes why there are no more bytes, as the reader said it if it did. */
void stream_explain(struct stream *, char *ret_why, size_t size);

/* Ends it, wherever it is. Does not wait. NULL is allowed. */
void stream_close(struct stream *);

#endif
