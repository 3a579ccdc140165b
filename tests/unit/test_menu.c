/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus: what the main menu holds, what an image's own keeps, and what boots
 * by itself. What is offered to whom is in test_menu_offers.c; whole menus of
 * real distributions' shapes are in test_menu_golden.c.
 */
#include "menu_unit.h"

static void
main_menu_has_a_line_for_each_image_and_the_tail(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	expect(menu, "UI vesamenu.c32\n");
	expect(menu, "MENU TITLE The menu\n");
	expect(menu, "TIMEOUT 300\n");
	expect(menu, "LABEL live\n  MENU LABEL Test system                    "
		     "                            700 MiB\n  CONFIG menus/live.cfg\n");
	expect(menu, "MENU LABEL bad\n  MENU DISABLE\n\nLABEL -\n  MENU LABEL truncated\n  MENU "
		     "INDENT 4\n  MENU DISABLE\n");
	expect(menu, "LABEL @local\n  MENU LABEL Boot from ^local disk\n  MENU DEFAULT\n"
		     "  CONFIG menus/@local.cfg\n");
	expect(menu, "LINUX http://192.0.2.1/memtest\n");
	expect(menu, "COM32 hdt.c32\n");
	expect(menu, "COM32 reboot.c32\n");
	expect(menu, "COM32 poweroff.c32\n");
	assert_int_equal(count_of(menu, "MENU DEFAULT"), 1);
	menu = render_main(&fixture, MENU_IPXE, 3);
	expect(menu, "#!ipxe\n");
	expect(menu, "item -- i0 Test system\n");
	expect(menu, "item --key ? -- details-start ");
	expect(menu, "\n:details-start\n");
	expect(menu, "item --gap -- bad\nitem --gap -- - truncated\n");
	expect(menu, "choose --timeout 30000 --default local selected || goto local\n");
	expect(menu, ":i0\nchain --autofree --replace http://192.0.2.1/menus/live.ipxe");
	menu = render_main(&fixture, MENU_GRUB, 3);
	expect(menu, "set timeout=30\n");
	expect(menu, "menuentry 'Test system' --id 'live' {\n\tconfigfile "
		     "$pxeiso/menus/live.grub\n}\n");
	expect(menu, "menuentry 'bad'' (not offered)' {\n\techo '  ''truncated'\n");
	expect(menu, "set default=local\n");
	tear_down(&fixture);
}

static void
menu_without_images_says_so(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	expect(render_main(&fixture, MENU_PXELINUX, 0), "No images yet");
	render_main(&fixture, MENU_IPXE, 0);
	render_main(&fixture, MENU_GRUB, 0);
	tear_down(&fixture);
}

static void
single_image_is_the_main_menu(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_main(&fixture, MENU_PXELINUX, 1);
	expect(menu, "MENU TITLE Test system\n");
	expect(menu, "LABEL live:one\n");
	expect(menu, "LABEL @local\n  MENU LABEL Boot from ^local disk\n  MENU DEFAULT\n");
	refuse(menu, "CONFIG menus/live");
	/* Its own way to power off is the tail's; that of its sub-menu stays. */
	assert_int_equal(count_of(menu, "poweroff.c32"), 1);
	assert_int_equal(count_of(menu, "hdt.c32"), 2);
	menu = render_main(&fixture, MENU_IPXE, 1);
	expect(menu, "item --key f -- e1 First\n");
	expect(menu, "--default local ");
	menu = render_main(&fixture, MENU_GRUB, 1);
	expect(menu, "menuentry 'First' --hotkey=f {\n");
	tear_down(&fixture);
}

struct self_row {
	const char *boot_self;
	size_t count;
	enum menu_format format;
	const char *expected;
};

static void
what_boots_by_itself_is_the_default(void **state)
{
	static const struct self_row rows[] = {
		{"local", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"nothing", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"live:nothing", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"bad", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"live", 3, MENU_PXELINUX, "DEFAULT live\n"},
		{"LIVE", 3, MENU_PXELINUX, "700 MiB\n  MENU DEFAULT\n  CONFIG menus/live.cfg\n"},
		{"live:one", 3, MENU_PXELINUX, "DEFAULT live:one\n"},
		{"live:ONE", 3, MENU_PXELINUX,
		 "LABEL live:one\n  MENU LABEL Test system: ^First\n  MENU DEFAULT\n  LINUX "},
		{"live:deep", 3, MENU_PXELINUX,
		 "LABEL live:deep\n  MENU LABEL Test system: deep\n  MENU DEFAULT\n  LINUX "},
		{"live:memdisk", 3, MENU_PXELINUX, "DEFAULT live:memdisk\n"},
		/* only iPXE has that */
		{"live:sanboot", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"live:sanboot", 3, MENU_GRUB, "set default=local\n"},
		{"live:sanboot", 3, MENU_IPXE,
		 "\n:e0\nsanboot --no-describe http://192.0.2.1/images/live.iso || goto"},
		{"live", 1, MENU_PXELINUX, "DEFAULT live:two\n"},
		{"live", 1, MENU_PXELINUX, "LABEL live:two\n  MENU LABEL two\n  MENU DEFAULT\n"},
		{"live:one", 1, MENU_PXELINUX,
		 "LABEL live:one\n  MENU LABEL ^First\n  MENU DEFAULT\n"},
		{"live:deep", 1, MENU_PXELINUX,
		 "LABEL live:deep\n  MENU LABEL Test system: deep\n  MENU DEFAULT\n"},
		{"live", 3, MENU_IPXE, "--default i0 selected"},
		{"live:deep", 3, MENU_IPXE, "--default e0 selected"},
		{"live:deep", 3, MENU_IPXE,
		 "\n:e0\necho This downloads 1 MiB.\nkernel http://192.0.2.1/images/live/vmlinuz "
		 "deep"},
		{"live", 1, MENU_IPXE, "--default e2 selected"},
		{"live:one", 1, MENU_IPXE, "--default e1 selected"},
		{"live", 3, MENU_GRUB, "set default='live'\n"},
		{"live:one", 3, MENU_GRUB, "set default=start\nmenuentry 'First' --id start"},
		{"live:two", 1, MENU_GRUB, "set default=start\nmenuentry 'two' --id start"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;

		set_up(&fixture);
		fixture.context.boot_self = rows[i].boot_self;
		expect(render_main(&fixture, rows[i].format, rows[i].count), rows[i].expected);
		tear_down(&fixture);
	}
}

static void
known_names_are_told_from_others(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_true(menu_knows(NULL, fixture.images, 3));
	assert_true(menu_knows("local", fixture.images, 0));
	assert_true(menu_knows("live", fixture.images, 3));
	assert_true(menu_knows("live:deep", fixture.images, 3));
	assert_false(menu_knows("bad", fixture.images, 3));
	assert_false(menu_knows("live:", fixture.images, 3));
	assert_false(menu_knows("liv", fixture.images, 3));
	tear_down(&fixture);
}

static void
images_own_menu_keeps_its_default_and_time(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "TIMEOUT 100\n");
	expect(menu, "DEFAULT live:two\n");
	expect(menu, "LABEL live:two\n  MENU LABEL two\n  MENU DEFAULT\n");
	expect(menu, "LABEL @main\n  MENU LABEL ^Back to all images\n"
		     "  CONFIG pxelinux.cfg/default\n");
	expect(menu, "  SYSAPPEND 2\n");
	refuse(menu, "{mac}");
	menu = render_image(&fixture, MENU_IPXE);
	expect(menu, "choose --timeout 10000 --default e2 selected || goto main\n");
	expect(menu, "BOOTIF=01-${netX/mac:hexhyp}");
	expect(menu, "item -- start Back\n");
	menu = render_image(&fixture, MENU_GRUB);
	expect(menu, "set timeout=10\n");
	expect(menu, "'BOOTIF=01-'\"$mac\"''");
	expect(menu, "submenu 'More' {\n");
	tear_down(&fixture);
}

/* An image that is to boot by itself must not wait for ever at its menu. */
static void
image_without_a_time_gets_ours_when_it_boots_by_itself(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.boot->menu->timeout_ms = 0;
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 0\n");
	fixture.context.boot_self = "live";
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 300\n");
	expect(render_image(&fixture, MENU_IPXE), "--timeout 30000 ");
	expect(render_image(&fixture, MENU_GRUB), "set timeout=30\n");
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_menu_has_a_line_for_each_image_and_the_tail),
		cmocka_unit_test(menu_without_images_says_so),
		cmocka_unit_test(single_image_is_the_main_menu),
		cmocka_unit_test(what_boots_by_itself_is_the_default),
		cmocka_unit_test(known_names_are_told_from_others),
		cmocka_unit_test(images_own_menu_keeps_its_default_and_time),
		cmocka_unit_test(image_without_a_time_gets_ours_when_it_boots_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
