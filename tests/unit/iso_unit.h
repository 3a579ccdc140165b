/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO 9660 images written byte by byte, for what no writer would make.
 *
 *      struct image *image = image_new(40);
 *      struct spot spot = image_directory(image, 20);
 *      image_record(image, &spot, "FILE.TXT;1", (struct record){.block = 30, .size = 5});
 *      struct index *index = image_index(image);
 *
 * The descriptor is at sector 16 with its root at sector 20; whoever wants
 * something else writes over the bytes.
 */
#ifndef ISO_UNIT_H
#define ISO_UNIT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index.h"
#include "isofs.h"
#include "unit.h"

enum { SECTOR = 2048, ROOT_SECTOR = 20, SECTORS_MAX = 128 };

struct image {
	uint8_t bytes[SECTORS_MAX * SECTOR];
	size_t size;     /* bytes of the file */
	const char *why; /* of the last image_try that failed */
};

/* Where the next record goes. */
struct spot {
	size_t offset;
};

struct record {
	uint32_t block;
	uint32_t size;
	uint8_t flags;
	uint8_t xattr_blocks;
	uint8_t unit_size;
	const char *system_use; /* with its length: it has NULs */
	size_t system_use_length;
	size_t name_length; /* 0: strlen of the name */
};

enum { DIRECTORY = 2, ASSOCIATED = 4, MORE = 0x80 };

#define FILE_AT(where, bytes)                                                                      \
	{                                                                                          \
		.block = (where), .size = (bytes)                                                  \
	}
#define SECTION_AT(where, bytes)                                                                   \
	{                                                                                          \
		.block = (where), .size = (bytes), .flags = MORE                                   \
	}
#define DIRECTORY_AT(where)                                                                        \
	{                                                                                          \
		.block = (where), .size = SECTOR, .flags = DIRECTORY                               \
	}

static inline void
put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static inline void
put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, value);
	put_u16(at + 2, value >> 16);
}

static inline uint8_t *
image_at(struct image *image, uint32_t sector, size_t offset)
{
	return image->bytes + sector * SECTOR + offset;
}

/* A record at `offset`: -> its length. */
static inline size_t
image_put_record(struct image *image, size_t offset, const char *name, struct record record)
{
	uint8_t *at = image->bytes + offset;
	size_t name_length = record.name_length ? record.name_length : strlen(name);
	size_t padded = 33 + name_length + (name_length % 2 == 0);
	size_t length = padded + record.system_use_length;

	at[0] = (uint8_t)(length + length % 2);
	at[1] = record.xattr_blocks;
	put_u32(at + 2, record.block);
	put_u32(at + 10, record.size);
	memcpy(at + 18, "\x7e\x0b\x16\x0c\x00\x00\x00", 7); /* 2026-11-22 12:00 UTC */
	at[25] = record.flags;
	at[26] = record.unit_size;
	at[32] = (uint8_t)name_length;
	memcpy(at + 33, name, name_length);
	if (record.system_use_length > 0)
		memcpy(at + padded, record.system_use, record.system_use_length);
	return at[0];
}

static inline void
image_record(struct image *image, struct spot *spot, const char *name, struct record record)
{
	spot->offset += image_put_record(image, spot->offset, name, record);
}

/* The records "." and ".." of a directory at `sector`. */
static inline struct spot
image_directory(struct image *image, uint32_t sector)
{
	struct record self = {.block = sector, .size = SECTOR, .flags = 2, .name_length = 1};
	struct spot spot = {sector * SECTOR};

	image_record(image, &spot, "\0", self);
	image_record(image, &spot, "\1", self);
	return spot;
}

static inline void
image_descriptor(struct image *image, uint32_t sector, uint8_t type, uint32_t root)
{
	uint8_t *at = image_at(image, sector, 0);

	at[0] = type;
	memcpy(at + 1, "CD001\1", 6);
	memset(at + 8, ' ', 64);
	memcpy(at + 40, "VOLUME", 6);
	put_u32(at + 80, (uint32_t)(image->size / SECTOR));
	put_u16(at + 128, SECTOR);
	image_put_record(
		image, sector * SECTOR + 156, "\0",
		(struct record){.block = root, .size = SECTOR, .flags = 2, .name_length = 1});
	memset(at + 813, '0', 16);
	memset(at + 830, '0', 16);
}

static inline struct image *
image_new(uint32_t sectors)
{
	struct image *image = calloc(1, sizeof(*image));

	assert_non_null(image);
	image->size = sectors * SECTOR;
	image_descriptor(image, 16, 1, ROOT_SECTOR);
	image_descriptor(image, 17, 255, 0);
	return image;
}

/* Indexes the image: 0 and an index that passed its check, or an errno. */
static inline int
image_try(struct image *image, struct index **ret_index)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	int memfd, result;

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	result = isofs_index(fd, &memfd, &image->why);
	if (result == 0) {
		const char *why = NULL;

		if (index_map(memfd, image->size, ret_index, &why) != 0)
			fail_msg("the reader's own index is refused: %s", why);
		close(memfd);
	}
	close(fd);
	return result;
}

/* The same for an image that must be readable; the image is freed. */
static inline struct index *
image_index(struct image *image)
{
	struct index *index = NULL;

	if (image_try(image, &index) != 0)
		fail_msg("not readable: %s", image->why ? image->why : "errno");
	free(image);
	return index;
}

static inline uint32_t
find(const struct index *index, const char *path)
{
	uint32_t node = 0;

	if (index_lookup(index, path, INDEX_NOFOLLOW, &node) != 0)
		fail_msg("no %s", path);
	return node;
}

/* The names of a directory's children, each followed by a space. */
static inline const char *
names_in(const struct index *index, const char *path)
{
	static char names[4096];
	uint32_t first = 0, count = index_children(index, find(index, path), &first);

	names[0] = '\0';
	for (uint32_t i = first; i < first + count; i++) {
		strcat(names, index_name(index, i));
		strcat(names, " ");
	}
	return names;
}

#endif
