/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is too large for PXELINUX: it goes by iPXE, or is not offered.
 */
#include "menu_unit.h"

#include <errno.h>

#include "menu_part.h"

/* The entry "two", the image's default, with an initrd of so many bytes. */
static void
load_two(struct fixture *fixture, uint64_t bytes)
{
	struct entry *two = (struct entry *)(uintptr_t)boot_find(fixture->boot, "two");

	assert_non_null(two);
	two->kernel.size = bytes;
	two->initrd_count = 0;
}

static void
what_pxelinux_cannot_load_goes_by_ipxe(void **state)
{
	static const char detour[] = "LABEL live:two\n  MENU LABEL two\n  MENU DEFAULT\n"
				     "  LINUX http://192.0.2.1/ipxe.lkrn\n"
				     "  INITRD http://192.0.2.1/bios/menus/live/two.ipxe\n"
				     "  TEXT HELP\n";
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.loaders = " menu.c32 ipxe.lkrn ";
	load_two(&fixture, UINT64_C(768) << 20);
	refuse(render_image(&fixture, MENU_PXELINUX), "ipxe.lkrn");
	load_two(&fixture, (UINT64_C(768) << 20) + 1);
	expect(render_image(&fixture, MENU_PXELINUX), detour);
	expect(text_string(&fixture.text), "\nDEFAULT live:two\n");
	refuse(render_image(&fixture, MENU_IPXE), "ipxe.lkrn");
	fixture.context.folder = "machines/52-54-00-12-34-56,/";
	expect(render_image(&fixture, MENU_PXELINUX),
	       "  INITRD http://192.0.2.1/bios/machines/52-54-00-12-34-56,/menus/live/two.ipxe\n");
	tear_down(&fixture);
}

static void
the_script_for_ipxe_starts_that_entry_alone(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.loaders = " menu.c32 ipxe.lkrn ";
	assert_int_equal(
		menu_render_start(&fixture.context, &fixture.images[0], "two", &fixture.text),
		-ENOENT);
	load_two(&fixture, UINT64_C(1000) << 20);
	assert_int_equal(
		menu_render_start(&fixture.context, &fixture.images[0], "none", &fixture.text),
		-ENOENT);
	assert_int_equal(fixture.text.length, 0);
	assert_int_equal(
		menu_render_start(&fixture.context, &fixture.images[0], "TWO", &fixture.text), 0);
	expect(text_string(&fixture.text),
	       "#!ipxe\nset space:hex 20\ndhcp || goto failed\n\n:e0\necho This downloads "
	       "1.0 GiB.\nkernel http://192.0.2.1/images/live/vmlinuz second || goto failed\n"
	       "boot || goto failed\n\n:failed\n");
	fixture.context.loaders = " menu.c32 ";
	assert_int_equal(
		menu_render_start(&fixture.context, &fixture.images[0], "two", &fixture.text),
		-ENOENT);
	tear_down(&fixture);
}

/* Nor is it what a menu begins with. */
static void
what_neither_can_load_is_not_offered(void **state)
{
	static const char why[] = "  MENU LABEL PXELINUX cannot load more than 768 MiB, and";
	char lengthy[240] = "";
	struct fixture fixture;
	struct entry *two;

	(void)state;
	set_up(&fixture);
	load_two(&fixture, UINT64_C(1000) << 20);
	expect(render_image(&fixture, MENU_PXELINUX), why);
	expect(text_string(&fixture.text), "\nDEFAULT live:one\n");
	expect(text_string(&fixture.text), "LABEL live:one\n  MENU LABEL ^First\n  MENU DEFAULT\n");
	refuse(text_string(&fixture.text), "LABEL live:two");
	expect(render_image(&fixture, MENU_IPXE), "--default e2 ");
	expect(render_image(&fixture, MENU_GRUB), "set default=start\nmenuentry 'two'");
	fixture.context.boot_self = "live:two";
	expect(render_main(&fixture, MENU_PXELINUX, 3), "\nDEFAULT @local\n");
	expect(render_main(&fixture, MENU_PXELINUX, 1), "\nDEFAULT @local\n");
	expect(render_main(&fixture, MENU_IPXE, 3), "--default e0 ");
	fixture.context.boots_at_once = true;
	expect(render_main(&fixture, MENU_PXELINUX, 3), "UI vesamenu.c32\n");
	/* a name that cannot stand in a path */
	fixture.context.loaders = " menu.c32 ipxe.lkrn ";
	refuse(render_image(&fixture, MENU_PXELINUX), why);
	two = (struct entry *)(uintptr_t)boot_find(fixture.boot, "two");
	string_set(&two->label, "two/../x");
	expect(render_image(&fixture, MENU_PXELINUX), why);
	string_set(&two->label, "two");
	string_set(&two->password, "secret");
	expect(render_image(&fixture, MENU_PXELINUX), why);
	string_set(&two->password, NULL);
	refuse(render_image(&fixture, MENU_PXELINUX), why);
	memset(lengthy, 'x', sizeof(lengthy) - 1);
	string_set(&two->label, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), why);
	string_set(&two->label, "two");
	load_two(&fixture, (UINT64_C(1792) << 20) + 1);
	expect(render_image(&fixture, MENU_PXELINUX),
	       "  MENU LABEL more than the 1.75 GiB that a boot loader has room for on a\n");
	expect(render_image(&fixture, MENU_IPXE), "--default e2 ");
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_pxelinux_cannot_load_goes_by_ipxe),
		cmocka_unit_test(the_script_for_ipxe_starts_that_entry_alone),
		cmocka_unit_test(what_neither_can_load_is_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
