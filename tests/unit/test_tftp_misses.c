/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Refused requests do not flood the log (TFTP-45).
 */
#include <errno.h>
#include <string.h>

#include "log.h"
#include "tftp_misses.h"
#include "unit.h"

static const struct in_addr client = {.s_addr = 0x0100000a};

static void
thousand_misses_make_a_bounded_number_of_lines(void **state)
{
	static struct tftp_misses misses;
	uint32_t hidden;
	unsigned lines = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		lines += tftp_misses_note(&misses, client, i * 1000, &hidden);
	assert_int_equal(lines, TFTP_MISSES_LINES);
}

static void
what_was_hidden_is_told_in_the_next_period(void **state)
{
	static struct tftp_misses misses;
	uint32_t hidden = 0;

	(void)state;
	for (int i = 0; i < TFTP_MISSES_LINES; i++) {
		assert_true(tftp_misses_note(&misses, client, 1, &hidden));
		assert_int_equal(hidden, 0);
	}
	for (int i = 0; i < 7; i++)
		assert_false(tftp_misses_note(&misses, client, 2, &hidden));
	assert_true(tftp_misses_note(&misses, client, 1 + TFTP_MISSES_PERIOD, &hidden));
	assert_int_equal(hidden, 7);
	assert_true(tftp_misses_note(&misses, client, 1 + TFTP_MISSES_PERIOD, &hidden));
	assert_int_equal(hidden, 0);
}

static void
one_client_does_not_silence_another(void **state)
{
	static struct tftp_misses misses;
	struct in_addr other = {.s_addr = 0x0200000a};
	uint32_t hidden;

	(void)state;
	for (int i = 0; i < 100; i++)
		tftp_misses_note(&misses, client, 1, &hidden);
	assert_true(tftp_misses_note(&misses, other, 1, &hidden));
}

static void
client_is_not_told_of_the_misses_of_another(void **state)
{
	static struct tftp_misses misses;
	struct in_addr same_row = {htonl(ntohl(client.s_addr) + TFTP_MISSES_ROWS)};
	uint32_t hidden;

	(void)state;
	for (int i = 0; i < 100; i++)
		tftp_misses_note(&misses, client, 1, &hidden);
	assert_true(tftp_misses_note(&misses, same_row, 1, &hidden));
	assert_int_equal(hidden, 0);
}

static void
forged_addresses_do_not_lift_the_bound(void **state)
{
	static struct tftp_misses misses;
	uint32_t hidden;
	unsigned lines = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++)
		lines += tftp_misses_note(&misses, (struct in_addr){htonl(i)}, 1, &hidden);
	assert_int_equal(lines, TFTP_MISSES_LINES_TOTAL);
}

static void
names_that_pxelinux_tries_are_no_news(void **state)
{
	(void)state;
	assert_true(tftp_miss_is_expected("pxelinux.cfg/01-52-54-00-12-34-56", -ENOENT));
	assert_false(tftp_miss_is_expected("pxelinux.cfg/../x", -EACCES));
	assert_false(tftp_miss_is_expected("images/a/pxelinux.cfg/default", -ENOENT));
	assert_false(tftp_miss_is_expected("vmlinuz", -ENOENT));
}

static void
shortage_is_told_once_a_minute(void **state)
{
	struct tftp_shortage shortage = {0};
	unsigned told = 0;

	(void)state;
	for (uint64_t second = 1; second <= 180; second++)
		told += tftp_shortage_is_news(&shortage, second * 1000 * 1000);
	assert_int_equal(told, 3);
}

static void
shortage_that_was_told_is_counted_anew(void **state)
{
	struct tftp_shortage shortage = {.ignored = 3, .ended = 2, .portless = 1};

	(void)state;
	log_setup(LOG_ERROR, false);
	tftp_shortage_tell(&shortage, 1);
	assert_int_equal(shortage.ignored + shortage.ended + shortage.portless, 0);
	shortage.ignored = 4;
	tftp_shortage_tell(&shortage, TFTP_SHORTAGE_PERIOD);
	assert_int_equal(shortage.ignored, 4);
	tftp_shortage_tell(&shortage, TFTP_SHORTAGE_PERIOD + 1);
	assert_int_equal(shortage.ignored, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousand_misses_make_a_bounded_number_of_lines),
		cmocka_unit_test(what_was_hidden_is_told_in_the_next_period),
		cmocka_unit_test(one_client_does_not_silence_another),
		cmocka_unit_test(client_is_not_told_of_the_misses_of_another),
		cmocka_unit_test(forged_addresses_do_not_lift_the_bound),
		cmocka_unit_test(shortage_is_told_once_a_minute),
		cmocka_unit_test(shortage_that_was_told_is_counted_anew),
		cmocka_unit_test(names_that_pxelinux_tries_are_no_news),
	};

	return cmocka_run_group_tests_name("tftp_misses", tests, NULL, NULL);
}
