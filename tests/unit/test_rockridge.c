/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rock Ridge: names, links, times and deep directories, in one area, in many,
 * and in areas that were made to hurt (ISO-15..20).
 */
#include "rockridge.h"

#include "iso_unit.h"

#define BYTES(text) (text), sizeof(text) - 1

/* A system use area that is written entry by entry. */
struct area {
	uint8_t bytes[4096];
	size_t length;
};

static void
put(struct area *area, const char *signature, const void *data, size_t length)
{
	uint8_t *at = area->bytes + area->length;

	memcpy(at, signature, 2);
	at[2] = (uint8_t)(length + 4);
	at[3] = 1;
	memcpy(at + 4, data, length);
	area->length += length + 4;
}

static void
put_continuation(struct area *area, uint32_t block, uint32_t offset, uint32_t length)
{
	uint8_t data[24] = {0};

	put_u32(data, block);
	put_u32(data + 8, offset);
	put_u32(data + 16, length);
	put(area, "CE", data, sizeof(data));
}

/* The continuation areas of a test: read by block number. */
static struct area areas[4];
static unsigned reads;

static int
read_area(void *context, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	struct area *area = &areas[offset / SECTOR % 4];

	(void)context;
	reads++;
	*ret_bytes =
		bytes_slice((struct bytes){area->bytes, area->length}, offset % SECTOR, length);
	return 0;
}

static int
fail_to_read(void *context, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	(void)context;
	(void)offset;
	(void)length;
	(void)ret_bytes;
	return -EIO;
}

static struct rock_ridge
decode(const struct area *area)
{
	const struct continuation_source source = {read_area, NULL};
	struct rock_ridge rock;
	/* Its exact size, so that reading one byte too many is seen. */
	uint8_t *copy = malloc(area->length ? area->length : 1);

	memcpy(copy, area->bytes, area->length);
	reads = 0;
	assert_int_equal(rock_ridge_decode((struct bytes){copy, area->length}, 0, &source, &rock),
			 0);
	free(copy);
	return rock;
}

static void
name_is_put_together(void **state)
{
	static const struct {
		const char *name;
		const char *first;
		size_t first_length;
		const char *second;
		size_t second_length;
		const char *result;
	} rows[] = {
		{"one part", BYTES("\0name"), BYTES(""), "name"},
		{"two parts", BYTES("\1long-"), BYTES("\0name"), "long-name"},
		{"second after the end", BYTES("\0name"), BYTES("\0more"), "name"},
		{"never ends", BYTES("\1name"), BYTES(""), "name"},
		{"current directory", BYTES("\2"), BYTES(""), ""},
		{"parent directory", BYTES("\4"), BYTES(""), ""},
		{"empty", BYTES("\0"), BYTES(""), ""},
		{"without flags", BYTES(""), BYTES(""), ""},
		{"not of CD-XA", BYTES("\0eXAmple.txt"), BYTES(""), "eXAmple.txt"},
		{"nor short", BYTES("\0eXA"), BYTES(""), "eXA"},
		{"UTF-8", BYTES("\1caf\xc3"), BYTES("\0\xa9"), "caf\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct area area = {.length = 0};
		struct rock_ridge rock;

		put(&area, "NM", rows[i].first, rows[i].first_length);
		if (rows[i].second_length > 0)
			put(&area, "NM", rows[i].second, rows[i].second_length);
		rock = decode(&area);
		if (strcmp(rock.name, rows[i].result) != 0)
			fail_msg("%s gives %s", rows[i].name, rock.name);
		assert_true(rock.is_present);
	}
}

static void
name_ends_at_255_bytes_and_not_within_a_character(void **state)
{
	struct area area = {.length = 0};
	char part[201] = {1};
	struct rock_ridge rock;

	(void)state;
	memset(part + 1, 'x', 200);
	put(&area, "NM", part, 201);
	/* 54 x and then a character of three bytes, of which one would fit. */
	memcpy(part + 1 + 54, "\xe2\x82\xac", 3);
	put(&area, "NM", part, 201);
	rock = decode(&area);
	assert_int_equal(strlen(rock.name), 254);
	assert_int_equal(rock.name[253], 'x');
}

static void
attributes_are_decoded(void **state)
{
	struct area area = {.length = 0};
	uint8_t mode[32] = {0};
	struct rock_ridge rock;

	(void)state;
	put_u32(mode, 0100644);
	put(&area, "PX", mode, sizeof(mode));
	put(&area, "TF", BYTES("\x03\x46\1\1\0\0\0\0\x7e\x0b\x16\x0c\0\0\0"));
	put(&area, "PL", BYTES("\1\2\3\4\1\2\3\4"));
	put(&area, "RE", BYTES(""));
	put(&area, "ZF", BYTES("pz\4\17\0\0\0\0\0\0\0\0"));
	rock = decode(&area);
	assert_int_equal(rock.mode, 0100644);
	assert_true(rock.has_mtime);
	assert_int_equal(rock.mtime, 1795348800);
	assert_true(rock.is_relocated && rock.is_encoded && !rock.is_link && !rock.is_elsewhere);

	area.length = 0;
	put(&area, "TF",
	    BYTES("\x82"
		  "2026112212000000\0"));
	put(&area, "CL", BYTES("\x10\0\0\0\0\0\0\x10"));
	rock = decode(&area);
	assert_int_equal(rock.mtime, 1795348800);
	assert_true(rock.is_elsewhere && !rock.is_relocated && !rock.is_encoded);
	assert_int_equal(rock.child_offset, 16 * SECTOR);
	assert_int_equal(rock.mode, 0);
}

static void
attribute_that_is_cut_short_counts_for_nothing(void **state)
{
	static const struct {
		const char *signature;
		const char *data;
		size_t length;
	} rows[] = {
		{"PX", BYTES("\xa4\x81\0\0\xa4\x81\0")},
		{"TF", BYTES("\x02\x7e\x0b\x16\x0c\0\0")},
		{"TF", BYTES("\x01\x7e\x0b\x16\x0c\0\0\0")},
		{"TF", BYTES("")},
		{"CL", BYTES("\x10\0\0\0")},
		{"CE", BYTES("\1\0\0\0\0\0\0\0\0\0\0\0")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct area area = {.length = 0};
		struct rock_ridge rock;

		put(&area, rows[i].signature, rows[i].data, rows[i].length);
		rock = decode(&area);
		assert_int_equal(rock.mode, 0);
		assert_false(rock.has_mtime || rock.is_elsewhere);
		assert_int_equal(reads, 0);
	}
}

static void
link_target_is_put_together(void **state)
{
	static const struct {
		const char *data[3]; /* SL entries */
		size_t length[3];
		const char *target;
	} rows[] = {
		{{"\0\0\3usr"}, {6}, "usr"},
		{{"\0\0\3usr\0\3bin"}, {11}, "usr/bin"},
		{{"\0\x8\0\0\3usr"}, {8}, "/usr"},
		{{"\0\x8\0"}, {3}, "/"},
		{{"\0\4\0\4\0\0\1x"}, {8}, "../../x"},
		{{"\0\2\0\0\1x"}, {6}, "./x"},
		{{"\1\0\3usr", "\0\0\3bin"}, {6, 6}, "usr/bin"},
		{{"\1\1\3usr", "\0\0\3bin"}, {6, 6}, "usrbin"},
		{{"\0\0\3usr", "\0\0\3bin"}, {6, 6}, "usr"},
		{{"\0\0\x63usr"}, {6}, "usr"},
		{{"\0"}, {1}, ""},
		{{"\1\x8\0", "\1\0\1a", "\0\0\1b"}, {3, 4, 4}, "/a/b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct area area = {.length = 0};
		struct rock_ridge rock;

		for (size_t k = 0; k < 3 && rows[i].data[k]; k++)
			put(&area, "SL", rows[i].data[k], rows[i].length[k]);
		rock = decode(&area);
		assert_true(rock.is_link);
		assert_string_equal(rock.target, rows[i].target);
	}
}

static void
link_target_that_is_too_long_is_none(void **state)
{
	static uint8_t component[251] = {1, 1, 248};
	struct area area = {.length = 0};

	(void)state;
	memset(component + 3, 'x', 248);
	memset(areas, 0, sizeof(areas));
	for (int i = 0; i < 15; i++)
		put(&area, "SL", component, sizeof(component));
	assert_int_equal(strlen(decode(&area).target), 15 * 248);
	put_continuation(&area, 1, 0, 1000);
	put(&areas[1], "SL", component, sizeof(component));
	put(&areas[1], "SL", component, sizeof(component));
	assert_string_equal(decode(&area).target, "");
}

static void
area_goes_on_elsewhere(void **state)
{
	struct area area = {.length = 0};
	struct rock_ridge rock;

	(void)state;
	memset(areas, 0, sizeof(areas));
	put_continuation(&area, 1, 100, 200);
	put(&area, "NM", BYTES("\1one-"));
	areas[1].length = 100;
	put(&areas[1], "NM", BYTES("\1two-"));
	put_continuation(&areas[1], 2, 0, 11);
	put(&areas[2], "NM", BYTES("\1three-"));
	put(&areas[2], "NM", BYTES("\0beyond the length"));
	rock = decode(&area);
	assert_string_equal(rock.name, "one-two-three-");
	assert_int_equal(reads, 2);
}

static void
loop_of_areas_ends(void **state)
{
	struct area area = {.length = 0};

	(void)state;
	memset(areas, 0, sizeof(areas));
	put_continuation(&area, 1, 0, 100);
	put_continuation(&areas[1], 2, 0, 100);
	put_continuation(&areas[2], 1, 0, 100);
	decode(&area);
	assert_int_equal(reads, CONTINUATIONS_MAX);

	/* So large an area was never written by anybody. */
	area.length = 0;
	put_continuation(&area, 1, 0, CONTINUATION_SIZE_MAX + 1);
	decode(&area);
	assert_int_equal(reads, 0);
}

static void
error_of_reading_is_handed_on(void **state)
{
	const struct continuation_source source = {fail_to_read, NULL};
	struct area area = {.length = 0};
	struct rock_ridge rock;

	(void)state;
	put_continuation(&area, 1, 0, 100);
	assert_int_equal(
		rock_ridge_decode((struct bytes){area.bytes, area.length}, 0, &source, &rock),
		-EIO);
}

static void
area_that_makes_no_sense_ends(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		size_t length;
	} rows[] = {
		{"length 0", BYTES("XX\0\1NM\x9\1\0name")},
		{"length 3", BYTES("XX\3\1NM\x9\1\0name")},
		{"longer than the area", BYTES("NM\xa\1\0name")},
		{"terminated", BYTES("ST\4\1NM\x9\1\0name")},
		{"too short for an entry", BYTES("NM\x9")},
		{"nothing", BYTES("")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct area area = {.length = rows[i].length};
		struct rock_ridge rock;

		memcpy(area.bytes, rows[i].bytes, rows[i].length);
		rock = decode(&area);
		if (rock.is_present || rock.name[0] != '\0')
			fail_msg("%s was read", rows[i].name);
	}
}

static void
bytes_to_skip_are_those_of_sp(void **state)
{
	static const struct {
		const char *bytes;
		size_t length, skip;
	} rows[] = {
		{BYTES("SP\7\1\xbe\xef\5"), 5},
		{BYTES("SP\7\1\xbe\xef\0"), 0},
		{BYTES("SP\7\1\xbe\xee\5"), 0},
		{BYTES("SP\7\1\xbe\xef"), 0},
		{BYTES("PX\7\1\xbe\xef\5"), 0},
		{BYTES("\0\0\0\0\x0d\x55XA\0\0\0\0\0\0SP\7\1\xbe\xef\16"), 14},
		{BYTES(""), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes area = {(const uint8_t *)rows[i].bytes, rows[i].length};

		assert_int_equal(susp_skip(area), rows[i].skip);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_is_put_together),
		cmocka_unit_test(name_ends_at_255_bytes_and_not_within_a_character),
		cmocka_unit_test(attributes_are_decoded),
		cmocka_unit_test(attribute_that_is_cut_short_counts_for_nothing),
		cmocka_unit_test(link_target_is_put_together),
		cmocka_unit_test(link_target_that_is_too_long_is_none),
		cmocka_unit_test(area_goes_on_elsewhere),
		cmocka_unit_test(loop_of_areas_ends),
		cmocka_unit_test(error_of_reading_is_handed_on),
		cmocka_unit_test(area_that_makes_no_sense_ends),
		cmocka_unit_test(bytes_to_skip_are_those_of_sp),
	};

	return cmocka_run_group_tests_name("rockridge", tests, NULL, NULL);
}
