/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configurations of the SYSLINUX family in several files: where they are
 * looked for, INCLUDE, CONFIG, menus in files, whichsys.c32, and what a
 * hostile image can do with them.
 */
#include "unit.h"

#include "syslinux.h"
#include "tree_source.h"

static void
check(const char *name, const struct tree_file *files, const char *expected)
{
	struct boot *boot = boot_new();
	struct text text = {0};
	struct tree tree;
	int error;

	tree_init(&tree, files);
	error = syslinux_read(&tree.source, boot);
	assert_true(error == 0 || error == -ENOENT);
	tree_print_menu(&text, boot->menu, 0);
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s", name, text_string(&text), expected);
	text_free(&text);
	boot_free(boot);
}

static void
configuration_is_found_where_loaders_look(void **state)
{
	static const char *const places[] = {
		"boot/isolinux/isolinux.cfg",
		"boot/isolinux/syslinux.cfg",
		"isolinux/isolinux.cfg",
		"isolinux/syslinux.cfg",
		"boot/syslinux/isolinux.cfg",
		"boot/syslinux/syslinux.cfg",
		"syslinux/isolinux.cfg",
		"syslinux/syslinux.cfg",
		"isolinux.cfg",
		"syslinux.cfg",
		"ISOLINUX/ISOLINUX.CFG",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct tree_file files[] = {{places[i], "LABEL a\nLOCALBOOT 0\n", 0},
						  {NULL, NULL, 0}};

		check(places[i], files, "local a \"a\"\n");
	}
}

static void
first_configuration_with_entries_wins(void **state)
{
	const struct tree_file files[] = {
		{"boot/isolinux/isolinux.cfg", "# nothing\n", 0},
		{"isolinux/isolinux.cfg", "LABEL a\nLOCALBOOT 0\n", 0},
		{"isolinux/syslinux.cfg", "LABEL b\nLOCALBOOT 0\n", 0},
		{NULL, NULL, 0},
	};

	(void)state;
	check("first", files, "local a \"a\"\n");
}

static void
included_files_are_read_in_place(void **state)
{
	const struct tree_file files[] = {
		{"inc/deep.cfg", "LABEL c\nLOCALBOOT 0\nINCLUDE no/such.cfg\n", 0},
		{"isolinux/isolinux.cfg",
		 "LABEL a\nLOCALBOOT 0\nINCLUDE menu.cfg\nMENU INCLUDE /inc/deep.cfg Deep\n"
		 "LABEL d\nLOCALBOOT 0\n",
		 0},
		{"isolinux/menu.cfg", "LABEL b\nLOCALBOOT 0\nTEXT HELP\nopen\n", 0},
		{NULL, NULL, 0},
	};

	(void)state;
	check("include", files,
	      "local a \"a\"\nlocal b \"b\"\n| open\nmenu Deep \"Deep\"\n  local c \"c\"\n"
	      "local d \"d\"\n");
}

static void
label_goes_on_in_the_included_file(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/args.cfg", "APPEND quiet\n", 0},
		{"isolinux/isolinux.cfg", "LABEL a\nLINUX vmlinuz\nINCLUDE args.cfg\n", 0},
		{"isolinux/vmlinuz", NULL, 5},
		{NULL, NULL, 0},
	};

	(void)state;
	check("goes on", files, "linux a \"a\" /isolinux/vmlinuz [quiet]\n");
}

static void
second_configurations_are_sub_menus(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/back.cfg",
		 "LABEL back\nKERNEL menu.c32\nAPPEND ~\nLABEL again\n"
		 "CONFIG isolinux.cfg\nLABEL c\nKERNEL vmlinuz\n",
		 0},
		{"isolinux/isolinux.cfg",
		 "UI vesamenu.c32\nLABEL a\nMENU LABEL One\nCONFIG one.cfg\n"
		 "LABEL b\nMENU LABEL Two\nKERNEL vesamenu.c32\nAPPEND back.cfg\n"
		 "LABEL c\nCOM32 config.c32\nAPPEND /isolinux/sub/sub.cfg sub\n"
		 "LABEL d\nCONFIG gone.cfg\n",
		 0},
		{"isolinux/one.cfg",
		 "MENU TITLE First\nDEFAULT y\nLABEL x\nKERNEL vmlinuz\n"
		 "LABEL y\nKERNEL vmlinuz\nAPPEND y\n",
		 0},
		{"isolinux/sub/linux", NULL, 3},
		{"isolinux/sub/sub.cfg", "LABEL s\nKERNEL linux\n", 0},
		{"isolinux/vmlinuz", NULL, 5},
		{NULL, NULL, 0},
	};

	(void)state;
	check("sub-menus", files,
	      "menu a \"One\"\n  = First 0\n  linux x \"x\" /isolinux/vmlinuz\n"
	      "  linux y \"y\" default /isolinux/vmlinuz [y]\n"
	      "menu b \"Two\"\n  linux c \"c\" /isolinux/vmlinuz\n"
	      "menu c \"c\"\n  linux s \"s\" /isolinux/sub/linux\n");
}

static void
config_can_change_the_directory(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/isolinux.cfg",
		 "DEFAULT go\nLABEL go\nCONFIG rescue.cfg\nAPPEND ../sys/\n", 0},
		{"isolinux/rescue.cfg",
		 "LABEL r\nLINUX boot/vmlinuz\nINITRD boot/a.img,boot/b.img\n", 0},
		{"sys/boot/a.img", NULL, 1},
		{"sys/boot/b.img", NULL, 1},
		{"sys/boot/vmlinuz", NULL, 5},
		{NULL, NULL, 0},
	};

	(void)state;
	check("directory", files,
	      "linux r \"r\" /sys/boot/vmlinuz + /sys/boot/a.img,/sys/boot/b.img\n");
}

static void
both_branches_of_whichsys_are_read(void **state)
{
	const struct tree_file files[] = {
		{"boot/syslinux/head.cfg", "UI menu.c32\nMENU TITLE Test\n", 0},
		{"boot/syslinux/pxe.cfg",
		 "INCLUDE head.cfg\nLABEL net\nMENU DEFAULT\nLINUX ::/vmlinuz\nAPPEND net\n"
		 "INCLUDE tail.cfg\n",
		 0},
		{"boot/syslinux/sys.cfg",
		 "INCLUDE head.cfg\nDEFAULT disc\nTIMEOUT 150\nLABEL disc\nLINUX /vmlinuz\n"
		 "INITRD /initrd\nAPPEND disc\nINCLUDE tail.cfg\n",
		 0},
		{"boot/syslinux/syslinux.cfg",
		 "DEFAULT select\nLABEL select\nCOM32 whichsys.c32\n"
		 "APPEND -pxe- pxe -sys- sys -iso- sys\nLABEL pxe\nCONFIG pxe.cfg\n"
		 "LABEL sys\nCONFIG sys.cfg\n",
		 0},
		{"boot/syslinux/tail.cfg", "LABEL off\nCOM32 poweroff.c32\n", 0},
		{"initrd", NULL, 2},
		{"vmlinuz", NULL, 5},
		{NULL, NULL, 0},
	};

	(void)state;
	check("whichsys", files,
	      "= Test 15000\nlinux disc \"disc\" default /vmlinuz + /initrd [disc]\n"
	      "linux net \"net\" /vmlinuz [net]\nmodule off \"off\" poweroff.c32\n"
	      "module off \"off\" poweroff.c32\n");
}

/* --- hostile images --- */

static void
files_that_include_themselves_end(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/isolinux.cfg",
		 "LABEL a\nLOCALBOOT 0\nINCLUDE isolinux.cfg\nINCLUDE isolinux.cfg\n", 0},
		{NULL, NULL, 0},
	};
	struct boot *boot = boot_new();
	struct tree tree;
	unsigned count = 0;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(syslinux_read(&tree.source, boot), 0);
	for (const struct entry *entry = boot->menu->entries; entry != NULL; entry = entry->next)
		count++;
	assert_true(count <= 256);
	assert_true(tree_has_note(boot->notes, "too much configuration"));
	boot_free(boot);
}

/* SYS-12: sixteen files deep and no deeper. */
static void
files_include_each_other_only_so_deep(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/isolinux.cfg", "LABEL a\nLOCALBOOT 0\nINCLUDE isolinux.cfg\n", 0},
		{NULL, NULL, 0},
	};
	struct boot *boot = boot_new();
	struct tree tree;
	unsigned count = 0;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(syslinux_read(&tree.source, boot), 0);
	for (const struct entry *entry = boot->menu->entries; entry != NULL; entry = entry->next)
		count++;
	assert_int_equal(count, 16);
	assert_true(tree_has_note(boot->notes, "include each other too deep"));
	boot_free(boot);
}

static void
configurations_that_lead_in_circles_end(void **state)
{
	const struct tree_file files[] = {
		{"isolinux/isolinux.cfg",
		 "DEFAULT a\nLABEL a\nCONFIG two.cfg\nLABEL hd\nLOCALBOOT 0\n", 0},
		{"isolinux/two.cfg", "DEFAULT a\nLABEL a\nCONFIG isolinux.cfg\n", 0},
		{NULL, NULL, 0},
	};

	(void)state;
	check("circle", files, "local hd \"hd\"\n");
}

/* Reads a configuration made of `count` copies of `piece`. */
static struct boot *
read_many(const char *piece, size_t count)
{
	struct tree_file files[] = {{"isolinux/isolinux.cfg", NULL, 0}, {NULL, NULL, 0}};
	struct boot *boot = boot_new();
	struct text text = {0};
	struct tree tree;

	for (size_t i = 0; i < count; i++)
		text_append(&text, piece);
	files[0].content = text_string(&text);
	tree_init(&tree, files);
	syslinux_read(&tree.source, boot);
	text_free(&text);
	return boot;
}

static void
entries_are_limited(void **state)
{
	struct boot *boot = read_many("LABEL a\nLOCALBOOT 0\n", 5000);
	unsigned count = 0;

	(void)state;
	for (const struct entry *entry = boot->menu->entries; entry != NULL; entry = entry->next)
		count++;
	assert_int_equal(count, 1000);
	assert_true(tree_has_note(boot->notes, "too many entries"));
	boot_free(boot);
}

static void
menus_nest_only_so_deep(void **state)
{
	struct boot *boot = read_many("MENU BEGIN\nLABEL a\nLOCALBOOT 0\n", 500);
	const struct menu *menu = boot->menu;
	unsigned depth = 0;

	(void)state;
	while (menu != NULL) {
		const struct entry *entry = menu->entries;

		while (entry != NULL && entry->submenu == NULL)
			entry = entry->next;
		menu = entry != NULL ? entry->submenu : NULL;
		depth++;
	}
	assert_int_equal(depth, 17);
	boot_free(boot);
}

static void
configuration_above_the_limit_is_not_read(void **state)
{
	struct boot *boot = read_many("LABEL a\nLOCALBOOT 0\nAPPEND 0123456789abcdef\n", 40000);

	(void)state;
	assert_null(boot->menu->entries);
	assert_true(tree_has_note(boot->notes, "cannot be read"));
	boot_free(boot);
}

/* SYS-1: what is left of a long line is a line of its own, as for SYSLINUX. */
static void
long_lines_are_split(void **state)
{
	static char config[9000];
	const struct tree_file files[] = {{"isolinux/isolinux.cfg", config, 0}, {NULL, NULL, 0}};

	(void)state;
	memset(config, '#', sizeof(config) - 1);
	snprintf(config + 4095, sizeof(config) - 4095, "LABEL a\nLOCALBOOT 0\n");
	check("split", files, "local a \"a\"\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration_is_found_where_loaders_look),
		cmocka_unit_test(first_configuration_with_entries_wins),
		cmocka_unit_test(included_files_are_read_in_place),
		cmocka_unit_test(label_goes_on_in_the_included_file),
		cmocka_unit_test(second_configurations_are_sub_menus),
		cmocka_unit_test(config_can_change_the_directory),
		cmocka_unit_test(both_branches_of_whichsys_are_read),
		cmocka_unit_test(files_that_include_themselves_end),
		cmocka_unit_test(files_include_each_other_only_so_deep),
		cmocka_unit_test(configurations_that_lead_in_circles_end),
		cmocka_unit_test(entries_are_limited),
		cmocka_unit_test(menus_nest_only_so_deep),
		cmocka_unit_test(configuration_above_the_limit_is_not_read),
		cmocka_unit_test(long_lines_are_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
