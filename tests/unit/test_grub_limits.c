/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hostile configurations of GRUB, for both platforms, within the bounds of
 * limits_unit.h.
 */
#include "limits_unit.h"

#include "grub_unit.h"

static void
check_config(const char *name)
{
	const struct tree_file files[] = {
		{"boot/grub/grub.cfg", config, strlen(config)}, FILES, {NULL, NULL, 0}};

	check_files(name, files);
}

static void
repeated_pieces_cost_little(void **state)
{
	static const struct {
		const char *name, *head, *piece, *tail;
	} rows[] = {
		{"lines", "", "a\n", ""},
		{"words", "", "a ", ""},
		{"escapes", "", "\\a", ""},
		{"variables", "", "$a", ""},
		{"quotes", "", "''", ""},
		{"single quotes that end nowhere", "", "a 'b\n", ""},
		{"errors", "", "fi\n", ""},
		{"errors that go far", "", "a \"\n", ""},
		{"open blocks", "", "a {\n", ""},
		{"open conditions", "", "if a; then\n", ""},
		{"elif", "if false; then a;\n", "elif false; then a\n", "fi"},
		{"functions", "", "function f { g\n}\n", ""},
		{"names of functions", "function f { g\n}\n", "f\n", ""},
		{"variables that are set", "", "a=b\n", ""},
		{"assignments of a long value", "a=", "x", "\nwhile true; do b=$a; done"},
		{"a long line again and again", "while true; do echo ", "xxxxxxxx", "\ndone"},
		{"a value that doubles", "a=x\nwhile true; do a=$a$a; done\n", "", ""},
		{"words that double",
		 "a=' x '\nwhile true; do a=\"$a $a\"; for i in $a; do :; done; "
		 "done\n",
		 "", ""},
		{"entries", "", "menuentry a { linux /live/vmlinuz; }\n", ""},
		{"entries without an end",
		 "while true; do menuentry a { linux /live/vmlinuz; }\ndone", "", ""},
		{"entries with much to do", "function f { while true; do x=$x$x; done; }\n",
		 "menuentry a { f; }\n", ""},
		{"sub-menus", "", "submenu a {\nmenuentry b { halt; }\n", ""},
		{"functions that call themselves", "function f { f; f; f; }\nf\n", "", ""},
		{"functions that call each other",
		 "function f { g $@ a; g; }\nfunction g { f $@ b; f; }\nf\n", "", ""},
		{"files that source themselves", "source /boot/grub/grub.cfg\n",
		 "source /boot/grub/grub.cfg\n", ""},
		{"files that open themselves", "",
		 "menuentry a { configfile /boot/grub/grub.cfg; }\n", ""},
		{"lookups", "while true; do search -f /a/b/c/d; done", "", ""},
		{"tests", "while [ -f /live/vmlinuz ]; do test ", "( a ", ""},
		{"patterns", "for i in /live/* ", "/live/*i*i*i*z ", "; do a; done"},
		{"regexp",
		 "while true; do regexp 'a*a*a*a*a*a*b' "
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done",
		 "", ""},
		{"a long regexp", "a=", "aaaaaaaa",
		 "\nwhile true; do regexp '(.*)(.*)(.*)(.*)x' $a; done"},
		{"eval", "function f { eval f; }\nf\nwhile true; do eval 'a=b'; done", "", ""},
		{"shift", "function f { while shift; do set a $@; done; }\nf ", "a ", ""},
		{"loopback", "while true; do loopback a$i /x; i=$i.; done", "", ""},
		{"many names", "i=; while true; do i=${i}x; eval \"v$i=1\"; done", "", ""},
		{"exports", "while true; do export a$i; i=${i}b; done", "", ""},
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
		"if ",
		"then ",
		"fi\n",
		"; ",
		"\n",
		"\n",
		"\n",
		"while ",
		"do ",
		"done\n",
		"{ ",
		"}\n",
		"menuentry 'a' ",
		"submenu b ",
		"function f ",
		"f ",
		"true",
		"false",
		"linux /live/vmlinuz ",
		"initrd /live/initrd ",
		"set a=$a",
		"$a ",
		"\"$b c\" ",
		"'d' ",
		"[ -f /live/vmlinuz ] ",
		"source /boot/grub/a.cfg",
		"for i in a b $a; ",
		"break ",
		"search --set=root -f /live/vmlinuz",
		"return",
		"else ",
		"x=y",
	};
	uint32_t random = 4;

	(void)state;
	for (unsigned round = 0; round < 8; round++) {
		fill_randomly(&random, words, round % 4 == 0 ? 0 : 32);
		check_config(round % 4 == 0 ? "random bytes" : "random words");
	}
}

static void
what_is_left_out_is_said(void **state)
{
	static const struct {
		const char *name, *head, *piece, *note;
	} rows[] = {
		{"work", "while true; do a; done", "", "too much to do"},
		{"nodes", "", "a b c d e f\n", "too much configuration"},
		{"entries", "", "menuentry a { halt; }\n", "too many entries"},
		{"variables",
		 "d='0 1 2 3 4 5 6 7 8 9'\n"
		 "for i in $d; do for j in $d; do for k in $d; do eval \"v$i$j$k=1\"; done; done; "
		 "done\n",
		 "", "too many variables"},
		{"depth", "function f { f; }\nf\n", "", "nest too deep"},
		{"files", "source /boot/grub/grub.cfg\n", "", "lead to each other too deep"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {
			{"boot/grub/grub.cfg", config, 0}, FILES, {NULL, NULL, 0}};
		struct entry_note *notes = NULL;
		struct text text = {0};

		fill(rows[i].head, rows[i].piece, "");
		if (i == 2)
			config[22 * 1500] = '\0'; /* entries, before the nodes are used up */
		read_image(files, ENTRY_FOR_UEFI, false, &text, &notes);
		if (!tree_has_note(notes, rows[i].note))
			fail_msg("%s: no note \"%s\", but %s", rows[i].name, rows[i].note,
				 notes != NULL ? notes->text : "none");
		text_free(&text);
		free_notes(notes);
	}
}

/* Entries that all differ: each is compared with each. */
static void
many_entries_cost_little(void **state)
{
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; used < sizeof(config) - 256; i++)
		used += (size_t)snprintf(config + used, 256,
					 "menuentry same { linux /live/vmlinuz boot=live $grub_cpu "
					 "e%u; initrd /live/initrd; }\n",
					 i);
	check_config("entries that all differ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_pieces_cost_little),
		cmocka_unit_test(random_bytes_and_words_cost_little),
		cmocka_unit_test(many_entries_cost_little),
		cmocka_unit_test(what_is_left_out_is_said),
	};

	return cmocka_run_group_tests(tests, read_recipes, free_recipes);
}
