/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks a FAT file system into a builder; see fat_walk.h.
 *
 *      fat_walk           the table, then directory after directory
 *        fill_directory   cluster after cluster
 *          read_entries   entry after entry
 *            add_entry    an entry becomes a node, its chain extents
 *
 * The table is read once and kept in memory, where a chain costs an array
 * access a cluster.
 */
#include "fat_walk.h"

#include <errno.h>
#include <stdlib.h>

#include "fat.h"

/* What is looked at in one go: entries of the table, at whole bytes for 12 bits
   too, and bytes of a directory. */
enum { TABLE_PIECE = 8192, DIRECTORY_PIECE = 16 * 1024 };

struct fat_walk {
	struct fat fat;
	struct window *window;
	struct builder *builder;
	uint64_t offset;     /* of the file system in the image */
	uint64_t length;     /* of it that is there */
	uint32_t *next;      /* the table; FAT_FREE once a cluster was taken */
	uint32_t bytes_left; /* of FAT_WALK_BYTES_MAX */
	bool is_ended;       /* the directory being read */
	struct damage damage;
	struct fat_name name;
	char text[FAT_NAME_SIZE];
};

/* --- clusters -------------------------------------------------------------- */

static int
read_table(struct fat_walk *walk)
{
	const struct fat *fat = &walk->fat;
	uint32_t count = fat->cluster_count + FAT_FIRST_CLUSTER;

	walk->next = calloc(count, sizeof(*walk->next));
	if (!walk->next)
		return -ENOMEM;
	for (uint32_t first = 0; first < count; first += TABLE_PIECE) {
		uint64_t offset = walk->offset + fat->table + (uint64_t)first * fat->bits / 8;
		struct bytes piece;
		int result = window_view(walk->window, offset, TABLE_PIECE * fat->bits / 8, &piece);

		if (result < 0)
			return result;
		for (uint32_t i = 0; i < TABLE_PIECE && first + i < count; i++)
			walk->next[first + i] = fat_table_entry(fat, piece, i);
	}
	return 0;
}

/* Takes *cluster out of its chain and moves it to the next one. -EBADMSG when
   there is no such cluster, when it is free, or was taken before. */
static int
take_cluster(struct fat_walk *walk, uint32_t *cluster, struct extent *ret_extent)
{
	uint32_t taken = *cluster;

	if (taken < FAT_FIRST_CLUSTER || taken - FAT_FIRST_CLUSTER >= walk->fat.cluster_count ||
	    walk->next[taken] == FAT_FREE)
		return -EBADMSG;
	*cluster = walk->next[taken];
	walk->next[taken] = FAT_FREE;
	ret_extent->offset =
		walk->fat.data + (uint64_t)(taken - FAT_FIRST_CLUSTER) * walk->fat.cluster_size;
	ret_extent->length = walk->fat.cluster_size;
	return 0;
}

/* Whether a piece of the file system lies in what there is of it. */
static bool
is_there(const struct fat_walk *walk, struct extent extent)
{
	return extent.offset <= walk->length && extent.length <= walk->length - extent.offset;
}

/* --- entries --------------------------------------------------------------- */

/* Adds the bytes of the file added last. */
static int
add_chain(struct fat_walk *walk, const struct fat_entry *entry)
{
	uint32_t cluster = entry->cluster;
	struct extent extent;

	for (uint32_t left = entry->size; left > 0; left -= (uint32_t)extent.length) {
		int result;

		if (take_cluster(walk, &cluster, &extent) < 0) {
			walk->damage.unfinished_files++;
			builder_spoil(walk->builder);
			return 0;
		}
		if (extent.length > left)
			extent.length = left;
		if (!is_there(walk, extent)) {
			walk->damage.lost_files++;
			builder_spoil(walk->builder);
			return 0;
		}
		extent.offset += walk->offset;
		result = builder_add_extent(walk->builder, extent);
		if (result < 0)
			return result;
	}
	return 0;
}

static int
add_entry(struct fat_walk *walk, uint32_t directory, struct bytes bytes)
{
	struct fat_entry entry = fat_entry_decode(&walk->fat, bytes);
	struct bytes name = {(const uint8_t *)walk->text,
			     fat_name_finish(&walk->name, bytes, walk->text)};
	enum node_kind kind = entry.is_directory ? NODE_DIRECTORY : NODE_FILE;
	struct builder *builder = walk->builder;
	int result;

	result = builder_add(builder, directory, kind, name, entry.mtime);
	if (result < 0)
		return result;
	if (kind == NODE_FILE)
		return add_chain(walk, &entry);
	/* Its place, until it is read. */
	builder->nodes[builder->node_count - 1].size = entry.cluster;
	return 0;
}

static int
read_piece(struct fat_walk *walk, uint32_t directory, struct bytes piece)
{
	for (; piece.length >= FAT_ENTRY_SIZE && !walk->is_ended;
	     piece = bytes_slice(piece, FAT_ENTRY_SIZE, piece.length)) {
		struct bytes entry = bytes_slice(piece, 0, FAT_ENTRY_SIZE);
		int result = 0;

		switch (fat_entry_kind(entry)) {
		case FAT_ENTRY_LAST:
			walk->is_ended = true;
			break;
		case FAT_ENTRY_NAME:
			fat_name_add(&walk->name, entry);
			break;
		case FAT_ENTRY_FILE:
			result = add_entry(walk, directory, entry);
			break;
		case FAT_ENTRY_SKIP:
		default:
			walk->name.pieces = 0;
			break;
		}
		if (result < 0)
			return result;
	}
	return 0;
}

/* --- directories ----------------------------------------------------------- */

/* Reads a part of a directory: a cluster, or the whole root of 12 and 16 bits.
   What is past the end of the image, or too much, is damage, once a directory. */
static int
read_entries(struct fat_walk *walk, uint32_t directory, struct extent extent)
{
	if (!is_there(walk, extent)) {
		walk->damage.lost_directories++;
		walk->is_ended = true;
		return 0;
	}
	if (walk->bytes_left < extent.length) {
		walk->damage.bad_directories++;
		walk->is_ended = true;
		return 0;
	}
	walk->bytes_left -= (uint32_t)extent.length;

	for (uint64_t at = 0; at < extent.length && !walk->is_ended; at += DIRECTORY_PIECE) {
		uint64_t rest = extent.length - at;
		struct bytes piece;
		int result;

		result = window_view(walk->window, walk->offset + extent.offset + at,
				     rest < DIRECTORY_PIECE ? (size_t)rest : DIRECTORY_PIECE,
				     &piece);
		if (result < 0)
			return result;
		result = read_piece(walk, directory, piece);
		if (result < 0)
			return result;
	}
	return 0;
}

/* Reads a directory of clusters, which ends at its last entry or with its
   chain. */
static int
read_clusters(struct fat_walk *walk, uint32_t directory, uint32_t cluster)
{
	while (!walk->is_ended && cluster != FAT_END) {
		struct extent extent;
		int result;

		if (take_cluster(walk, &cluster, &extent) < 0) {
			walk->damage.bad_directories++;
			return 0;
		}
		result = read_entries(walk, directory, extent);
		if (result < 0)
			return result;
	}
	return 0;
}

/* The tree will hang below a directory of the image: one level less. */
static bool
is_too_deep(const struct fat_walk *walk, uint32_t node)
{
	return builder_depth(walk->builder, node) + 2 > INDEX_DEPTH_MAX;
}

static int
fill_directory(struct fat_walk *walk, uint32_t directory)
{
	uint32_t cluster = (uint32_t)walk->builder->nodes[directory].size;
	struct extent root = {walk->fat.root, walk->fat.root_length};
	uint32_t first = walk->builder->node_count;
	int result = 0;

	walk->is_ended = false;
	walk->name.pieces = 0;
	if (is_too_deep(walk, directory))
		walk->damage.bad_directories++;
	else if (directory == 0 && walk->fat.bits != 32)
		result = read_entries(walk, directory, root);
	else
		result = read_clusters(walk, directory, cluster);
	if (result == 0)
		builder_close_directory(walk->builder, directory, first);
	return result;
}

int
fat_walk(struct window *window, struct extent place, struct builder *builder,
	 struct damage *ret_damage)
{
	struct fat_walk *walk;
	struct bytes sector;
	int result;

	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	walk->window = window;
	walk->builder = builder;
	walk->offset = place.offset;
	walk->bytes_left = FAT_WALK_BYTES_MAX;

	result = window_view(window, place.offset, FAT_SECTOR_SIZE, &sector);
	if (result == 0)
		result = fat_decode(sector, &walk->fat);
	if (result < 0)
		goto free_walk;
	walk->length = place.length < walk->fat.length ? place.length : walk->fat.length;
	result = read_table(walk);
	builder->nodes[0].size = walk->fat.root_cluster;
	for (uint32_t i = 0; i < builder->node_count && result == 0; i++)
		if (builder->nodes[i].kind == NODE_DIRECTORY)
			result = fill_directory(walk, i);
	if (result == 0)
		*ret_damage = walk->damage;
	free(walk->next);
free_walk:
	free(walk);
	return result;
}
