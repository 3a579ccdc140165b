/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many transfers the TFTP service has at once, and which one makes room
 * for another (TFTP-51). Each test runs with a port for each transfer and with
 * a single port.
 */
#include "tftp_service_unit.h"

static void
client_at_its_limit_is_left_alone(void **state)
{
	int clients[4];

	(void)state;
	for (uint8_t i = 0; i < 4; i++) {
		clients[i] = client_new(i < 3 ? 1 : 2);
		request(clients[i], RRQ("size/2000\0octet\0"));
	}
	expect_block(clients[0], 1, 512, 512);
	expect_block(clients[1], 1, 512, 512);
	expect_nothing(clients[2]); /* two for 127.0.0.1 */
	expect_block(clients[3], 1, 512, 512);
	for (int i = 0; i < 4; i++)
		close(clients[i]);
}

/* One worker of many has few sessions, the limit of a client is a whole one. */
static void
client_gets_a_quarter_of_the_sessions_at_most(void **state)
{
	int clients[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		clients[i] = client_new(1);
		request(clients[i], RRQ("size/2000\0octet\0"));
		assert_int_equal(receive_within(clients[i], 60), i < 2);
	}
	for (int i = 0; i < 3; i++)
		close(clients[i]);
}

static void
client_has_one_session_where_a_quarter_is_none(void **state)
{
	int one = client_new(1), other = client_new(1);

	(void)state;
	request(one, RRQ("size/2000\0octet\0"));
	expect_block(one, 1, 512, 512);
	request(other, RRQ("size/2000\0octet\0"));
	expect_nothing(other);
	close(one);
	close(other);
}

/* Requests with a forged source are never answered. */
static void
full_table_gives_up_the_oldest_that_has_not_begun(void **state)
{
	int clients[9];

	(void)state;
	for (uint8_t i = 0; i < 8; i++) {
		clients[i] = client_new((uint8_t)(1 + i));
		request(clients[i], RRQ("size/2000\0octet\0timeout\000255\0"));
		expect(clients[i], RAW("\0\6timeout\000255\0"));
		if (i == 0) {
			acknowledge(clients[0], 0);
			expect_block(clients[0], 1, 512, 512);
		}
	}
	clients[8] = client_new(9);
	request(clients[8], RRQ("missing\0octet\0"));
	expect_error(clients[8], TFTP_NOT_FOUND);
	assert_int_equal(service.files_open, 8); /* nothing was given up for it */
	request(clients[8], RRQ("size/2000\0octet\0"));
	expect_block(clients[8], 1, 512, 512);
	acknowledge(clients[8], 1);
	expect_block(clients[8], 2, 512, 512);
	assert_int_equal(service.files_open, 8);

	/* The third was not given up, the second was. */
	request(clients[2], RRQ("size/2000\0octet\0timeout\000255\0"));
	expect_nothing(clients[2]);
	request(clients[1], RRQ("size/2000\0octet\0timeout\000255\0"));
	expect(clients[1], RAW("\0\6timeout\000255\0"));
	for (int i = 0; i < 9; i++)
		close(clients[i]);
}

static void
transfers_that_have_begun_are_not_given_up(void **state)
{
	int clients[9];

	(void)state;
	for (uint8_t i = 0; i < 9; i++) {
		clients[i] = client_new((uint8_t)(1 + i));
		request(clients[i], RRQ("size/2000\0octet\0"));
		if (i == 8)
			break;
		expect_block(clients[i], 1, 512, 512);
		acknowledge(clients[i], 1);
		expect_block(clients[i], 2, 512, 512);
	}
	expect_nothing(clients[8]);
	acknowledge(clients[7], 2);
	expect_block(clients[7], 3, 512, 512);
	acknowledge(clients[7], 3);
	expect_block(clients[7], 4, 512, 464);
	acknowledge(clients[7], 4);
	expect_nothing(clients[7]);
	request(clients[8], RRQ("size/2000\0octet\0"));
	expect_block(clients[8], 1, 512, 512);
	for (int i = 0; i < 9; i++)
		close(clients[i]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(client_at_its_limit_is_left_alone, setup_small),
		BOTH(client_gets_a_quarter_of_the_sessions_at_most, setup_few),
		BOTH(client_has_one_session_where_a_quarter_is_none, setup_wide),
		BOTH(full_table_gives_up_the_oldest_that_has_not_begun, setup_few),
		BOTH(transfers_that_have_begun_are_not_given_up, setup_few),
	};

	return cmocka_run_group_tests_name("tftp_room", tests, NULL, NULL);
}
