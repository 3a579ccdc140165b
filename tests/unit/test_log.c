/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines: one line an event whatever a name holds, and only what was asked.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "unit.h"

static char captured[8192];

/* Runs `speak` with standard error read into `captured`. */
static void
capture(void (*speak)(void))
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	speak();
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(ends[0], captured, sizeof(captured) - 1);
	captured[n > 0 ? n : 0] = '\0';
	close(ends[0]);
}

static void
speak_forged(void)
{
	log_info("http 192.0.2.7: a\nerror: forged\x1b[2J\x7f");
}

static void
speak_at_each_level(void)
{
	log_error("one");
	log_warning("two");
	log_info("three");
	log_debug("four");
}

static void
speak_quoted(void)
{
	log_info("a \"b\" \\ \n");
}

static void
speak_long(void)
{
	static char big[6000];

	memset(big, '\n', sizeof(big) - 1);
	log_info("%s", big);
}

static void
control_bytes_cannot_forge_a_line(void **state)
{
	(void)state;
	log_setup(LOG_INFO, false);
	capture(speak_forged);
	assert_string_equal(captured, "http 192.0.2.7: a\\x0aerror: forged\\x1b[2J\\x7f\n");
}

static const char *spoken;

static void
speak_name(void)
{
	log_info("%s", spoken);
}

/* An 8-bit terminal obeys 0x9b, and JSON is UTF-8. */
static void
bytes_that_are_not_printable_utf8_are_escaped(void **state)
{
	static const struct {
		const char *row;
		const char *name;
		const char *text;
		const char *json;
	} rows[] = {
		{"two, three, four bytes",
		 "\xc2\xa0\xc3\xa4\xe2\x82\xac\xed\x9f\xbf\xf4\x8f\xbf\xbf",
		 "\xc2\xa0\xc3\xa4\xe2\x82\xac\xed\x9f\xbf\xf4\x8f\xbf\xbf",
		 "\xc2\xa0\xc3\xa4\xe2\x82\xac\xed\x9f\xbf\xf4\x8f\xbf\xbf"},
		{"Latin-1", "\xe4.iso", "\\xe4.iso", "\\u00e4.iso"},
		{"the 8-bit CSI",
		 "\x9b"
		 "2J",
		 "\\x9b2J", "\\u009b2J"},
		{"the same as UTF-8",
		 "\xc2\x9b"
		 "2J",
		 "\\xc2\\x9b2J", "\\u00c2\\u009b2J"},
		{"a lead byte of none", "\xbf\xbf\xf8\x90", "\\xbf\\xbf\\xf8\\x90",
		 "\\u00bf\\u00bf\\u00f8\\u0090"},
		{"an overlong form", "\xc1\xbf\xe0\x9f\xbf", "\\xc1\\xbf\\xe0\\x9f\\xbf",
		 "\\u00c1\\u00bf\\u00e0\\u009f\\u00bf"},
		{"a surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\u00ed\\u00a0\\u0080"},
		{"above U+10FFFF", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
		 "\\u00f4\\u0090\\u0080\\u0080"},
		{"cut short", "a\xe2\x82", "a\\xe2\\x82", "a\\u00e2\\u0082"},
		{"cut short by a letter", "\xc3z", "\\xc3z", "\\u00c3z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int json = 0; json <= 1; json++) {
			const char *expected = json ? rows[i].json : rows[i].text;
			char end[200];

			snprintf(end, sizeof(end), json ? "\"message\":\"%s\"}\n" : "%s\n",
				 expected);
			spoken = rows[i].name;
			log_setup(LOG_INFO, json);
			capture(speak_name);
			const char *found = strstr(captured, end);
			if (!found || strlen(found) != strlen(end) || (!json && found != captured))
				fail_msg("%s: %s", rows[i].row, captured);
		}
	}
}

static void
level_drops_what_is_below(void **state)
{
	(void)state;
	log_setup(LOG_WARNING, false);
	capture(speak_at_each_level);
	assert_string_equal(captured, "error: one\nwarning: two\n");
	assert_true(log_wants(LOG_WARNING));
	assert_false(log_wants(LOG_INFO));
}

static void
json_is_escaped(void **state)
{
	(void)state;
	log_setup(LOG_INFO, true);
	capture(speak_quoted);
	assert_non_null(
		strstr(captured, "\"level\":\"info\",\"message\":\"a \\\"b\\\" \\\\ \\u000a\"}\n"));
}

static void
long_line_ends_with_a_newline(void **state)
{
	(void)state;
	for (int json = 0; json <= 1; json++) {
		log_setup(LOG_INFO, json);
		capture(speak_long);
		assert_in_range(strlen(captured), 1000, 2048);
		assert_ptr_equal(strchr(captured, '\n'), captured + strlen(captured) - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_bytes_cannot_forge_a_line),
		cmocka_unit_test(bytes_that_are_not_printable_utf8_are_escaped),
		cmocka_unit_test(level_drops_what_is_below),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(long_line_ends_with_a_newline),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
