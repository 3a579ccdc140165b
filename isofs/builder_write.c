/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a grown index as one block into a sealed memfd; see builder.h.
 *
 * Here the parts get the order that index_layout.h promises: extents follow
 * their files (the walk added them before the children were sorted), and each
 * directory's children are listed once more by folded name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder.h"

static int
compare_folded(const void *left, const void *right, void *context)
{
	const struct builder *builder = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = index_compare_folded(builder->names + builder->nodes[a].name,
					 builder->names + builder->nodes[b].name);

	return order ? order : a < b ? -1 : 1;
}

/* Writes the case order of all directories to `order`. */
static void
sort_folded(struct builder *builder, uint32_t *order)
{
	for (uint32_t i = 0; i < builder->node_count; i++)
		order[i] = i;
	for (uint32_t i = 0; i < builder->node_count; i++) {
		const struct index_node *node = &builder->nodes[i];

		if (node->kind == NODE_DIRECTORY)
			qsort_r(order + node->first, node->count, sizeof(*order), compare_folded,
				builder);
	}
}

/* Copies the extents of each file in the order of the files. */
static void
copy_extents(struct builder *builder, struct extent *extents)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < builder->node_count; i++) {
		struct index_node *node = &builder->nodes[i];

		if (node->kind != NODE_FILE)
			continue;
		for (uint32_t k = 0; k < node->count; k++)
			extents[used + k] = builder->extents[node->first + k];
		node->first = used;
		used += node->count;
	}
}

/* The extents that files of the tree have: a file that was dropped because of
   its name leaves its own behind. */
static uint32_t
count_extents(const struct builder *builder)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < builder->node_count; i++)
		if (builder->nodes[i].kind == NODE_FILE)
			count += builder->nodes[i].count;
	return count;
}

static void
fill(struct builder *builder, const struct index_header *header, char *block)
{
	struct index_layout layout = index_layout(header);

	sort_folded(builder, (uint32_t *)(void *)(block + layout.case_order));
	copy_extents(builder, (struct extent *)(void *)(block + layout.extents));
	memcpy(block, header, sizeof(*header));
	memcpy(block + layout.nodes, builder->nodes, builder->node_count * sizeof(*builder->nodes));
	memcpy(block + layout.names, builder->names, builder->name_bytes);
}

int
builder_write(struct builder *builder, const struct volume *volume, int *ret_memfd)
{
	struct index_header header = {
		.magic = INDEX_MAGIC,
		.node_count = builder->node_count,
		.extent_count = count_extents(builder),
		.name_bytes = builder->name_bytes,
		.volume = *volume,
	};
	size_t length = (size_t)index_layout(&header).end;
	char *block;
	int fd, result;

	fd = memfd_create("pxeiso-index", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)length) < 0)
		goto close_fd;
	block = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (block == MAP_FAILED)
		goto close_fd;
	fill(builder, &header, block);
	/* F_SEAL_WRITE is refused while a writable mapping exists. */
	munmap(block, length);
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		goto close_fd;
	*ret_memfd = fd;
	return 0;

close_fd:
	result = -errno;
	close(fd);
	return result;
}
