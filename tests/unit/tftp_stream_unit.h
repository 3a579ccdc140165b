/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service with files that come out of streams, and with a path that is
 * not known yet. Included once, by a test program.
 */
#ifndef TFTP_STREAM_UNIT_H
#define TFTP_STREAM_UNIT_H

#include "stream_unit.h"
#include "tftp_service_unit.h"

#define BOTH_STREAMS(test)                                                                         \
	{#test, test, setup_streams, teardown_streams, NULL},                                      \
	{                                                                                          \
#test " (single port)", test, setup_streams, teardown_streams,                     \
			(void *)(uintptr_t) "single"                                               \
	}

enum { SIZE = 100001, BLKSIZE = 1024 };

static struct stream_source source;
static unsigned descriptors;
static unsigned opened; /* calls of content_open */
static bool is_known;   /* what "later" is */
static int not_yet;     /* what content_open says until then */

static inline int
open_tree(const char *path, struct file **ret_file)
{
	opened++;
	if (strcmp(path, "later") == 0 && !is_known)
		return not_yet;
	if (strcmp(path, "later") != 0 && strcmp(path, "stream") != 0)
		return -ENOENT;
	*ret_file = stream_file_new(&source, SIZE);
	return 0;
}

static inline int
setup_streams(void **state)
{
	descriptors = stream_descriptors();
	source = stream_source_new();
	open_more = open_tree;
	opened = 0;
	is_known = false;
	not_yet = -EINPROGRESS;
	return start((struct tftp_options){.windowsize_max = 100,
					   .sessions_max = 100,
					   .sessions_per_client = 50,
					   .single_port = *state != NULL});
}

static inline int
teardown_streams(void **state)
{
	teardown(state);
	stream_source_free(&source);
	assert_int_equal(stream_descriptors(), descriptors);
	return 0;
}

/* DATA `block` of a file that is streamed. */
static inline void
expect_streamed(int client, uint64_t block, size_t blksize, size_t length)
{
	assert_true(receive_within(client, 3 * SLOW_MS));
	if (answer.length != (ssize_t)(4 + length))
		fail_msg("block %u: %zd bytes", (unsigned)block, answer.length);
	assert_int_equal(answer.bytes[1], TFTP_DATA);
	assert_int_equal(answer.bytes[2] << 8 | answer.bytes[3], block & 0xffff);
	for (size_t i = 0; i < length; i++) {
		if (answer.bytes[4 + i] != stream_byte((block - 1) * blksize + i))
			fail_msg("byte %zu of block %u", i, (unsigned)block);
	}
}

/* The rest of a file, window by window, once OACK or a window has come. */
static inline void
expect_rest(int client, uint64_t first, unsigned window)
{
	const uint64_t last = SIZE / BLKSIZE + 1;

	for (uint64_t block = first; block <= last; block++) {
		expect_streamed(client, block, BLKSIZE, block == last ? SIZE % BLKSIZE : BLKSIZE);
		if ((block - first + 1) % window == 0 || block == last)
			acknowledge(client, block);
	}
	expect_nothing(client);
	assert_true(is_from_service_port() == service.single_port);
}

#endif
