/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as a machine reads them: where they lead, and what the first entry
 * that loads something fetches.
 */
#include <stdio.h>
#include <string.h>

#include "menu_scan.h"
#include "unit.h"

static const struct {
	const char *name;
	enum menu_format format;
	const char *text;
	const char *expected; /* menus, '|', files */
} cases[] = {
	{"nothing", MENU_PXELINUX, "", "|"},
	{"a main menu of PXELINUX", MENU_PXELINUX,
	 "UI vesamenu.c32\nLABEL a\n  CONFIG menus/a.cfg\nLABEL b\n  CONFIG menus/b.cfg\n"
	 "LABEL l\n  CONFIG menus/@local.cfg\nLABEL m\n  KERNEL memtest\n",
	 "menus/a.cfg menus/b.cfg |memtest "},
	{"the first entry that loads something", MENU_PXELINUX,
	 "LABEL r\n  COM32 reboot.c32\nLABEL h\n  KERNEL hdt.c32\n  APPEND x\n"
	 "LABEL a\n  linux http://10.9.0.1/vmlinuz\n  INITRD http://10.9.0.1/a,http://10.9.0.1/b\n"
	 "LABEL b\n  LINUX other\n  INITRD other\n",
	 "|http://10.9.0.1/vmlinuz http://10.9.0.1/a http://10.9.0.1/b "},
	{"a main menu of iPXE", MENU_IPXE,
	 "#!ipxe\n:i0\nchain --autofree --replace http://10.9.0.1/menus/a.ipxe || goto failed\n"
	 "chain http://10.9.0.1/boot.ipxe\n:m\nkernel http://10.9.0.1/memtest || goto failed\n",
	 "http://10.9.0.1/menus/a.ipxe |http://10.9.0.1/memtest "},
	{"an entry of iPXE", MENU_IPXE,
	 "#!ipxe\r\n:e1\r\nkernel --name k http://10.9.0.1/k quiet || goto failed\r\n", "|k "},
	{"initrds belong to their kernel", MENU_IPXE,
	 "initrd lost\n:e1\nkernel http://10.9.0.1/k a=b\ninitrd http://10.9.0.1/i /i mode=1\n"
	 ":e2\nkernel other\ninitrd other\n",
	 "|http://10.9.0.1/k http://10.9.0.1/i "},
	{"names that only a machine knows", MENU_IPXE,
	 "chain http://10.9.0.1/menus/${mac}.ipxe\nkernel ${base}/k\n", "|"},
	{"words without a value", MENU_PXELINUX, "LABEL\nKERNEL\nINITRD x\nCONFIG\n", "|"},
};

static void
menus_are_read_as_far_as_their_files(void **state)
{
	static struct menu_scan scan;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char found[4096] = "";
		size_t used = 0;

		menu_scan(cases[i].format, cases[i].text, &scan);
		for (size_t k = 0; k < scan.menu_count; k++)
			used += (size_t)snprintf(found + used, sizeof(found) - used, "%s ",
						 scan.menus[k]);
		used += (size_t)snprintf(found + used, sizeof(found) - used, "|");
		for (size_t k = 0; k < scan.file_count; k++)
			used += (size_t)snprintf(found + used, sizeof(found) - used, "%s ",
						 scan.files[k]);
		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("%s: %s", cases[i].name, found);
	}
}

static void
no_more_is_kept_than_there_is_room(void **state)
{
	static struct menu_scan scan;
	static char text[200000];
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "CONFIG menus/%d.cfg\nKERNEL k%d\nINITRD i%d\n", i, i, i);
	memset(text + used, 'x', 2000);
	menu_scan(MENU_PXELINUX, text, &scan);
	assert_int_equal(scan.menu_count, MENU_SCAN_MENUS);
	assert_int_equal(scan.file_count, MENU_SCAN_FILES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_are_read_as_far_as_their_files),
		cmocka_unit_test(no_more_is_kept_than_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
