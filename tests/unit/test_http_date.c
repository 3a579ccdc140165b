/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates in their three forms: HTTP-28.
 */
#include <errno.h>

#include "http_date.h"
#include "http_unit.h"

enum { NOW = 1795000000 }; /* in November 2026 */

static void
all_three_forms_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} rows[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
		{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
		{"Sun Nov  6 08:49:37 1994", 784111777},
		{"Sun Nov 16 08:49:37 1994", 784975777},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Wed, 31 Dec 1969 23:59:59 GMT", -1},
		{"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
		{"Sat, 31 Dec 2016 23:59:60 GMT", 1483228799},
		{"Mon, 06 Nov 1994 08:49:37 GMT", 784111777}, /* it was a Sunday */
		{"Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time = 7;

		if (http_date_parse(slice_of(rows[i].text), NOW, &time) != 0 ||
		    time != rows[i].time)
			fail_msg("%s: %jd", rows[i].text, (intmax_t)time);
	}
}

static void
two_digits_mean_the_latest_year_within_fifty(void **state)
{
	static const struct {
		const char *text;
		const char *same;
	} rows[] = {
		{"Sunday, 06-Nov-26 00:00:00 GMT", "Fri, 06 Nov 2026 00:00:00 GMT"},
		{"Sunday, 06-Nov-76 00:00:00 GMT", "Fri, 06 Nov 2076 00:00:00 GMT"},
		{"Sunday, 06-Nov-77 00:00:00 GMT", "Sun, 06 Nov 1977 00:00:00 GMT"},
		{"Sunday, 06-Nov-00 00:00:00 GMT", "Mon, 06 Nov 2000 00:00:00 GMT"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time = 0;
		char text[HTTP_DATE_SIZE];

		assert_int_equal(http_date_parse(slice_of(rows[i].text), NOW, &time), 0);
		http_date_format(time, text);
		assert_string_equal(text, rows[i].same);
	}
}

static void
what_is_no_date_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"yesterday",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 06 Nov 1994 08:49:37 CET",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"sun, 06 nov 1994 08:49:37 gmt",
		"Sun, 06 Nov 94 08:49:37 GMT",
		"Xxx, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Xxx 1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Wed, 29 Feb 2023 12:00:00 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, -6 Nov 1994 08:49:37 GMT",
		"Sun Nov  6 08:49:37 94",
		"Sunday, 06-Nov-1994 08:49:37 GMT",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time = 7;

		if (http_date_parse(slice_of(rows[i]), NOW, &time) != -EINVAL || time != 7)
			fail_msg("\"%s\" was read as %jd", rows[i], (intmax_t)time);
	}
}

static void
only_the_first_form_is_written(void **state)
{
	static const struct {
		int64_t time;
		const char *text;
	} rows[] = {
		{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
		{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
		{INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"},
		{INT64_MIN, "Wed, 01 Jan 1000 00:00:00 GMT"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[HTTP_DATE_SIZE];

		http_date_format(rows[i].time, text);
		assert_string_equal(text, rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_forms_are_read),
		cmocka_unit_test(two_digits_mean_the_latest_year_within_fifty),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(only_the_first_form_is_written),
	};

	return cmocka_run_group_tests_name("http_date", tests, NULL, NULL);
}
