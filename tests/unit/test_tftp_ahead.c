/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The piece of a file that a TFTP transfer holds: what comes out of a stream
 * comes once, and can be had again as long as the client may ask for it.
 */
#include "tftp_ahead.h"

#include <fcntl.h>

#include "stream_unit.h"

enum { BLKSIZE = 1000, WINDOW = 4 * BLKSIZE, SIZE = 300001 };

static const struct in_addr client = {0x3200090a};

/* A transfer of a file that is streamed, or that lies in a memory file. */
static struct {
	struct stream_source source;
	struct file *file;
	struct tftp_ahead ahead;
	unsigned descriptors;
	int fd;
} transfer;

static void
begin(bool is_streamed, const char *how, size_t window)
{
	transfer.descriptors = stream_descriptors();
	transfer.source = stream_source_new();
	transfer.file = stream_file_new(&transfer.source, SIZE);
	transfer.fd = -1;
	stream_children(how);
	if (!is_streamed) {
		uint8_t *bytes = malloc(SIZE);

		for (size_t i = 0; i < SIZE; i++)
			bytes[i] = stream_byte(i);
		transfer.fd = memfd_create("file", MFD_CLOEXEC);
		assert_int_equal(write(transfer.fd, bytes, SIZE), SIZE);
		free(bytes);
		transfer.file->source = NULL;
		transfer.file->segments[0] =
			(struct segment){.kind = SEGMENT_EXTENT, .fd = transfer.fd, .length = SIZE};
	}
	assert_int_equal(tftp_ahead_init(&transfer.ahead, transfer.file, window), 0);
}

static void
finish(void)
{
	tftp_ahead_clear(&transfer.ahead);
	file_close(transfer.file);
	stream_source_free(&transfer.source);
	if (transfer.fd != -1)
		close(transfer.fd);
	assert_int_equal(stream_descriptors(), transfer.descriptors);
}

/* As tftp_ahead_fetch, but waits for a stream; checks the bytes. */
static ssize_t
fetch(uint64_t offset, size_t wanted)
{
	const uint8_t *bytes;
	ssize_t got;

	while ((got = tftp_ahead_fetch(&transfer.ahead, offset, wanted, &bytes)) == -EINPROGRESS) {
		struct pollfd ready = {.fd = stream_fd(transfer.ahead.stream), .events = POLLIN};

		poll(&ready, 1, 50);
	}
	for (ssize_t i = 0; i < got; i++) {
		if (bytes[i] != stream_byte(offset + (uint64_t)i))
			fail_msg("byte %zd after %llu", i, (unsigned long long)offset);
	}
	return got;
}

static void
every_window_can_be_had_again(bool is_streamed)
{
	begin(is_streamed, NULL, WINDOW);
	for (uint64_t offset = 0; offset < SIZE; offset += WINDOW) {
		size_t there = SIZE - offset < WINDOW ? (size_t)(SIZE - offset) : WINDOW;

		assert_int_equal(fetch(offset, WINDOW), there);
		/* It is sent block by block, and all of it once more. */
		for (size_t block = 0; block < there; block += BLKSIZE)
			assert_in_range(fetch(offset + block, BLKSIZE), 1, BLKSIZE);
		assert_int_equal(fetch(offset, WINDOW), there);
	}
	assert_int_equal(fetch(SIZE, BLKSIZE), 0);
	finish();
}

static void
every_window_of_a_file_can_be_had_again(void **state)
{
	(void)state;
	every_window_can_be_had_again(false);
}

static void
every_window_of_a_stream_can_be_had_again(void **state)
{
	(void)state;
	every_window_can_be_had_again(true);
}

/* The client acknowledges a part of each window: the next begins there. */
static void
windows_may_begin_anywhere_in_the_last(void **state)
{
	(void)state;
	begin(true, NULL, WINDOW);
	for (uint64_t offset = 0; offset + WINDOW < SIZE; offset += BLKSIZE) {
		assert_int_equal(fetch(offset, WINDOW), WINDOW);
		assert_int_equal(fetch(offset, BLKSIZE), BLKSIZE);
	}
	finish();
}

/* A window as large as all that is held: nothing is left in reserve. */
static void
large_windows_are_held_whole(void **state)
{
	enum { LARGE = 128 * 1024 };

	(void)state;
	begin(true, NULL, LARGE);
	for (uint64_t offset = 0; offset < SIZE; offset += LARGE / 2)
		assert_in_range(fetch(offset, LARGE), 1, LARGE);
	finish();
}

static void
a_stream_does_not_go_back(void **state)
{
	const uint8_t *bytes;

	(void)state;
	begin(true, NULL, WINDOW);
	assert_int_equal(fetch(0, WINDOW), WINDOW);
	assert_int_equal(fetch(100000, WINDOW), -EIO); /* nor over what it did not give */
	for (uint64_t offset = 0; offset < 60000; offset += WINDOW)
		assert_int_equal(fetch(offset, WINDOW), WINDOW);
	assert_int_equal(tftp_ahead_fetch(&transfer.ahead, 0, BLKSIZE, &bytes), -EIO);
	finish();
}

/* Blocks of netascii take fewer bytes than they are long: each begins where the
   last one ended. */
static void
blocks_may_begin_at_odd_places(void **state)
{
	(void)state;
	begin(true, NULL, 512);
	for (uint64_t offset = 0; offset < SIZE; offset += 437) {
		assert_in_range(fetch(offset, 512), 1, 512);
		assert_in_range(fetch(offset, 512), 1, 512);
	}
	finish();
}

static void
a_file_without_bytes_needs_no_stream(void **state)
{
	const uint8_t *bytes;

	(void)state;
	begin(true, "crashes", WINDOW);
	tftp_ahead_clear(&transfer.ahead);
	transfer.file->size = 0;
	assert_int_equal(tftp_ahead_init(&transfer.ahead, transfer.file, WINDOW), 0);
	assert_int_equal(tftp_ahead_fetch(&transfer.ahead, 0, BLKSIZE, &bytes), 0);
	assert_null(transfer.ahead.stream);
	finish();
}

static void
what_a_reader_does_not_give_is_an_error(void **state)
{
	static const struct {
		const char *how;
		uint64_t good; /* bytes that still come */
	} rows[] = {{"crashes", 0}, {"ends early", SIZE / 2}, {"hangs", 0}, {"says why", SIZE / 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t offset = 0;

		begin(true, rows[i].how, WINDOW);
		streams_set_deadline(transfer.source.streams, 300);
		for (; offset + WINDOW <= rows[i].good; offset += WINDOW)
			assert_int_equal(fetch(offset, WINDOW), WINDOW);
		if (fetch(offset, WINDOW) != -EIO)
			fail_msg("%s", rows[i].how);
		finish();
	}
}

/* The client gets the file's bytes and no others. */
static void
what_a_reader_gives_too_much_is_not_seen(void **state)
{
	(void)state;
	begin(true, "gives too much", WINDOW);
	for (uint64_t offset = 0; offset < SIZE; offset += WINDOW)
		assert_in_range(fetch(offset, WINDOW), 1, WINDOW);
	assert_int_equal(fetch(SIZE - 1, WINDOW), 1);
	assert_int_equal(fetch(SIZE, WINDOW), 0);
	finish();
}

static void
a_stream_that_cannot_be_had_may_be_had_later(void **state)
{
	struct stream *others[STREAMS_PER_CLIENT];
	const uint8_t *bytes;
	unsigned tries = 0;

	(void)state;
	begin(true, NULL, WINDOW);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		assert_int_equal(stream_open(&transfer.source, client, 0, SIZE, &others[i]), 0);
	tftp_ahead_trust(&transfer.ahead, client);
	assert_int_equal(tftp_ahead_fetch(&transfer.ahead, 0, WINDOW, &bytes), -EBUSY);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		stream_close(others[i]);
	while (tftp_ahead_fetch(&transfer.ahead, 0, WINDOW, &bytes) == -EBUSY && tries++ < 5000)
		poll(NULL, 0, 1);
	assert_int_equal(fetch(0, WINDOW), WINDOW);
	finish();
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_window_of_a_file_can_be_had_again),
		cmocka_unit_test(every_window_of_a_stream_can_be_had_again),
		cmocka_unit_test(windows_may_begin_anywhere_in_the_last),
		cmocka_unit_test(large_windows_are_held_whole),
		cmocka_unit_test(a_stream_does_not_go_back),
		cmocka_unit_test(blocks_may_begin_at_odd_places),
		cmocka_unit_test(a_file_without_bytes_needs_no_stream),
		cmocka_unit_test(what_a_reader_does_not_give_is_an_error),
		cmocka_unit_test(what_a_reader_gives_too_much_is_not_seen),
		cmocka_unit_test(a_stream_that_cannot_be_had_may_be_had_later),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("tftp_ahead", tests, NULL, NULL);
}
