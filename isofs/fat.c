/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FAT on disk; see fat.h. Names are in fat_name.c.
 *
 *      ┌──────────────┬────────┬─────────┬────────────────┬────────────┐
 *      │ first sector │ table  │ its     │ root directory │ clusters   │
 *      │ reserved     │        │ copies  │ (12 and 16)    │ 2, 3, 4, … │
 *      └──────────────┴────────┴─────────┴────────────────┴────────────┘
 *
 * Whether entries of the table have 12 or 16 bits is written nowhere: the
 * number of clusters decides. 32 bits are told, as every driver does it, by a
 * length of the table that is not in the old field.
 */
#include "fat.h"

#include <errno.h>

#include "date.h"

enum {
	/* Clusters from which on entries have more than 12, and 16, bits. */
	CLUSTERS_16 = 4085,
	CLUSTERS_TOO_MANY_FOR_16 = 65525,
	LABEL = 0x08,
	SUBDIRECTORY = 0x10,
	LONG_NAME = 0x0f, /* of the attributes below */
	ATTRIBUTES = 0x3f,
	DELETED = 0xe5,
};

/* --- the first sector ------------------------------------------------------ */

static bool
is_power_of_two(uint32_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

/* The table in use: of 32 bits, the flags may name one that is not the first. */
static uint32_t
active_table(struct bytes sector, uint32_t copies)
{
	uint16_t flags = bytes_u16(sector, 40);
	uint32_t active = flags & 0x0f;

	return flags & 0x80 && active < copies ? active : 0;
}

static void
limit_clusters(struct fat *fat, uint64_t table_length)
{
	uint64_t entries = table_length * 8 / fat->bits;

	if (entries < FAT_FIRST_CLUSTER)
		fat->cluster_count = 0;
	else if (fat->cluster_count > entries - FAT_FIRST_CLUSTER)
		fat->cluster_count = (uint32_t)(entries - FAT_FIRST_CLUSTER);
}

int
fat_decode(struct bytes sector, struct fat *ret_fat)
{
	uint32_t sector_size = bytes_u16(sector, 11);
	uint32_t cluster_sectors = bytes_u8(sector, 13);
	uint32_t reserved = bytes_u16(sector, 14);
	uint32_t copies = bytes_u8(sector, 16);
	uint32_t root_length = bytes_u16(sector, 17) * (uint32_t)FAT_ENTRY_SIZE;
	uint64_t sectors = bytes_u16(sector, 19);
	uint64_t table_sectors = bytes_u16(sector, 22);
	bool is_32 = table_sectors == 0;
	uint64_t clusters;
	struct fat fat = {0};

	if ((bytes_u8(sector, 0) != 0xeb && bytes_u8(sector, 0) != 0xe9) ||
	    bytes_u16(sector, 510) != 0xaa55 || sector_size < 512 || sector_size > 4096 ||
	    !is_power_of_two(sector_size) || !is_power_of_two(cluster_sectors) || reserved == 0 ||
	    copies == 0)
		return -EBADMSG;
	if (sectors == 0)
		sectors = bytes_u32(sector, 32);
	if (is_32)
		table_sectors = bytes_u32(sector, 36);
	if (table_sectors == 0)
		return -EBADMSG;

	fat.length = sectors * sector_size;
	fat.cluster_size = cluster_sectors * sector_size;
	fat.table = reserved * (uint64_t)sector_size;
	fat.root = fat.table + copies * table_sectors * sector_size;
	/* The root directory fills its last sector. */
	fat.data = fat.root + (root_length + sector_size - 1) / sector_size * sector_size;
	if (fat.data > fat.length)
		return -EBADMSG;
	clusters = (fat.length - fat.data) / fat.cluster_size;
	if (clusters > FAT_CLUSTERS_MAX || (!is_32 && clusters >= CLUSTERS_TOO_MANY_FOR_16))
		return -EBADMSG;

	fat.cluster_count = (uint32_t)clusters;
	fat.bits = is_32 ? 32 : clusters < CLUSTERS_16 ? 12 : 16;
	limit_clusters(&fat, table_sectors * sector_size);
	if (is_32) {
		fat.table += active_table(sector, copies) * table_sectors * sector_size;
		fat.root_cluster = bytes_u32(sector, 44);
	} else {
		fat.root_length = root_length;
	}
	*ret_fat = fat;
	return 0;
}

uint64_t
fat_length(struct bytes sector)
{
	struct fat fat;

	return fat_decode(sector, &fat) == 0 ? fat.length : 0;
}

/* --- the table ------------------------------------------------------------- */

uint32_t
fat_table_entry(const struct fat *fat, struct bytes piece, uint32_t i)
{
	uint32_t pair;

	switch (fat->bits) {
	case 12:
		/* Two entries in three bytes. */
		pair = bytes_u16(piece, (size_t)i * 3 / 2);
		pair = i % 2 ? pair >> 4 : pair & 0xfff;
		return pair >= 0xff8 ? FAT_END : pair;
	case 16:
		pair = bytes_u16(piece, (size_t)i * 2);
		return pair >= 0xfff8 ? FAT_END : pair;
	default:
		pair = bytes_u32(piece, (size_t)i * 4) & 0x0fffffff;
		return pair >= 0x0ffffff8 ? FAT_END : pair;
	}
}

/* --- directory entries ----------------------------------------------------- */

enum fat_entry_kind
fat_entry_kind(struct bytes entry)
{
	uint8_t attributes = bytes_u8(entry, 11);

	if (bytes_u8(entry, 0) == 0)
		return FAT_ENTRY_LAST;
	if (bytes_u8(entry, 0) == DELETED || bytes_match(entry, 0, ".          ") ||
	    bytes_match(entry, 0, "..         "))
		return FAT_ENTRY_SKIP;
	if ((attributes & ATTRIBUTES) == LONG_NAME)
		return FAT_ENTRY_NAME;
	return attributes & LABEL ? FAT_ENTRY_SKIP : FAT_ENTRY_FILE;
}

/* Local time of nobody knows where. A month or day of 0 is no date. */
static int64_t
decode_date(uint16_t date, uint16_t time)
{
	return date_seconds(&(struct date){
		.year = 1980 + (date >> 9),
		.month = date >> 5 & 0x0f,
		.day = date & 0x1f,
		.hour = time >> 11,
		.minute = time >> 5 & 0x3f,
		.second = (time & 0x1f) * 2,
	});
}

struct fat_entry
fat_entry_decode(const struct fat *fat, struct bytes entry)
{
	struct fat_entry decoded = {
		.is_directory = bytes_u8(entry, 11) & SUBDIRECTORY,
		.cluster = bytes_u16(entry, 26),
		.mtime = decode_date(bytes_u16(entry, 24), bytes_u16(entry, 22)),
	};

	/* OS/2 keeps something else in the upper half. */
	if (fat->bits == 32)
		decoded.cluster |= (uint32_t)bytes_u16(entry, 20) << 16;
	if (!decoded.is_directory)
		decoded.size = bytes_u32(entry, 28);
	return decoded;
}
