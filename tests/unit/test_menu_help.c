/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person reads about an entry before choosing it: its own words, what
 * the machine will download, how much memory it needs.
 */
#include "menu_unit.h"

#include "boot.h"
#include "menu_part.h"

static const uint64_t MIB = 1024 * 1024;

static void
expect_help(const struct entry *entry, unsigned columns, const char *expected)
{
	struct text text = {0};

	menu_append_help(entry, columns, &text);
	assert_string_equal(text_string(&text), expected);
	text_free(&text);
}

static void
download_is_all_that_the_machine_fetches(void **state)
{
	struct entry_file initrds[] = {{NULL, 30 * MIB}, {NULL, 50 * MIB}};
	struct entry entry = {.kernel = {NULL, 20 * MIB}, .initrds = initrds, .initrd_count = 2};

	(void)state;
	assert_int_equal(menu_download(&entry), 100 * MIB);
	entry.ram = UINT64_C(3) << 30;
	expect_help(&entry, 74, "Downloads 100 MiB, needs about 3.0 GiB of memory.\n");
	entry.root = (struct entry_file){(char *)"", 924 * MIB};
	expect_help(&entry, 74, "Downloads 1.0 GiB, needs about 3.0 GiB of memory.\n");
	entry.ram = 0;
	expect_help(&entry, 74, "Downloads 1.0 GiB.\n");
	entry.needs = "http";
	expect_help(&entry, 74, "Downloads 1.0 GiB.\n");
	entry.root = (struct entry_file){0};
	expect_help(&entry, 74, "Downloads at least 100 MiB.\n");
	entry = (struct entry){.ram = 512 * MIB};
	expect_help(&entry, 74, "Needs about 512 MiB of memory.\n");
	entry.ram = 0;
	expect_help(&entry, 74, "");
}

struct wrap_row {
	const char *help;
	unsigned columns;
	const char *expected;
};

static void
help_is_wrapped_between_words(void **state)
{
	static const struct wrap_row rows[] = {
		{"", 10, ""},
		{"\n \n\t\n", 10, ""},
		{"one", 10, "one\n"},
		{"one two three", 10, "one two\nthree\n"},
		{"exactly te", 10, "exactly te\n"},
		{"exactly ten", 10, "exactly\nten\n"},
		{"exactly te n", 10, "exactly te\nn\n"},
		{"  a \x1b[31m\tb\x7f\n\nc\r\n", 10, "a [31m b\nc\n"},
		{"abcdefghijklmno", 10, "abcdefghij\nklmno\n"},
		{"1\n2\n3\n4\n5", 10, "1\n2\n3\n4\n5\n"},
		{"1\n2\n3\n4\n5\n6", 10, "1\n2\n3\n4\n5\n"},
		{"1\n2\n3\n4\nfive and more words", 10, "1\n2\n3\n4\nfive an...\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct entry entry = {.help = (char *)(uintptr_t)rows[i].help};

		expect_help(&entry, rows[i].columns, rows[i].expected);
	}
}

/* Each kind of client, where it can show it. */
static void
help_is_in_all_menus(void **state)
{
	struct fixture fixture;
	struct entry *first;
	const char *menu;

	(void)state;
	set_up(&fixture);
	first = fixture.boot->menu->entries;
	string_set(&first->help, "It's ${x} || the\nENDTEXT -e $y\n");
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "  TEXT HELP\n      It's ${x} || the\n      - ENDTEXT -e $y\n"
		     "      Downloads 1 MiB, ");
	menu = render_image(&fixture, MENU_IPXE);
	expect(menu,
	       "isset ${details} && item --gap -- ${space:string}${space:string}It's "
	       "$ {x} "
	       "${empty}|| the ||\n"
	       "isset ${details} && item --gap -- ${space:string}${space:string}ENDTEXT -e "
	       "$y ||\n"
	       "isset ${details} && item --gap -- ${space:string}${space:string}Downloads 1 MiB, ");
	expect(menu, ":e1\necho This downloads 1 MiB, needs about ");
	expect(menu, "item --key ? -- details-start What these are and need\n");
	expect(menu, "item --key ? -- details-e3 What these are and need\n");
	expect(menu, "\n:details-e3\nisset ${details} && clear details || set details yes\n"
		     "goto e3\n");
	menu = render_image(&fixture, MENU_GRUB);
	expect(menu, "\techo '  ''It'\\''s ${x} || the'\n\techo '  ''ENDTEXT -e $y'\n"
		     "\techo '  ''Downloads 1 MiB, ");
	menu = render_main(&fixture, MENU_IPXE, 2);
	expect(menu, "${space:string}${space:string}live.iso, 700 MiB, 4 entries ||\n");
	expect(menu, "iseq ${platform} pcbios && isset ${details} && item --gap -- "
		     "${space:string}${space:string}Tests this machine's memory");
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(download_is_all_that_the_machine_fetches),
		cmocka_unit_test(help_is_wrapped_between_words),
		cmocka_unit_test(help_is_in_all_menus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
