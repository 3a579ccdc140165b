/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deadlines and bounds of the HTTP service: HTTP-5, HTTP-12..15. The deadlines
 * are the real ones, made short. How clients share its places: test_http_room.c.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "http_service_unit.h"

#define REQUEST(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void
expect_small(int fd)
{
	char body[PREFIX_LENGTH];

	expect_header(fd, "200", NULL);
	assert_int_equal(client_receive(fd, body, sizeof(body)), sizeof(body));
	assert_memory_equal(body, "abc", PREFIX_LENGTH);
}

static void
a_header_has_one_deadline_however_it_drips(void **state)
{
	static const char drip[] =
		"GET /small HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	const struct http_options options = {.header_timeout_ms = 150, .linger_timeout_ms = 100};
	int64_t start;

	(void)state;
	service_start(&options);
	int fd = client_open(0);
	start = clock_ms();
	for (size_t i = 0; i + 1 < sizeof(drip) && clock_ms() - start < 1000; i++) {
		char byte[2] = {drip[i], '\0'};
		int waiting = 0;

		client_send(fd, byte);
		run_for(10);
		if (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0)
			break;
	}
	int64_t elapsed = clock_ms() - start;
	assert_in_range(elapsed, 100, 400);
	expect_header(fd, "408", "Connection: close\r\n");
	close(fd);
	service_stop();
}

static void
the_deadline_holds_for_the_second_request_too(void **state)
{
	const struct http_options options = {.header_timeout_ms = 100, .idle_timeout_ms = 5000};

	(void)state;
	service_start(&options);
	int fd = client_open(0);
	client_send(fd, REQUEST("/small") "GET /sm");
	expect_small(fd);
	run_for(200);
	expect_header(fd, "408", NULL);
	close(fd);
	service_stop();
}

static void
an_idle_connection_is_closed_without_a_word(void **state)
{
	const struct http_options options = {.header_timeout_ms = 60, .idle_timeout_ms = 200};

	(void)state;
	service_start(&options);
	int silent = client_open(0), idle = client_open(0);
	client_send(idle, REQUEST("/small"));
	expect_small(idle);
	run_for(120);
	assert_true(client_is_closed(silent));
	/* Between two requests there is more time than for one. */
	client_send(idle, REQUEST("/small"));
	expect_small(idle);
	int64_t start = clock_ms();
	assert_true(client_is_closed(idle));
	assert_in_range(clock_ms() - start, 150, 400);
	close(silent);
	close(idle);
	service_stop();
}

static void
a_transfer_may_stand_still_for_a_while(void **state)
{
	const struct http_options options = {
		.idle_timeout_ms = 20,
		.progress_window_ms = 50,
		.stall_timeout_ms = 2000,
	};

	(void)state;
	service_start(&options);
	int fd = client_open(4096);
	client_send(fd, REQUEST("/image"));
	expect_header(fd, "200", NULL);
	run_for(500);
	expect_image(fd, 0, EXTENT_LENGTH + PREFIX_LENGTH);
	close(fd);
	service_stop();
}

/* How many descriptors are open, on both sides of the connections. */
static size_t
descriptors(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* A response that fits into the kernel's buffer is not sent before the client
   has taken it. */
static void
bytes_in_the_kernel_count_as_on_their_way(void **state)
{
	const struct http_options options = {
		.idle_timeout_ms = 20,
		.linger_timeout_ms = 20,
		.stall_timeout_ms = 2000,
	};

	(void)state;
	service_start(&options);
	size_t before = descriptors();
	int kept = client_open(4096), closed = client_open(4096);
	client_send(kept, "GET /image HTTP/1.1\r\nHost: a\r\nRange: bytes=0-99999\r\n\r\n");
	client_send(closed, "GET /image HTTP/1.0\r\nRange: bytes=0-99999\r\n\r\n");
	run_for(300);
	assert_int_equal(files_open, 0);
	assert_int_equal(descriptors(), before + 4);
	expect_header(closed, "206", NULL);
	expect_image(closed, 0, 100000);
	expect_header(kept, "206", NULL);
	expect_image(kept, 0, 100000);
	client_send(kept, REQUEST("/small"));
	expect_small(kept);
	close(kept);
	close(closed);
	service_stop();
}

static void
a_transfer_that_stands_still_too_long_is_cut(void **state)
{
	const struct http_options options = {.progress_window_ms = 50, .stall_timeout_ms = 200};

	(void)state;
	service_start(&options);
	int fd = client_open(4096);
	client_send(fd, REQUEST("/image"));
	expect_header(fd, "200", NULL);
	run_for(120);
	assert_int_equal(files_open, 1);
	run_for(250);
	assert_int_equal(files_open, 0);
	close(fd);
	service_stop();
}

static void
a_transfer_that_trickles_is_cut_sooner(void **state)
{
	const struct http_options options = {
		.progress_window_ms = 100,
		.progress_min = 100 * 1024 * 1024,
		.stall_timeout_ms = 60000,
	};
	static char bytes[100000];
	int64_t start = clock_ms();

	(void)state;
	service_start(&options);
	int fd = client_open(4096);
	client_send(fd, REQUEST("/image"));
	run_for(5);
	while (files_open > 0 && clock_ms() - start < 2000) {
		assert_true(recv(fd, bytes, sizeof(bytes), 0) != 0);
		run_for(2);
	}
	assert_in_range(clock_ms() - start, 150, 600);
	close(fd);
	service_stop();
}

static void
no_descriptors_left_is_a_rest_and_no_spin(void **state)
{
	struct rlimit before, none;

	(void)state;
	service_start(&(struct http_options){0});
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int err = connect(fd, (struct sockaddr *)&service.address, sizeof(service.address));
	assert_true(err == 0 || errno == EINPROGRESS);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	/* Spinning would take all of a fifth of a second. */
	clock_t start = clock();
	run_for(200);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(clock() - start < CLOCKS_PER_SEC / 10);
	run_for(900);
	client_send(fd, REQUEST("/small"));
	expect_small(fd);
	close(fd);
	service_stop();
}

/* What a client sends while it is being answered stays in its own socket. */
static void
input_is_not_read_without_bound(void **state)
{
	static char junk[65536];
	size_t total = 0;

	(void)state;
	memset(junk, '\n', sizeof(junk));
	service_start(&(struct http_options){0});
	int fd = client_open(4096);
	client_send(fd, REQUEST("/image"));
	for (int idle = 0; idle < 50 && total < 100 * 1024 * 1024;) {
		ssize_t n = send(fd, junk, sizeof(junk), MSG_NOSIGNAL);

		total += n > 0 ? (size_t)n : 0;
		idle = n > 0 ? 0 : idle + 1;
		run_for(1);
	}
	assert_true(total < 32 * 1024 * 1024);
	close(fd);
	service_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_has_one_deadline_however_it_drips),
		cmocka_unit_test(the_deadline_holds_for_the_second_request_too),
		cmocka_unit_test(an_idle_connection_is_closed_without_a_word),
		cmocka_unit_test(a_transfer_may_stand_still_for_a_while),
		cmocka_unit_test(bytes_in_the_kernel_count_as_on_their_way),
		cmocka_unit_test(a_transfer_that_stands_still_too_long_is_cut),
		cmocka_unit_test(a_transfer_that_trickles_is_cut_sooner),
		cmocka_unit_test(no_descriptors_left_is_a_rest_and_no_spin),
		cmocka_unit_test(input_is_not_read_without_bound),
	};

	return cmocka_run_group_tests_name("http_limits", tests, make_image, NULL);
}
