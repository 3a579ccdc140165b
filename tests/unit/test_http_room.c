/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How clients share the places of the HTTP service: HTTP-13, HTTP-15. Each
 * client is an address of its own; files are for 127.0.0.1, the others ask
 * for /healthz.
 */
#include "http_service_unit.h"

enum {
	BUFFER = 4096,   /* of a client that takes next to nothing unread */
	ACK_DELAY = 250, /* ms until the kernel acknowledges at the latest, and a bit */
};

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* The kernel takes the whole response, the client does not. */
#define GET_AND_LINGER "GET /image HTTP/1.0\r\nRange: bytes=0-99999\r\n\r\n"

/* A client at 127.0.0.`last`. */
static int
open_from(unsigned last, int buffer)
{
	struct sockaddr_in own = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~255U) | last),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (buffer > 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	int err = connect(fd, (struct sockaddr *)&service.address, sizeof(service.address));
	assert_true(err == 0 || errno == EINPROGRESS);
	run_for(5);
	return fd;
}

/* Whether `fd` is served: a client that is not waits, or has a 503. */
static bool
is_served(int fd)
{
	char header[13] = "";
	char rest[4096];

	client_send(fd, GET("/healthz"));
	run_for(20);
	ssize_t n = recv(fd, header, sizeof(header) - 1, 0);
	while (recv(fd, rest, sizeof(rest), 0) > 0)
		;
	return n > 0 && strcmp(header, "HTTP/1.1 200") == 0;
}

static bool
is_open(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK) == -1 && errno == EAGAIN;
}

/* A client at 127.0.0.1 whose response stays in the kernel. */
static int
open_lingering(void)
{
	int fd = open_from(1, BUFFER);

	client_send(fd, GET_AND_LINGER);
	run_for(20);
	return fd;
}

static void
close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

static void
one_client_has_so_many_connections_and_no_more(void **state)
{
	const struct http_options options = {.connections_per_client = 3};
	int fds[3];

	(void)state;
	service_start(&options);
	for (int i = 0; i < 3; i++)
		fds[i] = open_from(1, 0);
	int refused = open_from(1, 0);
	client_send(refused, GET("/healthz"));
	expect_header(refused, "503", "Retry-After: 5\r\n");
	for (int i = 0; i < 3; i++)
		assert_true(is_served(fds[i]));
	close(fds[0]);
	run_for(5);
	fds[0] = open_from(1, 0);
	assert_true(is_served(fds[0]));
	close_all(fds, 3);
	close(refused);
	service_stop();
}

static void
one_client_has_a_quarter_of_a_worker_at_most(void **state)
{
	static const struct {
		uint32_t max, per_client, share;
	} rows[] = {{12, 0, 3}, {12, 64, 3}, {12, 2, 2}, {3, 64, 1}};

	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		const struct http_options options = {
			.connections_max = rows[row].max,
			.connections_per_client = rows[row].per_client,
		};
		int fds[4];
		uint32_t served = 0;

		service_start(&options);
		for (uint32_t i = 0; i <= rows[row].share; i++) {
			fds[i] = open_from(1, 0);
			served += is_served(fds[i]);
		}
		assert_int_equal(served, rows[row].share);
		close_all(fds, rows[row].share + 1);
		service_stop();
	}
}

/* What the kernel holds for a client that does not take it costs a place. */
static void
connections_with_bytes_on_their_way_count(void **state)
{
	const struct http_options options = {
		.connections_per_client = 3,
		.linger_timeout_ms = 20,
	};
	int fds[3];

	(void)state;
	service_start(&options);
	for (int i = 0; i < 3; i++)
		fds[i] = open_lingering();
	int next = open_from(1, 0), other = open_from(2, 0);
	assert_false(is_served(next));
	assert_true(is_served(other));
	close(next);
	/* One that takes its bytes has its place back. */
	expect_header(fds[0], "206", NULL);
	expect_image(fds[0], 0, 100000);
	run_for(50);
	next = open_from(1, 0);
	assert_true(is_served(next));
	close_all(fds, 3);
	close(next);
	close(other);
	service_stop();
}

static void
the_oldest_idle_connection_makes_room(void **state)
{
	const struct http_options options = {.connections_max = 3};
	int fds[3];

	(void)state;
	service_start(&options);
	for (unsigned i = 0; i < 3; i++)
		fds[i] = open_from(1 + i, 0);
	/* The first has not asked yet; the second is the oldest that idles. */
	assert_true(is_served(fds[1]));
	assert_true(is_served(fds[2]));
	run_for(ACK_DELAY);
	int next = open_from(4, 0);
	/* The listener looks again after a second. */
	client_send(next, GET("/healthz"));
	expect_header(next, "200", NULL);
	assert_true(client_is_closed(fds[1]));
	assert_true(is_served(fds[0]));
	assert_true(is_served(fds[2]));
	close_all(fds, 3);
	close(next);
	service_stop();
}

/* An idle connection costs its client least, so it goes before one with bytes
   on their way; and it is one of the client that has the most. */
static void
the_client_with_the_most_makes_room(void **state)
{
	const struct http_options options = {.connections_max = 8, .linger_timeout_ms = 10000};
	int idle[6];

	(void)state;
	service_start(&options);
	int lingering[] = {open_lingering(), open_lingering()};
	for (unsigned i = 0; i < 6; i++) {
		/* 2, 3, 3, 4, 5, 6 */
		idle[i] = open_from(i < 2 ? 2 + i : 1 + i, 0);
		assert_true(is_served(idle[i]));
	}
	run_for(ACK_DELAY);
	int next = open_from(7, 0);
	assert_true(is_served(next));
	assert_true(client_is_closed(idle[1]));
	for (int i = 0; i < 6; i++)
		assert_true(i == 1 || is_open(idle[i]));
	expect_header(lingering[0], "206", NULL);
	expect_image(lingering[0], 0, 100000);
	close_all(lingering, 2);
	close_all(idle, 6);
	close(next);
	service_stop();
}

static void
bytes_on_their_way_make_room_when_their_client_has_more(void **state)
{
	const struct http_options options = {.connections_max = 8, .linger_timeout_ms = 10000};
	static char bytes[100000];
	int silent[6];

	(void)state;
	service_start(&options);
	int lingering[] = {open_lingering(), open_lingering()};
	for (unsigned i = 0; i < 6; i++)
		silent[i] = open_from(2 + i / 2, 0);
	int next = open_from(5, 0);
	client_send(next, "GET ");
	run_for(20);
	assert_int_equal(client_receive(lingering[0], bytes, sizeof(bytes)), -1);
	/* The other is its client's only one now, so the next waits. */
	int last = open_from(6, 0);
	assert_false(is_served(last));
	expect_header(lingering[1], "206", NULL);
	expect_image(lingering[1], 0, 100000);
	expect_header(last, "200", NULL);
	close_all(lingering, 2);
	close_all(silent, 6);
	close(next);
	close(last);
	service_stop();
}

static void
a_full_service_lets_others_wait(void **state)
{
	const struct http_options options = {.connections_max = 8};
	int silent[6];
	char byte;

	(void)state;
	service_start(&options);
	int first = open_from(1, BUFFER), second = open_from(1, BUFFER);
	client_send(first, GET("/image"));
	client_send(second, GET("/image"));
	for (unsigned i = 0; i < 6; i++)
		silent[i] = open_from(2 + i / 2, 0);
	int next = open_from(5, 0);
	client_send(next, GET("/healthz"));
	run_for(50);
	assert_true(recv(next, &byte, 1, 0) == -1 && errno == EAGAIN);
	assert_int_equal(files_open, 2);
	/* The place is taken when it comes free, not when somebody looks. */
	int64_t start = clock_ms();
	close(first);
	expect_header(next, "200", NULL);
	assert_true(clock_ms() - start < 500);
	close_all(silent, 6);
	close(second);
	close(next);
	service_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_client_has_so_many_connections_and_no_more),
		cmocka_unit_test(one_client_has_a_quarter_of_a_worker_at_most),
		cmocka_unit_test(connections_with_bytes_on_their_way_count),
		cmocka_unit_test(the_oldest_idle_connection_makes_room),
		cmocka_unit_test(the_client_with_the_most_makes_room),
		cmocka_unit_test(bytes_on_their_way_make_room_when_their_client_has_more),
		cmocka_unit_test(a_full_service_lets_others_wait),
	};

	return cmocka_run_group_tests_name("http_room", tests, make_image, NULL);
}
