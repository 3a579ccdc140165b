/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole EFI images, written byte by byte: their files are below "@efi", what
 * is broken is named and never served, and no chain goes on for ever (ET-3).
 */
#include "fat_unit.h"
#include "index_layout.h"

static const unsigned kinds[] = {12, 16, 32};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void
files_are_below_efi(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct disk disk = disk_new(kinds[i]);
		size_t boot = disk_cluster(&disk, 6), kernel = disk_cluster(&disk, 10);
		const struct extent *extents;
		struct index *index;
		uint32_t count;

		disk_link(&disk, 5, DISK_END);
		disk_link(&disk, 6, 7);
		disk_link(&disk, 7, DISK_END);
		disk_link(&disk, 10, 9);
		disk_link(&disk, 9, 11);
		disk_link(&disk, 11, 12);
		disk_link(&disk, 12, DISK_END);
		disk_entry(&disk, "LABEL      ", LABEL, 0, 0);
		disk_entry(&disk, "EFI        ", FOLDER, 5, 0);
		disk_entry(&disk, "\xe5LD     TXT", 0, 10, 100);
		disk_entry(&disk, "VMLINUZ    ", READ_ONLY, 10, 3 * 512 + 1);
		disk_entry(&disk, "NOTHING    ", 0, 0, 0);
		disk_enter(&disk, 5);
		disk_entry(&disk, ".          ", FOLDER, 5, 0);
		disk_entry(&disk, "..         ", FOLDER, 0, 0);
		disk_entry(&disk, "BOOTX64 EFI", 0, 6, 1024)[12] = 0x18;
		disk.spot += FAT_ENTRY_SIZE;
		disk_entry(&disk, "RUBBISH    ", 0, 6, 1024);
		index = disk_index(&disk);

		assert_string_equal(index_volume(index)->damage, "");
		assert_string_equal(names_in(index, ""), "@efi ");
		assert_string_equal(names_in(index, "@efi"), "EFI NOTHING VMLINUZ ");
		assert_string_equal(names_in(index, "@efi/EFI"), "bootx64.efi ");
		assert_int_equal(index_mtime(index, find(index, "@efi/VMLINUZ")), 1795350896);
		assert_int_equal(index_size(index, find(index, "@efi/VMLINUZ")), 3 * 512 + 1);
		extents = index_extents(index, find(index, "@efi/VMLINUZ"), &count);
		assert_int_equal(count, 3);
		assert_int_equal(extents[0].offset, kernel);
		assert_int_equal(extents[1].offset, kernel - 512);
		assert_int_equal(extents[2].offset, kernel + 512);
		assert_int_equal(extents[2].length, 513);
		extents = index_extents(index, find(index, "@efi/EFI/bootx64.efi"), &count);
		assert_int_equal(count, 1);
		assert_int_equal(extents[0].offset, boot);
		index_extents(index, find(index, "@efi/NOTHING"), &count);
		assert_int_equal(count, 0);
		index_close(index);
	}
}

/* A directory in clusters 5 and 6, with a long name over the end of one. */
static void
name_goes_on_in_the_next_cluster(void **state)
{
	struct disk disk = disk_new(12);
	uint16_t units[26];
	struct index *index;

	(void)state;
	for (size_t i = 0; i < 26; i++)
		units[i] = (uint16_t)('a' + i);
	disk_entry(&disk, "FOLDER     ", FOLDER, 5, 0);
	disk_link(&disk, 5, 6);
	disk_link(&disk, 6, DISK_END);
	disk_enter(&disk, 5);
	for (int i = 0; i < 15; i++)
		disk_entry(&disk, "\xe5          ", 0, 0, 0);
	disk_long_name(&disk, "ABCDEF~1   ", units, 26);
	disk_entry(&disk, "ABCDEF~1   ", 0, 0, 0);
	index = disk_index(&disk);
	assert_string_equal(names_in(index, "@efi/FOLDER"), "abcdefghijklmnopqrstuvwxyz ");
	index_close(index);
}

/* A file or directory at cluster 5, which leads to 6, in an image that has
   another file at 10 and 11. */
static void
broken_chain_is_named_and_never_served(void **state)
{
	static const struct {
		const char *name;
		uint8_t attributes;
		uint32_t cluster, size;
		uint32_t links[2]; /* of 5 and 6 */
		bool is_broken;
	} rows[] = {
		{"whole", 0, 5, 1024, {6, DISK_END}, false},
		{"longer than the file", 0, 5, 512, {6, DISK_END}, false},
		{"longer, and broken there", 0, 5, 512, {6, 0}, false},
		{"too short by a byte", 0, 5, 1025, {6, DISK_END}, true},
		{"far too short", 0, 5, UINT32_MAX, {6, DISK_END}, true},
		{"into a free cluster", 0, 5, 1025, {6, 20}, true},
		{"from a free cluster", 0, 20, 1, {6, DISK_END}, true},
		{"to itself", 0, 5, 4096, {5, DISK_END}, true},
		{"in a circle", 0, 5, UINT32_MAX, {6, 5}, true},
		{"into another file", 0, 5, 1025, {6, 10}, true},
		{"to cluster 0", 0, 5, 1025, {6, 0}, true},
		{"to cluster 1", 0, 5, 1025, {6, 1}, true},
		{"to a bad cluster", 0, 5, 1025, {6, 0xff7}, true},
		{"past the last cluster", 0, 5, 1025, {6, 238}, true},
		{"begins at cluster 0", 0, 0, 1, {6, DISK_END}, true},
		{"begins at cluster 1", 0, 1, 1, {6, DISK_END}, true},
		{"begins far away", 0, 0xfff0, 1, {6, DISK_END}, true},
		{"of a directory that has no cluster", FOLDER, 0, 0, {6, DISK_END}, true},
		{"of a directory that is a file's", FOLDER, 10, 0, {6, DISK_END}, true},
		{"of a directory in a circle", FOLDER, 5, 0, {6, 5}, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct disk disk = disk_new(12);
		struct index *index;
		const char *damage;
		uint32_t node;

		disk_link(&disk, 5, rows[i].links[0]);
		disk_link(&disk, 6, rows[i].links[1]);
		disk_link(&disk, 10, 11);
		disk_link(&disk, 11, DISK_END);
		disk_entry(&disk, "OTHER      ", 0, 10, 1024);
		disk_entry(&disk, "IT         ", rows[i].attributes, rows[i].cluster, rows[i].size);
		for (uint32_t cluster = 5; cluster < 7; cluster++) {
			disk_enter(&disk, cluster);
			for (int entry = 0; entry < 16; entry++)
				disk_entry(&disk, "\xe5          ", 0, 0, 0);
		}
		index = disk_index(&disk);
		damage = index_volume(index)->damage;
		node = find(index, "@efi/IT");
		if ((damage[0] != '\0') != rows[i].is_broken)
			fail_msg("%s: \"%s\"", rows[i].name, damage);
		if (rows[i].attributes == 0 &&
		    (index_kind(index, node) == NODE_FILE) == rows[i].is_broken)
			fail_msg("%s: kind %d", rows[i].name, (int)index_kind(index, node));
		assert_int_equal(index_size(index, find(index, "@efi/OTHER")), 1024);
		index_close(index);
	}
}

static void
what_lies_past_the_end_is_lost(void **state)
{
	/* The file system has 4180 clusters, the image ends long before. */
	struct disk disk = disk_new(16);
	struct index *index;

	(void)state;
	disk_link(&disk, 5, DISK_END);
	disk_link(&disk, 400, DISK_END);
	disk_link(&disk, 401, DISK_END);
	disk_entry(&disk, "HERE       ", 0, 5, 512);
	disk_entry(&disk, "FAR        ", 0, 400, 512);
	disk_entry(&disk, "FOLDER     ", FOLDER, 401, 0);
	index = disk_index(&disk);
	assert_string_equal(names_in(index, "@efi"), "FAR FOLDER HERE ");
	assert_int_equal(index_kind(index, find(index, "@efi/FAR")), NODE_OTHER);
	assert_int_equal(index_kind(index, find(index, "@efi/HERE")), NODE_FILE);
	assert_non_null(strstr(index_volume(index)->damage, "files past its end: 1"));
	assert_non_null(strstr(index_volume(index)->damage, "directories past its end: 1"));
	index_close(index);
}

static void
directories_go_as_deep_as_an_index(void **state)
{
	struct disk disk = disk_new(12);
	char path[8 + 2 * INDEX_DEPTH_MAX] = "@efi";
	struct index *index;
	uint32_t node;

	(void)state;
	for (uint32_t cluster = 3; cluster < 103; cluster++) {
		disk_entry(&disk, "D          ", FOLDER, cluster, 0);
		disk_link(&disk, cluster, DISK_END);
		disk_enter(&disk, cluster);
	}
	index = disk_index(&disk);
	for (size_t level = 2; level <= INDEX_DEPTH_MAX; level++)
		memcpy(path + 2 * level, "/D", 3);
	assert_int_equal(index_lookup(index, path, 0, &node), 0);
	assert_string_equal(names_in(index, path), "");
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 1");
	index_close(index);
}

/* What the image's own tree has beside, and whether the files are found. */
static void
own_files_of_the_image_come_first(void **state)
{
	static const struct {
		const char *name;
		const char *names;
		const char *below;
	} rows[] = {
		{"@efi", "@efi ", NULL},           {"@EFI", "@EFI @efi ", "FILE "},
		{"@efi2", "@efi @efi2 ", "FILE "}, {"!", "! @efi ", "FILE "},
		{"z", "@efi z ", "FILE "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct disk disk = disk_new(12);
		struct spot spot = image_directory(disk.image, ROOT_SECTOR);
		struct index *index;

		image_record(disk.image, &spot, rows[i].name, (struct record)FILE_AT(21, 3));
		disk_entry(&disk, "FILE       ", 0, 0, 0);
		index = disk_index(&disk);
		assert_string_equal(names_in(index, ""), rows[i].names);
		assert_int_equal(index_size(index, find(index, rows[i].name)), 3);
		if (rows[i].below)
			assert_string_equal(names_in(index, "@efi"), rows[i].below);
		index_close(index);
	}
}

/* Directories of both trees, so that each level has nodes of both. */
static void
trees_are_woven_level_by_level(void **state)
{
	struct disk disk = disk_new(12);
	struct spot spot = image_directory(disk.image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(disk.image, &spot, "A", (struct record)DIRECTORY_AT(21));
	image_record(disk.image, &spot, "!", (struct record)DIRECTORY_AT(22));
	spot = image_directory(disk.image, 21);
	image_record(disk.image, &spot, "B", (struct record)DIRECTORY_AT(23));
	image_record(disk.image, &spot, "C", (struct record)FILE_AT(24, 1));
	spot = image_directory(disk.image, 22);
	image_record(disk.image, &spot, "D", (struct record)FILE_AT(24, 2));
	spot = image_directory(disk.image, 23);
	image_record(disk.image, &spot, "E", (struct record)FILE_AT(24, 3));
	disk_link(&disk, 5, DISK_END);
	disk_link(&disk, 6, DISK_END);
	disk_entry(&disk, "F          ", FOLDER, 5, 0);
	disk_entry(&disk, "G          ", 0, 6, 4);
	disk_enter(&disk, 5);
	disk_entry(&disk, "H          ", 0, 0, 0);
	index = disk_index(&disk);

	assert_string_equal(names_in(index, ""), "! @efi A ");
	assert_string_equal(names_in(index, "!"), "D ");
	assert_string_equal(names_in(index, "A"), "B C ");
	assert_string_equal(names_in(index, "A/B"), "E ");
	assert_string_equal(names_in(index, "@efi"), "F G ");
	assert_string_equal(names_in(index, "@efi/F"), "H ");
	assert_int_equal(index_size(index, find(index, "!/D")), 2);
	assert_int_equal(index_size(index, find(index, "A/B/E")), 3);
	assert_int_equal(index_size(index, find(index, "@efi/G")), 4);
	index_close(index);
}

/* Which boot images are looked into, by platform, medium and a folder "EFI". */
static void
image_for_efi_is_known(void **state)
{
	static const struct {
		const char *name;
		uint8_t platform, media;
		const char *folder;
		bool is_found;
	} rows[] = {
		{"says so", 0xef, 0, "ANY        ", true},
		{"says x86 and looks so", 0, 0, "efi        ", true},
		{"says x86", 0, 0, "DOS        ", false},
		{"a floppy", 0, 2, "EFI        ", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct disk disk = disk_new(12);
		struct index *index;
		uint32_t node;

		disk_catalog(disk.image, rows[i].platform, rows[i].media);
		disk_link(&disk, 5, DISK_END);
		disk_entry(&disk, rows[i].folder, FOLDER, 5, 0);
		index = disk_index(&disk);
		if ((index_lookup(index, "@efi", 0, &node) == 0) != rows[i].is_found)
			fail_msg("%s", rows[i].name);
		assert_string_equal(index_volume(index)->damage, "");
		assert_int_equal(index_volume(index)->boot_images[0].extent.length, 256 * 512);
		index_close(index);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_below_efi),
		cmocka_unit_test(name_goes_on_in_the_next_cluster),
		cmocka_unit_test(broken_chain_is_named_and_never_served),
		cmocka_unit_test(what_lies_past_the_end_is_lost),
		cmocka_unit_test(directories_go_as_deep_as_an_index),
		cmocka_unit_test(own_files_of_the_image_come_first),
		cmocka_unit_test(trees_are_woven_level_by_level),
		cmocka_unit_test(image_for_efi_is_known),
	};

	return cmocka_run_group_tests_name("fat_walk", tests, NULL, NULL);
}
