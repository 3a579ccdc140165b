/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GRUB's language, construct by construct: what a variable holds once a script
 * was run (GRUB-1, GRUB-2). The syntax is put before grub-script-check by
 * test_grub_syntax.c.
 */
#include "grub_unit.h"

#define CHECK(check, rows)                                                                         \
	for (size_t i_ = 0; i_ < sizeof(rows) / sizeof((rows)[0]); i_++)                           \
	check(&(rows)[i_])

static void
words_are_quoted_as_in_a_shell(void **state)
{
	static const struct row rows[] = {
		{"plain", "set v=a-b", "a-b"},
		{"single quotes", "set v='a $b \\c \"'", "a $b \\c \""},
		{"double quotes", "b=x; set v=\"a $b ${b}y\"", "a x xy"},
		{"escapes in double quotes", "set v=\"\\$b \\\" \\\\ \\n\"", "$b \" \\ \\n"},
		{"escapes outside quotes", "set v=a\\ b\\$c", "a b$c"},
		{"quotes within a word", "set v=a'b c'd\"e f\"", "ab cde f"},
		{"a line that goes on", "set \\\nv=a\\\nb", "ab"},
		{"a comment", "set v=a # b\n# set v=c", "a"},
		{"no comment", "set v=a#b", "a#b"},
		{"several on a line", "set v=a; set v=${v}b ; set v=${v}c", "abc"},
		{"carriage returns", "set v=a\r\nset w=b\r\nset v=$v$w\r", "ab"},
		{"an assignment", "v=a", "a"},
		{"a text to be translated", "set v=$\"a b\"", "a b"},
		{"a name ends", "b=x\nset v=$b.c/${b}d-$b", "x.c/xd-x"},
	};

	(void)state;
	CHECK(check_value, rows);
}

static void
variables_divide_words(void **state)
{
	static const struct row rows[] = {
		{"outside quotes", "l='a  b c'; for i in $l; do v=\"$v[$i]\"; done", "[a][b][c]"},
		{"in quotes", "l='a b'; for i in \"$l\" x; do v=\"$v[$i]\"; done", "[a b][x]"},
		{"an empty one is no word", "for i in a $none b; do v=\"$v[$i]\"; done", "[a][b]"},
		{"an empty one in quotes is", "for i in a \"$none\" b; do v=\"$v[$i]\"; done",
		 "[a][][b]"},
		{"a command of two words", "c='set v=a'; $c", "a"},
		{"a command that is empty", "$none set v=a", "a"},
		{"unset", "v=a; unset v", ""},
		{"files of a pattern",
		 "for i in /live/*; do v=\"$v[$i]\"; done\nfor i in '/live/*' /no/*; do "
		 "v=\"$v[$i]\"; done",
		 "[/live/initrd][/live/more][/live/vmlinuz][/live/*][/no/*]"},
		{"files with a device", "for i in ($root)/live/v*z; do v=$i; done",
		 "(cd0)/live/vmlinuz"},
		{"root without parentheses", "set root=(hd0,1); v=$root", "hd0,1"},
	};

	(void)state;
	CHECK(check_value, rows);
}

static void
conditions_choose(void **state)
{
	static const struct row rows[] = {
		{"if", "if true; then v=a; else v=b; fi", "a"},
		{"else", "if false; then v=a; else v=b; fi", "b"},
		{"elif", "if false; then v=a; elif true; then v=b; else v=c; fi", "b"},
		{"not", "if ! false; then v=a; fi", "a"},
		{"the last of several", "if true; false; then v=a; else v=b; fi", "b"},
		{"a command that is not known", "if no_such_thing; then v=a; else v=b; fi", "b"},
		{"a module", "if insmod part_gpt; then v=a; fi", "a"},
		{"equal", "if [ a = a -a b == b -a a != b ]; then v=a; fi", "a"},
		{"or", "if [ a = b -o c = c ]; then v=a; fi", "a"},
		{"and before or", "if [ a = a -o b = b -a c = d ]; then v=a; fi", "a"},
		{"test", "if test a = a; then v=a; fi", "a"},
		{"not in a test", "if [ ! a = b -a ! -z x ]; then v=a; fi", "a"},
		{"parentheses", "if [ ( a = b -o c = c ) -a d = d ]; then v=a; fi", "a"},
		{"empty", "if [ -z \"$none\" -a -n \"x\" ]; then v=a; fi", "a"},
		{"one word", "if [ $none ]; then v=a; elif [ x ]; then v=b; fi", "b"},
		{"numbers", "if [ 2 -lt 10 -a 10 -ge 10 -a 3 -ne 4 ]; then v=a; fi", "a"},
		{"no bracket", "if [ a = a; then v=a; else v=b; fi", "b"},
		{"a file", "if [ -f /live/vmlinuz -a -s /live/vmlinuz ]; then v=a; fi", "a"},
		{"a folder is no file", "if [ -f /live ]; then v=a; else v=b; fi", "b"},
		{"a folder", "if [ -d /live -a -e /live ]; then v=a; fi", "a"},
		{"nothing", "if [ -e /none ]; then v=a; else v=b; fi", "b"},
		{"on a device", "if [ -f (cd0)/live/vmlinuz ]; then v=a; fi", "a"},
		{"on another", "if [ -f (hd0,1)/live/vmlinuz ]; then v=a; else v=b; fi", "b"},
		{"what came of it", "false; v=$?; true; v=$v$?", "10"},
	};

	(void)state;
	CHECK(check_value, rows);
}

static void
loops_and_functions_run(void **state)
{
	static const struct row rows[] = {
		{"while", "i=; while [ x$i != xaaa ]; do i=${i}a; v=$v.; done", "..."},
		{"until", "until [ x$v = xaa ]; do v=${v}a; done", "aa"},
		{"break", "for i in a b c; do if [ $i = b ]; then break; fi; v=$v$i; done", "a"},
		{"continue", "for i in a b c; do if [ $i = b ]; then continue; fi; v=$v$i; done",
		 "ac"},
		{"two loops left",
		 "for i in a b; do for j in c d; do v=$v$j; break 2; done; v=$v$i; done", "c"},
		{"a function", "function f { v=\"$1/$2/$#\"; }\nf a 'b c' d", "a/b c/3"},
		{"all arguments",
		 "function f { for i in \"$@\"; do v=\"$v[$i]\"; done; }\nf a 'b c'", "[a][b c]"},
		{"return", "function f { v=a; return 1; v=b; }\nif f; then v=c; fi", "a"},
		{"shift", "function f { shift; v=$1; }\nf a b", "b"},
		{"setparams", "function f { setparams c d; v=$2; }\nf a b", "d"},
		{"one that is redefined", "function f { v=a; }\nfunction f { v=b; }\nf", "b"},
		{"eval", "x='v=a'; eval \"$x\" ';' 'v=${v}b'", "ab"},
	};

	(void)state;
	CHECK(check_value, rows);
}

static void
what_is_wrong_costs_its_lines_only(void **state)
{
	static const struct row rows[] = {
		{"a word of no use", "v=a\nfi\nv=${v}b", "ab"},
		{"two commands in one", "v=a || v=b\nv=${v}c", "c"},
		{"the line before it stays", "v=a\necho $\n", "a"},
		{"the rest of a block", "if true; then\n\n}\nv=a\nfi\nv=${v}b", "ab"},
		{"a quote that does not end", "v=a\necho \"b", "a"},
	};

	(void)state;
	/* the menuentry is behind the last one, which swallows it */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) - 1; i++)
		check_value(&rows[i]);
}

static void
disks_are_searched(void **state)
{
	static const struct row rows[] = {
		{"a file", "root=hd0; search --no-floppy --set=root --file /live/vmlinuz; v=$root",
		 "cd0"},
		{"short options", "search -n -s v -f /live/vmlinuz", ""},
		{"a label", "search --set=v --label 'VOLUME 1'", "cd0"},
		{"another label", "v=x; search --set=v -l VOLUME; v=$v$?", "x1"},
		{"a uuid", "search --set=v --fs-uuid 2026-01-02-03-04-05-06", "cd0"},
		{"the variable behind", "search --file /live/vmlinuz v", "cd0"},
		{"with hints", "search --set=v --hint hd0 --hint-efi=hd1 -f /live/vmlinuz", "cd0"},
		{"by its old name", "root=x; search.fs_uuid 2026-01-02-03-04-05-06; v=$root",
		 "cd0"},
		{"another", "root=x; search.fs_label nothing; v=$root", "x"},
		{"probe", "probe --set v --fs-uuid $root; probe --set=w -l (cd0); v=\"$v/$w\"",
		 "2026-01-02-03-04-05-06/VOLUME 1"},
		{"probe with =", "probe --set=v --fs-uuid (cd0)", "2026-01-02-03-04-05-06"},
		{"probe of another", "probe --set=v --fs-uuid (hd0); v=$?", "1"},
		{"loopback of ourselves",
		 "iso_path=/x.iso; loopback loop $iso_path\nif [ -f (loop)/live/vmlinuz ]; then "
		 "v=a; fi",
		 "a"},
		{"loopback of another",
		 "loopback loop /y.iso\nif [ -f (loop)/live/vmlinuz ]; then v=a; fi", ""},
		{"regexp",
		 "regexp --set=1:v --set 2:w '^\\(([^)]+)\\)/?(.*)$' '(cd0)/EFI'; v=$v-$w",
		 "cd0-EFI"},
		{"regexp, the first group", "regexp -s v 'b([0-9]+)' ab12c", "12"},
		{"regexp that does not match", "v=x; regexp --set=v '^a$' ab; v=$v$?", "x1"},
		{"regexp that is not understood", "regexp --set=v 'a|b' a; v=$?", "1"},
	};

	(void)state;
	CHECK(check_value, rows);
}

static void
grub_presets_variables(void **state)
{
	static const struct row rows[] = {
		{"platform", "v=$grub_cpu-$grub_platform", "x86_64-efi"},
		{"folders", "v=$root,$prefix,$config_directory",
		 "cd0,(cd0)/boot/grub,(cd0)/boot/grub"},
		{"features", "v=$feature_menuentry_id$feature_all_video_module", "yy"},
		{"no iso_path", "v=\"findiso=${iso_path}\"", "findiso="},
		{"source", "source /boot/grub/a.cfg; v=$a", "sourced"},
		{"source by prefix", ". $prefix/a.cfg; v=$a", "sourced"},
		{"source of nothing", "if source /none; then v=a; else v=b; fi", "b"},
	};

	(void)state;
	CHECK(check_value, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_quoted_as_in_a_shell),
		cmocka_unit_test(variables_divide_words),
		cmocka_unit_test(conditions_choose),
		cmocka_unit_test(loops_and_functions_run),
		cmocka_unit_test(what_is_wrong_costs_its_lines_only),
		cmocka_unit_test(disks_are_searched),
		cmocka_unit_test(grub_presets_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
