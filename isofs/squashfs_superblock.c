/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the superblock of a squashfs; see squashfs_superblock.h.
 *
 * Behind the files lie the tables, always in this order:
 *
 *      inodes  directories  fragments  export  ids  extended attributes
 *
 * Of the first two the superblock says where they begin; of the others, where
 * the list of their blocks is, which follows these blocks.
 */
#include "squashfs_superblock.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* Where the fields are. */
enum {
	INODE_COUNT = 4,
	BLOCK_SIZE = 12,
	FRAGMENT_COUNT = 16,
	COMPRESSOR = 20,
	BLOCK_LOG = 22,
	ID_COUNT = 26,
	MAJOR = 28,
	MINOR = 30,
	ROOT_INODE = 32,
	BYTES_USED = 40,
	ID_TABLE = 48,
	ATTRIBUTE_TABLE = 56,
	INODE_TABLE = 64,
	DIRECTORY_TABLE = 72,
	FRAGMENT_TABLE = 80,
	EXPORT_TABLE = 88,
};

/* Of an item in the tables, and of the head of the last one. */
enum { FRAGMENT_SIZE = 16, EXPORT_SIZE = 8, ID_SIZE = 4, ATTRIBUTE_HEAD_SIZE = 16 };

enum { BLOCK_LOG_MIN = 12, BLOCK_LOG_MAX = 20 };

enum { COMPRESSOR_LZMA = 2, COMPRESSOR_LAST = 6 };

/* The list of the blocks of a table, 8 bytes for each. */
static uint64_t
list_size(uint64_t items, uint64_t item_size)
{
	return (items * item_size + SQUASHFS_METADATA_BLOCK - 1) / SQUASHFS_METADATA_BLOCK * 8;
}

/* Why the tables cannot be where they should be; NULL when they can. */
static const char *
check_tables(struct bytes bytes)
{
	const uint64_t used = bytes_u64(bytes, BYTES_USED);
	const uint32_t fragments = bytes_u32(bytes, FRAGMENT_COUNT);
	const struct {
		size_t field;
		uint64_t length; /* the least it can have */
		bool is_needed;
	} tables[] = {
		{INODE_TABLE, 1, true},
		{DIRECTORY_TABLE, 0, true},
		{FRAGMENT_TABLE, list_size(fragments, FRAGMENT_SIZE), fragments > 0},
		{EXPORT_TABLE, list_size(bytes_u32(bytes, INODE_COUNT), EXPORT_SIZE), false},
		{ID_TABLE, list_size(bytes_u16(bytes, ID_COUNT), ID_SIZE), true},
		{ATTRIBUTE_TABLE, ATTRIBUTE_HEAD_SIZE, false},
	};
	uint64_t end = SQUASHFS_SUPERBLOCK_SIZE;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		uint64_t start = bytes_u64(bytes, tables[i].field);

		if (start == UINT64_MAX && !tables[i].is_needed)
			continue;
		if (start > used || tables[i].length > used - start)
			return "squashfs with a table outside of it";
		if (start < end)
			return "squashfs with tables one over the other";
		end = start + tables[i].length;
	}
	return NULL;
}

static const char *
check_root(struct bytes bytes)
{
	uint64_t root = bytes_u64(bytes, ROOT_INODE);
	uint64_t length = bytes_u64(bytes, DIRECTORY_TABLE) - bytes_u64(bytes, INODE_TABLE);

	if (root >> 16 >= length || (root & UINT16_MAX) >= SQUASHFS_METADATA_BLOCK)
		return "squashfs whose root directory is not in its table";
	return NULL;
}

static const char *
check_compressor(unsigned compressor)
{
	if (compressor == COMPRESSOR_LZMA)
		return "squashfs compressed with lzma, the old form that is not supported";
	if (compressor == 0 || compressor > COMPRESSOR_LAST)
		return "squashfs with an unknown compressor";
	return NULL;
}

static const char *
check(struct bytes bytes, uint64_t room)
{
	const unsigned log = bytes_u16(bytes, BLOCK_LOG);
	const char *why;

	if (bytes.length < SQUASHFS_SUPERBLOCK_SIZE)
		return "squashfs that ends within its superblock";
	if (bytes_u16(bytes, MAJOR) != 4 || bytes_u16(bytes, MINOR) != 0)
		return "squashfs of another version than 4.0";
	if (log < BLOCK_LOG_MIN || log > BLOCK_LOG_MAX ||
	    bytes_u32(bytes, BLOCK_SIZE) != UINT32_C(1) << log)
		return "squashfs with an impossible block size";
	why = check_compressor(bytes_u16(bytes, COMPRESSOR));
	if (why)
		return why;
	if (bytes_u64(bytes, BYTES_USED) > room)
		return "squashfs that is cut off: it needs more bytes than its file has";
	if (bytes_u32(bytes, INODE_COUNT) == 0 || bytes_u16(bytes, ID_COUNT) == 0)
		return "squashfs without inodes or owners";
	why = check_tables(bytes);
	return why ? why : check_root(bytes);
}

int
squashfs_superblock_check(struct bytes bytes, uint64_t room, const char **ret_why)
{
	const char *why;

	if (!bytes_match(bytes, 0, "hsqs"))
		return -ENOTDIR;
	why = check(bytes, room);
	if (!why)
		return 0;
	*ret_why = why;
	return -EBADMSG;
}
