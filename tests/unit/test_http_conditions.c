/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conditional requests: each branch of RFC 9110 section 13.2.2 (HTTP-25..27).
 * The file is sample_file(): "tag", 1000 bytes, of 06 Nov 1994 08:49:37.
 */
#include "http_conditions.h"
#include "http_unit.h"

#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define EXACT "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"
#define SOME "bytes=10-19"

struct row {
	const char *name;
	const char *if_match, *if_unmodified_since, *if_none_match, *if_modified_since;
	const char *range, *if_range;
	unsigned status;
};

static void
check(enum http_method method, const struct row *rows, size_t count)
{
	struct file file = sample_file();

	for (size_t i = 0; i < count; i++) {
		struct http_request request = {.method = method};
		struct http_range range = {77, 77};

		request.fields[HTTP_IF_MATCH] = slice_of(rows[i].if_match);
		request.fields[HTTP_IF_UNMODIFIED_SINCE] = slice_of(rows[i].if_unmodified_since);
		request.fields[HTTP_IF_NONE_MATCH] = slice_of(rows[i].if_none_match);
		request.fields[HTTP_IF_MODIFIED_SINCE] = slice_of(rows[i].if_modified_since);
		request.fields[HTTP_RANGE] = slice_of(rows[i].range);
		request.fields[HTTP_IF_RANGE] = slice_of(rows[i].if_range);
		unsigned status = http_conditions_check(&request, &file, 1795000000, &range);
		if (status != rows[i].status)
			fail_msg("%s: %u", rows[i].name, status);
		if (status == 200)
			assert_true(range.first == 0 && range.end == 1000);
		else if (status == 206)
			assert_true(range.first == 10 && range.end == 20);
		else
			assert_true(range.first == 77 && range.end == 77);
	}
}

#define CHECK(method, rows) check(method, rows, sizeof(rows) / sizeof((rows)[0]))

static void
conditions_have_their_order(void **state)
{
	static const struct row rows[] = {
		{"nothing", NULL, NULL, NULL, NULL, NULL, NULL, 200},
		{"If-Match holds", "\"tag\"", NULL, NULL, NULL, NULL, NULL, 200},
		{"If-Match of a list", "\"x\", \"tag\"", NULL, NULL, NULL, NULL, NULL, 200},
		{"If-Match with a comma in a tag", "\"x,\"tag\"\"", NULL, NULL, NULL, NULL, NULL,
		 412},
		{"If-Match *", "*", NULL, NULL, NULL, NULL, NULL, 200},
		{"If-Match fails", "\"x\"", NULL, NULL, NULL, NULL, NULL, 412},
		{"If-Match is strong", "W/\"tag\"", NULL, NULL, NULL, NULL, NULL, 412},
		{"If-Match that is none", "tag", NULL, NULL, NULL, NULL, NULL, 412},
		{"If-Match that has no end", "\"tag", NULL, NULL, NULL, NULL, NULL, 412},
		{"If-Match hides If-Unmodified-Since", "\"tag\"", BEFORE, NULL, NULL, NULL, NULL,
		 200},
		{"If-Unmodified-Since later", NULL, AFTER, NULL, NULL, NULL, NULL, 200},
		{"If-Unmodified-Since exactly", NULL, EXACT, NULL, NULL, NULL, NULL, 200},
		{"If-Unmodified-Since before", NULL, BEFORE, NULL, NULL, NULL, NULL, 412},
		{"If-Unmodified-Since unreadable", NULL, "soon", NULL, NULL, NULL, NULL, 200},
		{"If-None-Match hits", NULL, NULL, "\"tag\"", NULL, NULL, NULL, 304},
		{"If-None-Match is weak", NULL, NULL, "\"x\" ,W/\"tag\"", NULL, NULL, NULL, 304},
		{"If-None-Match *", NULL, NULL, "*", NULL, NULL, NULL, 304},
		{"If-None-Match misses", NULL, NULL, "\"x\"", NULL, NULL, NULL, 200},
		{"If-None-Match hides If-Modified-Since", NULL, NULL, "\"x\"", AFTER, NULL, NULL,
		 200},
		{"If-Modified-Since before", NULL, NULL, NULL, BEFORE, NULL, NULL, 200},
		{"If-Modified-Since exactly", NULL, NULL, NULL, EXACT, NULL, NULL, 304},
		{"If-Modified-Since later", NULL, NULL, NULL, AFTER, NULL, NULL, 304},
		{"If-Modified-Since unreadable", NULL, NULL, NULL, "soon", NULL, NULL, 200},
		{"412 comes before 304", "\"x\"", NULL, "\"tag\"", NULL, NULL, NULL, 412},
		{"304 comes before 206", NULL, NULL, "\"tag\"", NULL, SOME, NULL, 304},
		{"304 comes before 416", NULL, NULL, "\"tag\"", NULL, "bytes=1000-", NULL, 304},
		{"412 comes before 416", "\"x\"", NULL, NULL, NULL, "bytes=1000-", NULL, 412},
	};

	(void)state;
	CHECK(HTTP_GET, rows);
	CHECK(HTTP_HEAD, rows);
}

static void
ranges_are_for_the_same_file_only(void **state)
{
	static const struct row rows[] = {
		{"a range", NULL, NULL, NULL, NULL, SOME, NULL, 206},
		{"past the end", NULL, NULL, NULL, NULL, "bytes=1000-", NULL, 416},
		{"unreadable", NULL, NULL, NULL, NULL, "bytes=x", NULL, 200},
		{"edk2 resumes by tag", "\"tag\"", NULL, NULL, NULL, SOME, NULL, 206},
		{"edk2 resumes by date", NULL, EXACT, NULL, NULL, SOME, NULL, 206},
		{"edk2 finds another file", NULL, BEFORE, NULL, NULL, SOME, NULL, 412},
		{"If-Range holds", NULL, NULL, NULL, NULL, SOME, "\"tag\"", 206},
		{"If-Range fails", NULL, NULL, NULL, NULL, SOME, "\"x\"", 200},
		{"If-Range is strong", NULL, NULL, NULL, NULL, SOME, "W/\"tag\"", 200},
		{"If-Range has no *", NULL, NULL, NULL, NULL, SOME, "*", 200},
		{"If-Range by date", NULL, NULL, NULL, NULL, SOME, EXACT, 206},
		{"If-Range by an older date", NULL, NULL, NULL, NULL, SOME, BEFORE, 200},
		{"If-Range by a later date", NULL, NULL, NULL, NULL, SOME, AFTER, 200},
		{"If-Range fails before 416", NULL, NULL, NULL, NULL, "bytes=1000-", "\"x\"", 200},
		{"If-Range alone", NULL, NULL, NULL, NULL, NULL, "\"tag\"", 200},
	};

	(void)state;
	CHECK(HTTP_GET, rows);
}

static void
a_head_has_no_range(void **state)
{
	static const struct row rows[] = {
		{"a range", NULL, NULL, NULL, NULL, SOME, NULL, 200},
		{"past the end", NULL, NULL, NULL, NULL, "bytes=1000-", NULL, 200},
	};

	(void)state;
	CHECK(HTTP_HEAD, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_have_their_order),
		cmocka_unit_test(ranges_are_for_the_same_file_only),
		cmocka_unit_test(a_head_has_no_range),
	};

	return cmocka_run_group_tests_name("http_conditions", tests, NULL, NULL);
}
