/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What recipes may cost: a file of 1 MB that a user wrote, or has from somewhere,
 * and an image with as many entries as can be, each of which the recipes judge;
 * within the bounds of limits_unit.h.
 */
#include "limits_unit.h"

static int
add_recipes(const void *text)
{
	struct text problems = {0};

	return recipes_add(recipes, "own.ini", text, &problems);
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
		{"comments", "", "; a\n", ""},
		{"sections", "", "[a]\n", ""},
		{"sections with a change", "", "[a]\nargument = x\nadd = y\n", ""},
		{"values", "[a]\n", "add = y\n", ""},
		{"values that are wrong", "[a]\n", "ram = x y\n", ""},
		{"keys that are unknown", "[a]\n", "frob = y\n", ""},
		{"values on more lines", "[a]\nremove = x\n", " y\n", ""},
		{"a long value", "[a]\nremove = ", "y ", "\n"},
		{"a long word", "[a]\nremove = ", "y", "\n"},
		{"stars", "[a]\nremove = ", "*", "\n"},
		{"braces", "[a]\nadd = ", "{", "\n"},
		{"tokens", "[a]\nadd = ", "{http} ", "\n"},
		{"tokens that are unknown", "[a]\nadd = ", "{x} ", "\n"},
		{"memory", "[a]\nram = ", "2 * iso + ", "1\n"},
		{"brackets", "", "[", ""},
		{"initrds", "[a]\n", "initrd = /x image\n", ""},
		{"answers", "[a]\nanswers = ", "a b ", "\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(rows[i].head, rows[i].piece, rows[i].tail);
		check_cost(rows[i].name, add_recipes, config);
	}
}

static void
random_bytes_and_words_cost_little(void **state)
{
	static const char *const words[] = {
		"[a]\n",    "[b]\n", "argument = ", "add = ",    "remove = ", "x ",
		"{http} ",  "\n",    "; ",          "ram = ",    "iso ",      "* ",
		"files = ", "a|b ",  "**/x ",       "initrd = ", "/y image ", "why = ",
	};
	uint32_t random = 7;

	(void)state;
	for (unsigned round = 0; round < 8; round++) {
		fill_randomly(&random, words, round % 4 == 0 ? 0 : 18);
		check_cost(round % 4 == 0 ? "random bytes" : "random words", add_recipes, config);
	}
}

/* Entries for each firmware, all different, with words that many recipes look
   for. */
static void
many_entries_cost_little(void **state)
{
	static char grub[MEGABYTE / 2];
	const struct tree_file files[] = {
		{"LiveOS/squashfs.img", NULL, 9000},
		{"arch/x86_64/airootfs.sfs", NULL, 9000},
		{"boot/grub/grub.cfg", grub, 0},
		{"isolinux/isolinux.cfg", config, 0},
		{"live/filesystem.squashfs", NULL, 90000},
		{"live/initrd", NULL, 9000},
		{"live/vmlinuz", NULL, 8000},
		{NULL, NULL, 0},
	};
	static const char arguments[] = "boot=live root=live:CDLABEL=x archisobasedir=arch "
					"misobasedir=m init=/nix/x cdroot ip=dhcp fromiso=x "
					"initrd=/live/initrd findiso=/x live-media=y toram";
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; used < sizeof(grub) - 512; i++)
		used += (size_t)snprintf(grub + used, 512,
					 "menuentry e%u { linux /live/vmlinuz %s e%u\n}\n", i,
					 arguments, i);
	used = 0;
	for (unsigned i = 0; used < sizeof(grub) - 512; i++)
		used += (size_t)snprintf(config + used, 512,
					 "LABEL e%u\nLINUX /live/vmlinuz\nAPPEND %s e%u\n", i,
					 arguments, i);
	check_files("entries that recipes change", files);
}

static void
what_is_left_out_is_said(void **state)
{
	static const struct {
		const char *name, *piece, *problem;
	} rows[] = {
		{"recipes", "[a]\nadd = x\n[b]\nadd = x\n", "more than 500 recipes in a file"},
		{"mistakes", "[a]\nfrob = x\n", "too many mistakes: the rest is not read"},
		{"a value", "[a]\nadd = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
		 "[a] add: longer than 8192 characters"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text problems = {0};
		struct recipes *own;

		fill("", rows[i].piece, "");
		assert_int_equal(recipes_new(NULL, &problems, &own), 0);
		assert_int_equal(recipes_add(own, "own.ini", config, &problems), 0);
		if (strstr(text_string(&problems), rows[i].problem) == NULL)
			fail_msg("%s: no problem \"%s\"", rows[i].name, rows[i].problem);
		assert_in_range(problems.length, 1, 8000);
		text_free(&problems);
		recipes_free(own);
	}
}

static void
arguments_beyond_the_limit_are_refused(void **state)
{
	const struct tree_file files[] = {{"isolinux/isolinux.cfg", config, 0},
					  {"live/vmlinuz", NULL, 8000},
					  {NULL, NULL, 0}};
	const struct entry *entry;
	struct boot *boot;
	struct tree tree;
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; used < sizeof(config) - 4096; i++)
		used += (size_t)snprintf(config + used, 4096,
					 "LABEL e%u\nLINUX /live/vmlinuz\nAPPEND %03500u\n", i, i);
	tree_init(&tree, files);
	assert_int_equal(bootcfg_read(&tree.source, recipes, &boot), 0);
	assert_true(entry_boots(boot_find(boot, "e0")));
	entry = boot_find(boot, "e290");
	assert_non_null(strstr(entry->unavailable, "too many arguments"));
	boot_free(boot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_pieces_cost_little),
		cmocka_unit_test(random_bytes_and_words_cost_little),
		cmocka_unit_test(many_entries_cost_little),
		cmocka_unit_test(what_is_left_out_is_said),
		cmocka_unit_test(arguments_beyond_the_limit_are_refused),
	};

	return cmocka_run_group_tests(tests, read_recipes, free_recipes);
}
