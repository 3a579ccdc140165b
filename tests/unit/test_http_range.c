/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Range field: HTTP-22..24.
 */
#include <errno.h>

#include "http_range.h"
#include "http_unit.h"

#define GIB UINT64_C(0x40000000)

struct row {
	const char *value;
	uint64_t size;
	int err;
	uint64_t first;
	uint64_t end;
};

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct http_range range = {77, 77};
		int err = http_range_parse(slice_of(rows[i].value), rows[i].size, &range);
		uint64_t first = rows[i].err == 0 ? rows[i].first : 77;
		uint64_t end = rows[i].err == 0 ? rows[i].end : 77;

		if (err != rows[i].err || range.first != first || range.end != end)
			fail_msg("%s of %ju: %d, %ju to %ju", rows[i].value,
				 (uintmax_t)rows[i].size, err, (uintmax_t)range.first,
				 (uintmax_t)range.end);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void
one_range_is_cut_to_the_file(void **state)
{
	static const struct row rows[] = {
		{"bytes=0-0", 1000, 0, 0, 1},
		{"bytes=0-99", 1000, 0, 0, 100},
		{"bytes=0-999", 1000, 0, 0, 1000},
		{"bytes=0-1000", 1000, 0, 0, 1000},
		{"bytes=999-", 1000, 0, 999, 1000},
		{"bytes=1000-", 1000, -ERANGE, 0, 0},
		{"bytes=1000-1001", 1000, -ERANGE, 0, 0},
		{"bytes=-1", 1000, 0, 999, 1000},
		{"bytes=-1000", 1000, 0, 0, 1000},
		{"bytes=-1001", 1000, 0, 0, 1000},
		{"bytes=-0", 1000, -ERANGE, 0, 0},
		{"bytes=0-", 0, -ERANGE, 0, 0},
		{"bytes=-5", 0, -ERANGE, 0, 0},
		{"BYTES=0-1", 1000, 0, 0, 2},
		{"bytes= 0-1 ", 1000, 0, 0, 2},
	};

	(void)state;
	CHECK(rows);
}

static void
positions_have_64_bits_and_never_wrap(void **state)
{
	static const struct row rows[] = {
		{"bytes=4294967295-4294967295", 5 * GIB, 0, 4 * GIB - 1, 4 * GIB},
		{"bytes=4294967296-4294967296", 5 * GIB, 0, 4 * GIB, 4 * GIB + 1},
		{"bytes=4294967297-", 5 * GIB, 0, 4 * GIB + 1, 5 * GIB},
		{"bytes=-1073741824", 5 * GIB, 0, 4 * GIB, 5 * GIB},
		{"bytes=9223372036854775808-", 1000, -ERANGE, 0, 0},
		{"bytes=18446744073709551615-", 1000, -ERANGE, 0, 0},
		{"bytes=18446744073709551616-", 1000, -ERANGE, 0, 0},
		{"bytes=99999999999999999999-99999999999999999999", 1000, -ERANGE, 0, 0},
		{"bytes=1-18446744073709551615", 1000, 0, 1, 1000},
		{"bytes=1-18446744073709551617", 1000, 0, 1, 1000},
		{"bytes=-99999999999999999999", 1000, 0, 0, 1000},
	};

	(void)state;
	CHECK(rows);
}

static void
what_is_malformed_is_ignored(void **state)
{
	static const struct row rows[] = {
		{"", 1000, -EINVAL, 0, 0},
		{"bytes", 1000, -EINVAL, 0, 0},
		{"bytes=", 1000, -EINVAL, 0, 0},
		{"bytes=,", 1000, -EINVAL, 0, 0},
		{"bytes=-", 1000, -EINVAL, 0, 0},
		{"bytes=5", 1000, -EINVAL, 0, 0},
		{"bytes=5-3", 1000, -EINVAL, 0, 0},
		{"bytes=a-b", 1000, -EINVAL, 0, 0},
		{"bytes=0-b", 1000, -EINVAL, 0, 0},
		{"bytes=+1-2", 1000, -EINVAL, 0, 0},
		{"bytes=0x1-2", 1000, -EINVAL, 0, 0},
		{"bytes=1 -2", 1000, -EINVAL, 0, 0},
		{"bytes=1--2", 1000, -EINVAL, 0, 0},
		{"bytes 0-1", 1000, -EINVAL, 0, 0},
		{"lines=0-1", 1000, -EINVAL, 0, 0},
		{"bytes=0-1,x", 1000, -EINVAL, 0, 0},
		{"bytes=2000-,x", 1000, -EINVAL, 0, 0},
	};

	(void)state;
	CHECK(rows);
}

static void
a_list_becomes_one_range_or_the_whole_file(void **state)
{
	static const struct row rows[] = {
		{"bytes=0-9,10-19", 1000, 0, 0, 20},
		{"bytes=10-19 , 0-9", 1000, 0, 0, 20},
		{"bytes=0-99,50-149", 1000, 0, 0, 150},
		{"bytes=0-99,10-19", 1000, 0, 0, 100},
		{"bytes=,0-9,,", 1000, 0, 0, 10},
		{"bytes=0-9,11-19", 1000, -EINVAL, 0, 0},
		{"bytes=900-,-50", 1000, 0, 900, 1000},
		{"bytes=0-9,2000-", 1000, 0, 0, 10},
		{"bytes=2000-,0-9", 1000, 0, 0, 10},
		{"bytes=2000-,3000-", 1000, -ERANGE, 0, 0},
		{"bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0", 9, 0, 0,
		 1},
		{"bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0", 9,
		 -EINVAL, 0, 0},
	};

	(void)state;
	CHECK(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_range_is_cut_to_the_file),
		cmocka_unit_test(positions_have_64_bits_and_never_wrap),
		cmocka_unit_test(what_is_malformed_is_ignored),
		cmocka_unit_test(a_list_becomes_one_range_or_the_whole_file),
	};

	return cmocka_run_group_tests_name("http_range", tests, NULL, NULL);
}
