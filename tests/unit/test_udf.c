/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF's descriptors, one by one (UDF-2..6). Whole images are in
 * test_udf_volume.c and test_udf_walk.c.
 */
#include "udf_unit.h"

static struct bytes
text_bytes(const char *text, size_t length)
{
	return (struct bytes){(const uint8_t *)text, length};
}

static void
checksum_is_that_of_the_standard(void **state)
{
	(void)state;
	/* ECMA-167 3/7.2.6 gives this example. */
	assert_int_equal(udf_crc(text_bytes("\x70\x6a\x77", 3)), 0x3299);
	assert_int_equal(udf_crc(text_bytes("123456789", 9)), 0x31c3);
	assert_int_equal(udf_crc(text_bytes("", 0)), 0);
}

static void
tag_is_refused_when_a_byte_of_it_or_behind_it_changes(void **state)
{
	uint8_t block[SECTOR] = {0};
	struct bytes bytes = {block, sizeof(block)};
	struct udf_partition partition;

	(void)state;
	put_u32(block + 188, 3);
	udf_seal(block, 5, 77, 200);
	assert_int_equal(udf_partition_decode(bytes, 77, &partition), 0);
	assert_int_equal(partition.extent.offset, 3 * SECTOR);
	assert_int_equal(udf_partition_decode(bytes, 78, &partition), -EBADMSG);
	for (size_t i = 0; i < 200; i++) {
		block[i] ^= 1;
		if (udf_partition_decode(bytes, 77, &partition) != -EBADMSG)
			fail_msg("byte %zu does not count", i);
		block[i] ^= 1;
	}
	block[200] ^= 1;
	assert_int_equal(udf_partition_decode(bytes, 77, &partition), 0);
	assert_int_equal(udf_tag_length(bytes), 200);
	assert_false(udf_tag_check((struct bytes){block, 199}));
	assert_false(udf_tag_check((struct bytes){block, 15}));
	assert_false(udf_tag_check((struct bytes){block, 0}));
}

static void
names_become_utf_8(void **state)
{
	static const struct {
		const char *name;
		const char *recorded;
		size_t length;
		const char *expected;
	} rows[] = {
		{"8 bits", "\x08README", 7, "README"},
		{"8 bits are Latin-1", "\x08Zo\xeb", 4, "Zo\xc3\xab"},
		{"16 bits", "\x10\x65\xe5\x67\x2c", 5, "\xe6\x97\xa5\xe6\x9c\xac"},
		{"16 bits and a pair", "\x10\xd8\x3d\xdc\xbf", 5, "\xf0\x9f\x92\xbf"},
		{"half a pair", "\x10\xd8\x3d", 3, "\xef\xbf\xbd"},
		{"half a unit", "\x10\x00\x41\x00", 4, "A"},
		{"no characters", "\x08", 1, ""},
		{"nothing", "", 0, ""},
		{"of a deleted entry", "\xff\x41", 2, ""},
		{"9 bits", "\x09\x41", 2, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[UDF_NAME_SIZE];
		size_t length = udf_name_decode(text_bytes(rows[i].recorded, rows[i].length), name);

		if (length != strlen(rows[i].expected) ||
		    memcmp(name, rows[i].expected, length) != 0)
			fail_msg("%s: \"%.*s\"", rows[i].name, (int)length, name);
	}
}

static void
longest_names_fit(void **state)
{
	char recorded[255], name[UDF_NAME_SIZE];

	(void)state;
	memset(recorded, 0xff, sizeof(recorded));
	recorded[0] = 8;
	assert_int_equal(udf_name_decode(text_bytes(recorded, 255), name), 254 * 2);
	recorded[0] = 16;
	assert_int_equal(udf_name_decode(text_bytes(recorded, 255), name), 127 * 3);
}

static void
dates_are_local_with_their_zone(void **state)
{
	static const struct {
		const char *name;
		uint16_t zone;
		int64_t expected;
	} rows[] = {
		{"east", 0x1000 + 60, 1795350896 - 3600},
		{"west", 0x1fff & ~59, 1795350896 + 60 * 60},
		{"not given", 0x1801, 1795350896},
		{"nonsense", 0x1000 + 1441, 1795350896},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t block[SECTOR] = {0};
		struct udf_file_set set;

		udf_put_date(block + 16);
		put_u16(block + 16, rows[i].zone);
		udf_seal(block, 256, 0, 512);
		assert_int_equal(udf_file_set_decode((struct bytes){block, SECTOR}, 0, &set), 0);
		if (set.created != rows[i].expected)
			fail_msg("%s: %lld", rows[i].name, (long long)set.created);
	}
}

static void
allocations_are_short_or_long(void **state)
{
	static const uint8_t list[] = {5, 8, 0, 0x40, 9, 0, 0, 0, 2, 0, 0xff, 0, 0, 0, 0, 0, 0, 0};
	struct bytes bytes = {list, 16};
	struct udf_allocation allocation = {0};

	(void)state;
	assert_int_equal(udf_allocation_decode(bytes, UDF_FORM_SHORT, 3, &allocation), 8);
	assert_int_equal(allocation.kind, UDF_NOT_RECORDED);
	assert_int_equal(allocation.length, 0x805);
	assert_int_equal(allocation.at.block, 9);
	assert_int_equal(allocation.at.partition, 3);
	assert_int_equal(udf_allocation_decode(bytes, UDF_FORM_LONG, 3, &allocation), 16);
	assert_int_equal(allocation.at.partition, 2);
	bytes.length = 15;
	assert_int_equal(udf_allocation_decode(bytes, UDF_FORM_LONG, 3, &allocation), 0);
	bytes = text_bytes("\0\0\0\xc0\0\0\0\0", 8);
	assert_int_equal(udf_allocation_decode(bytes, UDF_FORM_SHORT, 3, &allocation), 0);
}

static void
entry_is_refused_when_it_makes_no_sense(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint32_t value; /* of four bytes */
		int expected;
	} rows[] = {
		{"as it is", 180, 10, 0},
		{"attributes before the allocations", 168, SECTOR - 176 - 32, 0},
		{"attributes to the end of the block", 168, SECTOR - 176 - 31, -EBADMSG},
		{"attributes beyond all", 168, UINT32_MAX, -EBADMSG},
		{"allocations to the end of the block", 172, SECTOR - 176, 0},
		{"allocations past it", 172, SECTOR - 175, -EBADMSG},
		{"allocations beyond all", 172, UINT32_MAX, -EBADMSG},
		{"strategy 4096", 20, 4096, -EBADMSG},
		{"extended allocations", 34, 2, -EBADMSG},
		{"allocations of a form that is none", 34, 4, -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = udf_new_with_file();
		struct udf_entry entry;
		int result;

		put_u32(udf_at(image, 3) + rows[i].offset, rows[i].value);
		udf_seal_again(udf_at(image, 3));
		result = udf_entry_decode((struct bytes){udf_at(image, 3), SECTOR}, 3, &entry);
		if (result != rows[i].expected)
			fail_msg("%s: %d", rows[i].name, result);
		free(image);
	}
}

static void
identifier_ends_where_its_name_does(void **state)
{
	uint8_t block[SECTOR] = {0};
	struct image *image = calloc(1, sizeof(*image));
	struct spot spot = {0};
	struct udf_identifier identifier;
	struct bytes bytes;

	(void)state;
	udf_identifier(image, &spot, "\10NAME", 9, FLAG_HIDDEN);
	bytes = (struct bytes){image->bytes, spot.offset};
	assert_int_equal(spot.offset, 44);
	assert_int_equal(udf_identifier_length(bytes), 44);
	assert_int_equal(udf_identifier_decode(bytes, &identifier), 0);
	assert_int_equal(identifier.entry.block, 9);
	assert_int_equal(identifier.name.length, 5);
	assert_false(identifier.is_deleted || identifier.is_parent);
	image->bytes[19] = 7;
	udf_seal_again(image->bytes);
	assert_int_equal(udf_identifier_decode(bytes, &identifier), -EBADMSG);
	memset(block, 0xff, sizeof(block));
	assert_int_equal(udf_identifier_length((struct bytes){block, 38}), 65828);
	free(image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum_is_that_of_the_standard),
		cmocka_unit_test(tag_is_refused_when_a_byte_of_it_or_behind_it_changes),
		cmocka_unit_test(names_become_utf_8),
		cmocka_unit_test(longest_names_fit),
		cmocka_unit_test(dates_are_local_with_their_zone),
		cmocka_unit_test(allocations_are_short_or_long),
		cmocka_unit_test(entry_is_refused_when_it_makes_no_sense),
		cmocka_unit_test(identifier_ends_where_its_name_does),
	};

	return cmocka_run_group_tests_name("udf", tests, NULL, NULL);
}
