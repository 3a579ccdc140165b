/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the daemon and its reader say to each other, over a SOCK_SEQPACKET pair:
 * one message is one request or one answer, and the end of one process is the
 * end of the conversation for the other.
 *
 *      daemon                                   reader
 *         │  request, the image's descriptor       │
 *         ├───────────────────────────────────────►│
 *         │  answer, the index's memfd or a reason │
 *         │◄───────────────────────────────────────┤
 *
 * Both ends are the same program, so the structs travel as they are.
 */
#ifndef READER_PROTOCOL_H
#define READER_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#include "index.h"

/* The child finds its end of the pair here. */
enum { READER_FD = 3 };

/* And here what READER_STREAM writes to: a pipe, /dev/null in other children. */
enum { READER_OUTPUT_FD = 1 };

/* What a child can be asked for. All but the last answer with an index. The last
   writes `length` bytes of a file to READER_OUTPUT_FD, from its byte `first`
   on, answers without a descriptor, and ends: then there is the end of the pipe. */
enum reader_operation {
	READER_INDEX = 1,
	READER_INDEX_SQUASHFS,
	READER_INDEX_INITRAMFS,
	READER_STREAM,
};

struct reader_request {
	uint32_t operation;  /* enum reader_operation */
	uint32_t number;     /* counts up; the answer repeats it */
	struct extent piece; /* of the image: where the squashfs or initramfs lies */
	uint64_t inode;      /* READER_STREAM: which file, from the squashfs' index */
	uint64_t first;
	uint64_t length;
};

struct reader_answer {
	uint32_t number;
	int32_t result; /* 0, with a descriptor if an index was asked for; or a negative errno */
	char why[120];  /* the reason as text, "" when errno says it all */
};

/* Sends `length` bytes, with `fd` unless it is -1: 0 or negative errno. */
int reader_send(int socket, const void *bytes, size_t length, int fd);

/* Receives one message of exactly `length` bytes; *ret_fd is its descriptor,
   the caller's to close, or -1. 0, -EPIPE at the end, -EBADMSG for a message
   of another length, or another negative errno. */
int reader_receive(int socket, void *bytes, size_t length, int *ret_fd);

#endif
