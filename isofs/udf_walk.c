/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of a UDF tree into a builder; see udf_walk.h.
 *
 *      udf_walk_tree        directory after directory, as the builder has them
 *        fill_directory     its entries, one after the other
 *          next_identifier  out of its stream: an entry may begin in one extent
 *                           and end in another
 *          add_node         what the entry leads to
 */
#include "udf_walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blockset.h"
#include "udf_file.h"

struct udf_walk {
	struct udf_volume *volume; /* its window is on file entries */
	struct window directories; /* on what is in directories */
	struct builder *builder;
	struct blockset seen; /* the blocks of directories' entries */
	struct damage damage;
	struct udf_file directory; /* being read */
	struct udf_file file;      /* that an entry of it leads to */
	uint64_t left;             /* bytes of the directory not read yet */
	uint32_t piece;            /* the extent of the directory being read */
	uint64_t piece_offset;     /* bytes of it that were read */
	uint8_t identifier[UDF_BLOCK_SIZE];
	char name[UDF_NAME_SIZE];
};

/* --- where a directory's entry lies, kept in its node until it is read ------- */

static void
put_address(struct index_node *node, struct udf_address address)
{
	node->size = (uint64_t)address.partition << 32 | address.block;
}

static struct udf_address
get_address(const struct index_node *node)
{
	return (struct udf_address){(uint32_t)node->size, (uint16_t)(node->size >> 32)};
}

/* --- the stream of a directory ---------------------------------------------- */

/* Copies the next `length` bytes of the directory: 0, -EBADMSG where there are
   none, or errno. */
static int
read_stream(struct udf_walk *walk, uint8_t *buffer, size_t length)
{
	const struct udf_extents *extents = &walk->directory.extents;

	while (length > 0) {
		struct extent piece;
		struct bytes bytes;
		size_t count = length;
		int result;

		if (walk->piece == extents->count)
			return -EBADMSG;
		piece = extents->list[walk->piece];
		if (walk->piece_offset == piece.length) {
			walk->piece++;
			walk->piece_offset = 0;
			continue;
		}
		if (count > piece.length - walk->piece_offset)
			count = (size_t)(piece.length - walk->piece_offset);
		if (piece.offset == UDF_HOLE)
			return -EBADMSG;
		result = window_view(&walk->directories, piece.offset + walk->piece_offset, count,
				     &bytes);
		if (result < 0)
			return result;
		if (bytes.length < count)
			return -EBADMSG;
		memcpy(buffer, bytes.at, count);
		walk->piece_offset += count;
		buffer += count;
		length -= count;
	}
	return 0;
}

/* The next entry of the directory; what it points to is in walk->identifier.
   1, 0 at the end, -EBADMSG when it is broken, or errno. */
static int
next_identifier(struct udf_walk *walk, struct udf_identifier *ret_identifier)
{
	struct bytes bytes = {walk->identifier, UDF_IDENTIFIER_SIZE};
	int result;

	if (walk->left == 0)
		return 0;
	if (walk->left < bytes.length)
		return -EBADMSG;
	result = read_stream(walk, walk->identifier, bytes.length);
	if (result < 0)
		return result;
	/* An entry is no longer than a block (UDF 2.3.4). */
	bytes.length = udf_identifier_length(bytes);
	if (bytes.length > UDF_BLOCK_SIZE || bytes.length > walk->left)
		return -EBADMSG;
	walk->left -= bytes.length;
	result = udf_volume_charge(walk->volume, bytes.length);
	if (result == 0)
		result = read_stream(walk, walk->identifier + UDF_IDENTIFIER_SIZE,
				     bytes.length - UDF_IDENTIFIER_SIZE);
	if (result == 0)
		result = udf_identifier_decode(bytes, ret_identifier);
	return result < 0 ? result : 1;
}

/* --- nodes ----------------------------------------------------------------- */

/* The bytes of the file go to the node added last; one of which bytes are
   missing must not be served. */
static int
add_extents(struct udf_walk *walk)
{
	const struct udf_file *file = &walk->file;

	if (file->is_lost || file->is_unfinished || file->has_holes) {
		walk->damage.lost_files += file->is_lost;
		walk->damage.unfinished_files += !file->is_lost && file->is_unfinished;
		walk->damage.sparse_files += !file->is_lost && !file->is_unfinished;
		builder_spoil(walk->builder);
		return 0;
	}
	for (uint32_t i = 0; i < file->extents.count; i++) {
		int result = builder_add_extent(walk->builder, file->extents.list[i]);

		if (result < 0)
			return result;
	}
	return 0;
}

/* What a file of UDF becomes. */
static enum node_kind
node_kind_of(const struct udf_file *file)
{
	switch (file->kind) {
	case UDF_KIND_DIRECTORY:
		return NODE_DIRECTORY;
	case UDF_KIND_UNKNOWN:
	case UDF_KIND_FILE:
	case UDF_KIND_REAL_TIME:
		return NODE_FILE;
	default:
		return NODE_OTHER;
	}
}

static int
add_node(struct udf_walk *walk, uint32_t directory, const struct udf_identifier *identifier)
{
	struct builder *builder = walk->builder;
	struct bytes name = {(const uint8_t *)walk->name,
			     udf_name_decode(identifier->name, walk->name)};
	enum node_kind kind = NODE_OTHER;
	int result;

	result = udf_file_read(walk->volume, identifier->entry, &walk->file);
	if (result == 0)
		kind = node_kind_of(&walk->file);
	else if (result == -EBADMSG)
		walk->damage.bad_entries++;
	else
		return result;
	result = builder_add(builder, directory, kind, name, walk->file.mtime);
	if (result < 0)
		return result;
	if (kind == NODE_DIRECTORY)
		put_address(&builder->nodes[builder->node_count - 1], identifier->entry);
	return kind == NODE_FILE ? add_extents(walk) : 0;
}

/* --- directories ----------------------------------------------------------- */

/* Reads the entries of walk->directory. Even an empty one has "..". */
static int
read_directory(struct udf_walk *walk, uint32_t directory)
{
	struct udf_identifier identifier = {0};
	uint32_t count = 0;
	int result;

	walk->left = walk->directory.size;
	walk->piece = 0;
	walk->piece_offset = 0;
	while ((result = next_identifier(walk, &identifier)) > 0) {
		count++;
		if (identifier.is_deleted || identifier.is_parent)
			continue;
		result = add_node(walk, directory, &identifier);
		if (result < 0)
			return result;
	}
	if (result < 0 && result != -EBADMSG)
		return result;
	if (walk->directory.is_lost)
		walk->damage.lost_directories++;
	else
		walk->damage.bad_directories += result < 0 || count == 0;
	return 0;
}

/* Fills a directory, which stays empty if it is one that was read before
   (ISO-13). */
static int
fill_directory(struct udf_walk *walk, uint32_t directory)
{
	struct builder *builder = walk->builder;
	uint32_t first = builder->node_count;
	int result;

	result = udf_file_read(walk->volume, get_address(&builder->nodes[directory]),
			       &walk->directory);
	if (result == 0 && (walk->directory.kind != UDF_KIND_DIRECTORY ||
			    builder_depth(builder, directory) >= INDEX_DEPTH_MAX))
		result = -EBADMSG;
	/* Block 0 cannot be in the set. */
	if (result == 0)
		result = blockset_add(&walk->seen, walk->directory.offset / UDF_BLOCK_SIZE + 1);
	if (result == 0) {
		builder->nodes[directory].mtime = walk->directory.mtime;
		result = read_directory(walk, directory);
	} else if (directory != 0 && (result == -EBADMSG || result == -EEXIST)) {
		walk->damage.bad_directories++;
		result = 0;
	}
	if (result == 0)
		builder_close_directory(builder, directory, first);
	return result;
}

int
udf_walk_tree(struct udf_volume *volume, struct builder *builder, struct damage *ret_damage,
	      const char **ret_why)
{
	struct udf_walk *walk;
	int result = 0;

	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	walk->volume = volume;
	walk->builder = builder;
	window_init(&walk->directories, volume->window->fd, volume->window->image_size);
	put_address(&builder->nodes[0], volume->root);

	for (uint32_t i = 0; i < builder->node_count && result == 0; i++)
		if (builder->nodes[i].kind == NODE_DIRECTORY)
			result = fill_directory(walk, i);

	if (result == 0)
		*ret_damage = walk->damage;
	if (result == -EBADMSG)
		*ret_why = "UDF whose root directory makes no sense";
	if (result == -EFBIG)
		*ret_why = "more files than an index can hold";
	blockset_clear(&walk->seen);
	udf_extents_clear(&walk->directory.extents);
	udf_extents_clear(&walk->file.extents);
	free(walk);
	return result;
}
