/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which boot image has the files for EFI, and how they become a directory of
 * the image's own tree (ET-3). Lengths are in test_eltorito.c.
 */
#include "fat_unit.h"

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

/* Two file systems: one that looks as if it were for EFI, behind it one that
   says so. */
static void
image_that_says_efi_comes_before_one_that_looks_so(void **state)
{
	enum { SECOND = 94 };
	struct disk disk = disk_new(12);
	uint8_t *catalog;
	struct index *index;

	(void)state;
	memcpy(image_at(disk.image, SECOND, 0), image_at(disk.image, DISK_SECTOR, 0), 512);
	disk_entry(&disk, "EFI        ", FOLDER, 5, 0);
	disk.spot += (SECOND - DISK_SECTOR) * SECTOR - FAT_ENTRY_SIZE;
	disk_entry(&disk, "SECOND     ", 0, 0, 0);
	disk_catalog(disk.image, 0, 0);
	catalog = image_at(disk.image, DISK_CATALOG, 0);
	catalog[64] = 0x91;
	catalog[65] = 0xef;
	put_u16(catalog + 66, 1);
	catalog[96] = 0x88;
	put_u32(catalog + 96 + 8, SECOND);
	index = disk_index(&disk);
	assert_string_equal(names_in(index, "@efi"), "SECOND ");
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_files_of_the_image_come_first),
		cmocka_unit_test(trees_are_woven_level_by_level),
		cmocka_unit_test(image_for_efi_is_known),
		cmocka_unit_test(image_that_says_efi_comes_before_one_that_looks_so),
	};

	return cmocka_run_group_tests_name("boot_images", tests, NULL, NULL);
}
