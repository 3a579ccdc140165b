/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of machines: what is one, and which machines it means.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "unit.h"

#define UUID "550e8400-e29b-41d4-a716-446655440000"
#define UUID_AS_STORED "00840e55-9be2-d441-a716-446655440000"

static void
a_name_is_a_mac_its_beginning_or_a_uuid(void **state)
{
	static const struct {
		const char *text, *who; /* NULL: refused */
	} rows[] = {
		{"52:54:00:12:34:56", "52:54:00:12:34:56"},
		{"52-54-00-AB-CD-EF", "52:54:00:ab:cd:ef"},
		{"52:*", "52:*"},
		{"52-54-00-12-34-*", "52:54:00:12:34:*"},
		{"550E8400-E29B-41D4-A716-446655440000", UUID},
		{"", NULL},
		{"*", NULL},
		{"52", NULL},
		{"52*", NULL},
		{"52:5*", NULL},
		{"52:54:00", NULL},
		{"52:54:00:", NULL},
		{"52:54:00:**", NULL},
		{"52:54:00:12:34:5", NULL},
		{"52:54:00:12:34:56:*", NULL},
		{"52:54:00:12:34:567", NULL},
		{"525400123456", NULL},
		{"550e8400-e29b-41d4-a716-44665544000", NULL},
		{"550e8400-e29b-41d4-a716-4466554400000", NULL},
		{"550e8400:e29b:41d4:a716:446655440000", NULL},
		{"local", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *who = NULL;
		int err = machine_parse_who(rows[i].text, &who);

		if (rows[i].who == NULL ? err != -EINVAL : err != 0 || strcmp(who, rows[i].who))
			fail_msg("'%s': %d '%s'", rows[i].text, err, who != NULL ? who : "");
		free(who);
	}
}

static void
a_machine_is_named_by_mac_uuid_or_both(void **state)
{
	static const struct {
		const char *text, *mac, *uuid; /* NULL: refused */
	} rows[] = {
		{"52-54-00-12-34-5A", "52:54:00:12:34:5a", ""},
		{"52:54:00:12:34:56,", "52:54:00:12:34:56", ""},
		{"52-54-00-12-34-56," UUID, "52:54:00:12:34:56", UUID},
		{UUID, "", UUID},
		{"," UUID, "", UUID},
		{"", NULL, NULL},
		{",", NULL, NULL},
		{"52-54-00-12-34-*", NULL, NULL},
		{"52-54-00-12-34," UUID, NULL, NULL},
		{"52-54-00-12-34-56,x", NULL, NULL},
		{"52-54-00-12-34-56," UUID "0", NULL, NULL},
		{"-----", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct machine machine;
		int err = machine_parse(rows[i].text, strlen(rows[i].text), &machine);

		if (rows[i].mac == NULL ? err != -EINVAL
					: err != 0 || strcmp(machine.mac, rows[i].mac) != 0 ||
						  strcmp(machine.uuid, rows[i].uuid) != 0)
			fail_msg("'%s': %d", rows[i].text, err);
	}
}

static void
what_names_a_machine_best_ranks_highest(void **state)
{
	static const struct machine machine = {"52:54:00:12:34:56", UUID};
	static const char *const better[] = {UUID, "52:54:00:12:34:56", "52:54:00:12:*", "52:*"};
	static const char *const others[] = {"52:54:00:12:34:57", "52:55:*",
					     "550e8400-e29b-41d4-a716-446655440001"};
	unsigned last = (unsigned)-1;

	(void)state;
	for (size_t i = 0; i < sizeof(better) / sizeof(better[0]); i++) {
		unsigned rank = machine_rank(better[i], &machine);

		if (rank == 0 || rank >= last)
			fail_msg("%s: %u", better[i], rank);
		last = rank;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (machine_rank(others[i], &machine) != 0)
			fail_msg("%s", others[i]);
}

static void
a_uuid_means_the_machine_in_either_byte_order(void **state)
{
	static const struct machine machine = {"", UUID}, other = {"52:54:00:12:34:56", ""};

	(void)state;
	assert_true(machine_rank(UUID_AS_STORED, &machine) > 0);
	assert_int_equal(machine_rank("00840e55-e29b-41d4-a716-446655440000", &machine), 0);
	assert_int_equal(machine_rank(UUID, &other), 0);
	assert_int_equal(machine_rank("52:*", &machine), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_a_mac_its_beginning_or_a_uuid),
		cmocka_unit_test(a_machine_is_named_by_mac_uuid_or_both),
		cmocka_unit_test(what_names_a_machine_best_ranks_highest),
		cmocka_unit_test(a_uuid_means_the_machine_in_either_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
