/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a small squashfs for tests: nothing is compressed, and every number can
 * be a wrong one.
 *
 *      squash_new  squash_data, squash_file, squash_link, squash_directory ...
 *      squash_finish  ->  the descriptor of a file that holds it at SQUASH_OFFSET
 *
 * Blocks of data are of 4,096 bytes.
 */
#ifndef SQUASHFS_UNIT_H
#define SQUASHFS_UNIT_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index.h"
#include "squashfs.h"
#include "squashfs_tree.h"
#include "unit.h"

enum {
	SQUASH_ROOM = 1 << 20,
	SQUASH_OFFSET = 2048, /* in its file, as in an image */
	SQUASH_BLOCK = 4096,
	SQUASH_STORED = 1 << 24, /* in the header of a block of data: not compressed */
	SQUASH_TIME = 1000000000,
	SQUASH_TABLE_ROOM = 80000,
	SQUASH_TABLE_BLOCK = 8192,
	SQUASH_NO_FRAGMENT = -1,
};

/* Kinds of inodes on disk. */
enum {
	SQUASH_DIRECTORY = 1,
	SQUASH_FILE,
	SQUASH_LINK,
	SQUASH_PIPE = 6,
	SQUASH_LONG_DIRECTORY = 8,
	SQUASH_LONG_FILE
};

struct squash_table {
	uint8_t bytes[SQUASH_TABLE_ROOM];
	size_t length;
};

struct squash {
	uint8_t bytes[SQUASH_ROOM];
	size_t length;
	struct squash_table inodes, directories, fragments;
	uint32_t inode_count, fragment_count;
	size_t inode_table, directory_table, fragment_list; /* after squash_finish */
};

static inline void
squash_put(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static inline void
squash_append(struct squash_table *table, uint64_t value, size_t size)
{
	assert_true(table->length + size <= sizeof(table->bytes));
	squash_put(table->bytes + table->length, value, size);
	table->length += size;
}

static inline struct squash *
squash_new(void)
{
	struct squash *squash = calloc(1, sizeof(*squash));

	assert_non_null(squash);
	squash->length = 96;
	return squash;
}

/* Bytes that tell where they are. -> where they lie. */
static inline uint64_t
squash_data(struct squash *squash, size_t length)
{
	size_t start = squash->length;

	assert_true(length < SQUASH_ROOM - start - 32768);
	for (size_t i = 0; i < length; i++)
		squash->bytes[start + i] = (uint8_t)(i * 7 + i / 251 + start / 512);
	squash->length += length;
	return start;
}

/* -> its index. */
static inline uint32_t
squash_fragment(struct squash *squash, uint64_t start, uint32_t header)
{
	squash_append(&squash->fragments, start, 8);
	squash_append(&squash->fragments, header, 4);
	squash_append(&squash->fragments, 0, 4);
	return squash->fragment_count++;
}

/* What all inodes begin with. -> the inode. */
static inline uint64_t
squash_inode(struct squash *squash, unsigned kind)
{
	uint64_t inode = squash->inodes.length;

	squash_append(&squash->inodes, kind, 2);
	squash_append(&squash->inodes, 0644, 2);
	squash_append(&squash->inodes, 0, 4);
	squash_append(&squash->inodes, SQUASH_TIME, 4);
	squash_append(&squash->inodes, ++squash->inode_count, 4);
	return inode;
}

struct squash_file {
	uint64_t start;
	uint64_t size;
	int64_t fragment; /* or SQUASH_NO_FRAGMENT */
	uint32_t fragment_offset;
	uint32_t headers[70];
	size_t header_count;
};

static inline uint64_t
squash_file(struct squash *squash, const struct squash_file *file)
{
	bool is_long = file->size > UINT32_MAX || file->start > UINT32_MAX;
	uint64_t inode = squash_inode(squash, is_long ? SQUASH_LONG_FILE : SQUASH_FILE);

	squash_append(&squash->inodes, file->start, is_long ? 8 : 4);
	if (is_long) {
		squash_append(&squash->inodes, file->size, 8);
		squash_append(&squash->inodes, 0, 8);
		squash_append(&squash->inodes, 1, 4);
	}
	squash_append(&squash->inodes, (uint64_t)file->fragment, 4);
	squash_append(&squash->inodes, file->fragment_offset, 4);
	squash_append(&squash->inodes, is_long ? UINT32_MAX : file->size, 4);
	for (size_t i = 0; i < file->header_count; i++)
		squash_append(&squash->inodes, file->headers[i], 4);
	return inode;
}

/* `length` is what the inode says of `target`. */
static inline uint64_t
squash_link(struct squash *squash, const char *target, uint32_t length)
{
	uint64_t inode = squash_inode(squash, SQUASH_LINK);

	squash_append(&squash->inodes, 1, 4);
	squash_append(&squash->inodes, length, 4);
	for (; *target; target++)
		squash_append(&squash->inodes, (uint8_t)*target, 1);
	return inode;
}

static inline uint64_t
squash_pipe(struct squash *squash)
{
	uint64_t inode = squash_inode(squash, SQUASH_PIPE);

	squash_append(&squash->inodes, 1, 4);
	return inode;
}

struct squash_entry {
	const char *name;
	uint64_t inode;
};

/* The entries of a directory, all under one header; `count` 0 writes none. */
static inline size_t
squash_entries(struct squash *squash, const struct squash_entry *entries, size_t count)
{
	struct squash_table *table = &squash->directories;
	size_t start = table->length;

	if (count == 0)
		return start;
	squash_append(table, count - 1, 4);
	squash_append(table, entries[0].inode >> 16, 4);
	squash_append(table, 1, 4);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(entries[i].name);

		squash_append(table, entries[i].inode & UINT16_MAX, 2);
		squash_append(table, 0, 2);
		squash_append(table, SQUASH_FILE, 2);
		squash_append(table, length - 1, 2);
		for (size_t j = 0; j < length; j++)
			squash_append(table, (uint8_t)entries[i].name[j], 1);
	}
	return start;
}

/* The inode of a directory whose entries are `size` bytes from `start` on. */
static inline uint64_t
squash_directory_at(struct squash *squash, size_t start, size_t size)
{
	uint64_t inode = squash_inode(squash, SQUASH_DIRECTORY);

	squash_append(&squash->inodes, 0, 4);
	squash_append(&squash->inodes, 1, 4);
	squash_append(&squash->inodes, size + 3, 2);
	squash_append(&squash->inodes, start, 2);
	squash_append(&squash->inodes, 1, 4);
	return inode;
}

/* The same in the long form, with an index of `index_count` entries to follow. */
static inline uint64_t
squash_long_directory_at(struct squash *squash, size_t start, size_t size, unsigned index_count)
{
	uint64_t inode = squash_inode(squash, SQUASH_LONG_DIRECTORY);

	squash_append(&squash->inodes, 1, 4);
	squash_append(&squash->inodes, size + 3, 4);
	squash_append(&squash->inodes, 0, 4);
	squash_append(&squash->inodes, 1, 4);
	squash_append(&squash->inodes, index_count, 2);
	squash_append(&squash->inodes, start, 2);
	squash_append(&squash->inodes, UINT32_MAX, 4);
	return inode;
}

static inline uint64_t
squash_directory(struct squash *squash, const struct squash_entry *entries, size_t count)
{
	size_t start = squash_entries(squash, entries, count);

	return squash_directory_at(squash, start, squash->directories.length - start);
}

static inline size_t
squash_write_table(struct squash *squash, const struct squash_table *table)
{
	size_t start = squash->length;

	for (size_t at = 0; at < table->length; at += SQUASH_TABLE_BLOCK) {
		size_t length = table->length - at;

		if (length > SQUASH_TABLE_BLOCK)
			length = SQUASH_TABLE_BLOCK;
		squash_put(squash->bytes + squash->length, 0x8000 | length, 2);
		memcpy(squash->bytes + squash->length + 2, table->bytes + at, length);
		squash->length += 2 + length;
	}
	return start;
}

/* A table of one block and the list with its place. -> where the list is. */
static inline size_t
squash_write_listed(struct squash *squash, const struct squash_table *table)
{
	size_t start = squash_write_table(squash, table);

	squash_put(squash->bytes + squash->length, start, 8);
	squash->length += 8;
	return squash->length - 8;
}

/* Writes the tables and the superblock. */
static inline void
squash_finish(struct squash *squash, uint64_t root)
{
	struct squash_table ids = {.length = 4};
	size_t id_list;
	uint8_t *at = squash->bytes;

	squash->inode_table = squash_write_table(squash, &squash->inodes);
	squash->directory_table = squash_write_table(squash, &squash->directories);
	squash->fragment_list = squash_write_listed(squash, &squash->fragments);
	id_list = squash_write_listed(squash, &ids);

	memcpy(at, "hsqs", 4);
	squash_put(at + 4, squash->inode_count, 4);
	squash_put(at + 8, SQUASH_TIME + 1, 4);
	squash_put(at + 12, SQUASH_BLOCK, 4);
	squash_put(at + 16, squash->fragment_count, 4);
	squash_put(at + 20, 1, 2);
	squash_put(at + 22, 12, 2);
	squash_put(at + 26, 1, 2);
	squash_put(at + 28, 4, 2);
	squash_put(at + 32, root, 8);
	squash_put(at + 40, squash->length, 8);
	squash_put(at + 48, id_list, 8);
	squash_put(at + 56, UINT64_MAX, 8);
	squash_put(at + 64, squash->inode_table, 8);
	squash_put(at + 72, squash->directory_table, 8);
	squash_put(at + 80, squash->fragment_list, 8);
	squash_put(at + 88, UINT64_MAX, 8);
}

/* -> a file that holds it, behind other bytes. */
static inline int
squash_memfd(const struct squash *squash)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, squash->bytes, squash->length, SQUASH_OFFSET), squash->length);
	return fd;
}

/* Opens what was finished; frees it. */
static inline struct squashfs *
squash_open(struct squash *squash, int *ret_fd)
{
	struct extent where = {SQUASH_OFFSET, squash->length};
	struct squashfs *squashfs;
	const char *why = "";
	int result;

	*ret_fd = squash_memfd(squash);
	free(squash);
	result = squashfs_open(*ret_fd, &where, &squashfs, &why);
	if (result != 0)
		fail_msg("%d, %s", result, why);
	return squashfs;
}

/* Its index; frees all of it. */
static inline struct index *
squash_index(struct squash *squash)
{
	const char *why = "";
	struct index *index;
	int fd, memfd;
	struct squashfs *squashfs = squash_open(squash, &fd);

	if (squashfs_index(squashfs, &memfd, &why) != 0)
		fail_msg("%s", why);
	squashfs_close(squashfs);
	close(fd);
	if (index_map(memfd, INDEX_OF_INODES, &index, &why) != 0)
		fail_msg("%s", why);
	close(memfd);
	return index;
}

#endif
