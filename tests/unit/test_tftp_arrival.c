/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests that wait until their path is known: few of them, each for a minute
 * at most, however often it is tried in between.
 */
#include "tftp_arrival.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "unit.h"

enum { SECOND = 1000 * 1000, MINUTE = 60 * SECOND };

/* What was handed out, in order. */
static struct {
	struct tftp_parked parked;
	unsigned count;
	uint16_t ports[TFTP_PARKED_MAX];
	uint8_t first_bytes[TFTP_PARKED_MAX];
	uint64_t now;     /* of the last */
	bool waits_again; /* they all do */
} taken;

static void
take(struct tftp *tftp, const struct tftp_arrival *arrival)
{
	(void)tftp;
	assert_in_range(taken.count, 0, TFTP_PARKED_MAX - 1);
	taken.ports[taken.count] = ntohs(arrival->datagram.peer.sin_port);
	taken.first_bytes[taken.count] = arrival->packet[0];
	taken.now = arrival->now;
	taken.count++;
	if (taken.waits_again)
		tftp_park(&taken.parked, arrival);
}

static unsigned
unpark(uint64_t now)
{
	taken.count = 0;
	tftp_unpark(&taken.parked, now, take, NULL);
	return taken.count;
}

static void
park(uint8_t host, uint16_t port, uint8_t first_byte, uint64_t now)
{
	struct tftp_arrival arrival = {.now = now};

	arrival.datagram.peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
	arrival.datagram.peer.sin_port = htons(port);
	arrival.datagram.length = 1;
	arrival.packet[0] = first_byte;
	tftp_park(&taken.parked, &arrival);
}

static int
setup(void **state)
{
	(void)state;
	memset(&taken, 0, sizeof(taken));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tftp_parked_clear(&taken.parked);
	return 0;
}

static void
those_that_wait_are_taken_once_as_if_they_came_now(void **state)
{
	(void)state;
	assert_int_equal(unpark(SECOND), 0);
	park(1, 1000, 'a', SECOND);
	park(2, 1000, 'b', 2 * SECOND);
	park(1, 1001, 'c', 3 * SECOND);
	assert_int_equal(unpark(10 * SECOND), 3);
	assert_memory_equal(taken.first_bytes, "abc", 3);
	assert_int_equal(taken.now, 10 * SECOND);
	assert_int_equal(unpark(11 * SECOND), 0);
}

static void
a_request_from_the_same_port_replaces_the_earlier(void **state)
{
	(void)state;
	park(1, 1000, 'a', SECOND);
	park(1, 1001, 'b', SECOND);
	for (unsigned i = 0; i < 3 * TFTP_PARKED_MAX; i++)
		park(1, 1000, 'c', 2 * SECOND);
	assert_int_equal(unpark(3 * SECOND), 2);
	assert_memory_equal(taken.first_bytes, "cb", 2);
}

static void
the_oldest_makes_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TFTP_PARKED_MAX + 3; i++)
		park(1, (uint16_t)(1000 + i), 'a', SECOND);
	assert_int_equal(unpark(2 * SECOND), TFTP_PARKED_MAX);
	for (unsigned i = 0; i < TFTP_PARKED_MAX; i++)
		assert_int_equal(taken.ports[i], 1003 + i);
}

/* After they have waited again they are still in the order in which they came. */
static void
the_oldest_makes_room_after_another_try_too(void **state)
{
	(void)state;
	taken.waits_again = true;
	for (unsigned i = 0; i < TFTP_PARKED_MAX + 3; i++)
		park(1, (uint16_t)(1000 + i), 'a', SECOND);
	assert_int_equal(unpark(2 * SECOND), TFTP_PARKED_MAX);
	park(2, 1, 'a', 3 * SECOND);
	assert_int_equal(unpark(4 * SECOND), TFTP_PARKED_MAX);
	assert_int_equal(taken.ports[0], 1004);
	assert_int_equal(taken.ports[TFTP_PARKED_MAX - 1], 1);
}

static void
patience_is_a_minute(void **state)
{
	(void)state;
	park(1, 1000, 'a', SECOND);
	park(1, 1001, 'b', SECOND + 1);
	assert_int_equal(unpark(SECOND + MINUTE), 1);
	assert_int_equal(taken.first_bytes[0], 'b');
}

/* Each try that has no answer yet is no new request. */
static void
patience_ends_for_one_that_must_wait_again_and_again(void **state)
{
	(void)state;
	taken.waits_again = true;
	park(1, 1000, 'a', SECOND);
	for (uint64_t at = 10; at <= 60; at += 10)
		assert_int_equal(unpark(at * SECOND), 1);
	assert_int_equal(unpark(SECOND + MINUTE), 0);
	assert_int_equal(unpark(SECOND + MINUTE), 0);
	/* It asks anew: that is another minute. */
	park(1, 1000, 'b', 2 * MINUTE);
	assert_int_equal(unpark(3 * MINUTE - 1), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(those_that_wait_are_taken_once_as_if_they_came_now,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_request_from_the_same_port_replaces_the_earlier,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_oldest_makes_room, setup, teardown),
		cmocka_unit_test_setup_teardown(the_oldest_makes_room_after_another_try_too, setup,
						teardown),
		cmocka_unit_test_setup_teardown(patience_is_a_minute, setup, teardown),
		cmocka_unit_test_setup_teardown(
			patience_ends_for_one_that_must_wait_again_and_again, setup, teardown),
	};

	return cmocka_run_group_tests_name("tftp_arrival", tests, NULL, NULL);
}
