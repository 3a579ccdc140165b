/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * El Torito; see eltorito.h.
 *
 * A catalog is a row of 32-byte entries: one that validates it, one for the
 * default image, then sections, each a header with a platform and a count and
 * its entries. It is walked forwards only and never left, so nothing in it can
 * loop (ET-1).
 */
#include "eltorito.h"

#include "iso9660.h"

enum {
	ENTRY_SIZE = 32,
	DISK_SECTOR = 512,
	BOOTABLE = 0x88,
	HEADER = 0x90,
	LAST_HEADER = 0x91,
	EXTENSION = 0x44,
};

/* The catalog proves itself: an id, two key bytes, words that add up to 0. */
static bool
is_valid(struct bytes entry)
{
	uint16_t sum = 0;

	for (size_t i = 0; i < ENTRY_SIZE; i += 2)
		sum = (uint16_t)(sum + bytes_u16(entry, i));
	return entry.length == ENTRY_SIZE && bytes_u8(entry, 0) == 1 &&
	       bytes_u16(entry, 30) == 0xaa55 && sum == 0;
}

static struct boot_image
decode_image(struct bytes entry, uint8_t platform)
{
	return (struct boot_image){
		.platform = platform,
		.bootable = bytes_u8(entry, 0) == BOOTABLE,
		.media = bytes_u8(entry, 1) & 0x0f,
		.extent.offset = (uint64_t)bytes_u32(entry, 8) * SECTOR_SIZE,
		.extent.length = (uint64_t)bytes_u16(entry, 6) * DISK_SECTOR,
	};
}

uint32_t
eltorito_decode(struct bytes catalog, struct boot_image images[BOOT_IMAGES_MAX])
{
	struct bytes entry = bytes_slice(catalog, 0, ENTRY_SIZE);
	uint8_t platform = bytes_u8(entry, 1);
	uint32_t expected = 1; /* images before the next header: the default one */
	uint32_t count = 0;
	bool is_last = false;

	if (!is_valid(entry))
		return 0;

	for (size_t offset = ENTRY_SIZE; bytes_hold(catalog, offset, ENTRY_SIZE) &&
					 offset < CATALOG_SIZE && count < BOOT_IMAGES_MAX;
	     offset += ENTRY_SIZE) {
		uint8_t id;

		entry = bytes_slice(catalog, offset, ENTRY_SIZE);
		id = bytes_u8(entry, 0);
		if (id == EXTENSION)
			continue;
		if (expected > 0) {
			expected--;
			if ((id == BOOTABLE || id == 0) && bytes_u32(entry, 8) != 0)
				images[count++] = decode_image(entry, platform);
			continue;
		}
		if (is_last || (id != HEADER && id != LAST_HEADER))
			break;
		is_last = id == LAST_HEADER;
		platform = bytes_u8(entry, 1);
		expected = bytes_u16(entry, 2);
	}
	return count;
}

/* --- lengths --------------------------------------------------------------- */

static uint64_t
gpt_length(struct bytes disk, uint64_t sector)
{
	struct bytes header = bytes_slice(disk, DISK_SECTOR, DISK_SECTOR);
	uint64_t table = bytes_u64(header, 72);
	uint32_t count = bytes_u32(header, 80);
	size_t size = bytes_u32(header, 84);

	if (!bytes_match(header, 0, "EFI PART") || size < 128 || table > disk.length)
		return 0;
	for (size_t i = 0; i < count; i++) {
		struct bytes entry =
			bytes_slice(disk, (size_t)table * DISK_SECTOR + i * size, size);
		uint64_t first = bytes_u64(entry, 32);
		uint64_t last = bytes_u64(entry, 40);

		if (entry.length < 128)
			return 0;
		if (first == sector && last >= first && last < UINT64_MAX / DISK_SECTOR)
			return (last - first + 1) * DISK_SECTOR;
	}
	return 0;
}

static uint64_t
mbr_length(struct bytes disk, uint64_t sector)
{
	if (bytes_u16(disk, 510) != 0xaa55)
		return 0;
	for (size_t i = 0; i < 4; i++) {
		struct bytes entry = bytes_slice(disk, 446 + i * 16, 16);

		if (bytes_u8(entry, 4) != 0 && bytes_u32(entry, 8) == sector)
			return (uint64_t)bytes_u32(entry, 12) * DISK_SECTOR;
	}
	return 0;
}

uint64_t
partition_length(struct bytes system_area, uint64_t offset)
{
	uint64_t sector = offset / DISK_SECTOR;
	uint64_t length = gpt_length(system_area, sector);

	return length ? length : mbr_length(system_area, sector);
}

uint64_t
floppy_length(uint8_t media)
{
	static const uint64_t lengths[] = {0, 1200 * 1024, 1440 * 1024, 2880 * 1024};

	return media < sizeof(lengths) / sizeof(lengths[0]) ? lengths[media] : 0;
}

uint64_t
hard_disk_length(struct bytes disk)
{
	uint64_t sectors = 0;

	if (bytes_u16(disk, 510) != 0xaa55)
		return 0;
	for (size_t i = 0; i < 4; i++) {
		struct bytes entry = bytes_slice(disk, 446 + i * 16, 16);
		uint64_t end = (uint64_t)bytes_u32(entry, 8) + bytes_u32(entry, 12);

		if (bytes_u8(entry, 4) != 0 && end > sectors)
			sectors = end;
	}
	return sectors * DISK_SECTOR;
}
