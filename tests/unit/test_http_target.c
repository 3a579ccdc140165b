/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets: HTTP-3, HTTP-4, HTTP-16, and where a directory is redirected to.
 */
#include <errno.h>

#include "http_target.h"
#include "http_unit.h"

static void
targets_become_paths(void **state)
{
	static const struct {
		const char *target;
		int err;
		const char *path;
		const char *query;
	} rows[] = {
		{"/", 0, "/", ""},
		{"/a/b", 0, "/a/b", ""},
		{"a/b", 0, "/a/b", ""},
		{"", 0, "/", ""},
		{"/a b/\xc3\xa4", 0, "/a b/\xc3\xa4", ""},
		{"/a%20b/%c3%A4", 0, "/a b/\xc3\xa4", ""},
		{"/a+b", 0, "/a+b", ""},
		{"/a?json", 0, "/a", "json"},
		{"/a?x?y", 0, "/a", "x?y"},
		{"/a%3Fb", 0, "/a?b", ""},
		{"/a?%zz", 0, "/a", "%zz"},
		{"/a#b", 0, "/a#b", ""},
		{"http://10.9.0.1/a/b?c", 0, "/a/b", "c"},
		{"HTTP://10.9.0.1:80", 0, "/", ""},
		{"https://host/a", 0, "/a", ""},
		{"http://host?c", 0, "/", "c"},
		{"a/b://c/d", 0, "/a/b://c/d", ""},
		{"/http://host/a", 0, "/http://host/a", ""},
		/* resolved later, in one place for TFTP too */
		{"/iso/isolinux//sub/../sub/inc.cfg", 0, "/iso/isolinux//sub/../sub/inc.cfg", ""},
		{"/%2e%2e/", 0, "/../", ""},
		{"/%252e", 0, "/%2e", ""},
		/* malformed */
		{"/%", -EINVAL, NULL, NULL},
		{"/%4", -EINVAL, NULL, NULL},
		{"/%zz", -EINVAL, NULL, NULL},
		{"/%4x", -EINVAL, NULL, NULL},
		{"/%00", -EINVAL, NULL, NULL},
		{"/%0a", -EINVAL, NULL, NULL},
		{"/%7F", -EINVAL, NULL, NULL},
		{"/a%2fb%00", -EINVAL, NULL, NULL},
		{"ftp://host/a", -EINVAL, NULL, NULL},
		{"host:80", -EINVAL, NULL, NULL},
		/* separators that are data */
		{"/a%2fb", -ENOENT, NULL, NULL},
		{"/a%2Fb", -ENOENT, NULL, NULL},
		{"/a%5Cb", -ENOENT, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_target target;
		int err = http_target_parse(slice_of(rows[i].target), &target);

		if (err != rows[i].err)
			fail_msg("%s: %d", rows[i].target, err);
		if (err != 0)
			continue;
		assert_string_equal(target.path, rows[i].path);
		assert_true(http_slice_is(target.query, rows[i].query));
	}
}

static void
redirects_stay_on_this_server(void **state)
{
	static const struct {
		const char *target;
		const char *location;
	} rows[] = {
		{"/images/a", "/images/a/"},
		{"images", "/images/"},
		{"/", "/"},
		{"//", "/"},
		{"/a%20b/%C3%A4", "/a%20b/%C3%A4/"},
		{"/a b", "/a%20b/"},
		{"/100%25", "/100%25/"},
		{"/a?json", "/a/?json"},
		{"/a%3Fb", "/a%3Fb/"},
		{"/a\"<>", "/a%22%3C%3E/"},
		{"/a?b\r\nX: y", "/a/?b%0D%0AX:%20y"},
		{"//evil.example", "/evil.example/"},
		{"/\\evil.example", "/evil.example/"},
		{"///\\/evil.example", "/evil.example/"},
		{"/a//b\\c", "/a//b/c/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_target target;
		char location[200];

		assert_int_equal(http_target_parse(slice_of(rows[i].target), &target), 0);
		assert_int_equal(http_target_redirect(&target, location, sizeof(location)), 0);
		assert_string_equal(location, rows[i].location);
	}
}

static void
a_redirect_never_overflows(void **state)
{
	struct http_target target;
	char location[] = "/abc/?d";

	(void)state;
	assert_int_equal(http_target_parse(slice_of("/abc?d"), &target), 0);
	for (size_t size = 0; size < strlen(location) + 1; size++)
		assert_int_equal(http_target_redirect(&target, location, size), -ENAMETOOLONG);
}

static void
the_longest_target_fits(void **state)
{
	static struct http_target target;
	static char text[HTTP_LINE_MAX + 2];

	(void)state;
	memset(text, 'a', HTTP_LINE_MAX);
	assert_int_equal(http_target_parse(slice_of(text), &target), 0);
	assert_int_equal(strlen(target.path), HTTP_LINE_MAX + 1);
	text[HTTP_LINE_MAX] = 'a';
	assert_int_equal(http_target_parse(slice_of(text), &target), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_become_paths),
		cmocka_unit_test(redirects_stay_on_this_server),
		cmocka_unit_test(a_redirect_never_overflows),
		cmocka_unit_test(the_longest_target_fits),
	};

	return cmocka_run_group_tests_name("http_target", tests, NULL, NULL);
}
