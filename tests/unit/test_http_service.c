/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP service over real sockets: bodies, connections that go on, what
 * happens when a file or a client goes away. Limits are in test_http_limits.c.
 */
#include "http_service_unit.h"

#define REQUEST(method, path) method " " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct http_options defaults;

static void
a_file_arrives_by_sendfile_in_bounded_slices(void **state)
{
	uint64_t size = EXTENT_LENGTH + PREFIX_LENGTH;

	(void)state;
	service_start(&defaults);
	sendfile_calls = 0;
	sendfile_longest = 0;
	int fd = client_open(0);
	client_send(fd, REQUEST("GET", "/image"));
	expect_header(fd, "200", "Content-Length: 20971523\r\n");
	expect_image(fd, 0, size);
	assert_true(sendfile_calls >= EXTENT_LENGTH / (512 * 1024));
	assert_true(sendfile_longest <= 512 * 1024);
	close(fd);
	service_stop();
}

static void
ranges_cross_segments(void **state)
{
	static const struct {
		uint64_t first, end;
	} rows[] = {
		{0, 1},
		{0, 3},
		{2, 3},
		{2, 4},
		{3, 4},
		{0, 1000},
		{1000000, 1000001},
		{EXTENT_LENGTH + PREFIX_LENGTH - 1, EXTENT_LENGTH + PREFIX_LENGTH},
	};

	(void)state;
	service_start(&defaults);
	int fd = client_open(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[200], field[200];

		snprintf(request, sizeof(request),
			 "GET /image HTTP/1.1\r\nHost: a\r\nRange: bytes=%ju-%ju\r\n\r\n",
			 (uintmax_t)rows[i].first, (uintmax_t)rows[i].end - 1);
		snprintf(field, sizeof(field), "Content-Range: bytes %ju-%ju/20971523\r\n",
			 (uintmax_t)rows[i].first, (uintmax_t)rows[i].end - 1);
		client_send(fd, request);
		expect_header(fd, "206", field);
		expect_image(fd, rows[i].first, rows[i].end);
	}
	close(fd);
	service_stop();
}

static void
each_request_has_its_answer(void **state)
{
	static const struct {
		const char *request;
		const char *status;
		const char *field;
		const char *body;
	} rows[] = {
		{REQUEST("GET", "/small"), "200", "Content-Length: 3\r\n", "abc"},
		{REQUEST("GET", "small"), "200", "Accept-Ranges: bytes\r\n", "abc"},
		{REQUEST("GET", "http://b/small"), "200", NULL, "abc"},
		{REQUEST("HEAD", "/small"), "200", "Content-Length: 3\r\n", ""},
		{REQUEST("HEAD", "/image"), "200", "Content-Length: 20971523\r\n", ""},
		{REQUEST("GET", "/none"), "404", "Content-Length: 14\r\n", "404 Not Found\n"},
		{REQUEST("HEAD", "/none"), "404", "Content-Length: 14\r\n", ""},
		{REQUEST("GET", "/small%2f"), "404", NULL, "404 Not Found\n"},
		{REQUEST("GET", "/%00"), "400", NULL, "400 Bad Request\n"},
		{REQUEST("GET", "/broken"), "500", NULL, "500 Internal Server Error\n"},
		{REQUEST("GET", "/folder"), "301", "Location: /folder/\r\n",
		 "301 Moved Permanently\n"},
		{REQUEST("GET", "/folder?json"), "301", "Location: /folder/?json\r\n",
		 "301 Moved Permanently\n"},
		{REQUEST("GET", "/folder/"), "200", "Content-Type: text/html\r\n", "<p>"},
		{REQUEST("GET", "/folder/?json"), "200", "Content-Type: application/json\r\n",
		 "[]"},
		{REQUEST("GET", "/crowd/"), "403", NULL, "403 Forbidden\n"},
		{REQUEST("GET", "/healthz"), "200", "Cache-Control: no-cache\r\n", "ok\n"},
		{REQUEST("OPTIONS", "*"), "204", "Allow: GET, HEAD, OPTIONS\r\n", ""},
		{REQUEST("OPTIONS", "/none"), "204", "Allow: GET, HEAD, OPTIONS\r\n", ""},
		{REQUEST("DELETE", "/small"), "405", "Allow: GET, HEAD, OPTIONS\r\n",
		 "405 Method Not Allowed\n"},
		{REQUEST("BREW", "/small"), "501", NULL, "501 Not Implemented\n"},
		{"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ", "405", NULL,
		 "405 Method Not Allowed\n"},
		{"GET /small HTTP/1.1\r\nHost: a\r\nRange: bytes=3-\r\n\r\n", "416",
		 "Content-Range: bytes */3\r\n", "416 Range Not Satisfiable\n"},
		{"HEAD /small HTTP/1.1\r\nHost: a\r\nIf-Match: \"x\"\r\n\r\n", "412", NULL, ""},
		{"GET /small HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n", "304", "ETag: \"",
		 ""},
	};

	(void)state;
	service_start(&defaults);
	/* One connection for all: each answer ends where it should. */
	int fd = client_open(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[64] = {0};
		size_t length = strlen(rows[i].body);

		client_send(fd, rows[i].request);
		expect_header(fd, rows[i].status, rows[i].field);
		assert_int_equal(client_receive(fd, body, length), length);
		assert_string_equal(body, rows[i].body);
	}
	close(fd);
	service_stop();
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
	enum { COUNT = 100 };

	(void)state;
	service_start(&defaults);
	int fd = client_open(0);
	for (int i = 0; i < COUNT; i++)
		client_send(fd, i % 2 ? REQUEST("GET", "/small") : REQUEST("HEAD", "/none"));
	for (int i = 0; i < COUNT; i++) {
		char body[3];

		expect_header(fd, i % 2 ? "200" : "404", NULL);
		if (i % 2)
			assert_int_equal(client_receive(fd, body, 3), 3);
	}
	close(fd);
	service_stop();
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	static const char text[] = REQUEST("GET", "/small");
	char body[3];

	(void)state;
	service_start(&defaults);
	int fd = client_open(0);
	for (const char *at = text; *at; at++) {
		char byte[2] = {*at, '\0'};

		client_send(fd, byte);
		event_base_loop(service.base, EVLOOP_NONBLOCK);
	}
	expect_header(fd, "200", NULL);
	assert_int_equal(client_receive(fd, body, 3), 3);
	close(fd);
	service_stop();
}

static void
the_connection_ends_when_it_is_said(void **state)
{
	static const struct {
		const char *request;
		const char *body;
	} rows[] = {
		{"GET /small HTTP/1.0\r\n\r\n", "abc"},
		{"GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "abc"},
		{"GET /small HTTP/1.1\r\n\r\n", "400 Bad Request\n"},
		{"GET /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
		 "411 Length Required\n"},
	};

	(void)state;
	service_start(&defaults);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[64] = {0};
		size_t length = strlen(rows[i].body);
		int fd = client_open(0);

		client_send(fd, rows[i].request);
		expect_header(fd, "", "Connection: close\r\n");
		assert_int_equal(client_receive(fd, body, length), length);
		assert_string_equal(body, rows[i].body);
		assert_true(client_is_closed(fd));
		close(fd);
	}
	service_stop();
}

static void
an_upload_does_not_lose_its_refusal(void **state)
{
	static char junk[300000];

	(void)state;
	service_start(&defaults);
	int fd = client_open(0);
	client_send(fd, "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
	run_for(20);
	/* The client has not looked yet, and sends all it has. A reset would
	   fail the second of these. */
	for (size_t sent = 0; sent < sizeof(junk); sent += 10000) {
		assert_int_equal(send(fd, junk, 10000, MSG_NOSIGNAL), 10000);
		run_for(2);
	}
	char body[64] = {0};
	expect_header(fd, "413", "Connection: close\r\n");
	assert_int_equal(client_receive(fd, body, 22), 22);
	assert_string_equal(body, "413 Content Too Large\n");
	assert_true(client_is_closed(fd));
	close(fd);
	service_stop();
}

static void
an_image_cut_short_ends_the_connection(void **state)
{
	static char bytes[EXTENT_LENGTH];
	int whole = service.image_fd;

	(void)state;
	service.image_fd = memfd_create("short", MFD_CLOEXEC);
	assert_int_equal(ftruncate(service.image_fd, (off_t)EXTENT_OFFSET + 5000), 0);
	service_start(&defaults);
	int fd = client_open(0);
	client_send(fd, REQUEST("GET", "/image") REQUEST("GET", "/small"));
	expect_header(fd, "200", "Content-Length: 20971523\r\n");
	assert_int_equal(client_receive(fd, bytes, sizeof(bytes)), PREFIX_LENGTH + 5000);
	close(fd);
	service_stop();
	close(service.image_fd);
	service.image_fd = whole;
}

static void
a_client_that_goes_lets_go_of_its_file(void **state)
{
	struct linger reset = {.l_onoff = 1};

	(void)state;
	service_start(&defaults);
	int fd = client_open(4096);
	client_send(fd, REQUEST("GET", "/image"));
	expect_header(fd, "200", NULL);
	assert_int_equal(files_open, 1);
	/* GRUB ends each of its transfers like this. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	run_for(50);
	assert_int_equal(files_open, 0);
	service_stop();
}

static void
stop_ends_running_transfers(void **state)
{
	(void)state;
	service_start(&defaults);
	int fd = client_open(4096);
	client_send(fd, REQUEST("GET", "/image"));
	expect_header(fd, "200", NULL);
	assert_int_equal(files_open, 1);
	service_stop();
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_arrives_by_sendfile_in_bounded_slices),
		cmocka_unit_test(ranges_cross_segments),
		cmocka_unit_test(each_request_has_its_answer),
		cmocka_unit_test(pipelined_requests_are_answered_in_order),
		cmocka_unit_test(a_request_may_come_byte_by_byte),
		cmocka_unit_test(the_connection_ends_when_it_is_said),
		cmocka_unit_test(an_upload_does_not_lose_its_refusal),
		cmocka_unit_test(an_image_cut_short_ends_the_connection),
		cmocka_unit_test(a_client_that_goes_lets_go_of_its_file),
		cmocka_unit_test(stop_ends_running_transfers),
	};

	return cmocka_run_group_tests_name("http_service", tests, make_image, NULL);
}
