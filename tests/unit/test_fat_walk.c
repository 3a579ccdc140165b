/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole EFI images, written byte by byte: their files are below "@efi", what
 * is broken is named and never served, and no chain goes on for ever (ET-3).
 */
#include "fat_unit.h"
#include "fat_walk.h"
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

static void
name_belongs_to_what_follows_at_once(void **state)
{
	static const uint16_t units[] = {'l', 'o', 'n', 'g'};
	struct disk disk = disk_new(12);
	struct index *index;

	(void)state;
	disk_long_name(&disk, "LABEL   TXT", units, 4);
	disk_entry(&disk, "LABEL   TXT", LABEL, 0, 0);
	disk_entry(&disk, "LABEL   TXT", 0, 0, 0);
	disk_long_name(&disk, "DELETED TXT", units, 4);
	disk_entry(&disk,
		   "\xe5"
		   "ELETED TXT",
		   0, 0, 0);
	disk_entry(&disk, "DELETED TXT", 0, 0, 0);
	disk_link(&disk, 5, DISK_END);
	disk_entry(&disk, "FOLDER     ", FOLDER, 5, 0);
	/* The root ends with a name, the first file of the folder would have it. */
	disk_long_name(&disk, "BELOW   TXT", units, 4);
	disk_enter(&disk, 5);
	disk_entry(&disk, "BELOW   TXT", 0, 0, 0);
	index = disk_index(&disk);
	assert_string_equal(names_in(index, "@efi"), "DELETED.TXT FOLDER LABEL.TXT ");
	assert_string_equal(names_in(index, "@efi/FOLDER"), "BELOW.TXT ");
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

/* One folder in clusters of 64 KiB, all of its entries deleted but one at its
   beginning and one at its end. */
static void
directories_are_read_as_far_as_there_is_reason(void **state)
{
	const uint32_t cluster_size = 64 * 1024;
	const uint32_t count = FAT_WALK_BYTES_MAX / cluster_size;
	const size_t data = DISK_OFFSET + (DISK_ROOT + 1) * (size_t)DISK_UNIT;
	struct disk disk = disk_new(12);
	uint8_t *deleted = malloc(cluster_size);
	int fd = memfd_create("image", MFD_CLOEXEC), memfd;
	size_t size = data + (count + 2) * (size_t)cluster_size;
	struct index *index;
	const char *why;

	(void)state;
	memset(deleted, 0xe5, cluster_size);
	image_at(disk.image, DISK_SECTOR, 0)[13] = (uint8_t)(cluster_size / DISK_UNIT);
	put_u16(image_at(disk.image, DISK_SECTOR, 19), 60000);
	disk_entry(&disk, "FOLDER     ", FOLDER, 2, 0);
	for (uint32_t cluster = 2; cluster < count + 2; cluster++)
		disk_link(&disk, cluster, cluster + 1);
	disk_link(&disk, count + 2, DISK_END);
	disk_enter(&disk, 2);
	disk_entry(&disk, "FIRST      ", 0, 0, 0);
	assert_int_equal(pwrite(fd, disk.image->bytes, data, 0), data);
	for (uint32_t cluster = 0; cluster < count + 2; cluster++)
		assert_int_equal(
			pwrite(fd, deleted, cluster_size, (off_t)(data + cluster * cluster_size)),
			cluster_size);
	assert_int_equal(pwrite(fd, disk.image->bytes + data, 32, (off_t)data), 32);
	assert_int_equal(pwrite(fd, disk.image->bytes + data, 1, (off_t)(size - 32)), 1);

	assert_int_equal(isofs_index(fd, &memfd, &why), 0);
	assert_int_equal(index_map(memfd, size, &index, &why), 0);
	assert_string_equal(names_in(index, "@efi/FOLDER"), "FIRST ");
	assert_non_null(strstr(index_volume(index)->damage, "directories that make no sense: 1"));
	index_close(index);
	close(memfd);
	close(fd);
	free(deleted);
	free(disk.image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_below_efi),
		cmocka_unit_test(name_goes_on_in_the_next_cluster),
		cmocka_unit_test(name_belongs_to_what_follows_at_once),
		cmocka_unit_test(broken_chain_is_named_and_never_served),
		cmocka_unit_test(what_lies_past_the_end_is_lost),
		cmocka_unit_test(directories_go_as_deep_as_an_index),
		cmocka_unit_test(directories_are_read_as_far_as_there_is_reason),
	};

	return cmocka_run_group_tests_name("fat_walk", tests, NULL, NULL);
}
