/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine boots by itself: after the time that is said for it, with no
 * menu before, with arguments of its own; in each client's words.
 */
#include <string.h>

#include "machine.h"
#include "menu_unit.h"

static void
what_is_said_for_the_machine_is_in_its_menu(void **state)
{
	static const struct machine_menu menu = {
		.boot_self = "live:deep", .timeout = 3, .has_serial = true};
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	menu_set_machine(&fixture.context, &menu);
	expect(render_main(&fixture, MENU_PXELINUX, 3),
	       "SERIAL 0 115200\nUI menu.c32\nPROMPT 0\nDEFAULT live:deep\nTIMEOUT 30\n");
	expect(render_main(&fixture, MENU_IPXE, 3), "choose --timeout 3000 --default e0 ");
	expect(render_main(&fixture, MENU_GRUB, 3), "set timeout=3\n");
	tear_down(&fixture);
}

static void
the_machines_time_is_that_of_all_its_menus(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	/* the image says 10 s, the main menu 30 s */
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 100\n");
	expect(render_image(&fixture, MENU_IPXE), "--timeout 10000 ");
	expect(render_image(&fixture, MENU_GRUB), "set timeout=10\n");
	fixture.context.times_images = true;
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 300\n");
	assert_int_equal(count_of(render_image(&fixture, MENU_IPXE), "choose --timeout 30000 "), 2);
	assert_int_equal(count_of(render_image(&fixture, MENU_GRUB), "set timeout=30\n"), 2);
	fixture.context.timeout_ms = 0;
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 0\n");
	refuse(render_image(&fixture, MENU_IPXE), "--timeout 30000");
	expect(render_image(&fixture, MENU_GRUB), "set timeout=-1\n");
	tear_down(&fixture);
}

/* Where a machine cannot start what a menu begins with, it would start the first line. */
static void
a_menu_that_begins_with_what_not_all_can_start_waits(void **state)
{
	struct fixture fixture;
	struct entry *two;

	(void)state;
	set_up(&fixture);
	two = (struct entry *)(uintptr_t)boot_find(fixture.boot, "two");
	two->firmware = ENTRY_FOR_BIOS;
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 100\n");
	refuse(render_image(&fixture, MENU_IPXE), "--timeout 10000 --default");
	expect(render_image(&fixture, MENU_GRUB), "set timeout=-1\n");
	fixture.context.is_bios = true;
	expect(render_image(&fixture, MENU_IPXE), "--timeout 10000 --default e2");
	fixture.context.is_bios = false;
	two->firmware = ENTRY_FOR_ANY;
	expect(render_image(&fixture, MENU_IPXE), "--timeout 10000 --default e2");
	tear_down(&fixture);
}

static void
without_a_menu_there_is_one_thing_to_boot(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.boots_at_once = true;
	fixture.context.boot_self = "live";
	expect(render_main(&fixture, MENU_PXELINUX, 3),
	       "PROMPT 0\nDEFAULT live:two\nTIMEOUT 100\nONTIMEOUT @firmware\n");
	assert_int_equal(count_of(text_string(&fixture.text), "LABEL live:"), 1);
	refuse(text_string(&fixture.text), "UI ");
	expect(render_main(&fixture, MENU_IPXE, 3), "/vmlinuz");
	refuse(text_string(&fixture.text), "menu ");
	refuse(text_string(&fixture.text), "choose ");
	refuse(text_string(&fixture.text), "goto start");
	expect(render_main(&fixture, MENU_GRUB, 3),
	       "set timeout=0\nset timeout_style=hidden\nset default=start\n");
	assert_int_equal(count_of(text_string(&fixture.text), "menuentry "), 1);
	tear_down(&fixture);
}

static void
without_a_menu_the_local_disk_is_booted(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.boots_at_once = true;
	expect(render_main(&fixture, MENU_PXELINUX, 1),
	       "DEFAULT @disk\nTIMEOUT 100\nONTIMEOUT @firmware\n");
	expect(render_main(&fixture, MENU_IPXE, 1),
	       "sanboot --no-describe --drive 0x80 ||\nexit 1\n");
	expect(render_main(&fixture, MENU_GRUB, 1), "set default=local\nmenuentry 'Boot from");
	tear_down(&fixture);
}

/* A menu with a timeout would try a disk that does not boot for ever. */
static void
a_local_disk_that_does_not_boot_ends_at_the_firmware(void **state)
{
	static const char head[] = "PROMPT 0\nDEFAULT @disk\nTIMEOUT 100\nONTIMEOUT @firmware\n\n"
				   "LABEL @firmware\n  LOCALBOOT -1\n\nLABEL @disk\n";
	struct fixture fixture;
	struct text text = {0};

	(void)state;
	set_up(&fixture);
	expect(render_main(&fixture, MENU_PXELINUX, 1), "  CONFIG menus/@local.cfg\n");
	refuse(text_string(&fixture.text), "chain.c32");
	menu_render_local(&fixture.context, &text);
	expect(text_string(&text), head);
	expect(text_string(&text), "  COM32 chain.c32\n  APPEND hd0\n");
	text_free(&text);
	fixture.context.loaders = " menu.c32 ";
	menu_render_local(&fixture.context, &text);
	expect(text_string(&text), "LABEL @disk\n  LOCALBOOT 0\n");
	text_free(&text);
	tear_down(&fixture);
}

static void
a_menu_is_shown_when_nothing_can_be_booted_alone(void **state)
{
	static const char *const defaults[] = {"none", "live:none", "bad", "live:off"};
	struct fixture fixture;
	char *password = strdup("secret");

	(void)state;
	set_up(&fixture);
	fixture.context.boots_at_once = true;
	fixture.context.loaders = " menu.c32 ";
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		fixture.context.boot_self = defaults[i];
		expect(render_main(&fixture, MENU_PXELINUX, 3), "UI menu.c32\n");
	}
	fixture.context.boot_self = "live:one";
	refuse(render_main(&fixture, MENU_PXELINUX, 3), "UI ");
	fixture.boot->menu->entries->password = password;
	expect(render_main(&fixture, MENU_PXELINUX, 3), "UI menu.c32\n");
	expect(render_main(&fixture, MENU_IPXE, 3), "choose ");
	fixture.boot->menu->entries->password = NULL;
	free(password);
	tear_down(&fixture);
}

static void
a_machines_arguments_stand_behind_those_of_every_linux(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.arguments = "console=ttyS0 a={mac} $b";
	expect(render_image(&fixture, MENU_PXELINUX), " second console=ttyS0 a={mac} $b\n");
	expect(render_image(&fixture, MENU_IPXE),
	       " second console=ttyS0 a={mac} $b || goto failed\n");
	expect(render_image(&fixture, MENU_GRUB), " 'second' 'console=ttyS0' 'a={mac}' '$b'\n");
	expect(render_image(&fixture, MENU_PXELINUX), "  APPEND iso raw\n");
	tear_down(&fixture);
}

static void
menus_of_one_machine_lead_to_menus_of_that_machine(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.folder = "machines/x/";
	expect(render_main(&fixture, MENU_PXELINUX, 3), "  CONFIG machines/x/menus/live.cfg\n");
	expect(render_main(&fixture, MENU_IPXE, 3), "http://192.0.2.1/machines/x/menus/live.ipxe ");
	expect(render_main(&fixture, MENU_GRUB, 3),
	       "configfile $pxeiso/machines/x/menus/live.grub");
	expect(render_image(&fixture, MENU_PXELINUX), "  CONFIG machines/x/pxelinux.cfg/default\n");
	expect(render_image(&fixture, MENU_IPXE), "http://192.0.2.1/machines/x/boot.ipxe ");
	expect(render_image(&fixture, MENU_GRUB), "configfile $pxeiso/machines/x/grub/grub.cfg");
	tear_down(&fixture);
}

static void
a_main_menu_can_ask_the_machine_who_it_is(void **state)
{
	static const char ask[] = "#!ipxe\nchain --autofree --replace http://192.0.2.1/machines/"
				  "${netX/mac:hexhyp},${uuid}/boot.ipxe ||\n";
	static const char configfile[] = "configfile $pxeiso/machines/$mac,$uuid/grub/grub.cfg\n";
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	refuse(render_main(&fixture, MENU_IPXE, 3), "machines/");
	refuse(render_main(&fixture, MENU_GRUB, 3), "machines/");
	fixture.context.asks_machine = true;
	expect(render_main(&fixture, MENU_IPXE, 3), ask);
	expect(render_main(&fixture, MENU_GRUB, 3), configfile);
	refuse(render_image(&fixture, MENU_IPXE), ask);
	refuse(render_image(&fixture, MENU_GRUB), configfile);
	fixture.context.boots_at_once = true;
	expect(render_main(&fixture, MENU_IPXE, 3), ask);
	expect(render_main(&fixture, MENU_GRUB, 3), configfile);
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_for_the_machine_is_in_its_menu),
		cmocka_unit_test(the_machines_time_is_that_of_all_its_menus),
		cmocka_unit_test(a_menu_that_begins_with_what_not_all_can_start_waits),
		cmocka_unit_test(without_a_menu_there_is_one_thing_to_boot),
		cmocka_unit_test(without_a_menu_the_local_disk_is_booted),
		cmocka_unit_test(a_local_disk_that_does_not_boot_ends_at_the_firmware),
		cmocka_unit_test(a_menu_is_shown_when_nothing_can_be_booted_alone),
		cmocka_unit_test(a_machines_arguments_stand_behind_those_of_every_linux),
		cmocka_unit_test(menus_of_one_machine_lead_to_menus_of_that_machine),
		cmocka_unit_test(a_main_menu_can_ask_the_machine_who_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
