/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The syntax of GRUB scripts before GRUB's own judge, grub-script-check of the
 * package grub-common: what we accept it accepts, and what it accepts of whole
 * configurations we do. Scripts are the configurations of testdata/menus,
 * changed a little.
 */
#include "unit.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grub_session.h"

enum { SCRIPTS_MAX = 256, SCRIPT_SIZE = 16384, CHANGES = 12 };

static char *scripts[SCRIPTS_MAX];
static size_t script_count;

/* Whether GRUB takes the script. */
static bool
judge(const char *script)
{
	char path[] = "/tmp/pxeiso-grub-XXXXXX";
	char command[128];
	int fd = mkstemp(path);
	int status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), (ssize_t)strlen(script));
	close(fd);
	snprintf(command, sizeof(command), "grub-script-check %s >/dev/null 2>&1", path);
	status = system(command);
	unlink(path);
	if (WEXITSTATUS(status) == 127)
		fail_msg("grub-script-check is missing: it is in the package grub-common");
	return status == 0;
}

/* Whether we do. */
static bool
accept(const char *script)
{
	struct entry_note *notes = NULL;
	struct grub_session session = {
		.nodes_left = GRUB_NODES_LIMIT,
		.work_left = GRUB_WORK_LIMIT,
		.notes = &notes,
	};
	char *copy = strdup(script);
	bool is_good;

	grub_parse(&session, "test", copy, strlen(script));
	assert_int_equal(session.error, 0);
	is_good = notes == NULL;
	while (notes != NULL) {
		struct entry_note *next = notes->next;

		free(notes->text);
		free(notes);
		notes = next;
	}
	arena_free(&session.arena);
	free(copy);
	return is_good;
}

static int
on_file(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	const char *name = path + place->base;
	static const char end[] = "\ntrue\n";
	size_t length;
	FILE *file;

	(void)facts;
	if (kind != FTW_F || strstr(path, "grub") == NULL || strcmp(name, "isolinux.cfg") == 0 ||
	    strcmp(strrchr(name, '.') != NULL ? strrchr(name, '.') : "", ".cfg") != 0 ||
	    strstr(path, "hostile") != NULL)
		return 0;
	assert_true(script_count < SCRIPTS_MAX);
	file = fopen(path, "r");
	assert_non_null(file);
	scripts[script_count] = calloc(1, SCRIPT_SIZE);
	length = fread(scripts[script_count], 1, SCRIPT_SIZE - 16, file);
	assert_true(length < SCRIPT_SIZE - 16);
	fclose(file);
	/* A script without a command is none to grub-script-check. */
	memcpy(scripts[script_count++] + length, end, sizeof(end));
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(nftw("testdata/menus", on_file, 8, FTW_PHYS), 0);
	assert_true(script_count >= 15);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	while (script_count > 0)
		free(scripts[--script_count]);
	return 0;
}

static void
whole_configurations_are_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < script_count; i++) {
		if (!judge(scripts[i]) || !accept(scripts[i]))
			fail_msg("not accepted by %s:\n%s", judge(scripts[i]) ? "us" : "GRUB",
				 scripts[i]);
	}
}

/* Those that we write. */
static void
our_own_menus_are_accepted(void **state)
{
	DIR *folder = opendir("testdata/menus");
	struct dirent *entry;
	unsigned count = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char command[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(command, sizeof(command), "grub-script-check testdata/menus/%s/menu.grub",
			 entry->d_name);
		assert_int_equal(system(command), 0);
		count++;
	}
	closedir(folder);
	assert_true(count > 10);
}

static void
constructs_are_judged_alike(void **state)
{
	static const char *const rows[] = {
		"menuentry x { a; }",
		"menuentry x { a }",
		"menuentry x { }",
		"menuentry x {\n}",
		"menuentry x\n{\na\n}",
		"menuentry x {a\n}",
		"menuentry x { a\n} b",
		"menuentry x { a\n} ; b",
		"a {",
		"a }",
		"a{b",
		"a $",
		"a $-",
		"a ${}",
		"a ${b c}",
		"a ${1} ${?} $10 $@",
		"a \"$\"",
		"a \"$b $\"",
		"a $\"b\"",
		"a $'b'",
		"a || b",
		"a | b",
		"a & b",
		"a > b",
		"a < b",
		"a 'b",
		"a \"b",
		"if a; then b; fi",
		"if a; then fi",
		"if a then b; fi",
		"if a\nthen\nb\nfi",
		"if ! a; then b; fi",
		"if a; then b; elif c; then d; else e; fi",
		"if a; then b; else fi",
		"if a; then b; fi c",
		"if a; then\n# b\nfi",
		"for i in a b; do c; done",
		"for i in; do c; done",
		"for i; do c; done",
		"for i in a\ndo\nb\ndone",
		"for a-b in c; do d; done",
		"for if in c; do d; done",
		"for time in a; do b; done",
		"for in in a; do b; done",
		"function time { a; }",
		"function if { a; }",
		"for case in a; do b; done",
		"for done in a; do b; done",
		"while a; do b; done",
		"until a; do b; done",
		"while a do b; done",
		"function f { a; }",
		"function f { a }",
		"function f\n{\na\n}",
		"function f-g { a; }",
		"function f { }",
		"function f { a\n} b",
		"a if then fi do",
		"then",
		"fi",
		"do",
		"done",
		"in a",
		"case a",
		"select a",
		"time a",
		"[[ a ]]",
		"a [[ ]]",
		"a ;; b",
		"; a",
		"a ;\n; b",
		"a; # b",
		"a\\\nb",
		"a \\ b",
		"a \"b\\\nc\"",
		"{ a; }",
		"menuentry x { a; } { b; }",
		"\"if\" a",
		"if a; \"then\" b; fi",
		"a = b",
		"a=b c",
		"(a)",
		"a;\\\nb",
		"menuentry x { if a; then b; fi }",
		"function f { if a; then b; fi }",
		"for i in a { b; }; do c; done",
		"a \xc3\xa4",
		"a $\xc3\xa4",
		"\r\na\r\n",
		"if a; then\r\nb\r\nfi",
		"submenu x {\nmenuentry y { a; }\n}",
		"function 1f { a; }",
		"a \"\" ''",
		"''",
		"a {\nb\n} {",
		"a {\nb {c; }\\\n}",
		"if a; then b; fi; fi",
		"a `b` ~ % ^ , * ?",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char script[256];

		snprintf(script, sizeof(script), "%s\ntrue\n", rows[i]);
		if (accept(script) != judge(script))
			fail_msg("%s accepts:\n%s", judge(script) ? "GRUB" : "we", script);
	}
}

static uint32_t
random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Changes one place: a piece gone, a character or a word put in. */
static void
change(char *script, uint32_t *state)
{
	static const char *const pieces[] = {"{",    "}",     ";",       "\n",          "'",
					     "\"",   "$",     "\\",      "#",           " ",
					     " if ", " fi\n", "; then ", " else ",      "${x}",
					     " do ", "(",     "|",       "function x ", "done\n"};
	size_t length = strlen(script);
	size_t at = random_next(state) % length;
	const char *piece = pieces[random_next(state) % (sizeof(pieces) / sizeof(pieces[0]))];

	if (random_next(state) % 2 == 0) {
		size_t count = random_next(state) % 4 + 1;

		count = count < length - at ? count : length - at;
		memmove(script + at, script + at + count, length - at - count + 1);
	} else if (length + strlen(piece) + 1 < SCRIPT_SIZE) {
		memmove(script + at + strlen(piece), script + at, length - at + 1);
		memcpy(script + at, piece, strlen(piece));
	}
}

static void
what_we_accept_of_changed_ones_grub_does(void **state)
{
	static char script[SCRIPT_SIZE];
	uint32_t random = 20261122;
	unsigned accepted = 0;

	(void)state;
	for (size_t i = 0; i < script_count * CHANGES; i++) {
		memcpy(script, scripts[i % script_count], SCRIPT_SIZE);
		change(script, &random);
		if (!accept(script))
			continue;
		accepted++;
		if (!judge(script))
			fail_msg("GRUB does not accept change %zu:\n%s", i, script);
	}
	assert_true(accepted > script_count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_configurations_are_accepted),
		cmocka_unit_test(our_own_menus_are_accepted),
		cmocka_unit_test(constructs_are_judged_alike),
		cmocka_unit_test(what_we_accept_of_changed_ones_grub_does),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
