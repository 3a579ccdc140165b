/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the bytes of an index once, so that nobody has to later.
 *
 * After it: every node but the root is in exactly one directory's range of
 * children, which begins behind the directory, so that walks end; the tree is
 * not deeper than INDEX_DEPTH_MAX; names of a directory ascend and differ;
 * every string ends inside the arena; every extent lies inside the image, a
 * file has few of them and its size is their sum. In the index of a squashfs or
 * an initramfs, whose extents lie in no image, a file has one, and none if it is
 * empty.
 * The cost is one pass, whatever the bytes are: no range is looked at twice.
 */
#include "index_check.h"

#include <errno.h>
#include <string.h>

struct check {
	const struct index_header *header;
	const struct index_node *nodes;
	const uint32_t *case_order;
	const struct extent *extents;
	const char *names;
	uint32_t next_child;  /* the first child of the next directory */
	uint32_t next_extent; /* the first extent of the next file */
	uint32_t level;       /* directories above the nodes now looked at */
	uint32_t level_end;   /* the first node of the next level */
};

/* --- volume ---------------------------------------------------------------- */

static bool
is_terminated(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
lies_inside(const struct extent *extent, uint64_t image_size)
{
	return extent->offset <= image_size && extent->length <= image_size - extent->offset;
}

static const char *
check_volume(const struct volume *volume, uint64_t image_size)
{
	if (volume->image_size != image_size)
		return "the image changed while it was read";
	if (!is_terminated(volume->volume_id, sizeof(volume->volume_id)) ||
	    !is_terminated(volume->system_id, sizeof(volume->system_id)) ||
	    !is_terminated(volume->publisher, sizeof(volume->publisher)) ||
	    !is_terminated(volume->application, sizeof(volume->application)) ||
	    !is_terminated(volume->uuid, sizeof(volume->uuid)) ||
	    !is_terminated(volume->damage, sizeof(volume->damage)))
		return "a text of the volume does not end";
	if (volume->tree < TREE_ROCK_RIDGE || volume->tree > TREE_INITRAMFS)
		return "unknown kind of tree";
	if ((volume->tree == TREE_SQUASHFS) != (image_size == INDEX_OF_INODES) ||
	    (volume->tree == TREE_INITRAMFS) != (image_size == INDEX_OF_UNPACKED))
		return "a tree of another kind than was asked for";
	if (volume->boot_image_count > BOOT_IMAGES_MAX)
		return "too many boot images";
	for (uint32_t i = 0; i < volume->boot_image_count; i++)
		if (!lies_inside(&volume->boot_images[i].extent, image_size))
			return "a boot image lies outside the image";
	return NULL;
}

/* --- nodes ----------------------------------------------------------------- */

static bool
is_name(const struct check *check, uint32_t offset)
{
	const char *name = check->names + offset;
	size_t length;

	if (offset >= check->header->name_bytes)
		return false;
	/* The arena ends with a NUL, so no string runs out of it. */
	length = strnlen(name, INDEX_NAME_MAX + 1);
	return length > 0 && length <= INDEX_NAME_MAX && !memchr(name, '/', length) &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static const char *
check_directory(struct check *check, uint32_t node)
{
	uint32_t first = check->nodes[node].first;
	uint32_t count = check->nodes[node].count;

	if (first != check->next_child || count > check->header->node_count - first)
		return "children out of place";
	if (count > 0 && first <= node)
		return "a directory holds itself";
	check->next_child += count;

	for (uint32_t i = first; i < first + count; i++) {
		uint32_t folded = check->case_order[i];

		if (check->nodes[i].parent != node)
			return "a node with two parents";
		if (!is_name(check, check->nodes[i].name))
			return "not a name";
		if (folded < first || folded >= first + count)
			return "case order out of place";
		if (i > first && strcmp(check->names + check->nodes[i - 1].name,
					check->names + check->nodes[i].name) >= 0)
			return "names out of order";
	}
	return NULL;
}

/* The case order, once all names of the directory are known to be names. It
   ascends strictly, so it holds each child once. */
static const char *
check_case_order(const struct check *check, uint32_t node)
{
	const uint32_t *order = check->case_order + check->nodes[node].first;

	for (uint32_t i = 1; i < check->nodes[node].count; i++) {
		const char *before = check->names + check->nodes[order[i - 1]].name;
		const char *name = check->names + check->nodes[order[i]].name;
		int difference = index_compare_folded(before, name);

		if (difference > 0 || (difference == 0 && order[i - 1] >= order[i]))
			return "case order out of order";
	}
	return NULL;
}

static const char *
check_file(struct check *check, uint32_t node, uint64_t image_size)
{
	const struct index_node *file = &check->nodes[node];
	uint64_t size = 0;

	if (file->first != check->next_extent ||
	    file->count > check->header->extent_count - file->first)
		return "extents out of place";
	if (file->count > (image_size >= INDEX_OF_UNPACKED ? 1 : EXTENTS_PER_FILE_MAX))
		return "a file in too many pieces";
	check->next_extent += file->count;

	for (uint32_t i = file->first; i < file->first + file->count; i++) {
		const struct extent *extent = &check->extents[i];

		if (extent->length == 0 || !lies_inside(extent, image_size))
			return "an extent lies outside the image";
		if (__builtin_add_overflow(size, extent->length, &size))
			return "a file too large";
	}
	return size == file->size ? NULL : "a size that is not that of the extents";
}

static const char *
check_node(struct check *check, uint32_t node, uint64_t image_size)
{
	const struct index_node *it = &check->nodes[node];
	const char *why;

	if (it->kind != NODE_FILE && it->size != 0)
		return "a size of what is no file";
	switch (it->kind) {
	case NODE_DIRECTORY:
		why = check_directory(check, node);
		return why ? why : check_case_order(check, node);
	case NODE_FILE:
		return check_file(check, node, image_size);
	case NODE_LINK:
		if (it->first >= check->header->name_bytes ||
		    strnlen(check->names + it->first, INDEX_TARGET_MAX + 1) > INDEX_TARGET_MAX)
			return "not a link target";
		return NULL;
	case NODE_OTHER:
		return NULL;
	default:
		return "unknown kind of node";
	}
}

static const char *
check_nodes(struct check *check, uint64_t image_size)
{
	const struct index_node *root = &check->nodes[0];

	if (root->kind != NODE_DIRECTORY || root->parent != 0 || check->names[root->name] != '\0')
		return "no root directory";

	check->next_child = check->level_end = 1;
	for (uint32_t node = 0; node < check->header->node_count; node++) {
		const char *why;

		/* The nodes of a level are followed by all of their children. */
		if (node == check->level_end) {
			check->level_end = check->next_child;
			if (++check->level > INDEX_DEPTH_MAX)
				return "too deep";
		}
		why = check_node(check, node, image_size);
		if (why)
			return why;
	}
	if (check->next_child != check->header->node_count ||
	    check->next_extent != check->header->extent_count)
		return "nodes or extents that nobody has";
	return NULL;
}

/* --- the whole ------------------------------------------------------------- */

const char *
index_check(const struct index_header *header, size_t length, uint64_t image_size)
{
	const char *block = (const char *)header;
	struct index_layout layout;
	struct check check;
	const char *why;

	if (length < sizeof(*header) ||
	    memcmp(header->magic, INDEX_MAGIC, sizeof(header->magic)) != 0)
		return "not an index";
	if (header->node_count == 0 || header->node_count > INDEX_NODES_MAX ||
	    header->extent_count > INDEX_EXTENTS_MAX || header->name_bytes == 0 ||
	    header->name_bytes > INDEX_NAMES_MAX)
		return "counts out of range";
	layout = index_layout(header);
	if (layout.end != length)
		return "a length that is not that of the parts";
	why = check_volume(&header->volume, image_size);
	if (why)
		return why;

	check = (struct check){
		.header = header,
		.nodes = (const struct index_node *)(const void *)(block + layout.nodes),
		.case_order = (const uint32_t *)(const void *)(block + layout.case_order),
		.extents = (const struct extent *)(const void *)(block + layout.extents),
		.names = block + layout.names,
	};
	if (check.names[header->name_bytes - 1] != '\0')
		return "names that do not end";
	if (check.nodes[0].name >= header->name_bytes)
		return "no root directory";
	return check_nodes(&check, image_size);
}
