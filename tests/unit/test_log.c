/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines: one line an event whatever a name holds, and only what was asked.
 */
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
		cmocka_unit_test(level_drops_what_is_below),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(long_line_ends_with_a_newline),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
