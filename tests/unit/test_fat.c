/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FAT on disk: which bytes are a file system and of which kind, entries, and
 * names (ET-3). Whole file systems are in test_fat_walk.c.
 */
#include "fat_unit.h"

static struct bytes
view(const uint8_t *at, size_t length)
{
	return (struct bytes){at, length};
}

static void
kind_follows_from_the_first_sector(void **state)
{
	static const struct {
		const char *name;
		unsigned bits; /* of the sector before the change */
		size_t offset; /* of two bytes that are changed */
		uint16_t value;
		unsigned bits_read; /* 0: refused */
		uint32_t clusters;
		uint64_t length;
	} rows[] = {
		{"12 bits", 12, 0, 0x3ceb, 12, 236, 131072},
		{"16 bits", 16, 0, 0x3ceb, 16, 4180, 2150400},
		{"32 bits", 32, 0, 0x3ceb, 32, 237, 131072},
		{"a near jump", 12, 0, 0x00e9, 12, 236, 131072},
		{"no jump", 12, 0, 0, 0, 0, 0},
		{"no signature", 12, 510, 0, 0, 0, 0},
		{"sectors of 256 bytes", 12, 11, 256, 0, 0, 0},
		{"sectors of 513 bytes", 12, 11, 513, 0, 0, 0},
		{"sectors of 2048 bytes", 12, 11, 2048, 12, 236, 524288},
		{"sectors of 8192 bytes", 12, 11, 8192, 0, 0, 0},
		{"no reserved sector", 12, 14, 0, 0, 0, 0},
		{"the last cluster of 12 bits", 12, 19, 20 + 4084, 12, 4084, 4104 * 512},
		{"the first cluster of 16 bits", 12, 19, 20 + 4085, 16, 4085, 4105 * 512},
		{"clusters that the table has no place for", 16, 19, 60000, 16, 4350, 60000 * 512},
		{"the most sectors of the short field", 16, 19, 65535, 16, 4350, 65535 * 512},
		{"a table as large as the file system", 12, 22, 255, 0, 0, 0},
		{"a table of no length", 32, 36, 0, 0, 0, 0},
		{"a table that fills it all", 12, 22, 253, 12, 0, 131072},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t sector[512] = {0};
		struct fat fat = {0};
		int result;

		put_first_sector(sector, rows[i].bits);
		put_u16(sector + rows[i].offset, rows[i].value);
		result = fat_decode(view(sector, 512), &fat);
		if (fat.bits != rows[i].bits_read || (result == 0) != (rows[i].bits_read != 0) ||
		    fat.cluster_count != rows[i].clusters)
			fail_msg("%s: %d, %u bits, %u clusters", rows[i].name, result, fat.bits,
				 fat.cluster_count);
		assert_int_equal(fat_length(view(sector, 512)), rows[i].length);
	}
}

static void
sector_that_is_cut_is_none(void **state)
{
	uint8_t sector[512] = {0};

	(void)state;
	put_first_sector(sector, 12);
	assert_int_not_equal(fat_length(view(sector, 512)), 0);
	for (size_t length = 0; length < 512; length++)
		assert_int_equal(fat_length(view(sector, length)), 0);
}

static void
parts_lie_one_after_the_other(void **state)
{
	uint8_t sector[512] = {0};
	struct fat fat;

	(void)state;
	put_first_sector(sector, 12);
	sector[16] = 2;
	put_u16(sector + 17, 17); /* the root's last sector has one entry */
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.table, 2 * 512);
	assert_int_equal(fat.root, (2 + 2 * 17) * 512);
	assert_int_equal(fat.root_length, 17 * 32);
	assert_int_equal(fat.data, (2 + 2 * 17 + 2) * 512);

	put_first_sector(sector, 32);
	sector[16] = 2;
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.table, 2 * 512);
	assert_int_equal(fat.root_length, 0);
	assert_int_equal(fat.root_cluster, 2);
	put_u16(sector + 40, 0x81); /* only the second table is in use */
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.table, (2 + 17) * 512);
	put_u16(sector + 40, 0x01); /* all are */
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.table, 2 * 512);
	put_u16(sector + 40, 0x8f);
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.table, 2 * 512);

	/* The most clusters, in a table that is large enough. */
	put_u16(sector + 19, 0);
	sector[16] = 1;
	put_u32(sector + 36, 32769);
	put_u32(sector + 32, 2 + 32769 + FAT_CLUSTERS_MAX);
	assert_int_equal(fat_decode(view(sector, 512), &fat), 0);
	assert_int_equal(fat.cluster_count, FAT_CLUSTERS_MAX);
	put_u32(sector + 32, 2 + 32769 + FAT_CLUSTERS_MAX + 1);
	assert_int_equal(fat_decode(view(sector, 512), &fat), -EBADMSG);
}

static void
entries_of_the_table_are_read(void **state)
{
	static const uint8_t bytes[] = {0x34, 0xa2, 0xb1, 0xf8, 0xff, 0xff, 0xf7, 0xff};
	const struct fat fat12 = {.bits = 12}, fat16 = {.bits = 16}, fat32 = {.bits = 32};
	struct bytes table = view(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(fat_table_entry(&fat12, table, 0), 0x234);
	assert_int_equal(fat_table_entry(&fat12, table, 1), 0xb1a);
	assert_int_equal(fat_table_entry(&fat12, table, 2), FAT_END);
	assert_int_equal(fat_table_entry(&fat12, table, 3), FAT_END);
	assert_int_equal(fat_table_entry(&fat12, table, 4), 0xff7);
	assert_int_equal(fat_table_entry(&fat12, table, 5), FAT_FREE);
	assert_int_equal(fat_table_entry(&fat16, table, 0), 0xa234);
	assert_int_equal(fat_table_entry(&fat16, table, 1), 0xf8b1);
	assert_int_equal(fat_table_entry(&fat16, table, 2), FAT_END);
	assert_int_equal(fat_table_entry(&fat16, table, 3), 0xfff7);
	assert_int_equal(fat_table_entry(&fat16, table, 4), FAT_FREE);
	assert_int_equal(fat_table_entry(&fat32, table, 0), 0x08b1a234);
	assert_int_equal(fat_table_entry(&fat32, table, 1), 0x0ff7ffff);
	assert_int_equal(fat_table_entry(&fat32, table, 2), FAT_FREE);
	assert_int_equal(fat_table_entry(&fat32, view((const uint8_t *)"\xf8\xff\xff\xff", 4), 0),
			 FAT_END);
}

static void
only_32_bits_have_the_upper_half_of_a_cluster(void **state)
{
	const struct fat fat16 = {.bits = 16}, fat32 = {.bits = 32};
	uint8_t entry[FAT_ENTRY_SIZE] = {0};

	(void)state;
	put_u16(entry + 20, 0x1234);
	put_u16(entry + 26, 0x5678);
	put_u32(entry + 28, 9);
	assert_int_equal(fat_entry_decode(&fat16, view(entry, 32)).cluster, 0x5678);
	assert_int_equal(fat_entry_decode(&fat32, view(entry, 32)).cluster, 0x12345678);
	assert_int_equal(fat_entry_decode(&fat32, view(entry, 32)).size, 9);
	assert_int_equal(fat_entry_decode(&fat32, view(entry, 32)).mtime, 0);
	entry[11] = FOLDER;
	assert_int_equal(fat_entry_decode(&fat32, view(entry, 32)).size, 0);
}

static void
short_names_are_formatted(void **state)
{
	static const struct {
		const char *recorded;
		uint8_t flags;
		const char *name;
	} rows[] = {
		{"KERNEL  IMG", 0, "KERNEL.IMG"},
		{"KERNEL  IMG", 0x08, "kernel.IMG"},
		{"KERNEL  IMG", 0x10, "KERNEL.img"},
		{"BOOTX64 EFI", 0x18, "bootx64.efi"},
		{"NOEXT      ", 0, "NOEXT"},
		{"A B     C D", 0, "A B.C D"},
		{"12345678123", 0, "12345678.123"},
		{"\x05S      TXT", 0, "\xe5S.TXT"},
		{"GR\x9aN    TXT", 0x08, "gr\x9an.TXT"},
		{"           ", 0, ""},
		{"        EXT", 0, ".EXT"},
	};
	struct fat_name name = {0};
	char buffer[FAT_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t entry[FAT_ENTRY_SIZE] = {0};
		size_t length;

		memcpy(entry, rows[i].recorded, 11);
		entry[12] = rows[i].flags;
		length = fat_name_finish(&name, view(entry, sizeof(entry)), buffer);
		if (length != strlen(rows[i].name) || memcmp(buffer, rows[i].name, length) != 0)
			fail_msg("%s: %.*s", rows[i].name, (int)length, buffer);
	}
}

static void
long_name_counts_only_when_it_is_whole(void **state)
{
	static const struct {
		const char *name;
		uint8_t orders[4]; /* of the pieces before the entry */
		uint8_t wrong;     /* added to the checksum of the last piece */
		size_t length;     /* of "0123456789abc" and so on; 0: the short name */
	} rows[] = {
		{"one piece", {0x41}, 0, 13},
		{"two pieces", {0x42, 1}, 0, 26},
		{"three pieces", {0x43, 2, 1}, 0, 39},
		{"the first missing", {2, 1}, 0, 0},
		{"one missing", {0x43, 1}, 0, 0},
		{"the last missing", {0x42}, 0, 0},
		{"one twice", {0x42, 1, 1}, 0, 0},
		{"another name before it", {0x42, 0x41}, 0, 13},
		{"a whole name before it", {0x41, 0x42, 1}, 0, 26},
		{"a whole name before a part", {0x42, 1, 0x42}, 0, 0},
		{"number 0", {0x40}, 0, 0},
		{"more pieces than a name has", {0x40 + 21}, 0, 0},
		{"the checksum of another name", {0x41}, 1, 0},
		{"checksums that differ", {0x42, 1}, 1, 0},
		{"no piece at all", {0}, 0, 0},
	};
	static const char text[] = "0123456789abc";
	const char *recorded = "SHORT   TXT";
	char buffer[FAT_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fat_name name = {0};
		uint8_t entry[FAT_ENTRY_SIZE] = {0};
		uint8_t piece[FAT_ENTRY_SIZE];
		uint16_t units[13];
		size_t length, wanted = rows[i].length ? rows[i].length : 9;

		for (size_t k = 0; k < 13; k++)
			units[k] = (uint8_t)text[k];
		for (size_t k = 0; rows[i].orders[k] != 0; k++) {
			bool is_last = rows[i].orders[k + 1] == 0;

			put_name_piece(
				piece, rows[i].orders[k],
				(uint8_t)(disk_checksum(recorded) + (is_last ? rows[i].wrong : 0)),
				units, 13);
			fat_name_add(&name, view(piece, sizeof(piece)));
		}
		memcpy(entry, recorded, 11);
		length = fat_name_finish(&name, view(entry, sizeof(entry)), buffer);
		if (length != wanted || memcmp(buffer, rows[i].length ? text : "SHORT.TXT",
					       wanted > 13 ? 13 : wanted) != 0)
			fail_msg("%s: %.*s", rows[i].name, (int)length, buffer);
		/* And only for one entry. */
		length = fat_name_finish(&name, view(entry, sizeof(entry)), buffer);
		assert_int_equal(length, 9);
	}
}

static void
long_name_becomes_utf_8(void **state)
{
	static const struct {
		uint16_t units[5];
		const char *name;
	} rows[] = {
		{{'g', 'r', 0xfc, 'n'}, "gr\xc3\xbcn"},
		{{0x65e5, 0x672c}, "\xe6\x97\xa5\xe6\x9c\xac"},
		{{0xd83d, 0xdcbf, 'x'}, "\xf0\x9f\x92\xbfx"},
		{{0xd83d, 'x'}, "\xef\xbf\xbdx"},
		{{0xdcbf, 'x'}, "\xef\xbf\xbdx"},
		{{'x', 0xd83d}, "x\xef\xbf\xbd"},
		{{0}, "SHORT.TXT"},
	};
	const char *recorded = "SHORT   TXT";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fat_name name = {0};
		uint8_t entry[FAT_ENTRY_SIZE] = {0};
		uint8_t piece[FAT_ENTRY_SIZE];
		char buffer[FAT_NAME_SIZE];
		size_t length;

		put_name_piece(piece, 0x41, disk_checksum(recorded), rows[i].units, 5);
		fat_name_add(&name, view(piece, sizeof(piece)));
		memcpy(entry, recorded, 11);
		length = fat_name_finish(&name, view(entry, sizeof(entry)), buffer);
		if (length != strlen(rows[i].name) || memcmp(buffer, rows[i].name, length) != 0)
			fail_msg("%s: %.*s", rows[i].name, (int)length, buffer);
	}
}

static void
longest_name_fits(void **state)
{
	const char *recorded = "SHORT   TXT";
	struct fat_name *name = calloc(1, sizeof(*name));
	char *buffer = malloc(FAT_NAME_SIZE);
	uint8_t entry[FAT_ENTRY_SIZE] = {0};
	uint8_t piece[FAT_ENTRY_SIZE];
	uint16_t units[13];

	(void)state;
	for (size_t i = 0; i < 13; i++)
		units[i] = 0xffee;
	for (unsigned number = FAT_NAME_PIECES; number > 0; number--) {
		put_name_piece(piece, (uint8_t)(number | (number == FAT_NAME_PIECES ? 0x40 : 0)),
			       disk_checksum(recorded), units, 13);
		fat_name_add(name, view(piece, sizeof(piece)));
	}
	memcpy(entry, recorded, 11);
	assert_int_equal(fat_name_finish(name, view(entry, sizeof(entry)), buffer), FAT_NAME_SIZE);
	free(buffer);
	free(name);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kind_follows_from_the_first_sector),
		cmocka_unit_test(sector_that_is_cut_is_none),
		cmocka_unit_test(parts_lie_one_after_the_other),
		cmocka_unit_test(entries_of_the_table_are_read),
		cmocka_unit_test(only_32_bits_have_the_upper_half_of_a_cluster),
		cmocka_unit_test(short_names_are_formatted),
		cmocka_unit_test(long_name_counts_only_when_it_is_whole),
		cmocka_unit_test(long_name_becomes_utf_8),
		cmocka_unit_test(longest_name_fits),
	};

	return cmocka_run_group_tests_name("fat", tests, NULL, NULL);
}
