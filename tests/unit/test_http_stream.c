/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP service and files that come out of streams: bodies that arrive as a
 * reader gives them, and what happens when it gives no more.
 */
#include "http_stream_unit.h"

/* --- bodies ---------------------------------------------------------------- */

static void
a_streamed_body_arrives_whole_and_the_connection_goes_on(void **state)
{
	(void)state;
	begin(&defaults);
	int fd = client_open(0);
	for (unsigned i = 0; i < 3; i++) {
		client_send(fd, GET("/stream") GET("/small"));
		expect_header(fd, "200", "Content-Length: 3000001\r\n");
		expect_stream(fd, 0, SIZE);
		expect_header(fd, "200", NULL);
		expect_text(fd, "abc");
	}
	close(fd);
	finish();
}

static void
a_range_is_all_that_is_read(void **state)
{
	static const struct {
		const char *range;
		uint64_t first, end;
	} rows[] = {
		{"0-0", 0, 1},
		{"1000000-1999999", 1000000, 2000000},
		{"3000000-", SIZE - 1, SIZE},
		{"-5", SIZE - 5, SIZE},
	};

	(void)state;
	begin(&defaults);
	int fd = client_open(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[200];

		snprintf(request, sizeof(request),
			 "GET /stream HTTP/1.1\r\nHost: a\r\nRange: bytes=%s\r\n\r\n",
			 rows[i].range);
		client_send(fd, request);
		expect_header(fd, "206", NULL);
		expect_stream(fd, rows[i].first, rows[i].end);
	}
	close(fd);
	finish();
}

static void
an_answer_without_a_body_opens_no_stream(void **state)
{
	static const struct {
		const char *request, *status;
	} rows[] = {
		{"HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n", "200"},
		{"HEAD /stream HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9\r\n\r\n", NULL},
		{"GET /stream HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n", "304"},
		{"GET /empty HTTP/1.1\r\nHost: a\r\n\r\n", "200"},
	};

	(void)state;
	begin(&defaults);
	int fd = client_open(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		client_send(fd, rows[i].request);
		expect_header(fd, rows[i].status != NULL ? rows[i].status : "2", NULL);
		assert_int_equal(stream_count_children(), 0);
	}
	client_send(fd, "GET /stream HTTP/1.0\r\nRange: bytes=3000001-\r\n\r\n");
	expect_header(fd, "416", "Content-Range: bytes */3000001\r\n");
	assert_int_equal(stream_count_children(), 0);
	close(fd);
	finish();
}

/* The second stream gets the descriptor of the first. */
static void
one_stream_after_another_is_noticed_as_soon_as_it_gives(void **state)
{
	(void)state;
	begin(&defaults);
	stream_children("is slow");
	int fd = client_open(0);
	int64_t start = clock_ms();
	client_send(fd, GET("/stream") GET("/stream"));
	for (unsigned i = 0; i < 2; i++) {
		expect_header(fd, "200", NULL);
		expect_stream(fd, 0, SIZE);
	}
	assert_in_range(clock_ms() - start, 2 * SLOW_MS, 2 * SLOW_MS + 600);
	close(fd);
	finish();
}

/* It is the reader that is slow: nobody's progress is judged. */
static void
a_slow_reader_is_waited_for(void **state)
{
	const struct http_options options = {.progress_window_ms = 40, .stall_timeout_ms = 80};

	(void)state;
	begin(&options);
	stream_children("pauses");
	int fd = client_open(0);
	client_send(fd, GET("/stream") GET("/small"));
	expect_header(fd, "200", NULL);
	expect_stream(fd, 0, SIZE);
	expect_header(fd, "200", NULL);
	expect_text(fd, "abc");
	close(fd);
	finish();
}

/* --- streams that end ------------------------------------------------------ */

/* The connection ends within two seconds. */
static void
wait_for_close(void *context)
{
	int fd = *(int *)context;
	int64_t end = clock_ms() + 5000;
	ssize_t got;

	do {
		event_base_loop(service.base, EVLOOP_NONBLOCK);
		got = recv(fd, bytes, sizeof(bytes), 0);
		poll(NULL, 0, got < 0);
	} while ((got > 0 || (got < 0 && errno == EAGAIN)) && clock_ms() < end);
	assert_int_equal(got, 0);
}

static void
a_stream_that_breaks_off_ends_the_connection_and_says_why(void **state)
{
	static const struct {
		const char *how, *line;
	} rows[] = {
		{"ends early", "/stream: 1500000 of 3000001 bytes sent: the reader ended at it"},
		{"crashes", "/stream: 0 of 3000001 bytes sent: the reader ended at it"},
		{"says why", "/stream: 1500000 of 3000001 bytes sent: damagedxxx"},
		{"hangs", "/stream: 0 of 3000001 bytes sent: the reader gives nothing"},
	};

	(void)state;
	begin(&defaults);
	streams_set_deadline(source.streams, 500);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stream_children(rows[i].how);
		int fd = client_open(0);
		client_send(fd, GET("/stream") GET("/small"));
		const char *line = log_of(wait_for_close, &fd);
		if (strstr(line, rows[i].line) == NULL)
			fail_msg("%s: %s", rows[i].how, line);
		close(fd);
	}
	finish();
}

static void
a_reader_that_gives_too_much_cannot_forge_the_next_answer(void **state)
{
	(void)state;
	begin(&defaults);
	stream_children("gives too much");
	int fd = client_open(0);
	client_send(fd, GET("/stream") GET("/small"));
	expect_header(fd, "200", NULL);
	expect_stream(fd, 0, SIZE);
	expect_header(fd, "200", "Content-Length: 3\r\n");
	expect_text(fd, "abc");
	close(fd);
	finish();
}

static void
a_client_that_goes_takes_its_reader_with_it(void **state)
{
	(void)state;
	begin(&defaults);
	int fd = client_open(4096);
	client_send(fd, GET("/stream"));
	expect_header(fd, "200", NULL);
	assert_int_equal(stream_count_children(), 1);
	close(fd);
	wait_for_children(0);
	finish();
}

static void
a_client_that_takes_nothing_is_cut(void **state)
{
	const struct http_options options = {.progress_window_ms = 50, .stall_timeout_ms = 150};

	(void)state;
	begin(&options);
	int fd = client_open(4096);
	client_send(fd, GET("/stream"));
	run_for(1000);
	wait_for_children(0);
	close(fd);
	finish();
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_streamed_body_arrives_whole_and_the_connection_goes_on),
		cmocka_unit_test(a_range_is_all_that_is_read),
		cmocka_unit_test(an_answer_without_a_body_opens_no_stream),
		cmocka_unit_test(one_stream_after_another_is_noticed_as_soon_as_it_gives),
		cmocka_unit_test(a_slow_reader_is_waited_for),
		cmocka_unit_test(a_stream_that_breaks_off_ends_the_connection_and_says_why),
		cmocka_unit_test(a_reader_that_gives_too_much_cannot_forge_the_next_answer),
		cmocka_unit_test(a_client_that_goes_takes_its_reader_with_it),
		cmocka_unit_test(a_client_that_takes_nothing_is_cut),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("http_stream", tests, make_image, NULL);
}
