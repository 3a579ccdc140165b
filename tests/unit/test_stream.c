/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams: the bytes of a file arrive whole and in order, and whatever the
 * reader does, who reads gets an error in time and nothing more than was asked
 * for.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "stream_reading_unit.h"

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
		cmocka_unit_test(bytes_go_to_a_socket_as_fast_as_it_takes_them),
		cmocka_unit_test(a_socket_that_is_gone_is_told_from_a_reader_that_is),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
