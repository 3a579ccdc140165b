/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for people and for JSON: columns line up, sizes and times read right,
 * and no name out of an image moves a cursor or breaks a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "text_table.h"
#include "unit.h"

static void
columns_line_up_in_characters(void **state)
{
	struct text_table table;
	char *printed = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&printed, &length);

	(void)state;
	text_table_init(&table, 3);
	text_table_add(&table, (const char *[]){"NAME", "X", "END"});
	text_table_add(&table, (const char *[]){"caf\xc3\xa9", "1", "a b"});
	text_table_add(&table, (const char *[]){"a\nb", "22", ""});
	text_table_print(&table, file);
	fclose(file);
	assert_string_equal(printed, "NAME    X   END\n"
				     "caf\xc3\xa9    1   a b\n"
				     "a\\x0ab  22  \n");
	text_table_free(&table);
	free(printed);
}

static void
sizes_are_in_powers_of_1024(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{102348, "99.9 KiB"},
		{102400, "100 KiB"},
		{1048575, "1.0 MiB"},
		{734003200, "700 MiB"},
		{UINT64_C(5046586572), "4.7 GiB"},
		{UINT64_MAX, "16777216 TiB"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[TEXT_SIZE_SIZE];

		text_size(rows[i].bytes, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void
times_are_iso_8601_in_utc(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z"},
		{1795341600, "2026-11-22T10:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{INT64_MAX, "-"},
		{INT64_MIN, "-"},
		{INT64_C(253402300800), "-"}, /* the year 10000 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[TEXT_TIME_SIZE];

		text_time(rows[i].seconds, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void
control_characters_are_shown_not_sent(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"plain \xc3\xa9 \xe2\x82\xac", "plain \xc3\xa9 \xe2\x82\xac"},
		{"a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f"},
		{"\x1b[2J", "\\x1b[2J"},
		{"\xc2\x9b"
		 "2J",
		 "\\xc2\\x9b"
		 "2J"},
		{"\xc2\xa0", "\xc2\xa0"},
		{"\xc2", "\xc2"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *shown = text_escape(rows[i].text);

		assert_string_equal(shown, rows[i].shown);
		free(shown);
	}
}

static void
json_takes_any_bytes(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"caf\xe9", "caf\xef\xbf\xbd"},
		{"\xe9"
		 "a\xc3\xa9",
		 "\xef\xbf\xbd"
		 "a\xc3\xa9"},
		{"\xf0\x9f\x98", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *json = json_text(rows[i].text);

		assert_non_null(json);
		assert_string_equal(json_string_value(json), rows[i].json);
		json_decref(json);
	}
}

/* All beginnings that UTF-8 tells apart: what is appended means what json_text
   says, and what Jansson takes for UTF-8 is left as it is. */
static void
json_is_written_as_jansson_reads_it(void **state)
{
	static const char nexts[] = "\x01\x1f\"\\a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc3";

	(void)state;
	for (unsigned i = 0; i < 256 * 13 * 13; i++) {
		const char string[] = {(char)(i / 169), nexts[i / 13 % 13], nexts[i % 13],
				       "\x80x"[i % 2], '\0'};
		struct text text = {0};
		json_t *read, *whole = json_string(string), *mended = json_text(string);

		json_text_append(&text, string);
		read = json_loads(text_string(&text), JSON_DECODE_ANY, NULL);
		if (read == NULL || !json_equal(read, mended) ||
		    (whole != NULL && !json_equal(read, whole)) ||
		    (whole == NULL) != (strstr(text_string(&text), "\xef\xbf\xbd") != NULL))
			fail_msg("%u: %s", i, text_string(&text));
		json_decref(read);
		json_decref(whole);
		json_decref(mended);
		text_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_line_up_in_characters),
		cmocka_unit_test(sizes_are_in_powers_of_1024),
		cmocka_unit_test(times_are_iso_8601_in_utc),
		cmocka_unit_test(control_characters_are_shown_not_sent),
		cmocka_unit_test(json_takes_any_bytes),
		cmocka_unit_test(json_is_written_as_jansson_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
