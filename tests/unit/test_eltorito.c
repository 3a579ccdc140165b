/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * El Torito: the catalog, and lengths from the surest source there is
 * (ET-1, ET-2).
 */
#include "eltorito.h"

#include "fat.h"
#include "iso_unit.h"

enum { ENTRY = 32, EFI = 0xef };

/* A catalog with a valid first entry. */
static void
put_catalog(uint8_t *at, uint8_t platform)
{
	uint16_t sum = 0;

	memset(at, 0, CATALOG_SIZE);
	at[0] = 1;
	at[1] = platform;
	at[30] = 0x55;
	at[31] = 0xaa;
	for (size_t i = 0; i < ENTRY; i += 2)
		sum = (uint16_t)(sum + (at[i] | at[i + 1] << 8));
	put_u16(at + 28, (uint16_t)-sum);
}

static void
put_entry(uint8_t *at, uint8_t media, uint16_t sectors, uint32_t block)
{
	at[0] = 0x88;
	at[1] = media;
	put_u16(at + 6, sectors);
	put_u32(at + 8, block);
}

static void
put_header(uint8_t *at, uint8_t id, uint8_t platform, uint16_t count)
{
	at[0] = id;
	at[1] = platform;
	put_u16(at + 2, count);
}

static uint32_t
decode(uint8_t *catalog, size_t length, struct boot_image *images)
{
	uint8_t *copy = malloc(length);
	uint32_t count;

	memcpy(copy, catalog, length);
	count = eltorito_decode((struct bytes){copy, length}, images);
	free(copy);
	return count;
}

static void
catalog_of_bios_and_efi_is_decoded(void **state)
{
	struct boot_image images[BOOT_IMAGES_MAX];
	uint8_t catalog[CATALOG_SIZE];

	(void)state;
	put_catalog(catalog, 0);
	put_entry(catalog + ENTRY, 0, 4, 100);
	put_header(catalog + 2 * ENTRY, 0x90, EFI, 1);
	put_entry(catalog + 3 * ENTRY, 0, 65535, 200);
	catalog[4 * ENTRY] = 0x44;
	put_header(catalog + 5 * ENTRY, 0x91, 0, 2);
	put_entry(catalog + 6 * ENTRY, 2, 1, 300);
	catalog[6 * ENTRY] = 0;
	put_entry(catalog + 7 * ENTRY, 4, 1, 400);
	put_header(catalog + 8 * ENTRY, 0x91, 0, 1);
	put_entry(catalog + 9 * ENTRY, 0, 1, 500);

	assert_int_equal(decode(catalog, sizeof(catalog), images), 4);
	assert_int_equal(images[0].platform, 0);
	assert_int_equal(images[0].bootable, 1);
	assert_int_equal(images[0].extent.offset, 100 * SECTOR);
	assert_int_equal(images[0].extent.length, 2048);
	assert_int_equal(images[1].platform, EFI);
	assert_int_equal(images[1].extent.length, 65535 * 512);
	assert_int_equal(images[2].bootable, 0);
	assert_int_equal(images[2].media, 2);
	assert_int_equal(images[3].media, 4);
}

static void
catalog_must_prove_itself(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint8_t value;
	} rows[] = {
		{"id", 0, 2},
		{"first key byte", 30, 0x54},
		{"second key byte", 31, 0},
		{"sum", 5, 1},
	};
	struct boot_image images[BOOT_IMAGES_MAX];
	uint8_t catalog[CATALOG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_catalog(catalog, 0);
		put_entry(catalog + ENTRY, 0, 4, 100);
		assert_int_equal(decode(catalog, sizeof(catalog), images), 1);
		catalog[rows[i].offset] = rows[i].value;
		if (decode(catalog, sizeof(catalog), images) != 0)
			fail_msg("wrong %s is believed", rows[i].name);
	}
	put_catalog(catalog, 0);
	assert_int_equal(decode(catalog, 31, images), 0);
	assert_int_equal(decode(catalog, 1, images), 0);
}

static void
walk_stays_in_the_catalog(void **state)
{
	struct boot_image images[BOOT_IMAGES_MAX];
	uint8_t catalog[CATALOG_SIZE];

	(void)state;
	put_catalog(catalog, 0);
	put_entry(catalog + ENTRY, 0, 4, 100);
	put_header(catalog + 2 * ENTRY, 0x90, 0, 65535);
	for (size_t i = 3; i < 64; i++)
		put_entry(catalog + i * ENTRY, 0, 4, (uint32_t)i);
	assert_int_equal(decode(catalog, sizeof(catalog), images), BOOT_IMAGES_MAX);
	assert_int_equal(decode(catalog, 5 * ENTRY + 31, images), 3);
}

static void
length_is_read_from_what_is_there(void **state)
{
	uint8_t fat[512] = {0xeb, 0x3c, 0x90};
	uint8_t disk[34 * 512] = {0};

	(void)state;
	put_u16(fat + 11, 512);
	fat[13] = 4;
	fat[14] = 1;
	fat[16] = 2;
	put_u16(fat + 22, 9);
	put_u16(fat + 19, 5760);
	fat[510] = 0x55;
	fat[511] = 0xaa;
	assert_int_equal(fat_length((struct bytes){fat, 512}), 5760 * 512);
	put_u16(fat + 19, 0);
	put_u32(fat + 32, 100000);
	assert_int_equal(fat_length((struct bytes){fat, 512}), 100000 * 512);
	fat[13] = 3;
	assert_int_equal(fat_length((struct bytes){fat, 512}), 0);
	fat[13] = 4;
	put_u16(fat + 11, 0);
	assert_int_equal(fat_length((struct bytes){fat, 512}), 0);
	assert_int_equal(fat_length((struct bytes){fat, 0}), 0);

	disk[510] = 0x55;
	disk[511] = 0xaa;
	disk[446 + 16 + 4] = EFI;
	put_u32(disk + 446 + 16 + 8, 1000);
	put_u32(disk + 446 + 16 + 12, 50);
	assert_int_equal(partition_length((struct bytes){disk, sizeof(disk)}, 512000), 50 * 512);
	assert_int_equal(partition_length((struct bytes){disk, sizeof(disk)}, 0), 0);
	memcpy(disk + 512, "EFI PART", 8);
	put_u32(disk + 512 + 72, 2);
	put_u32(disk + 512 + 80, 128);
	put_u32(disk + 512 + 84, 128);
	put_u32(disk + 1024 + 128 + 32, 1000);
	put_u32(disk + 1024 + 128 + 40, 1060);
	assert_int_equal(partition_length((struct bytes){disk, sizeof(disk)}, 512000), 61 * 512);
	put_u32(disk + 512 + 84, UINT32_MAX);
	put_u32(disk + 512 + 76, UINT32_MAX);
	assert_int_equal(partition_length((struct bytes){disk, sizeof(disk)}, 512000), 50 * 512);
	assert_int_equal(floppy_length(2), 1474560);
	assert_int_equal(floppy_length(4), 0);
	assert_int_equal(floppy_length(255), 0);
	assert_int_equal(hard_disk_length((struct bytes){disk, 512}), 1050 * 512);
	disk[446 + 32 + 4] = 6;
	put_u32(disk + 446 + 32 + 8, 63);
	put_u32(disk + 446 + 32 + 12, 100);
	assert_int_equal(hard_disk_length((struct bytes){disk, 512}), 1050 * 512);
	assert_int_equal(hard_disk_length((struct bytes){disk, 511}), 0);
}

/* One boot image in an image with a file of 3000 bytes at block 30, a disk with
   a partition at block 34, and a file of 1 byte at block 36. */
static struct extent
boot_extent(uint8_t platform, uint8_t media, uint16_t sectors, uint32_t block)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	const struct volume *volume;
	struct extent extent = {0, 0};
	struct index *index;

	image_record(image, &spot, "BOOT.IMG", (struct record)FILE_AT(30, 3000));
	image_record(image, &spot, "OTHER", (struct record)FILE_AT(36, 1));
	*image_at(image, 34, 446 + 4) = 6;
	put_u32(image_at(image, 34, 446 + 8), 1);
	put_u32(image_at(image, 34, 446 + 12), 5);
	put_u16(image_at(image, 34, 510), 0xaa55);
	image_descriptor(image, 17, 0, 0);
	memcpy(image_at(image, 17, 7), "EL TORITO SPECIFICATION", 23);
	put_u32(image_at(image, 17, 0x47), 25);
	image_descriptor(image, 18, 255, 0);
	put_catalog(image_at(image, 25, 0), platform);
	put_entry(image_at(image, 25, ENTRY), media, sectors, block);
	index = image_index(image);
	volume = index_volume(index);
	if (volume->boot_image_count > 0)
		extent = volume->boot_images[0].extent;
	index_close(index);
	return extent;
}

static void
length_is_that_of_the_surest_source(void **state)
{
	static const struct {
		const char *name;
		uint8_t platform, media;
		uint16_t sectors;
		uint32_t block;
		uint64_t length;
	} rows[] = {
		{"a file's", 0, 0, 4, 30, 3000},
		{"a file's, though firmware loads more", EFI, 0, 65535, 30, 3000},
		{"the catalog's", 0, 0, 4, 32, 2048},
		{"up to the next file", EFI, 0, 1, 32, 4 * SECTOR},
		{"up to the end", EFI, 0, 0, 37, 3 * SECTOR},
		{"cut at the end", 0, 0, 65535, 38, 2 * SECTOR},
		{"a floppy's, cut at the end", 0, 2, 1, 38, 2 * SECTOR},
		{"a hard disk's", 0, 4, 1, 34, 6 * 512},
		{"the catalog's, of no hard disk", 0, 0, 1, 34, 512},
		{"none: past the end", 0, 0, 4, 40, 0},
		{"none: far past the end", 0, 0, 4, UINT32_MAX, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct extent extent = boot_extent(rows[i].platform, rows[i].media, rows[i].sectors,
						   rows[i].block);

		if (extent.length != rows[i].length)
			fail_msg("%s: %llu", rows[i].name, (unsigned long long)extent.length);
		if (extent.length > 0)
			assert_int_equal(extent.offset, rows[i].block * SECTOR);
	}
}

static void
length_ends_where_the_next_boot_image_begins(void **state)
{
	struct image *image = image_new(40);
	const struct boot_image *images;
	struct index *index;

	(void)state;
	image_directory(image, ROOT_SECTOR);
	image_descriptor(image, 17, 0, 0);
	memcpy(image_at(image, 17, 7), "EL TORITO SPECIFICATION", 23);
	put_u32(image_at(image, 17, 0x47), 25);
	image_descriptor(image, 18, 255, 0);
	put_catalog(image_at(image, 25, 0), EFI);
	put_entry(image_at(image, 25, ENTRY), 0, 0, 30);
	put_header(image_at(image, 25, 2 * ENTRY), 0x91, EFI, 2);
	put_entry(image_at(image, 25, 3 * ENTRY), 0, 0, 33);
	put_entry(image_at(image, 25, 4 * ENTRY), 0, 0, 29);
	index = image_index(image);
	images = index_volume(index)->boot_images;
	assert_int_equal(index_volume(index)->boot_image_count, 3);
	assert_int_equal(images[0].extent.length, 3 * SECTOR);
	assert_int_equal(images[1].extent.length, 7 * SECTOR);
	assert_int_equal(images[2].extent.length, 1 * SECTOR);
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalog_of_bios_and_efi_is_decoded),
		cmocka_unit_test(catalog_must_prove_itself),
		cmocka_unit_test(walk_stays_in_the_catalog),
		cmocka_unit_test(length_is_read_from_what_is_there),
		cmocka_unit_test(length_is_that_of_the_surest_source),
		cmocka_unit_test(length_ends_where_the_next_boot_image_begins),
	};

	return cmocka_run_group_tests_name("eltorito", tests, NULL, NULL);
}
