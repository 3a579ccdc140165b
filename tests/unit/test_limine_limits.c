/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hostile configurations of Limine, and hostile entries of systemd-boot, within
 * the bounds of limits_unit.h.
 */
#include "limits_unit.h"

#include "limine.h"

#define FILES                                                                                      \
	{"live/filesystem.squashfs", NULL, 90000}, {"live/initrd", NULL, 9000},                    \
		{"live/vmlinuz", NULL, 8000},                                                      \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

static void
check_config(const char *name)
{
	const struct tree_file files[] = {{"limine.conf", config, strlen(config)}, FILES};

	check_files(name, files);
}

static void
repeated_pieces_cost_little(void **state)
{
	static const struct {
		const char *name, *head, *piece, *tail;
	} rows[] = {
		{"lines", "", "a\n", ""},
		{"empty lines", "", "\n", ""},
		{"one line", "", "a ", ""},
		{"options", "", "a: b\n", ""},
		{"entries", "", "/a\n", ""},
		{"entries with a kernel", "", "/a\npath: boot():/live/vmlinuz\n", ""},
		{"entries with much", "",
		 "/a\nprotocol: linux\npath: boot():/live/vmlinuz\nmodule_path: "
		 "boot():/live/initrd\ncmdline: boot=live a b c d e f\ncomment: x\n",
		 ""},
		{"directories", "", "/+a\n//b\npath: /live/vmlinuz\n", ""},
		{"slashes", "", "/", ""},
		{"deeper and deeper", "/a\n//b\n///c\n////d\n/////e\n//////f\n///////g\n",
		 "////////h\n/////////i\n", ""},
		{"modules", "/a\npath: /live/vmlinuz\n", "module_path: /live/initrd\n", ""},
		{"kernels", "/a\n", "path: boot():/none\n", ""},
		{"a long command line", "/a\npath: /live/vmlinuz\ncmdline: ", "x ", "\n"},
		{"macros", "", "${A}=b\n", ""},
		{"macros in use", "${A}=b\n/a\ncmdline: ", "${A}", "\n"},
		{"macros in use on many lines", "${A}=b\n/a\n",
		 "cmdline: ${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}\n", ""},
		{"macros that are not", "/a\n",
		 "cmdline: ${${${${${${${${${${${${${${${${${${${${${${${${${${${${${\n", ""},
		{"a long macro in use",
		 "${A}=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		 "/a\n",
		 "cmdline: ${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}\n", ""},
		{"defaults", "/a\n", "default_entry: 3\n", ""},
		{"devices", "", "/a\npath: fslabel(a):boot://odd(2):x:uuid(\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(rows[i].head, rows[i].piece, rows[i].tail);
		check_config(rows[i].name);
	}
}

static void
random_bytes_and_words_cost_little(void **state)
{
	static const char *const words[] = {
		"/a\n",
		"//b\n",
		"/+c\n",
		"path: boot():/live/vmlinuz\n",
		"protocol: linux\n",
		"protocol: efi\n",
		"module_path: boot():/live/initrd\n",
		"cmdline: boot=live ",
		"${A}",
		"${A}=b\n",
		"\n",
		"timeout: 3\n",
		"default_entry: a\n",
		"x: y\n",
		"comment: ",
		"z ",
	};
	uint32_t random = 6;

	(void)state;
	for (unsigned round = 0; round < 8; round++) {
		fill_randomly(&random, words, round % 4 == 0 ? 0 : 16);
		check_config(round % 4 == 0 ? "random bytes" : "random words");
	}
}

/* A macro as long as a line may be, in each line. */
static void
a_macro_is_no_lever(void **state)
{
	static char value[15 * 1024];

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	memcpy(value, "${A}=", 5);
	value[sizeof(value) - 2] = '\n';
	fill(value, "cmdline: ${A}\n", "");
	check_config("long values");
}

static void
what_is_left_out_is_said(void **state)
{
	static const struct {
		const char *name, *head, *piece, *note;
	} rows[] = {
		{"entries", "", "/a\npath: /live/vmlinuz\n", "too many entries"},
		{"macros", "/a\n", "${A}=b\n", "too many macros"},
		{"a line", "/a\ncmdline: ", "x ", "too long"},
		{"depth", "/a\n//b\n///c\n////d\n/////e\n//////f\n///////g\n////////h\n",
		 "/////////i\n", "too deep"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {{"limine.conf", config, 0}, FILES};
		struct entry_note *notes = NULL;
		struct menu *menu;
		struct tree tree;

		fill(rows[i].head, rows[i].piece, "");
		tree_init(&tree, files);
		assert_int_equal(menu_new(&menu), 0);
		assert_int_equal(limine_read(&tree.source, ENTRY_FOR_BIOS, false, menu, &notes), 0);
		if (!tree_has_note(notes, rows[i].note))
			fail_msg("%s: no note \"%s\"", rows[i].name, rows[i].note);
		menu_free(menu);
		notes_free(notes);
	}
}

/* 1 MB in as many files as systemd-boot's folder has room for. */
static void
entries_of_systemd_boot_cost_little(void **state)
{
	static const struct {
		const char *name, *piece;
	} rows[] = {
		{"lines", "a\n"},
		{"empty lines", "\n"},
		{"options", "options boot=live a b c\n"},
		{"initrds", "initrd /live/initrd\n"},
		{"kernels", "linux /live/vmlinuz\n"},
		{"titles", "title A title\n"},
		{"programs", "efi /none.efi\n"},
		{"defaults", "default *\n"},
		{"architectures", "architecture x64\n"},
		{"one line", "x"},
		{"arguments", "options x=\"\n"},
	};
	static struct tree_file files[80];
	static char names[64][32];
	const size_t size = MEGABYTE / 64;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length = strlen(rows[i].piece);
		char *text = config + 32;

		memcpy(config, "linux /live/vmlinuz\n\n\n\n\n\n\n\n\n\n\n\n\n", 32);
		for (size_t used = 0; used + length < size - 32; used += length)
			memcpy(text + used, rows[i].piece, length + 1);
		for (unsigned j = 0; j < 64; j++) {
			snprintf(names[j], sizeof(names[j]), "loader/entries/%02u.conf", j);
			files[j + 1] = (struct tree_file){names[j], config, strlen(config)};
		}
		files[0] = (struct tree_file){"live/filesystem.squashfs", NULL, 90000};
		files[65] = (struct tree_file){"loader/loader.conf", text, strlen(text)};
		files[66] = (struct tree_file){"live/initrd", NULL, 9000};
		files[67] = (struct tree_file){"live/vmlinuz", NULL, 8000};
		check_files(rows[i].name, files);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_pieces_cost_little),
		cmocka_unit_test(random_bytes_and_words_cost_little),
		cmocka_unit_test(a_macro_is_no_lever),
		cmocka_unit_test(what_is_left_out_is_said),
		cmocka_unit_test(entries_of_systemd_boot_cost_little),
	};

	return cmocka_run_group_tests(tests, read_recipes, free_recipes);
}
