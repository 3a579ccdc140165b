/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sections of the configuration that are for one thing each: [machine WHO].
 */
#include "config.h"
#include "machine.h"
#include "unit.h"

static const struct machine_section *
machine_at(const struct config *config, size_t number)
{
	return (const struct machine_section *)config->machines.items + number;
}

static void
each_machine_has_a_section(void **state)
{
	struct config parsed, *config = &parsed;
	char why[512] = "";
	static const char text[] = "[machine 52:54:00:*] ; a [room]\n"
				   "timeout = 3\n"
				   "show = no\n"
				   "[ machine 52-54-00-12-34-5A ]\n"
				   "default = debian:live\n"
				   "arguments = console=ttyS0 quiet\n"
				   "[menu]\n"
				   "timeout = 9\n"
				   "[machine 550E8400-e29b-41d4-a716-446655440000]\n"
				   "serial = yes\n"
				   "loader = mine.efi\n"
				   "proxy-style = direct\n";

	(void)state;
	assert_int_equal(config_init(config), 0);
	assert_int_equal(config_read_text(config, "test.conf", text, why, sizeof(why)), 0);
	assert_string_equal(config->file, "test.conf");
	assert_int_equal(config->menu_timeout, 9);
	assert_int_equal(config->machines.count, 3);
	assert_string_equal(machine_at(config, 0)->head.argument, "52:54:00:*");
	assert_int_equal(machine_at(config, 0)->head.line, 1);
	assert_int_equal(machine_at(config, 0)->timeout, 3);
	assert_int_equal(machine_at(config, 0)->is_shown, MACHINE_NO);
	assert_null(machine_at(config, 0)->boot_self);
	assert_string_equal(machine_at(config, 1)->head.argument, "52:54:00:12:34:5a");
	assert_int_equal(machine_at(config, 1)->head.line, 4);
	assert_string_equal(machine_at(config, 1)->boot_self, "debian:live");
	assert_string_equal(machine_at(config, 1)->arguments, "console=ttyS0 quiet");
	assert_int_equal(machine_at(config, 1)->timeout, MACHINE_TIMEOUT_UNSET);
	assert_int_equal(machine_at(config, 1)->is_shown, MACHINE_UNSET);
	assert_string_equal(machine_at(config, 2)->head.argument,
			    "550e8400-e29b-41d4-a716-446655440000");
	assert_int_equal(machine_at(config, 2)->has_serial, MACHINE_YES);
	assert_string_equal(machine_at(config, 2)->loader, "mine.efi");
	assert_int_equal(machine_at(config, 2)->style, DHCP_STYLE_DIRECT);
	assert_null(machine_at(config, 1)->loader);
	config_free(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_machine_has_a_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
