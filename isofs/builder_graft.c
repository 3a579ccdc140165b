/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hangs one tree into another; see builder.h.
 *
 * Both have their nodes level by level, and so must the whole. So the nodes
 * are listed anew: each directory in turn appends its children, wherever they
 * were before. Names and extents of the grafted tree are only appended.
 */
#include <errno.h>
#include <stdlib.h>

#include "builder.h"

/* The child of the root before which `name` belongs: -EEXIST when it is the
   name of one. */
static int
find_place(const struct builder *builder, const char *name, uint32_t *ret_place)
{
	uint32_t place = 0;

	for (; place < builder->nodes[0].count; place++) {
		const struct index_node *child = &builder->nodes[builder->nodes[0].first + place];
		int order = strcmp(builder->names + child->name, name);

		if (order == 0)
			return -EEXIST;
		if (order > 0)
			break;
	}
	*ret_place = place;
	return 0;
}

/* Appends the names and extents of `graft` to those of `builder`, with the new
   directory's name behind them. */
static int
append_tables(struct builder *builder, const char *name, const struct builder *graft)
{
	size_t name_bytes = (size_t)builder->name_bytes + graft->name_bytes + strlen(name) + 1;
	size_t extent_count = (size_t)builder->extent_count + graft->extent_count;
	struct extent *extents;
	char *names;

	if (name_bytes > INDEX_NAMES_MAX || extent_count > INDEX_EXTENTS_MAX)
		return -EFBIG;
	names = realloc(builder->names, name_bytes);
	if (!names)
		return -ENOMEM;
	builder->names = names;
	builder->name_room = (uint32_t)name_bytes;
	memcpy(names + builder->name_bytes, graft->names, graft->name_bytes);
	memcpy(names + builder->name_bytes + graft->name_bytes, name, strlen(name) + 1);
	builder->name_bytes = (uint32_t)name_bytes;

	if (graft->extent_count == 0)
		return 0;
	extents = realloc(builder->extents, extent_count * sizeof(*extents));
	if (!extents)
		return -ENOMEM;
	builder->extents = extents;
	builder->extent_room = (uint32_t)extent_count;
	memcpy(extents + builder->extent_count, graft->extents,
	       graft->extent_count * sizeof(*extents));
	builder->extent_count = (uint32_t)extent_count;
	return 0;
}

/* Makes the nodes of `graft` nodes of a table that begins with the `shift`
   others. */
static void
shift_nodes(const struct builder *graft, uint32_t shift, uint32_t name_shift, uint32_t extent_shift)
{
	for (uint32_t i = 0; i < graft->node_count; i++) {
		struct index_node *node = &graft->nodes[i];

		node->name += name_shift;
		if (node->kind == NODE_DIRECTORY)
			node->first += shift;
		else if (node->kind == NODE_FILE)
			node->first += extent_shift;
		else if (node->kind == NODE_LINK)
			node->first += name_shift;
	}
}

/* Lists all nodes level by level into `nodes`, the root of `graft` as child
   number `place` of the root. */
static uint32_t
list_nodes(const struct builder *builder, const struct builder *graft, uint32_t place,
	   struct index_node *nodes)
{
	uint32_t count = 1;

	nodes[0] = builder->nodes[0];
	for (uint32_t i = 0; i < count; i++) {
		uint32_t first = nodes[i].first;
		uint32_t children = nodes[i].count;

		if (nodes[i].kind != NODE_DIRECTORY)
			continue;
		nodes[i].first = count;
		for (uint32_t k = 0; k < children; k++) {
			uint32_t child = first + k;

			if (i == 0 && k == place)
				nodes[count++] = graft->nodes[0];
			nodes[count++] = child < builder->node_count
						 ? builder->nodes[child]
						 : graft->nodes[child - builder->node_count];
		}
		if (i == 0 && place == children)
			nodes[count++] = graft->nodes[0];
		nodes[i].count = count - nodes[i].first;
		for (uint32_t k = nodes[i].first; k < count; k++)
			nodes[k].parent = i;
	}
	return count;
}

int
builder_graft(struct builder *builder, const char *name, struct builder *graft)
{
	uint32_t name_shift = builder->name_bytes;
	uint32_t extent_shift = builder->extent_count;
	size_t room = (size_t)builder->node_count + graft->node_count;
	struct index_node *nodes;
	uint32_t place = 0;
	int result;

	result = find_place(builder, name, &place);
	if (result < 0)
		return result;
	if (room > INDEX_NODES_MAX)
		return -EFBIG;
	nodes = malloc(room * sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	result = append_tables(builder, name, graft);
	if (result < 0) {
		free(nodes);
		return result;
	}

	shift_nodes(graft, builder->node_count, name_shift, extent_shift);
	graft->nodes[0].name = name_shift + graft->name_bytes;
	builder->node_count = list_nodes(builder, graft, place, nodes);
	free(builder->nodes);
	builder->nodes = nodes;
	builder->node_room = (uint32_t)room;
	builder->scattered_files += graft->scattered_files;
	builder_clear(graft);
	return 0;
}
