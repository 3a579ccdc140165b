/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that grows, and kernel arguments as words and tokens.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "text.h"

static void
text_grows(void **state)
{
	struct text text = {0};
	size_t length;
	char *string;

	(void)state;
	assert_string_equal(text_string(&text), "");
	for (int i = 0; i < 1000; i++)
		text_printf(&text, "%d,", i % 10);
	text_append(&text, "end");
	text_cut(&text, 2002);
	assert_int_equal(text.length, 2002);
	assert_string_equal(text_string(&text) + 1998, "9,en");
	assert_int_equal(text_take(&text, &string, &length), 0);
	assert_int_equal(length, 2002);
	assert_int_equal(strlen(string), 2002);
	free(string);
	assert_int_equal(text_take(&text, &string, NULL), 0);
	assert_string_equal(string, "");
	free(string);
}

static void
text_has_a_limit(void **state)
{
	static char piece[1024 * 1024];
	struct text text = {0};
	size_t length;
	char *string;

	(void)state;
	memset(piece, 'x', sizeof(piece));
	for (int i = 0; i < 17; i++)
		text_append_bytes(&text, piece, sizeof(piece));
	assert_int_equal(text.error, -EFBIG);
	text_append(&text, "more");
	assert_int_equal(text_take(&text, &string, &length), -EFBIG);
	assert_null(text.bytes);
}

static void
urls_encode_all_but_unreserved(void **state)
{
	struct text text = {0};

	(void)state;
	text_append_url_path(&text, "a/B9-._~ ,;?#%+@:'\"\xc3\xa9\n");
	assert_string_equal(text_string(&text),
			    "a/B9-._~%20%2C%3B%3F%23%25%2B%40%3A%27%22%C3%A9%0A");
	text_free(&text);
}

static void
words_end_at_blanks_outside_quotes(void **state)
{
	const char *cursor = "  a b=\"c  d\"e \t\n f=\"open g";
	static const char *const expected[] = {"a", "b=\"c  d\"e", "f=\"open g"};
	const char *word;
	size_t length;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(arguments_next(&cursor, &word, &length));
		assert_int_equal(length, strlen(expected[i]));
		assert_memory_equal(word, expected[i], length);
	}
	assert_false(arguments_next(&cursor, &word, &length));
}

static bool
fill(const void *context, const char *name, size_t length, struct text *text)
{
	(void)context;
	if (length != 1 || name[0] != 'x')
		return false;
	text_append(text, "VALUE{y}");
	return true;
}

static void
tokens_are_filled_in_once(void **state)
{
	static const struct {
		const char *arguments;
		const char *expected;
		const char *rest; /* where the first unknown one stands */
	} rows[] = {
		{"", "", NULL},
		{"plain", "plain", NULL},
		{"{x}", "VALUE{y}", NULL},
		{"a={x}/{x}", "a=VALUE{y}/VALUE{y}", NULL},
		{"{{x}", "{x}", NULL},
		{"{{{x}", "{VALUE{y}", NULL},
		{"}{{}}", "}{}}", NULL},
		{"a{y}b{x}", "abVALUE{y}", "{y}b{x}"},
		{"a{x", "a", "{x"},
		{"a{}b", "ab", "{}b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text text = {0};
		const char *rest = arguments_expand(rows[i].arguments, fill, NULL, &text);

		assert_string_equal(text_string(&text), rows[i].expected);
		if (rows[i].rest == NULL)
			assert_null(rest);
		else
			assert_string_equal(rest, rows[i].rest);
		text_free(&text);
	}
}

static void
escaped_arguments_come_back_as_they_were(void **state)
{
	static const char arguments[] = "a={x} b={{x}} \"c  d\"";
	struct text escaped = {0};
	struct text back = {0};

	(void)state;
	arguments_escape(&escaped, arguments, strlen(arguments));
	assert_null(arguments_expand(text_string(&escaped), fill, NULL, &back));
	assert_string_equal(text_string(&back), arguments);
	text_free(&escaped);
	text_free(&back);
	arguments_escape(&escaped, "a \t b\nc\033\"x  y\"", 14);
	assert_string_equal(text_string(&escaped), "a b c?\"x  y\"");
	text_free(&escaped);
}

static void
a_clean_copy_is_on_one_line(void **state)
{
	static const struct {
		const char *string;
		char dropped;
		const char *clean;
	} rows[] = {
		{"plain", 0, "plain"},
		{"  a\t\nb \x7f c  ", 0, "a b c"},
		{"^Live ^system", '^', "Live system"},
		{"^Live ^system", 0, "^Live ^system"},
		{"a ^ b", '^', "a b"},
		{" ^ ", '^', ""},
		{"", 0, ""},
		{"gr\xc3\xbcn", 0, "gr\xc3\xbcn"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *clean = text_clean(rows[i].string, rows[i].dropped);

		assert_string_equal(clean, rows[i].clean);
		free(clean);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_grows),
		cmocka_unit_test(text_has_a_limit),
		cmocka_unit_test(urls_encode_all_but_unreserved),
		cmocka_unit_test(words_end_at_blanks_outside_quotes),
		cmocka_unit_test(tokens_are_filled_in_once),
		cmocka_unit_test(escaped_arguments_come_back_as_they_were),
		cmocka_unit_test(a_clean_copy_is_on_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
