/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that have no answer yet: a squashfs must be read first, or there is
 * no place for another stream.
 */
#include "http_stream_unit.h"

static void
what_has_no_answer_yet_waits_and_keeps_its_place(void **state)
{
	(void)state;
	begin(&defaults);
	int fd = client_open(0), other = client_open(0);
	char byte;
	client_send(fd, GET("/small") GET("/later") GET("/small"));
	expect_header(fd, "200", NULL);
	expect_text(fd, "abc");
	run_for(50);
	assert_int_equal(recv(fd, &byte, 1, 0), -1);
	http_retry(service.http); /* nothing new */
	run_for(50);
	assert_int_equal(recv(fd, &byte, 1, 0), -1);
	/* Others are served meanwhile. */
	client_send(other, GET("/small"));
	expect_header(other, "200", NULL);
	expect_text(other, "abc");
	is_known = true;
	http_retry(service.http);
	expect_header(fd, "200", "Content-Length: 5\r\n");
	expect_text(fd, "known");
	expect_header(fd, "200", "Content-Length: 3\r\n");
	expect_text(fd, "abc");
	http_retry(service.http);
	http_retry(NULL);
	close(fd);
	close(other);
	finish();
}

/* Nobody says when a place for a stream is free again, if the reader had ended
   before it was closed. */
static void
what_waits_is_tried_again_without_being_told(void **state)
{
	struct stream *streams[STREAMS_PER_CLIENT];
	const struct in_addr address = {htonl(INADDR_LOOPBACK)};

	(void)state;
	begin(&defaults);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		assert_int_equal(stream_open(&source, address, 0, 9, &streams[i]), 0);
	int fd = client_open(0);
	char byte;
	client_send(fd, GET("/stream"));
	run_for(100);
	assert_int_equal(recv(fd, &byte, 1, 0), -1);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		stream_close(streams[i]);
	run_for(1000);
	expect_header(fd, "200", NULL);
	expect_stream(fd, 0, SIZE);
	close(fd);
	finish();
}

static void
expect_503(void *context)
{
	expect_header(*(int *)context, "503", "Connection: close\r\n");
}

/* However often it is tried in between. */
static void
patience_ends_with_503(void **state)
{
	static const struct {
		const char *request, *body, *line;
		int not_yet;
	} rows[] = {
		{GET("/later") GET("/small"), "503 Service Unavailable\n", "/later: 503",
		 -EINPROGRESS},
		{GET("/later"), "503 Service Unavailable\n", "/later: 503", -EBUSY},
		{"HEAD /later HTTP/1.1\r\nHost: a\r\n\r\n", "", "/later: 503", -EINPROGRESS},
	};
	const struct http_options options = {.answer_timeout_ms = 300, .linger_timeout_ms = 50};

	(void)state;
	begin(&options);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = client_open(0), waiting = 0;
		int64_t start = clock_ms();

		not_yet = rows[i].not_yet;
		client_send(fd, rows[i].request);
		while (waiting == 0 && clock_ms() - start < 900) {
			run_for(50);
			if (clock_ms() - start < 250)
				http_retry(service.http);
			waiting = recv(fd, &(char){0}, 1, MSG_PEEK) == 1;
			if (waiting == 0 && clock_ms() - start >= 250)
				break;
		}
		const char *line = log_of(expect_503, &fd);
		if (strstr(line, rows[i].line) == NULL)
			fail_msg("%zu: %s", i, line);
		assert_in_range(clock_ms() - start, 250, 700);
		expect_text(fd, rows[i].body);
		assert_true(client_is_closed(fd));
		close(fd);
	}
	finish();
}

static void
each_request_has_its_own_patience(void **state)
{
	const struct http_options options = {.answer_timeout_ms = 300};

	(void)state;
	begin(&options);
	int fd = client_open(0);
	for (unsigned i = 0; i < 3; i++) {
		is_known = false;
		client_send(fd, GET("/later"));
		run_for(200);
		is_known = true;
		http_retry(service.http);
		expect_header(fd, "200", NULL);
		expect_text(fd, "known");
	}
	close(fd);
	finish();
}

static void
those_that_do_not_wait_are_left_alone(void **state)
{
	(void)state;
	begin(&defaults);
	int sending = client_open(4096), reading = client_open(0), idle = client_open(0);
	client_send(sending, GET("/stream"));
	client_send(reading, "GET /small HTTP/1.1\r\n");
	run_for(20);
	http_retry(service.http);
	client_send(reading, "Host: a\r\n\r\n");
	expect_header(reading, "200", NULL);
	expect_text(reading, "abc");
	http_retry(service.http);
	expect_header(sending, "200", NULL);
	expect_stream(sending, 0, SIZE);
	close(sending);
	close(reading);
	close(idle);
	finish();
}

static void
a_client_may_go_while_it_waits(void **state)
{
	const struct http_options options = {.answer_timeout_ms = 300, .linger_timeout_ms = 50};

	(void)state;
	begin(&options);
	for (unsigned i = 0; i < 3; i++) {
		unsigned before = stream_descriptors();
		int fd = client_open(0);

		is_known = false;
		client_send(fd, GET("/later") GET("/stream") GET("/later"));
		run_for(20);
		if (i == 2) {
			struct linger reset = {.l_onoff = 1};

			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		}
		close(fd);
		run_for(20);
		is_known = i != 1;
		http_retry(service.http);
		run_for(500);
		wait_for_children(0);
		assert_int_equal(stream_descriptors(), before);
	}
	finish();
}

static void
all_that_waits_ends_with_the_service(void **state)
{
	(void)state;
	begin(&defaults);
	stream_children("hangs");
	int waiting = client_open(0), streaming = client_open(0);
	client_send(waiting, GET("/later"));
	client_send(streaming, GET("/stream"));
	run_for(50);
	assert_int_equal(stream_count_children(), 1);
	close(waiting);
	close(streaming);
	finish();
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_no_answer_yet_waits_and_keeps_its_place),
		cmocka_unit_test(what_waits_is_tried_again_without_being_told),
		cmocka_unit_test(patience_ends_with_503),
		cmocka_unit_test(each_request_has_its_own_patience),
		cmocka_unit_test(those_that_do_not_wait_are_left_alone),
		cmocka_unit_test(a_client_may_go_while_it_waits),
		cmocka_unit_test(all_that_waits_ends_with_the_service),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("http_waiting", tests, make_image, NULL);
}
