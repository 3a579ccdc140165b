/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF images written byte by byte, for what no writer would make.
 *
 *      struct image *image = udf_new();
 *      struct spot spot = udf_directory(image, ROOT);
 *      udf_identifier(image, &spot, "\10FILE", 3, 0);
 *      udf_end_directory(image, ROOT, spot);
 *      udf_entry(image, 3, KIND_FILE, 5, (struct allocations){{5, 10}});
 *
 * The partition begins at sector PARTITION; its block 0 is the file set, block
 * 1 the root's entry, whose bytes are in block 2. The anchor is the last
 * sector. Whoever wants something else writes over the bytes and seals them.
 */
#ifndef UDF_UNIT_H
#define UDF_UNIT_H

#include "iso_unit.h"
#include "udf.h"

enum { PARTITION = 40, ROOT = 1, UDF_SECTORS = 100, MAIN = 30, RESERVE = 34 };
enum { KIND_DIRECTORY = 4, KIND_FILE = 5, KIND_SYMLINK = 12 };
enum { FLAG_HIDDEN = 1, FLAG_DIRECTORY = 2, FLAG_DELETED = 4, FLAG_PARENT = 8 };

/* The type of an allocation, in its length. */
#define HOLE (1U << 30)
#define NOWHERE (2U << 30)
#define MORE_AT (3U << 30)

struct allocations {
	struct {
		uint32_t length;
		uint32_t block;
	} list[4];
};

static inline uint8_t *
udf_at(struct image *image, uint32_t block)
{
	return image_at(image, PARTITION + block, 0);
}

/* Writes the tag of a descriptor of `length` bytes, checksums and all. */
static inline void
udf_seal(uint8_t *at, uint16_t kind, uint32_t location, size_t length)
{
	uint8_t sum = 0;

	put_u16(at, kind);
	put_u16(at + 2, 2);
	put_u16(at + 8, udf_crc((struct bytes){at + 16, length - 16}));
	put_u16(at + 10, (uint32_t)length - 16);
	put_u32(at + 12, location);
	at[4] = 0;
	for (size_t i = 0; i < 16; i++)
		sum = (uint8_t)(sum + at[i]);
	at[4] = sum;
}

/* Seals a descriptor again that was changed. */
static inline void
udf_seal_again(uint8_t *at)
{
	struct bytes bytes = {at, 16};

	udf_seal(at, bytes_u16(bytes, 0), bytes_u32(bytes, 12), 16 + (size_t)bytes_u16(bytes, 10));
}

/* 2026-11-22 12:34:56, an hour east of Greenwich. */
static inline void
udf_put_date(uint8_t *at)
{
	memcpy(at, "\x3c\x10\xea\x07\x0b\x16\x0c\x22\x38", 9);
}

/* An entry with short allocations; bytes may follow in place of them. */
static inline uint8_t *
udf_entry(struct image *image, uint32_t block, uint8_t kind, uint64_t size,
	  struct allocations allocations)
{
	uint8_t *at = udf_at(image, block);

	put_u16(at + 20, 4);
	at[27] = kind;
	put_u32(at + 56, (uint32_t)size);
	put_u32(at + 60, (uint32_t)(size >> 32));
	udf_put_date(at + 84);
	put_u32(at + 168, 0);
	put_u32(at + 172, sizeof(allocations));
	for (size_t i = 0; i < 4; i++) {
		put_u32(at + 176 + i * 8, allocations.list[i].length);
		put_u32(at + 180 + i * 8, allocations.list[i].block);
	}
	udf_seal(at, 261, block, 176 + sizeof(allocations));
	return at;
}

/* An entry with its bytes in it. */
static inline void
udf_embed(struct image *image, uint32_t block, uint8_t kind, const void *bytes, size_t size)
{
	uint8_t *at = udf_entry(image, block, kind, size, (struct allocations){0});

	put_u16(at + 34, 3);
	put_u32(at + 172, (uint32_t)size);
	memcpy(at + 176, bytes, size);
	udf_seal(at, 261, block, 176 + size);
}

/* An entry of a directory; the name as recorded, with its first byte. */
static inline void
udf_identifier(struct image *image, struct spot *spot, const char *name, uint32_t entry,
	       uint8_t flags)
{
	uint8_t *at = image->bytes + spot->offset;
	size_t name_length = strlen(name);
	size_t length = (38 + name_length + 3) / 4 * 4;

	put_u16(at + 16, 1);
	at[18] = flags;
	at[19] = (uint8_t)name_length;
	put_u32(at + 20, SECTOR);
	put_u32(at + 24, entry);
	memcpy(at + 38, name, name_length);
	udf_seal(at, 257, 0, length);
	spot->offset += length;
}

/* The bytes of a directory whose entry is `block`, in the block behind it. */
static inline struct spot
udf_directory(struct image *image, uint32_t block)
{
	struct spot spot = {(PARTITION + block + 1) * SECTOR};

	udf_identifier(image, &spot, "", ROOT, FLAG_PARENT | FLAG_DIRECTORY);
	return spot;
}

static inline void
udf_end_directory(struct image *image, uint32_t block, struct spot spot)
{
	uint32_t size = (uint32_t)(spot.offset - (PARTITION + block + 1) * SECTOR);

	udf_entry(image, block, KIND_DIRECTORY, size, (struct allocations){{{size, block + 1}}});
}

/* The descriptors of the volume from a sector on: partition, volume, end. */
static inline void
udf_put_sequence(struct image *image, uint32_t sector)
{
	uint8_t *partition = image_at(image, sector, 0);
	uint8_t *volume = image_at(image, sector + 1, 0);

	put_u32(partition + 188, PARTITION);
	put_u32(partition + 192, UDF_SECTORS - PARTITION);
	udf_seal(partition, 5, sector, 512);
	put_u32(volume + 16, 7);
	memcpy(volume + 84, "\10VOLUME", 7);
	volume[84 + 127] = 7;
	put_u32(volume + 212, SECTOR);
	put_u32(volume + 264, 6);
	put_u32(volume + 268, 1);
	memcpy(volume + 440, "\1\6\1\0\0\0", 6);
	udf_seal(volume, 6, sector + 1, 446);
	udf_seal(image_at(image, sector + 2, 0), 8, sector + 2, 512);
}

static inline void
udf_put_anchor(struct image *image, uint32_t sector)
{
	uint8_t *at = image_at(image, sector, 0);

	put_u32(at + 16, 4 * SECTOR);
	put_u32(at + 20, MAIN);
	put_u32(at + 24, 4 * SECTOR);
	put_u32(at + 28, RESERVE);
	udf_seal(at, 2, sector, 512);
}

static inline struct image *
udf_new(void)
{
	struct image *image = calloc(1, sizeof(*image));
	uint8_t *set;

	assert_non_null(image);
	image->size = UDF_SECTORS * SECTOR;
	memcpy(image_at(image, 16, 0), "\0BEA01\1", 7);
	memcpy(image_at(image, 17, 0), "\0NSR02\1", 7);
	memcpy(image_at(image, 18, 0), "\0TEA01\1", 7);
	udf_put_sequence(image, MAIN);
	udf_put_sequence(image, RESERVE);
	udf_put_anchor(image, UDF_SECTORS - 1);
	set = udf_at(image, 0);
	udf_put_date(set + 16);
	put_u32(set + 400, SECTOR);
	put_u32(set + 404, ROOT);
	udf_seal(set, 256, 0, 512);
	return image;
}

/* The usual image: FILE with 5 bytes in block 10, its entry in block 3. */
static inline struct image *
udf_new_with_file(void)
{
	struct image *image = udf_new();
	struct spot spot = udf_directory(image, ROOT);

	udf_identifier(image, &spot, "\10FILE", 3, 0);
	udf_end_directory(image, ROOT, spot);
	udf_entry(image, 3, KIND_FILE, 5, (struct allocations){{{5, 10}}});
	return image;
}

#endif
