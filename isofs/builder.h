/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Grows an index node by node and writes it out as one block.
 *
 * The walk adds the children of a directory one after the other and then
 * closes the directory, which sorts them. Because directories are then read in
 * the order of their nodes, the node table is also the queue of directories
 * still to be read, and no child ever moves after it was looked at.
 *
 * Whatever names and extents come, the block that comes out passes index_open.
 */
#ifndef BUILDER_H
#define BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index_layout.h"

enum { LENGTHENED_MAX = 64 }; /* see builder_lengthen */

struct builder {
	struct index_node *nodes; /* a directory not read yet has its place in `size` */
	uint32_t node_count;
	uint32_t node_room;
	struct extent *extents; /* in the order of adding */
	uint32_t extent_count;
	uint32_t extent_room;
	uint32_t scattered_files; /* spoiled for having too many extents */
	char *names;
	uint32_t name_bytes;
	uint32_t name_room;
};

/* A builder with the root as node 0: 0 or -ENOMEM. */
int builder_init(struct builder *);
void builder_clear(struct builder *);

/* Adds a child of `parent`, which is the directory being read. The name is
   made harmless: '/' and NUL become '_', as does a name that is empty, "." or
   "..". 0, -ENOMEM, or -EFBIG above the limits of index_layout.h. */
int builder_add(struct builder *, uint32_t parent, enum node_kind kind, struct bytes name,
		int64_t mtime);

/* Of the node added last: a further extent of a file (none when its length is
   0; joined with the one before when they touch), or the target of a link. A
   file of more than EXTENTS_PER_FILE_MAX is spoiled and counted; what is added
   to a spoiled file is dropped. */
int builder_add_extent(struct builder *, struct extent extent);
int builder_set_target(struct builder *, const char *target);

/* Makes the node added last one that is listed and never served. */
void builder_spoil(struct builder *);

/* Ends the directory `parent`, whose children are the nodes from `first` on:
   sorts them and drops all but the first of those with the same name. */
void builder_close_directory(struct builder *, uint32_t parent, uint32_t first);

/* How many directories are above `node`: 0 for the root. */
uint32_t builder_depth(const struct builder *, uint32_t node);

/* Removes a node that has no children and is no file: 0, or -EINVAL. */
int builder_remove(struct builder *, uint32_t node);

/* Makes the whole tree of `graft` a directory `name` in the root: 0, -EEXIST
   when the root has a child of that name, -ENOMEM, or -EFBIG above the limits.
   `graft` is empty afterwards; on failure it is as it was. All directories of
   both are closed, and the tree of `graft` is at least a level less deep than
   INDEX_DEPTH_MAX. */
int builder_graft(struct builder *, const char *name, struct builder *graft);

/* Whether a file of one piece begins at `offset`; its length. */
bool builder_find_file(const struct builder *, uint64_t offset, uint64_t *ret_length);

/* Gives files their true length that have only the lower 32 bits of it: those
   which begin where a file of `whole` does that is longer by a multiple of
   4 GiB. At most LENGTHENED_MAX files of `whole` count. */
void builder_lengthen(struct builder *, const struct builder *whole);

/* The bytes of all files. */
uint64_t builder_file_bytes(const struct builder *);

/* The offset of the first extent that begins after `offset`, or `end`. */
uint64_t builder_next_extent(const struct builder *, uint64_t offset, uint64_t end);

/* Writes the index with `volume` to a new sealed memfd: 0 or negative errno. */
int builder_write(struct builder *, const struct volume *volume, int *ret_memfd);

#endif
