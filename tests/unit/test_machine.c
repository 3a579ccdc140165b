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

static void
what_dhcp_knows_is_written_as_names_are(void **state)
{
	static const unsigned char mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0xab};
	static const unsigned char uuid[16] = {0x55, 0x0e, 0x84, 0x00, 0xe2, 0x9b, 0x41, 0xd4,
					       0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0x00, 0x00};
	struct machine machine;
	char written[MACHINE_MAC_SIZE];

	(void)state;
	machine_format_mac(mac, machine.mac);
	machine_format_uuid(uuid, machine.uuid);
	assert_string_equal(machine.mac, "52:54:00:12:34:ab");
	assert_string_equal(machine.uuid, UUID);
	machine_write_mac(&machine, written);
	assert_string_equal(written, "52-54-00-12-34-ab");
}

static void
each_key_is_that_of_the_best_section_that_has_it(void **state)
{
	static char room[] = "52:54:*", row[] = "52:54:00:*", mac[] = "52:54:00:12:34:56",
		    uuid[] = UUID, live[] = "live", other[] = "other", words[] = "a b";
	struct machine_section items[] = {
		{.head = {mac, 1}, .boot_self = live, .timeout = MACHINE_TIMEOUT_UNSET},
		{.head = {room, 2},
		 .boot_self = other,
		 .timeout = 0,
		 .is_shown = MACHINE_NO,
		 .arguments = words},
		{.head = {row, 3}, .timeout = 7, .has_serial = MACHINE_YES},
		{.head = {uuid, 4}, .timeout = MACHINE_TIMEOUT_UNSET, .is_shown = MACHINE_YES},
	};
	const struct config_sections sections = {items, 4};
	static const struct machine machine = {"52:54:00:12:34:56", UUID},
				    neighbour = {"52:54:00:12:34:57", ""},
				    stranger = {"52:55:00:12:34:56", ""};
	const struct machine_menu all = {
		.boot_self = "local", .timeout = 60, .boots_at_once = true};
	struct machine_menu menu = all;

	(void)state;
	machine_settle(&sections, &machine, &menu);
	assert_string_equal(menu.boot_self, "live");
	assert_int_equal(menu.timeout, 7);
	assert_true(menu.times_images && menu.has_serial);
	assert_false(menu.boots_at_once);
	assert_string_equal(menu.arguments, "a b");
	menu = all;
	machine_settle(&sections, &neighbour, &menu);
	assert_string_equal(menu.boot_self, "other");
	assert_int_equal(menu.timeout, 7);
	assert_true(menu.boots_at_once);
	menu = all;
	machine_settle(&sections, &stranger, &menu);
	assert_memory_equal(&menu, &all, sizeof(menu));
	assert_true(machine_has_section(&sections, &neighbour));
	assert_false(machine_has_section(&sections, &stranger));
	assert_false(machine_has_section(NULL, &machine));
}

static void
a_start_is_settled_as_a_menu_is(void **state)
{
	static char row[] = "52:54:00:*", mac[] = "52:54:00:12:34:56", own[] = "own.efi";
	struct machine_section items[] = {
		{.head = {row, 1}, .loader = own, .style = DHCP_STYLE_4011},
		{.head = {mac, 2}, .style = DHCP_STYLE_DIRECT},
	};
	const struct config_sections sections = {items, 2};
	static const struct machine machine = {"52:54:00:12:34:56", ""},
				    neighbour = {"52:54:00:12:34:57", ""},
				    stranger = {"52:55:00:12:34:56", ""};
	struct machine_start start = {.loader = "subnet.efi"};

	(void)state;
	machine_settle_start(&sections, &stranger, &start);
	machine_settle_start(NULL, &machine, &start);
	assert_string_equal(start.loader, "subnet.efi");
	assert_int_equal(start.style, DHCP_STYLE_NONE);
	machine_settle_start(&sections, &neighbour, &start);
	assert_string_equal(start.loader, "own.efi");
	assert_int_equal(start.style, DHCP_STYLE_4011);
	machine_settle_start(&sections, &machine, &start);
	assert_string_equal(start.loader, "own.efi");
	assert_int_equal(start.style, DHCP_STYLE_DIRECT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_a_mac_its_beginning_or_a_uuid),
		cmocka_unit_test(a_machine_is_named_by_mac_uuid_or_both),
		cmocka_unit_test(what_names_a_machine_best_ranks_highest),
		cmocka_unit_test(a_uuid_means_the_machine_in_either_byte_order),
		cmocka_unit_test(what_dhcp_knows_is_written_as_names_are),
		cmocka_unit_test(each_key_is_that_of_the_best_section_that_has_it),
		cmocka_unit_test(a_start_is_settled_as_a_menu_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
