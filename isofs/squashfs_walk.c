/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of a squashfs into a builder, and writes its index; see
 * squashfs.h.
 *
 * As walk.h: level by level, the builder's node table is the queue, each
 * directory is read once, depth and nodes are limited, and what is damaged is
 * left out and counted. The one extent of a file is its inode and its size.
 * Devices, sockets and pipes are listed and never served (SQ-5). Extended
 * attributes and owners are not looked at.
 */
#include "squashfs_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "blockset.h"
#include "builder.h"

struct squashfs_walk {
	struct squashfs *squashfs;
	struct builder *builder;
	struct blockset seen;     /* the inodes of directories */
	uint32_t bad_directories; /* loops, too deep, or a broken entry in them */
	uint32_t bad_entries;     /* whose inode makes no sense */
	char target[INDEX_TARGET_MAX + 1];
};

/* Adds what is particular to the node added last, which is at `inode`. */
static int
complete_node(struct squashfs_walk *walk, uint64_t inode, const struct squashfs_status *status)
{
	struct builder *builder = walk->builder;
	int result;

	switch (status->kind) {
	case NODE_DIRECTORY:
		builder->nodes[builder->node_count - 1].size = inode;
		return 0;
	case NODE_FILE:
		if (status->size <= (uint64_t)INT64_MAX - inode)
			return builder_add_extent(builder, (struct extent){inode, status->size});
		break;
	case NODE_LINK:
		result = squashfs_target(walk->squashfs, inode, walk->target, sizeof(walk->target));
		if (result == 0)
			return builder_set_target(builder, walk->target);
		break;
	case NODE_OTHER:
		return 0;
	}
	walk->bad_entries++;
	builder_spoil(builder);
	return 0;
}

static int
add_node(struct squashfs_walk *walk, uint32_t directory, struct bytes name, uint64_t inode)
{
	struct squashfs_status status = {.kind = NODE_OTHER};
	int result;

	if (squashfs_status(walk->squashfs, inode, &status) < 0)
		walk->bad_entries++;
	result = builder_add(walk->builder, directory, status.kind, name, status.mtime);
	return result == 0 ? complete_node(walk, inode, &status) : result;
}

/* Reads the entries of a directory: 0, -EBADMSG when it is broken, which does
   not undo what was read before, or errno. */
static int
read_directory(struct squashfs_walk *walk, uint32_t directory, uint64_t inode)
{
	struct bytes name;
	uint64_t child;
	int result;

	if (builder_depth(walk->builder, directory) >= INDEX_DEPTH_MAX)
		return -EBADMSG;
	/* 0 cannot be in the set. */
	result = blockset_add(&walk->seen, inode + 1);
	if (result < 0)
		return result == -EEXIST ? -EBADMSG : result;
	result = squashfs_directory_open(walk->squashfs, inode);
	if (result < 0)
		return result;
	while ((result = squashfs_directory_next(walk->squashfs, &name, &child)) > 0) {
		result = add_node(walk, directory, name, child);
		if (result < 0)
			return result;
	}
	return result;
}

static int
fill_directory(struct squashfs_walk *walk, uint32_t directory)
{
	struct builder *builder = walk->builder;
	const uint32_t first = builder->node_count;
	int result = read_directory(walk, directory, builder->nodes[directory].size);

	if (result == -EBADMSG) {
		walk->bad_directories++;
		result = 0;
	}
	if (result == 0)
		builder_close_directory(builder, directory, first);
	return result;
}

static int
walk_tree(struct squashfs_walk *walk, const char **ret_why)
{
	struct builder *builder = walk->builder;
	struct squashfs_status root;
	int result = 0;

	if (squashfs_status(walk->squashfs, squashfs_root(walk->squashfs), &root) == 0)
		builder->nodes[0].mtime = root.mtime;
	builder->nodes[0].size = squashfs_root(walk->squashfs);
	for (uint32_t i = 0; i < builder->node_count && result == 0; i++)
		if (builder->nodes[i].kind == NODE_DIRECTORY)
			result = fill_directory(walk, i);
	if (result == 0 && builder->node_count == 1 && walk->bad_directories > 0)
		result = -EBADMSG;

	if (result == -EBADMSG)
		*ret_why = "squashfs whose root directory makes no sense";
	if (result == -EFBIG)
		*ret_why = "more files than an index can hold";
	return result;
}

static void
describe(const struct squashfs_walk *walk, struct volume *volume)
{
	const char *separator = walk->bad_directories > 0 && walk->bad_entries > 0 ? "; " : "";
	char directories[60] = "", entries[50] = "";

	if (walk->bad_directories > 0)
		snprintf(directories, sizeof(directories),
			 "directories that make no sense: %" PRIu32, walk->bad_directories);
	if (walk->bad_entries > 0)
		snprintf(entries, sizeof(entries), "files that make no sense: %" PRIu32,
			 walk->bad_entries);
	snprintf(volume->damage, sizeof(volume->damage), "%s%s%s", directories, separator, entries);
	volume->image_size = INDEX_OF_INODES;
	volume->volume_size = squashfs_bytes_used(walk->squashfs);
	volume->created = squashfs_made(walk->squashfs);
	volume->tree = TREE_SQUASHFS;
}

int
squashfs_index(struct squashfs *squashfs, int *ret_memfd, const char **ret_why)
{
	struct volume volume = {0};
	struct builder builder;
	struct squashfs_walk walk = {.squashfs = squashfs, .builder = &builder};
	int result = builder_init(&builder);

	if (result < 0)
		return result;
	result = walk_tree(&walk, ret_why);
	if (result == 0) {
		describe(&walk, &volume);
		result = builder_write(&builder, &volume, ret_memfd);
	}
	blockset_clear(&walk.seen);
	builder_clear(&builder);
	return result;
}
