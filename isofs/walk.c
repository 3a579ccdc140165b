/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of an ISO 9660 tree into a builder; see walk.h.
 *
 *      walk_tree          directory after directory, as the builder has them
 *        read_directory   sector after sector
 *          read_sector    record after record
 *            add_record   a record becomes a node, or a further section of one
 *
 * A record is looked at in place: names, sections and links go straight from
 * the window into the builder's tables.
 */
#include "walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "blockset.h"
#include "joliet.h"
#include "rockridge.h"

struct walk {
	const struct iso_tree *tree;
	struct window *window;       /* on directories */
	struct window continuations; /* on Rock Ridge's continuation areas */
	struct builder *builder;
	struct blockset seen;        /* directory extents */
	uint64_t bytes_left;         /* of WALK_BYTES_MAX */
	uint64_t continuations_left; /* of WALK_CONTINUATIONS_MAX */
	struct damage damage;
	bool is_bad;             /* the directory being read has a broken record, or not even "." */
	uint32_t record_count;   /* of the directory being read */
	bool is_open;            /* the node added last expects another section */
	bool is_lost;            /* ... and one of its sections lies past the end */
	size_t open_name_length; /* its recorded name, which all its sections have */
	uint8_t open_name[256];
	struct rock_ridge rock; /* of the record being looked at */
	char name[JOLIET_NAME_SIZE];
};

/* --- where a directory lies, kept in its node until it is read -------------- */

static void
put_place(struct index_node *node, uint64_t offset, uint32_t size)
{
	uint64_t block = offset / SECTOR_SIZE;

	/* A block number with its extended attributes may need a bit more; no
	   image is that large. */
	node->size = (block < UINT32_MAX ? block : UINT32_MAX) << 32 | size;
}

static uint64_t
place_offset(const struct index_node *node)
{
	return (node->size >> 32) * SECTOR_SIZE;
}

static uint32_t
place_size(const struct index_node *node)
{
	return (uint32_t)node->size;
}

/* --- Rock Ridge ------------------------------------------------------------ */

static int
read_continuation(void *context, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	struct walk *walk = context;

	if (walk->continuations_left < length)
		return -EFBIG;
	walk->continuations_left -= length;
	return window_view(&walk->continuations, offset, length, ret_bytes);
}

/* CL: the directory's own record tells its size (ISO-19). */
static int
find_relocated(struct walk *walk, struct iso_record *record)
{
	struct iso_record self;
	struct bytes bytes;
	int result;

	result = window_view(&walk->continuations, walk->rock.child_offset, SECTOR_SIZE, &bytes);
	if (result < 0)
		return result;
	record->is_directory = true;
	record->offset = walk->rock.child_offset;
	record->size = 0;
	if (iso_record_decode(bytes, &self) == 0 && self.is_directory)
		record->size = self.size;
	else
		walk->damage.bad_directories++;
	return 0;
}

/* --- records --------------------------------------------------------------- */

static enum node_kind
record_kind(const struct walk *walk, const struct iso_record *record)
{
	const struct rock_ridge *rock = &walk->rock;

	if (record->is_directory)
		return NODE_DIRECTORY;
	if (record->is_interleaved)
		return NODE_OTHER;
	if (walk->tree->kind != TREE_ROCK_RIDGE)
		return NODE_FILE;
	if (rock->is_link || S_ISLNK(rock->mode))
		return NODE_LINK;
	if (rock->is_encoded || (rock->mode & S_IFMT && !S_ISREG(rock->mode)))
		return NODE_OTHER;
	return NODE_FILE;
}

static struct bytes
record_name(struct walk *walk, const struct iso_record *record)
{
	switch (walk->tree->kind) {
	case TREE_JOLIET:
		return (struct bytes){(const uint8_t *)walk->name,
				      joliet_name_decode(record->name, walk->name)};
	case TREE_ROCK_RIDGE:
		if (walk->rock.name[0] != '\0')
			return (struct bytes){(const uint8_t *)walk->rock.name,
					      strlen(walk->rock.name)};
		return iso_name_trim(record->name);
	default:
		return walk->tree->keeps_names ? record->name : iso_name_trim(record->name);
	}
}

/* Adds the bytes of a record to the file added last. */
static int
add_section(struct walk *walk, const struct iso_record *record)
{
	uint64_t image_size = walk->window->image_size;

	/* The place of an empty file means nothing (ISO-12). */
	if (record->size == 0)
		return 0;
	if (record->offset > image_size || record->size > image_size - record->offset) {
		walk->is_lost = true;
		return 0;
	}
	return builder_add_extent(walk->builder, (struct extent){record->offset, record->size});
}

/* The last section was seen, or is missing: a file that is not whole must not
   be served. */
static void
end_file(struct walk *walk, bool is_finished)
{
	walk->is_open = false;
	if (!walk->is_lost && is_finished)
		return;
	walk->damage.lost_files += walk->is_lost;
	walk->damage.unfinished_files += !walk->is_lost;
	builder_spoil(walk->builder);
}

static int
add_file(struct walk *walk, const struct iso_record *record)
{
	int result;

	walk->is_lost = false;
	result = add_section(walk, record);
	if (result < 0)
		return result;
	if (!record->has_more) {
		end_file(walk, true);
		return 0;
	}
	walk->is_open = true;
	walk->open_name_length = record->name.length;
	memcpy(walk->open_name, record->name.at, record->name.length);
	return 0;
}

static int
add_node(struct walk *walk, uint32_t directory, const struct iso_record *record)
{
	enum node_kind kind = record_kind(walk, record);
	struct builder *builder = walk->builder;
	int64_t mtime = walk->rock.has_mtime ? walk->rock.mtime : record->mtime;
	int result;

	result = builder_add(builder, directory, kind, record_name(walk, record), mtime);
	if (result < 0)
		return result;
	switch (kind) {
	case NODE_DIRECTORY:
		put_place(&builder->nodes[builder->node_count - 1], record->offset, record->size);
		return 0;
	case NODE_FILE:
		return add_file(walk, record);
	case NODE_LINK:
		return builder_set_target(builder, walk->rock.target);
	case NODE_OTHER:
	default:
		return 0;
	}
}

static int
add_record(struct walk *walk, uint32_t directory, struct iso_record *record)
{
	const struct continuation_source source = {read_continuation, walk};
	int result;

	if (iso_record_is_dots(record) || record->is_associated)
		return 0;
	if (walk->is_open) {
		if (record->name.length == walk->open_name_length &&
		    memcmp(record->name.at, walk->open_name, record->name.length) == 0) {
			result = add_section(walk, record);
			if (!record->has_more)
				end_file(walk, true);
			return result;
		}
		end_file(walk, false);
	}
	if (walk->tree->kind == TREE_ROCK_RIDGE) {
		result = rock_ridge_decode(record->system_use, walk->tree->susp_skip, &source,
					   &walk->rock);
		if (result < 0)
			return result;
		if (walk->rock.is_relocated)
			return 0;
		if (walk->rock.is_elsewhere)
			result = find_relocated(walk, record);
		if (result < 0)
			return result;
	}
	return add_node(walk, directory, record);
}

/* --- directories ----------------------------------------------------------- */

/* A length of 0 ends the records of a sector; so does one that is broken. */
static int
read_sector(struct walk *walk, uint32_t directory, struct bytes sector)
{
	struct iso_record record;

	for (; bytes_u8(sector, 0) != 0; sector = bytes_slice(sector, record.length, SECTOR_SIZE)) {
		int result;

		if (iso_record_decode(sector, &record) < 0) {
			walk->is_bad = true;
			break;
		}
		walk->record_count++;
		result = add_record(walk, directory, &record);
		if (result < 0)
			return result;
	}
	return 0;
}

/* Reads `size` bytes at `offset`, no further (ISO-8). */
static int
read_directory(struct walk *walk, uint32_t directory, uint64_t offset, uint32_t size)
{
	uint64_t end = offset + size;

	walk->is_bad = false;
	walk->record_count = 0;
	if (end > walk->window->image_size) {
		walk->damage.lost_directories++;
		end = walk->window->image_size;
	}
	for (; offset < end; offset += SECTOR_SIZE) {
		size_t length = end - offset < SECTOR_SIZE ? (size_t)(end - offset) : SECTOR_SIZE;
		struct bytes sector;
		int result;

		if (walk->bytes_left < length)
			return -EFBIG;
		walk->bytes_left -= length;
		result = window_view(walk->window, offset, length, &sector);
		if (result < 0)
			return result;
		result = read_sector(walk, directory, sector);
		if (result < 0)
			return result;
	}
	if (walk->is_open)
		end_file(walk, false);
	walk->damage.bad_directories += walk->is_bad || walk->record_count == 0;
	return 0;
}

/* Fills a directory, which stays empty if it is one that was read before
   (ISO-13). Its children must be no deeper than an index may be. */
static int
fill_directory(struct walk *walk, uint32_t directory)
{
	const struct index_node *node = &walk->builder->nodes[directory];
	uint64_t offset = place_offset(node);
	uint32_t size = place_size(node);
	uint32_t first = walk->builder->node_count;
	int result = 0;

	if (size > 0) {
		result = builder_depth(walk->builder, directory) < INDEX_DEPTH_MAX && offset > 0
				 ? blockset_add(&walk->seen, offset / SECTOR_SIZE)
				 : -EEXIST;
		if (result == 0)
			result = read_directory(walk, directory, offset, size);
		else if (result == -EEXIST) {
			walk->damage.bad_directories++;
			result = 0;
		}
	}
	if (result == 0)
		builder_close_directory(walk->builder, directory, first);
	return result;
}

/* The folder that deep directories were moved to, once they are back in their
   places and nothing else is in it (ISO-19). */
static bool
is_empty_store(const struct walk *walk, uint32_t directory)
{
	const struct index_node *node = &walk->builder->nodes[directory];
	const char *name = walk->builder->names + node->name;

	return walk->tree->kind == TREE_ROCK_RIDGE && directory != 0 && node->parent == 0 &&
	       node->count == 0 &&
	       (strcasecmp(name, "rr_moved") == 0 || strcasecmp(name, ".rr_moved") == 0);
}

static int
walk_directories(struct walk *walk)
{
	struct builder *builder = walk->builder;

	for (uint32_t i = 0; i < builder->node_count; i++) {
		int result;

		if (builder->nodes[i].kind != NODE_DIRECTORY)
			continue;
		result = fill_directory(walk, i);
		if (result < 0)
			return result;
		if (is_empty_store(walk, i)) {
			result = builder_remove(builder, i--);
			if (result < 0)
				return result;
		}
	}
	return 0;
}

int
walk_tree(const struct iso_tree *tree, struct window *window, struct builder *builder,
	  struct damage *ret_damage, const char **ret_why)
{
	struct walk *walk;
	int result;

	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	walk->tree = tree;
	walk->window = window;
	walk->builder = builder;
	walk->bytes_left = WALK_BYTES_MAX;
	walk->continuations_left = WALK_CONTINUATIONS_MAX;
	window_init(&walk->continuations, window->fd, window->image_size);

	builder->nodes[0].mtime = tree->mtime;
	put_place(&builder->nodes[0], tree->offset, tree->size);
	result = walk_directories(walk);
	if (result == 0)
		*ret_damage = walk->damage;
	if (result == -EFBIG)
		*ret_why = "more files than an index can hold";
	blockset_clear(&walk->seen);
	free(walk);
	return result;
}
