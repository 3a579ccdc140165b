/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stored leases last as long as they were given for, wherever the clock goes.
 */
#include "lease_clock.h"
#include "unit.h"

enum { BOOT = 1, OTHER_BOOT = 2, UP = 1000, WALL = 1800000000, HOUR = 3600 };

static const struct {
	const char *name;
	struct lease_moment now;
	int64_t left;
} cases[] = {
	/* Given for an hour at UP, WALL. */
	{"at once", {BOOT, UP, WALL}, HOUR},
	{"ten minutes later", {BOOT, UP + 600, WALL + 600}, HOUR - 600},
	{"at its end", {BOOT, UP + HOUR, WALL + HOUR}, 0},
	{"a day later", {BOOT, UP + 86400, WALL + 86400}, HOUR - 86400},
	{"the clock set back by a day", {BOOT, UP + 600, WALL + 600 - 86400}, HOUR - 600},
	{"the clock set forward by a day", {BOOT, UP + 600, WALL + 600 + 86400}, HOUR - 600},
	{"set back, and over", {BOOT, UP + HOUR, WALL - 86400}, 0},
	{"after a reboot", {OTHER_BOOT, 20, WALL + 600}, HOUR - 600},
	{"over after a reboot", {OTHER_BOOT, 20, WALL + HOUR + 1}, -1},
	{"a reboot to a clock set back", {OTHER_BOOT, 20, WALL - 86400}, HOUR},
	{"a reboot to 1970", {OTHER_BOOT, 20, 0}, HOUR},
	{"a reboot to a clock set forward", {OTHER_BOOT, 20, WALL + 86400}, HOUR - 86400},
	{"numbers that overflow", {OTHER_BOOT, 20, INT64_MIN}, 0},
};

static void
a_lease_never_lasts_shorter_for_a_clock_set_back(void **state)
{
	const struct lease_moment then = {BOOT, UP, WALL};
	const struct lease_end end = lease_end_in(&then, HOUR, HOUR);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (lease_end_left(&end, &cases[i].now) != cases[i].left)
			fail_msg("%s: %lld s left", cases[i].name,
				 (long long)lease_end_left(&end, &cases[i].now));
}

static void
what_has_run_a_while_keeps_its_end(void **state)
{
	const struct lease_moment now = {BOOT, UP, WALL};
	const struct lease_end end = lease_end_in(&now, 100, HOUR);

	(void)state;
	assert_int_equal(lease_end_left(&end, &now), 100);
	assert_int_equal(end.seconds, HOUR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_never_lasts_shorter_for_a_clock_set_back),
		cmocka_unit_test(what_has_run_a_while_keeps_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
