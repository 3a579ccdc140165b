/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams have limits, in all and each: no process, place or descriptor stays
 * behind.
 */
#include "jail_sanitizer.h"
#include "stream_reading_unit.h"

static void
a_stream_that_is_closed_in_the_middle_leaves_nothing(void **state)
{
	unsigned before = stream_descriptors();
	struct stream_source source = stream_source_new();
	uint8_t byte;

	(void)state;
	for (unsigned i = 0; i < 3 * STREAMS_MAX; i++) {
		struct stream *stream = NULL;

		/* A place is free once its process is gone. */
		for (unsigned tries = 0; stream == NULL && tries < 2000; tries++) {
			if (stream_open(&source, client, 0, UINT64_MAX, &stream) < 0)
				poll(NULL, 0, 1);
		}
		assert_non_null(stream);
		if (i % 2 == 0)
			assert_int_equal(read_whole(stream, &byte, 1), 1);
		stream_close(stream);
	}
	stream_source_free(&source);
	assert_int_equal(stream_descriptors(), before);
}

static void
a_program_that_is_not_there_takes_no_place(void **state)
{
	struct stream_source source = stream_source_new();
	struct streams *good = source.streams;
	struct stream *stream;
	unsigned before;

	(void)state;
	assert_int_equal(streams_new("/nonexistent/pxeiso", &source.streams), 0);
	before = stream_descriptors();
	for (unsigned i = 0; i < STREAMS_MAX + 1; i++)
		assert_int_equal(stream_open(&source, client, 0, 10, &stream), -ENOENT);
	assert_int_equal(stream_descriptors(), before);
	streams_free(source.streams);
	source.streams = good;
	stream_source_free(&source);
}

/* An image whose descriptor is no longer good. */
static void
a_request_that_cannot_be_sent_takes_no_place(void **state)
{
	struct stream_source source = stream_source_new();
	struct stream_source bad = source;
	unsigned before = stream_descriptors();
	struct stream *stream;
	int result = -EBADF;

	(void)state;
	bad.image_fd = 1000000;
	for (unsigned i = 0; i < 2 * STREAMS_PER_CLIENT && result != -EBUSY; i++) {
		result = stream_open(&bad, client, 0, 10, &stream);
		assert_true(result == -EBADF || result == -EBUSY);
	}
	assert_int_equal(stream_descriptors(), before);
	stream_source_free(&source);
}

static void
places_are_limited_in_all_and_for_one_client(void **state)
{
	struct stream_source source = stream_source_new();
	struct stream *streams[STREAMS_MAX], *one_more;
	struct in_addr who = client;
	unsigned tries = 0;

	(void)state;
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		who.s_addr = client.s_addr + i / STREAMS_PER_CLIENT;
		assert_int_equal(stream_open(&source, who, 0, LENGTH, &streams[i]), 0);
		if (i == STREAMS_PER_CLIENT - 1)
			assert_int_equal(stream_open(&source, who, 0, 1, &one_more), -EBUSY);
	}
	assert_int_equal(stream_count_children(), STREAMS_MAX);
	who.s_addr = client.s_addr + 100;
	assert_int_equal(stream_open(&source, who, 0, 1, &one_more), -EBUSY);
	stream_close(streams[STREAMS_MAX - 1]);
	while (stream_open(&source, who, 0, 1, &one_more) == -EBUSY && tries++ < 5000)
		poll(NULL, 0, 1);
	assert_true(tries < 5000);
	streams[STREAMS_MAX - 1] = one_more;
	for (unsigned i = 0; i < STREAMS_MAX; i++)
		stream_close(streams[i]);
	stream_source_free(&source);
}

static void
a_stream_can_become_that_of_another_client(void **state)
{
	const struct in_addr other = {client.s_addr + 1};
	struct stream_source source = stream_source_new();
	struct stream *streams[STREAMS_PER_CLIENT], *one_more;

	(void)state;
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		streams[i] = open_stream(&source, 0, LENGTH);
	assert_int_equal(stream_open(&source, client, 0, 1, &one_more), -EBUSY);
	stream_set_client(streams[0], other);
	one_more = open_stream(&source, 0, 1);
	stream_close(one_more);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		stream_close(streams[i]);
	stream_source_free(&source);
}

static void
a_reader_has_limits_and_is_nice(void **state)
{
	static const struct {
		uint64_t length;
		const char *processor;
	} rows[] = {
		/* 10 s, one for what it has begun, and one for each MiB. */
		{1000, " 11 s"},
		{UINT64_C(100) << 20, " 111 s"},
		{UINT64_MAX, " 4294967296 s"},
	};
	struct stream_source source = stream_source_new();

	(void)state;
	stream_children("tells its limits");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream *stream = open_stream(&source, 0, rows[i].length);
		uint8_t bytes[200] = {0};
		const char *text = (const char *)bytes;

		assert_true(read_whole(stream, bytes, sizeof(bytes) - 1) > 0);
		if (!SANITIZER_RUNS)
			assert_memory_equal(text, "268435456 bytes,", 16);
		assert_non_null(strstr(text, " nice 10."));
		if (strstr(text, rows[i].processor) == NULL)
			fail_msg("%s: %s", rows[i].processor, text);
		stream_close(stream);
	}
	stream_source_free(&source);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_that_is_closed_in_the_middle_leaves_nothing),
		cmocka_unit_test(a_program_that_is_not_there_takes_no_place),
		cmocka_unit_test(a_request_that_cannot_be_sent_takes_no_place),
		cmocka_unit_test(places_are_limited_in_all_and_for_one_client),
		cmocka_unit_test(a_stream_can_become_that_of_another_client),
		cmocka_unit_test(a_reader_has_limits_and_is_nice),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("stream_limits", tests, NULL, NULL);
}
