/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Grows an index node by node; see builder.h. Writing it out is in
 * builder_write.c.
 */
#include "builder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "encoding.h"

/* Makes room for `count` items: the table grows by half, so that adding is
   cheap however many follow. */
static int
grow(void **table, uint32_t *room, size_t count, size_t limit, size_t item_size)
{
	size_t wanted = *room + *room / 2;
	void *grown;

	if (count <= *room)
		return 0;
	if (count > limit)
		return -EFBIG;
	if (wanted < count + 256)
		wanted = count + 256;
	/* No room beyond the limit, or the items in it would not be counted. */
	if (wanted > limit)
		wanted = limit;
	grown = realloc(*table, wanted * item_size);
	if (!grown)
		return -ENOMEM;
	*table = grown;
	*room = (uint32_t)wanted;
	return 0;
}

int
builder_init(struct builder *builder)
{
	*builder = (struct builder){0};
	builder->nodes = calloc(1, sizeof(*builder->nodes));
	builder->names = calloc(1, 1);
	if (!builder->nodes || !builder->names) {
		builder_clear(builder);
		return -ENOMEM;
	}
	/* The arena begins with the root's name, "". */
	builder->nodes[0].kind = NODE_DIRECTORY;
	builder->node_count = builder->node_room = 1;
	builder->name_bytes = builder->name_room = 1;
	return 0;
}

void
builder_clear(struct builder *builder)
{
	free(builder->nodes);
	free(builder->extents);
	free(builder->names);
	*builder = (struct builder){0};
}

/* Adds text and its NUL to the arena. */
static int
add_text(struct builder *builder, const void *text, size_t length, uint32_t *ret_offset)
{
	int result = grow((void **)&builder->names, &builder->name_room,
			  builder->name_bytes + length + 1, INDEX_NAMES_MAX, 1);

	if (result < 0)
		return result;
	memcpy(builder->names + builder->name_bytes, text, length);
	builder->names[builder->name_bytes + length] = '\0';
	*ret_offset = builder->name_bytes;
	builder->name_bytes += (uint32_t)length + 1;
	return 0;
}

/* Makes a name one that cannot be mistaken for a path (ISO-13). */
static void
make_harmless(char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (name[i] == '/' || name[i] == '\0')
			name[i] = '_';
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		name[0] = '_';
}

int
builder_add(struct builder *builder, uint32_t parent, enum node_kind kind, struct bytes name,
	    int64_t mtime)
{
	uint32_t text;
	int result;

	result = grow((void **)&builder->nodes, &builder->node_room, builder->node_count + 1,
		      INDEX_NODES_MAX, sizeof(*builder->nodes));
	if (result < 0)
		return result;
	if (name.length == 0)
		name = (struct bytes){(const uint8_t *)"_", 1};
	if (name.length > INDEX_NAME_MAX)
		name.length = utf8_cut((const char *)name.at, INDEX_NAME_MAX);
	result = add_text(builder, name.at, name.length, &text);
	if (result < 0)
		return result;
	make_harmless(builder->names + text, name.length);

	builder->nodes[builder->node_count++] = (struct index_node){
		.mtime = mtime,
		.name = text,
		.parent = parent,
		.first = kind == NODE_FILE ? builder->extent_count : 0,
		.kind = kind,
	};
	return 0;
}

int
builder_add_extent(struct builder *builder, struct extent extent)
{
	struct index_node *node = &builder->nodes[builder->node_count - 1];
	int result;

	if (extent.length == 0 || node->kind != NODE_FILE)
		return 0;
	node->size += extent.length;
	if (node->count > 0) {
		struct extent *last = &builder->extents[builder->extent_count - 1];

		if (last->offset + last->length == extent.offset) {
			last->length += extent.length;
			return 0;
		}
	}
	if (node->count == EXTENTS_PER_FILE_MAX) {
		builder_spoil(builder);
		builder->scattered_files++;
		return 0;
	}
	result = grow((void **)&builder->extents, &builder->extent_room, builder->extent_count + 1,
		      INDEX_EXTENTS_MAX, sizeof(extent));
	if (result < 0)
		return result;
	builder->extents[builder->extent_count++] = extent;
	node->count++;
	return 0;
}

int
builder_set_target(struct builder *builder, const char *target)
{
	uint32_t text = 0;
	int result = 0;

	if (target[0] != '\0')
		result = add_text(builder, target, strlen(target), &text);
	builder->nodes[builder->node_count - 1].first = text;
	return result;
}

void
builder_spoil(struct builder *builder)
{
	struct index_node *node = &builder->nodes[builder->node_count - 1];

	builder->extent_count -= node->kind == NODE_FILE ? node->count : 0;
	node->kind = NODE_OTHER;
	node->size = 0;
	node->first = node->count = 0;
}

/* By name; of the same names, the one recorded first comes first. */
static int
compare_nodes(const void *left, const void *right, void *names)
{
	const struct index_node *a = left, *b = right;
	int order = strcmp((const char *)names + a->name, (const char *)names + b->name);

	return order ? order : a->name < b->name ? -1 : 1;
}

void
builder_close_directory(struct builder *builder, uint32_t parent, uint32_t first)
{
	struct index_node *nodes = builder->nodes;
	uint32_t count = builder->node_count - first;
	uint32_t kept = first;

	qsort_r(nodes + first, count, sizeof(*nodes), compare_nodes, builder->names);
	for (uint32_t i = first; i < builder->node_count; i++) {
		const char *name = builder->names + nodes[i].name;

		if (kept == first || strcmp(name, builder->names + nodes[kept - 1].name) != 0)
			nodes[kept++] = nodes[i];
	}
	builder->node_count = kept;
	nodes[parent].size = 0;
	nodes[parent].first = first;
	nodes[parent].count = kept - first;
}

uint32_t
builder_depth(const struct builder *builder, uint32_t node)
{
	uint32_t levels = 0;

	for (; node != 0; node = builder->nodes[node].parent)
		levels++;
	return levels;
}

int
builder_remove(struct builder *builder, uint32_t node)
{
	struct index_node *nodes = builder->nodes;

	if (node == 0 || nodes[node].count > 0)
		return -EINVAL;
	nodes[nodes[node].parent].count--;
	builder->node_count--;
	memmove(nodes + node, nodes + node + 1, (builder->node_count - node) * sizeof(*nodes));

	for (uint32_t i = 0; i < builder->node_count; i++) {
		if (nodes[i].parent > node)
			nodes[i].parent--;
		if (nodes[i].kind == NODE_DIRECTORY && nodes[i].first > node)
			nodes[i].first--;
	}
	return 0;
}

bool
builder_find_file(const struct builder *builder, uint64_t offset, uint64_t *ret_length)
{
	for (uint32_t i = 0; i < builder->node_count; i++) {
		const struct index_node *node = &builder->nodes[i];

		if (node->kind == NODE_FILE && node->count == 1 &&
		    builder->extents[node->first].offset == offset) {
			*ret_length = node->size;
			return true;
		}
	}
	return false;
}

/* The extent of a file of one piece, NULL for any other node. */
static struct extent *
single_extent(const struct builder *builder, uint32_t i)
{
	const struct index_node *node = &builder->nodes[i];

	return node->kind == NODE_FILE && node->count == 1 ? &builder->extents[node->first] : NULL;
}

static void
lengthen(struct builder *builder, struct extent whole)
{
	for (uint32_t i = 0; i < builder->node_count; i++) {
		struct extent *extent = single_extent(builder, i);

		if (extent && extent->offset == whole.offset &&
		    extent->length == (uint32_t)whole.length)
			builder->nodes[i].size = extent->length = whole.length;
	}
}

void
builder_lengthen(struct builder *builder, const struct builder *whole)
{
	uint32_t left = LENGTHENED_MAX;

	for (uint32_t i = 0; i < whole->node_count && left > 0; i++) {
		const struct extent *extent = single_extent(whole, i);

		if (!extent || extent->length <= UINT32_MAX)
			continue;
		lengthen(builder, *extent);
		left--;
	}
}

uint64_t
builder_file_bytes(const struct builder *builder)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < builder->extent_count; i++)
		sum += builder->extents[i].length;
	return sum;
}

uint64_t
builder_next_extent(const struct builder *builder, uint64_t offset, uint64_t end)
{
	for (uint32_t i = 0; i < builder->extent_count; i++)
		if (builder->extents[i].offset > offset && builder->extents[i].offset < end)
			end = builder->extents[i].offset;
	return end;
}
