/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths of clients: one clean form, and no way out of the tree
 * (TFTP-38..42).
 */
#include <errno.h>
#include <string.h>

#include "path.h"
#include "unit.h"

#define NAME_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
clean_form_is_the_same_however_it_was_written(void **state)
{
	static const struct {
		const char *raw;
		const char *clean;
	} rows[] = {
		{"", ""},
		{"/", ""},
		{"\\", ""},
		{"images/deb/vmlinuz", "images/deb/vmlinuz"},
		{"/images/deb/vmlinuz", "images/deb/vmlinuz"},
		{"//\\/images", "images"},
		{"\\Boot\\BCD", "Boot/BCD"},
		{"/boot\\x", "boot/x"},
		{"a//b///c", "a/b/c"},
		{"a/./b", "a/b"},
		{"./.", ""},
		{"a/", "a"},
		{"a/../b", "b"},
		{"a/b/..", "a"},
		{"a/b/../..", ""},
		{"a\\..\\b", "b"},
		{"iso/isolinux/../up.cfg", "iso/up.cfg"},
		{".../..x/x..", ".../..x/x.."},
		{"caf\xc3\xa9/\xe9", "caf\xc3\xa9/\xe9"},
		{"a%2fb", "a%2fb"},
		{"with space", "with space"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char clean[PATH_SIZE];
		if (path_clean(rows[i].raw, clean, sizeof(clean)))
			fail_msg("\"%s\" is refused", rows[i].raw);
		if (strcmp(clean, rows[i].clean) != 0)
			fail_msg("\"%s\" becomes \"%s\"", rows[i].raw, clean);
		/* In place gives the same. */
		memcpy(clean, rows[i].raw, strlen(rows[i].raw) + 1);
		assert_int_equal(path_clean(clean, clean, sizeof(clean)), 0);
		assert_string_equal(clean, rows[i].clean);
	}
}

static void
path_that_is_no_good_is_refused_and_never_bent(void **state)
{
	static const struct {
		const char *raw;
		int err;
	} rows[] = {
		{"..", -EACCES},           {"../../etc/passwd", -EACCES},
		{"/../x", -EACCES},        {"..\\..\\x", -EACCES},
		{"a/../../x", -EACCES},    {"a//../../x", -EACCES},
		{"./..", -EACCES},         {"a\nb", -EINVAL},
		{"a\x7f", -EINVAL},        {"\x01", -EINVAL},
		{"a\x1b[31m/..", -EINVAL}, {NAME_64 NAME_64 NAME_64 NAME_64, -ENAMETOOLONG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char clean[PATH_SIZE];
		int err = path_clean(rows[i].raw, clean, sizeof(clean));
		if (err != rows[i].err)
			fail_msg("\"%s\" gives %d", rows[i].raw, err);
	}
}

static void
path_that_does_not_fit_is_refused(void **state)
{
	char clean[8];

	(void)state;
	assert_int_equal(path_clean("ab/cdef", clean, 8), 0);
	assert_string_equal(clean, "ab/cdef");
	assert_int_equal(path_clean("ab/cdefg", clean, 8), -ENAMETOOLONG);
	assert_int_equal(path_clean("abcdefg", clean, 8), 0);
	assert_int_equal(path_clean("abcdefgh", clean, 8), -ENAMETOOLONG);
	assert_int_equal(path_clean("a", clean, 1), -ENAMETOOLONG);
	assert_int_equal(path_clean("", clean, 1), 0);
	assert_int_equal(path_clean("", clean, 0), -ENAMETOOLONG);
}

static void
segment_may_have_255_bytes(void **state)
{
	char raw[PATH_SIZE] = {0};
	char clean[PATH_SIZE];

	(void)state;
	memset(raw, 'a', 255);
	assert_int_equal(path_clean(raw, clean, sizeof(clean)), 0);
	raw[255] = 'a';
	assert_int_equal(path_clean(raw, clean, sizeof(clean)), -ENAMETOOLONG);
}

static void
double_slash_divides_a_path_at_its_last(void **state)
{
	static const struct {
		const char *raw;
		int err;
		const char *head, *tail;
	} rows[] = {
		{"iso/isolinux//install.amd/vmlinuz", 0, "iso/isolinux", "install.amd/vmlinuz"},
		{"/iso/isolinux//sub/../inc.cfg", 0, "iso/isolinux", "inc.cfg"},
		{"a//b//c", 0, "a/b", "c"},
		{"a///c", 0, "a", "c"},
		{"a\\\\c", 0, "a", "c"},
		{"a/\\c", 0, "a", "c"},
		{"a//", 0, "a", ""},
		{"a/x/..//c", 0, "a", "c"},
		{"//a/b", -ENOENT, NULL, NULL},
		{"a/b", -ENOENT, NULL, NULL},
		{"a/", -ENOENT, NULL, NULL},
		{"", -ENOENT, NULL, NULL},
		{"//", -ENOENT, NULL, NULL},
		{"a//../c", -EACCES, NULL, NULL},
		{"../a//c", -EACCES, NULL, NULL},
		{"a//c\n", -EINVAL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[PATH_SIZE], tail[PATH_SIZE];
		int err = path_split_double_slash(rows[i].raw, head, tail, sizeof(head));
		if (err != rows[i].err)
			fail_msg("\"%s\" gives %d", rows[i].raw, err);
		if (!err && (strcmp(head, rows[i].head) != 0 || strcmp(tail, rows[i].tail) != 0))
			fail_msg("\"%s\" gives \"%s\" and \"%s\"", rows[i].raw, head, tail);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_form_is_the_same_however_it_was_written),
		cmocka_unit_test(path_that_is_no_good_is_refused_and_never_bent),
		cmocka_unit_test(path_that_does_not_fit_is_refused),
		cmocka_unit_test(segment_may_have_255_bytes),
		cmocka_unit_test(double_slash_divides_a_path_at_its_last),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
