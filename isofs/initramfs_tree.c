/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree of an initramfs; see initramfs_tree.h.
 *
 * A child is found by a hash of its parent and its name, open addressing, at
 * most half full. Children hang from their directory as a list, in no order:
 * the builder sorts them.
 */
#include "initramfs_tree.h"

#include <errno.h>
#include <stdlib.h>

enum { PATH_ROOM = 8192, SEGMENTS_MAX = 512, LINKS_MAX = 40, FIRST_SLOTS = 1024 };

/* Names and targets. */
static const size_t TEXTS_MAX = 256 * 1024 * 1024;

struct initramfs_node {
	uint32_t parent;
	uint32_t name;        /* in the texts, as is the target */
	uint32_t target;      /* of a link */
	uint32_t first_child; /* of a directory; 0: none */
	uint32_t next;        /* child of the same directory; 0: none */
	uint8_t kind;
	uint8_t depth; /* directories above it */
	int64_t mtime;
	struct extent extent;
};

int
initramfs_tree_init(struct initramfs_tree *tree)
{
	*tree = (struct initramfs_tree){
		.nodes = calloc(1, sizeof(*tree->nodes)),
		.node_count = 1,
		.node_room = 1,
		.texts = calloc(1, 1),
		.text_bytes = 1,
		.text_room = 1,
		.slots = calloc(FIRST_SLOTS, sizeof(*tree->slots)),
		.slot_count = FIRST_SLOTS,
	};
	if (!tree->nodes || !tree->texts || !tree->slots) {
		initramfs_tree_clear(tree);
		return -ENOMEM;
	}
	tree->nodes[0].kind = NODE_DIRECTORY;
	return 0;
}

void
initramfs_tree_clear(struct initramfs_tree *tree)
{
	free(tree->nodes);
	free(tree->texts);
	free(tree->slots);
	*tree = (struct initramfs_tree){0};
}

/* --- names ----------------------------------------------------------------- */

static int
add_text(struct initramfs_tree *tree, struct bytes text, uint32_t *ret_offset)
{
	size_t needed = tree->text_bytes + text.length + 1;

	if (needed > TEXTS_MAX)
		return -EFBIG;
	if (needed > tree->text_room) {
		size_t room = needed + needed / 2 + PATH_ROOM;
		char *grown = realloc(tree->texts, room);

		if (!grown)
			return -ENOMEM;
		tree->texts = grown;
		tree->text_room = room;
	}
	memcpy(tree->texts + tree->text_bytes, text.at, text.length);
	tree->texts[needed - 1] = '\0';
	*ret_offset = (uint32_t)tree->text_bytes;
	tree->text_bytes = needed;
	return 0;
}

/* FNV-1a. Who makes names that collide gains processor time in a reader whose
   time is limited. */
static uint32_t
hash(uint32_t parent, struct bytes name)
{
	uint32_t value = UINT32_C(2166136261) ^ parent * UINT32_C(2654435761);

	for (size_t i = 0; i < name.length; i++)
		value = (value ^ name.at[i]) * UINT32_C(16777619);
	return value ^ value >> 15;
}

static struct bytes
name_of(const struct initramfs_tree *tree, uint32_t node)
{
	const char *name = tree->texts + tree->nodes[node].name;

	return (struct bytes){(const uint8_t *)name, strlen(name)};
}

/* The slot of a child, or the free one where it belongs. */
static uint32_t *
find_slot(const struct initramfs_tree *tree, uint32_t parent, struct bytes name)
{
	uint32_t mask = tree->slot_count - 1;

	for (uint32_t at = hash(parent, name) & mask;; at = (at + 1) & mask) {
		uint32_t node = tree->slots[at];
		struct bytes other;

		if (node == 0)
			return &tree->slots[at];
		other = name_of(tree, node);
		if (tree->nodes[node].parent == parent && other.length == name.length &&
		    memcmp(other.at, name.at, name.length) == 0)
			return &tree->slots[at];
	}
}

/* Makes room for one more node in the table of slots. */
static int
grow_slots(struct initramfs_tree *tree)
{
	uint32_t *old = tree->slots;

	if (tree->node_count < tree->slot_count / 2)
		return 0;
	tree->slots = calloc((size_t)tree->slot_count * 2, sizeof(*tree->slots));
	if (!tree->slots) {
		tree->slots = old;
		return -ENOMEM;
	}
	tree->slot_count *= 2;
	for (uint32_t i = 1; i < tree->node_count; i++)
		*find_slot(tree, tree->nodes[i].parent, name_of(tree, i)) = i;
	free(old);
	return 0;
}

/* --- nodes ----------------------------------------------------------------- */

static int
grow_nodes(struct initramfs_tree *tree)
{
	uint32_t room = tree->node_room + tree->node_room / 2 + FIRST_SLOTS;
	struct initramfs_node *grown;

	if (tree->node_count == INITRAMFS_NODES_MAX)
		return -EFBIG;
	if (tree->node_count < tree->node_room)
		return 0;
	grown = realloc(tree->nodes, room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	tree->nodes = grown;
	tree->node_room = room;
	return 0;
}

static int
add_child(struct initramfs_tree *tree, uint32_t parent, struct bytes name, uint32_t *ret_node)
{
	struct initramfs_node node = {.parent = parent};
	int result = grow_nodes(tree);

	if (result == 0)
		result = grow_slots(tree);
	if (result == 0)
		result = add_text(tree, name, &node.name);
	if (result < 0)
		return result;
	node.depth = (uint8_t)(tree->nodes[parent].depth + 1);
	node.next = tree->nodes[parent].first_child;
	tree->nodes[parent].first_child = tree->node_count;
	tree->nodes[tree->node_count] = node;
	*find_slot(tree, parent, name) = tree->node_count;
	*ret_node = tree->node_count++;
	return 0;
}

/* --- paths ----------------------------------------------------------------- */

/* Where a path leads: to a name in a directory, or (no name) to a directory. The
   name may lie in a buffer, where links have put their targets. */
struct place {
	uint32_t directory;
	struct bytes name;
	uint8_t buffers[2][PATH_ROOM];
};

static struct bytes
skip_slashes(struct bytes path)
{
	size_t count = 0;

	while (count < path.length && path.at[count] == '/')
		count++;
	return (struct bytes){path.at + count, path.length - count};
}

/* Writes "target/rest" to `buffer`, which `rest` may not lie in. */
static bool
put_before(const char *target, struct bytes rest, uint8_t buffer[PATH_ROOM], struct bytes *ret_path)
{
	size_t length = strlen(target);

	if (length + 1 + rest.length > PATH_ROOM)
		return false;
	memcpy(buffer, target, length);
	buffer[length] = '/';
	memcpy(buffer + length + 1, rest.at, rest.length);
	*ret_path = (struct bytes){buffer, length + 1 + rest.length};
	return true;
}

/* Cuts the first name off `path`: it is empty for "." and "..", which leads up. */
static void
enter_segment(const struct initramfs_tree *tree, struct bytes *path, struct place *place)
{
	const uint8_t *slash;

	*path = skip_slashes(*path);
	slash = path->length > 0 ? memchr(path->at, '/', path->length) : NULL;
	place->name = *path;
	if (slash)
		place->name.length = (size_t)(slash - path->at);
	*path = skip_slashes(bytes_slice(*path, place->name.length, path->length));

	if (place->name.length == 2 && bytes_match(place->name, 0, "..")) {
		place->directory = tree->nodes[place->directory].parent;
		place->name.length = 0;
	} else if (place->name.length == 1 && place->name.at[0] == '.') {
		place->name.length = 0;
	}
}

/* Walks `path` to its last name: 0, -ENOENT when there is no such directory,
   -ELOOP when it leads too far. */
static int
resolve(const struct initramfs_tree *tree, struct bytes path, struct place *place)
{
	int links = 0;

	place->directory = 0;
	for (int segments = 0; segments < SEGMENTS_MAX; segments++) {
		uint32_t child;

		enter_segment(tree, &path, place);
		if (path.length == 0)
			return 0;
		if (place->name.length == 0)
			continue;
		child = *find_slot(tree, place->directory, place->name);
		if (child != 0 && tree->nodes[child].kind == NODE_DIRECTORY) {
			place->directory = child;
			continue;
		}
		if (child == 0 || tree->nodes[child].kind != NODE_LINK)
			return -ENOENT;
		if (++links > LINKS_MAX || !put_before(tree->texts + tree->nodes[child].target,
						       path, place->buffers[links % 2], &path))
			return -ELOOP;
		if (path.at[0] == '/')
			place->directory = 0;
	}
	return -ELOOP;
}

/* --- members --------------------------------------------------------------- */

/* Makes `node` what the member says. A directory that holds something stays one. */
static int
set_node(struct initramfs_tree *tree, uint32_t node, const struct initramfs_member *member)
{
	struct initramfs_node *it = &tree->nodes[node];
	int result = 0;

	if (it->kind == NODE_DIRECTORY && member->kind != NODE_DIRECTORY && it->first_child != 0)
		return 0;
	it->kind = (uint8_t)member->kind;
	it->mtime = member->mtime;
	it->extent = member->extent;
	if (member->kind == NODE_LINK)
		result = add_text(tree, member->target, &it->target);
	return result;
}

int
initramfs_tree_add(struct initramfs_tree *tree, const struct initramfs_member *member)
{
	struct place place;
	uint32_t node;
	int result = resolve(tree, member->path, &place);

	if (result == -ENOENT || (member->kind == NODE_LINK && member->target.length == 0))
		return 0;
	if (result < 0 || tree->nodes[place.directory].depth >= INDEX_DEPTH_MAX) {
		tree->bad_paths++;
		return 0;
	}
	if (place.name.length == 0) {
		tree->nodes[place.directory].mtime = member->mtime;
		return 0;
	}
	node = *find_slot(tree, place.directory, place.name);
	if (node == 0)
		result = add_child(tree, place.directory, place.name, &node);
	return result == 0 ? set_node(tree, node, member) : result;
}

/* --- the builder ----------------------------------------------------------- */

/* Adds one child of `directory`, a node of the builder. */
static int
build_node(const struct initramfs_tree *tree, uint32_t node, uint32_t directory,
	   struct builder *builder)
{
	const struct initramfs_node *it = &tree->nodes[node];
	int result = builder_add(builder, directory, it->kind, name_of(tree, node), it->mtime);

	if (result < 0)
		return result;
	if (it->kind == NODE_FILE)
		return builder_add_extent(builder, it->extent);
	if (it->kind == NODE_LINK)
		return builder_set_target(builder, tree->texts + it->target);
	if (it->kind == NODE_DIRECTORY)
		builder->nodes[builder->node_count - 1].size = node;
	return 0;
}

int
initramfs_tree_build(const struct initramfs_tree *tree, struct builder *builder)
{
	builder->nodes[0].mtime = tree->nodes[0].mtime;
	for (uint32_t i = 0; i < builder->node_count; i++) {
		const uint32_t first = builder->node_count;
		uint32_t child;

		if (builder->nodes[i].kind != NODE_DIRECTORY)
			continue;
		child = tree->nodes[builder->nodes[i].size].first_child;
		for (; child != 0; child = tree->nodes[child].next) {
			int result = build_node(tree, child, i, builder);

			if (result < 0)
				return result;
		}
		builder_close_directory(builder, i, first);
	}
	return 0;
}
