/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of streams themselves share. Included once, by a test program.
 */
#ifndef STREAM_READING_UNIT_H
#define STREAM_READING_UNIT_H

#include "stream_unit.h"

enum { LENGTH = 3000001 };

static const struct in_addr client = {0x3200090a};

static inline struct stream *
open_stream(const struct stream_source *source, uint64_t first, uint64_t length)
{
	struct stream *stream;

	assert_int_equal(stream_open(source, client, first, length, &stream), 0);
	return stream;
}

/* Reads into `bytes` until it has `length`, or a failure: -> what it has, or
   the failure when there is nothing. */
static inline ssize_t
read_whole(struct stream *stream, uint8_t *bytes, size_t length)
{
	size_t got = 0;

	while (got < length) {
		struct pollfd ready = {.fd = stream_fd(stream), .events = POLLIN};
		ssize_t count = stream_read(stream, bytes + got, length - got);

		if (count == -EINPROGRESS)
			poll(&ready, 1, 50);
		else if (count < 0)
			return got > 0 ? (ssize_t)got : count;
		else
			got += (size_t)count;
	}
	return (ssize_t)got;
}

#endif
