/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams: the bytes of a file arrive whole and in order, and whatever the
 * reader does, who reads gets an error in time, nothing more than was asked for,
 * and no process, place or descriptor stays behind.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "jail_sanitizer.h"
#include "stream_unit.h"

enum { LENGTH = 3000001 };

static const struct in_addr client = {0x3200090a};

static struct stream *
open_stream(const struct stream_source *source, uint64_t first, uint64_t length)
{
	struct stream *stream;

	assert_int_equal(stream_open(source, client, first, length, &stream), 0);
	return stream;
}

/* Reads into `bytes` until it has `length`, or a failure: -> what it has, or
   the failure when there is nothing. */
static ssize_t
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

static void
expect_bytes(const uint8_t *bytes, uint64_t first, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != stream_byte(first + i))
			fail_msg("byte %zu after %llu", i, (unsigned long long)first);
	}
}

static void
bytes_come_whole_and_in_order(void **state)
{
	static const struct {
		const char *name;
		uint64_t first, length;
	} rows[] = {
		{"one byte", 0, 1},
		{"more than a pipe holds", 0, LENGTH},
		{"a range", 12345, 100000},
		{"beyond 4 GiB", UINT64_C(5000000001), 70000},
	};
	uint8_t *bytes = malloc(LENGTH);
	unsigned before = stream_descriptors();
	struct stream_source source = stream_source_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream *stream = open_stream(&source, rows[i].first, rows[i].length);

		if (read_whole(stream, bytes, rows[i].length) != (ssize_t)rows[i].length)
			fail_msg("%s: not whole", rows[i].name);
		expect_bytes(bytes, rows[i].first, rows[i].length);
		stream_close(stream);
	}
	stream_close(NULL);
	streams_reap(NULL);
	streams_free(NULL);
	stream_source_free(&source);
	assert_int_equal(stream_descriptors(), before);
	free(bytes);
}

static void
a_reader_that_gives_less_or_more_is_found_out(void **state)
{
	static const struct {
		const char *how;
		ssize_t got;
		int then;
		const char *why;
	} rows[] = {
		{"ends early", 50000, -EIO, "the reader ended at it"},
		{"crashes", -EIO, -EIO, "the reader ended at it"},
		{"hangs", -ETIMEDOUT, -ETIMEDOUT, "the reader gives nothing"},
		{"says why", 50000, -EIO, "damagedxxxx"},
		{"gives an errno", -EIO, -EIO, "Cannot allocate memory"},
		{"gives too much", 100000, 0, ""},
	};
	uint8_t bytes[100000];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned before = stream_descriptors();
		struct stream_source source = stream_source_new();
		struct stream *stream;
		char why[120] = "";
		ssize_t got;

		stream_children(rows[i].how);
		streams_set_deadline(source.streams, 10000);
		if (strcmp(rows[i].how, "hangs") == 0)
			streams_set_deadline(source.streams, 200);
		stream = open_stream(&source, 0, sizeof(bytes));
		got = read_whole(stream, bytes, sizeof(bytes));
		if (got != rows[i].got)
			fail_msg("%s: %zd", rows[i].how, got);
		expect_bytes(bytes, 0, got > 0 ? (size_t)got : 0);
		if (rows[i].then < 0) {
			assert_int_equal(read_whole(stream, bytes, 1), rows[i].then);
			stream_explain(stream, why, sizeof(why));
			if (strncmp(why, rows[i].why, strlen(rows[i].why)) != 0)
				fail_msg("%s: %s", rows[i].how, why);
		}
		stream_close(stream);
		stream_source_free(&source);
		assert_int_equal(stream_descriptors(), before);
	}
}

/* What was waited for in vain before counts no more once a byte has come. */
static void
the_deadline_is_for_each_byte_anew(void **state)
{
	struct stream_source source = stream_source_new();
	struct stream *stream;
	uint8_t bytes[1000];

	(void)state;
	stream_children("pauses");
	streams_set_deadline(source.streams, 2 * SLOW_MS - 50);
	stream = open_stream(&source, 0, sizeof(bytes));
	assert_int_equal(stream_read(stream, bytes, sizeof(bytes)), -EINPROGRESS);
	poll(NULL, 0, SLOW_MS);
	assert_int_equal(stream_read(stream, bytes, 10), 10);
	assert_int_equal(read_whole(stream, bytes + 10, sizeof(bytes) - 10), sizeof(bytes) - 10);
	expect_bytes(bytes, 0, sizeof(bytes));
	stream_close(stream);
	stream_source_free(&source);
}

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

/* Two ends of a TCP connection, of which the first takes little. */
static void
connect_tcp(int ends[2])
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), little = 4096;

	assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	ends[1] = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(ends[1], SOL_SOCKET, SO_RCVBUF, &little, sizeof(little));
	assert_int_equal(connect(ends[1], (struct sockaddr *)&address, length), 0);
	ends[0] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	assert_int_not_equal(ends[0], -1);
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	close(listener);
}

/* Sends `left` bytes, or until the socket takes nothing: -> how many. */
static size_t
send_until_full(struct stream *stream, int fd, size_t left)
{
	struct pollfd ready = {.fd = stream_fd(stream), .events = POLLIN};
	size_t sent = 0;

	for (;;) {
		ssize_t count = stream_send(stream, fd, left - sent);

		if (count == -EAGAIN)
			return sent;
		if (count == -EINPROGRESS)
			poll(&ready, 1, 50);
		else if (count > 0)
			sent += (size_t)count;
		else
			fail_msg("%zd after %zu bytes", count, sent);
		if (sent == left)
			return sent;
	}
}

static void
bytes_go_to_a_socket_as_fast_as_it_takes_them(void **state)
{
	static uint8_t bytes[LENGTH];
	struct stream_source source = stream_source_new();

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		size_t sent = 0, got = 0;
		unsigned full = 0;
		struct stream *stream;
		int ends[2];

		stream_children("is slow");
		stream = open_stream(&source, 0, LENGTH);
		if (kind == 0)
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
		else
			connect_tcp(ends);
		assert_int_equal(stream_send(stream, ends[0], LENGTH), -EINPROGRESS);
		while (sent < LENGTH) {
			sent += send_until_full(stream, ends[0], LENGTH - sent);
			full += sent < LENGTH;
			while (got < sent) {
				ssize_t count = recv(ends[1], bytes + got, sent - got, 0);

				assert_true(count > 0);
				got += (size_t)count;
			}
		}
		expect_bytes(bytes, 0, LENGTH);
		assert_true(full > 0);
		stream_close(stream);
		close(ends[0]);
		close(ends[1]);
	}
	stream_source_free(&source);
}

static void
a_socket_that_is_gone_is_told_from_a_reader_that_is(void **state)
{
	struct stream_source source = stream_source_new();
	struct stream *stream = open_stream(&source, 0, LENGTH);
	struct pollfd ready = {.fd = stream_fd(stream), .events = POLLIN};
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	close(ends[1]);
	poll(&ready, 1, 5000);
	assert_int_equal(stream_send(stream, ends[0], LENGTH), -EPIPE);
	stream_close(stream);
	close(ends[0]);
	stream_source_free(&source);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_whole_and_in_order),
		cmocka_unit_test(a_reader_that_gives_less_or_more_is_found_out),
		cmocka_unit_test(the_deadline_is_for_each_byte_anew),
		cmocka_unit_test(a_stream_that_is_closed_in_the_middle_leaves_nothing),
		cmocka_unit_test(a_program_that_is_not_there_takes_no_place),
		cmocka_unit_test(a_request_that_cannot_be_sent_takes_no_place),
		cmocka_unit_test(places_are_limited_in_all_and_for_one_client),
		cmocka_unit_test(a_stream_can_become_that_of_another_client),
		cmocka_unit_test(a_reader_has_limits_and_is_nice),
		cmocka_unit_test(bytes_go_to_a_socket_as_fast_as_it_takes_them),
		cmocka_unit_test(a_socket_that_is_gone_is_told_from_a_reader_that_is),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
