/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hostile configurations of the SYSLINUX family, within the bounds of
 * limits_unit.h.
 */
#include "limits_unit.h"

#define FILES                                                                                      \
	{"isolinux/isolinux.cfg", config, strlen(config)}, {"isolinux/vmlinuz", NULL, 8000},       \
		{"live/filesystem.squashfs", NULL, 90000}, {"live/initrd", NULL, 9000},            \
		{"live/vmlinuz", NULL, 8000},                                                      \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

static void
check_config(const char *name)
{
	const struct tree_file files[] = {FILES};

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
		{"one line of blanks", "", " ", ""},
		{"labels", "", "LABEL a\n", ""},
		{"labels with a kernel", "", "LABEL a\nLINUX /live/vmlinuz\n", ""},
		{"labels with much", "",
		 "LABEL a\nLINUX /live/vmlinuz\nINITRD /live/initrd\nAPPEND boot=live a b c d e f\n"
		 "MENU LABEL ^A title\nTEXT HELP\nhelp\nENDTEXT\n",
		 ""},
		{"labels that name each other", "DEFAULT a\n",
		 "LABEL a\nCOM32 cmd.c32\nAPPEND b\nLABEL b\nCOM32 cmd.c32\nAPPEND a\n", ""},
		{"labels that are looked for", "LABEL a\nCOM32 cmd.c32\nAPPEND zz\n",
		 "LABEL b\nCOM32 ifcpu64.c32\nAPPEND zz -- zz\n",
		 "LABEL zz\nLINUX /live/vmlinuz\n"},
		{"global arguments", "APPEND ", "boot=live ", "\nLABEL a\nLINUX /live/vmlinuz\n"},
		{"long arguments of each label", "",
		 "LABEL a\nLINUX /live/vmlinuz boot=live\n"
		 "APPEND x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
		 "x\n",
		 ""},
		{"a long argument", "LABEL a\nLINUX /live/vmlinuz\nAPPEND boot=live ", "xxxxxxxx",
		 "\n"},
		{"initrds", "LABEL a\nLINUX /live/vmlinuz\nINITRD ", "/live/initrd,", "\n"},
		{"initrds of each label", "",
		 "LABEL a\nLINUX /live/vmlinuz\nINITRD a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t\n",
		 ""},
		{"sub-menus", "", "MENU BEGIN\n", "LABEL a\nLINUX /live/vmlinuz\n"},
		{"sub-menus beside each other", "",
		 "MENU BEGIN x\nLABEL a\nLINUX /live/vmlinuz\nMENU END\n", ""},
		{"ends of sub-menus", "", "MENU END\n", ""},
		{"separators", "", "MENU SEPARATOR\n", "LABEL a\nLINUX /live/vmlinuz\n"},
		{"titles", "", "MENU TITLE A title that is replaced\n", ""},
		{"defaults", "", "DEFAULT a\n", "LABEL a\nLINUX /live/vmlinuz\n"},
		{"help", "LABEL a\nLINUX /live/vmlinuz\nTEXT HELP\n", "help\n", "ENDTEXT\n"},
		{"help without its end", "LABEL a\nLINUX /live/vmlinuz\n", "TEXT HELP\n", ""},
		{"files that include themselves", "", "INCLUDE isolinux.cfg\n", ""},
		{"files that include themselves as sub-menus", "", "MENU INCLUDE isolinux.cfg x\n",
		 ""},
		{"configurations that open themselves", "", "LABEL a\nCONFIG isolinux.cfg\n", ""},
		{"files that are missing", "", "INCLUDE a/b/c/d\n", ""},
		{"menus that are missing", "LABEL a\nCOM32 menu.c32\nAPPEND ", "x ", "\n"},
		{"directives that are dropped", "",
		 "MENU COLOR a b c d\nPROMPT 1\nF1 x\nSERIAL 0\n", ""},
		{"words of a system", "COM32 whichsys.c32\nLABEL a\nCOM32 whichsys.c32\nAPPEND ",
		 "-iso- -sys- -pxe- ", "\n"},
		{"tools", "", "LABEL a\nCOM32 hdt.c32\n", ""},
		{"local disks", "", "LABEL a\nLOCALBOOT 0\n", ""},
		{"memdisk", "", "LABEL a\nKERNEL memdisk\nINITRD /live/initrd\n", ""},
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
		"LABEL a\n",
		"LABEL b\n",
		"KERNEL /live/vmlinuz\n",
		"COM32 vesamenu.c32\n",
		"COM32 cmd.c32\n",
		"APPEND boot=live initrd=/live/initrd ",
		"APPEND ",
		"a ",
		"b\n",
		"\n",
		"MENU LABEL ^A\n",
		"MENU BEGIN\n",
		"MENU END\n",
		"MENU HIDE\n",
		"INCLUDE isolinux.cfg\n",
		"CONFIG isolinux.cfg\n",
		"TEXT HELP\n",
		"ENDTEXT\n",
		"DEFAULT b\n",
		"INITRD /live/initrd\n",
	};
	uint32_t random = 5;

	(void)state;
	for (unsigned round = 0; round < 8; round++) {
		fill_randomly(&random, words, round % 4 == 0 ? 0 : 20);
		check_config(round % 4 == 0 ? "random bytes" : "random words");
	}
}

/* Entries that all differ, with as many arguments as fit. */
static void
many_entries_cost_little(void **state)
{
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; used < sizeof(config) - 2048; i++) {
		used += (size_t)snprintf(config + used, 256,
					 "LABEL same\nLINUX /live/vmlinuz\nINITRD /live/initrd\n"
					 "APPEND boot=live e%u",
					 i);
		for (unsigned j = 0; j < 150; j++)
			used += (size_t)snprintf(config + used, 16, " a%u", j);
		config[used++] = '\n';
	}
	config[used] = '\0';
	check_config("entries that all differ");
}

/* 255 files, each of which includes the next, and the last of them all. */
static void
many_files_cost_little(void **state)
{
	static struct tree_file files[260] = {{"a", NULL, 1}};
	static char names[256][32];
	static char texts[256][4096];

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		size_t used = 0;

		snprintf(names[i], sizeof(names[i]),
			 i == 0 ? "isolinux/isolinux.cfg" : "isolinux/%03u", i);
		for (unsigned j = 0; j < 100; j++)
			used += (size_t)snprintf(texts[i] + used, 40,
						 "LABEL l%u\nLINUX /vmlinuz\nINCLUDE %03u\n", j,
						 (i + j + 1) % 256);
		files[i] = (struct tree_file){names[i], texts[i], 0};
	}
	files[256] = (struct tree_file){"vmlinuz", NULL, 100};
	check_files("files that include each other", files);
}

static void
what_is_left_out_is_said(void **state)
{
	static const struct {
		const char *name, *piece, *note;
	} rows[] = {
		{"entries", "LABEL a\nLINUX /live/vmlinuz\n", "too many entries"},
		{"files", "INCLUDE isolinux.cfg\nLABEL a\nLINUX /live/vmlinuz\n",
		 "too much configuration"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {FILES};
		struct boot *boot;
		struct tree tree;

		fill("", rows[i].piece, "");
		tree_init(&tree, files);
		assert_int_equal(bootcfg_read(&tree.source, recipes, &boot), 0);
		if (!tree_has_note(boot->notes, rows[i].note))
			fail_msg("%s: no note \"%s\"", rows[i].name, rows[i].note);
		boot_free(boot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_pieces_cost_little),
		cmocka_unit_test(random_bytes_and_words_cost_little),
		cmocka_unit_test(many_entries_cost_little),
		cmocka_unit_test(many_files_cost_little),
		cmocka_unit_test(what_is_left_out_is_said),
	};

	return cmocka_run_group_tests(tests, read_recipes, free_recipes);
}
