/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO images with a small FAT file system in them, written byte by byte.
 *
 *      struct disk disk = disk_new(12);
 *      disk_link(&disk, 5, DISK_END);
 *      disk_entry(&disk, "KERNEL  IMG", 0, 5, 100);
 *      struct index *index = disk_index(&disk);
 *
 * The EFI image lies behind the tree, up to the end. Its clusters have 512
 * bytes. Entries go to its root, until disk_enter leads to another cluster.
 */
#ifndef FAT_UNIT_H
#define FAT_UNIT_H

#include "fat.h"
#include "iso_unit.h"

enum {
	DISK_CATALOG = 25,
	DISK_SECTOR = 30, /* of the ISO image */
	DISK_OFFSET = DISK_SECTOR * SECTOR,
	DISK_UNIT = 512,
	DISK_TABLE = 2,         /* units */
	DISK_TABLE_LENGTH = 17, /* units */
	DISK_ROOT = DISK_TABLE + DISK_TABLE_LENGTH,
	DISK_END = 0x0fffffff,
};

enum { READ_ONLY = 1, LABEL = 8, FOLDER = 0x10, LONG_NAME = 0x0f };

struct disk {
	struct image *image;
	unsigned bits;
	size_t spot; /* in the image, of the next entry */
};

/* The first byte of a cluster, in the image. */
static inline size_t
disk_cluster(const struct disk *disk, uint32_t cluster)
{
	uint32_t data = disk->bits == 32 ? DISK_ROOT : DISK_ROOT + 1;

	return DISK_OFFSET + (data + cluster - 2) * (size_t)DISK_UNIT;
}

/* Writes a first sector. */
static inline void
put_first_sector(uint8_t *at, unsigned bits)
{
	memcpy(at, "\xeb\x3c\x90mkfs.fat", 11);
	put_u16(at + 11, DISK_UNIT);
	at[13] = 1;
	put_u16(at + 14, DISK_TABLE);
	at[16] = 1;
	put_u16(at + 17, bits == 32 ? 0 : 16);
	put_u16(at + 19, bits == 16 ? 4200 : 256);
	put_u16(at + 22, bits == 32 ? 0 : DISK_TABLE_LENGTH);
	put_u32(at + 36, bits == 32 ? DISK_TABLE_LENGTH : 0);
	put_u32(at + 44, bits == 32 ? 2 : 0);
	put_u16(at + 510, 0xaa55);
}

static inline void
disk_link(struct disk *disk, uint32_t cluster, uint32_t next)
{
	uint8_t *table = disk->image->bytes + DISK_OFFSET + DISK_TABLE * DISK_UNIT;

	if (disk->bits == 32) {
		put_u32(table + cluster * 4, 0xf0000000 | next);
	} else if (disk->bits == 16) {
		put_u16(table + cluster * 2, next);
	} else {
		uint8_t *at = table + cluster * 3 / 2;
		uint32_t old = (uint32_t)(at[0] | at[1] << 8);

		put_u16(at,
			cluster % 2 ? (old & 0x000f) | next << 4 : (old & 0xf000) | (next & 0xfff));
	}
}

/* Entries go to `cluster` from now on. */
static inline void
disk_enter(struct disk *disk, uint32_t cluster)
{
	disk->spot = disk_cluster(disk, cluster);
}

/* The next entry: its bytes. */
static inline uint8_t *
disk_entry(struct disk *disk, const char name[11], uint8_t attributes, uint32_t cluster,
	   uint32_t size)
{
	uint8_t *at = disk->image->bytes + disk->spot;

	memcpy(at, name, 11);
	at[11] = attributes;
	put_u16(at + 20, cluster >> 16);
	put_u16(at + 22, 12 << 11 | 34 << 5 | 56 / 2); /* 12:34:56 */
	put_u16(at + 24, (2026 - 1980) << 9 | 11 << 5 | 22);
	put_u16(at + 26, cluster);
	put_u32(at + 28, size);
	disk->spot += FAT_ENTRY_SIZE;
	return at;
}

static inline uint8_t
disk_checksum(const char name[11])
{
	uint8_t sum = 0;

	for (int i = 0; i < 11; i++)
		sum = (uint8_t)(((sum & 1) << 7) + (sum >> 1) + (uint8_t)name[i]);
	return sum;
}

/* A piece of a long name: 13 units, with what belongs behind the end. */
static inline void
put_name_piece(uint8_t *at, uint8_t order, uint8_t checksum, const uint16_t *units, size_t count)
{
	memset(at, 0, FAT_ENTRY_SIZE);
	at[0] = order;
	at[11] = LONG_NAME;
	at[13] = checksum;
	for (size_t i = 0; i < 13; i++) {
		size_t place = i < 5 ? 1 + 2 * i : i < 11 ? 14 + 2 * (i - 5) : 28 + 2 * (i - 11);

		put_u16(at + place, i < count ? units[i] : i == count ? 0 : 0xffff);
	}
}

/* The entries of a long name, the last piece first. */
static inline void
disk_long_name(struct disk *disk, const char short_name[11], const uint16_t *units, size_t count)
{
	size_t pieces = (count + 12) / 13;

	for (size_t i = pieces; i-- > 0; disk->spot += FAT_ENTRY_SIZE)
		put_name_piece(disk->image->bytes + disk->spot,
			       (uint8_t)((i + 1) | (i + 1 == pieces ? 0x40 : 0)),
			       disk_checksum(short_name), units + i * 13, count - i * 13);
}

/* A catalog with one image, at DISK_SECTOR. */
static inline void
disk_catalog(struct image *image, uint8_t platform, uint8_t media)
{
	uint8_t *at = image_at(image, DISK_CATALOG, 0);
	uint16_t sum = (uint16_t)(1 + platform * 256 + 0xaa55);

	memset(at, 0, 64);
	at[0] = 1;
	at[1] = platform;
	put_u16(at + 28, (uint16_t)-sum);
	put_u16(at + 30, 0xaa55);
	at[32] = 0x88;
	at[33] = media;
	put_u16(at + 38, 1);
	put_u32(at + 40, DISK_SECTOR);
}

/* An image with an empty file system of 12, 16 or 32 bits. */
static inline struct disk
disk_new(unsigned bits)
{
	struct disk disk = {.image = image_new(SECTORS_MAX), .bits = bits};

	image_directory(disk.image, ROOT_SECTOR);
	image_descriptor(disk.image, 17, 0, 0);
	memcpy(image_at(disk.image, 17, 7), "EL TORITO SPECIFICATION", 23);
	put_u32(image_at(disk.image, 17, 0x47), DISK_CATALOG);
	image_descriptor(disk.image, 18, 255, 0);
	disk_catalog(disk.image, 0xef, 0);
	put_first_sector(image_at(disk.image, DISK_SECTOR, 0), bits);
	disk.spot = DISK_OFFSET + DISK_ROOT * DISK_UNIT;
	if (bits == 32)
		disk_link(&disk, 2, DISK_END);
	return disk;
}

static inline struct index *
disk_index(struct disk *disk)
{
	return image_index(disk->image);
}

#endif
