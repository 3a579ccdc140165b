/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A range of ports for transfers (TFTP-36): all are inside, each is used, and
 * what happens when none is free.
 */
#include "tftp_service_unit.h"

enum { FIRST = 42420, LAST = 42422 };

static int
setup_range(void **state)
{
	(void)state;
	return start((struct tftp_options){.windowsize_max = 64,
					   .sessions_max = 100,
					   .sessions_per_client = 50,
					   .port_first = FIRST,
					   .port_last = LAST});
}

static unsigned
port_of_answer(void)
{
	return ntohs(answer.from.sin_port);
}

static void
transfers_have_the_ports_of_the_range_in_turn(void **state)
{
	int client = client_new(1);

	(void)state;
	for (unsigned i = 0; i < 7; i++) {
		request(client, RRQ("size/10\0octet\0"));
		expect_block(client, 1, 512, 10);
		assert_int_equal(port_of_answer(), FIRST + i % 3);
		acknowledge(client, 1);
		expect_nothing(client);
	}
	close(client);
}

/* Three transfers that have begun hold all ports; then one ends. */
static void
request_is_ignored_when_no_port_is_free(void **state)
{
	int clients[4];

	(void)state;
	for (int i = 0; i < 3; i++) {
		clients[i] = client_new(1);
		request(clients[i], RRQ("size/2000\0octet\0"));
		expect_block(clients[i], 1, 512, 512);
		acknowledge(clients[i], 1);
		expect_block(clients[i], 2, 512, 512);
	}
	clients[3] = client_new(2);
	request(clients[3], RRQ("size/10\0octet\0"));
	struct sockaddr_in last = answer.from;
	expect_nothing(clients[3]);
	send_to(clients[2], &last, RAW("\0\5\0\0enough\0"));
	expect_nothing(clients[2]);
	request(clients[3], RRQ("size/10\0octet\0"));
	expect_block(clients[3], 1, 512, 10);
	assert_int_equal(port_of_answer(), LAST);
	for (int i = 0; i < 4; i++)
		close(clients[i]);
}

/* Requests with a forged source are never answered. */
static void
oldest_without_answer_gives_its_port(void **state)
{
	int clients[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		clients[i] = client_new(1);
		request(clients[i], RRQ("size/2000\0octet\0"));
		expect_block(clients[i], 1, 512, 512);
		assert_int_equal(port_of_answer(), FIRST + i % 3);
	}
	acknowledge(clients[3], 1);
	expect_block(clients[3], 2, 512, 512);
	for (int i = 0; i < 4; i++)
		close(clients[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(transfers_have_the_ports_of_the_range_in_turn,
						setup_range, teardown),
		cmocka_unit_test_setup_teardown(request_is_ignored_when_no_port_is_free,
						setup_range, teardown),
		cmocka_unit_test_setup_teardown(oldest_without_answer_gives_its_port, setup_range,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
