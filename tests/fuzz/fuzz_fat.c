/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any FAT file system: refused, or nodes of an index that passes its check and
 * whose files lie in the file system, none over another.
 */
#include <stdlib.h>
#include <unistd.h>

#include "fat_walk.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
compare_extents(const void *left, const void *right)
{
	const struct extent *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void
check_extents(struct builder *builder, uint64_t size)
{
	uint64_t end = 0;

	if (builder->extent_count > 0)
		qsort(builder->extents, builder->extent_count, sizeof(*builder->extents),
		      compare_extents);
	for (uint32_t i = 0; i < builder->extent_count; i++) {
		const struct extent *extent = &builder->extents[i];

		if (extent->offset < end || extent->length > size - extent->offset)
			abort();
		end = extent->offset + extent->length;
	}
}

static void
check_index(struct builder *builder, uint64_t image_size)
{
	struct volume volume = {.image_size = image_size, .tree = TREE_ISO9660};
	struct index *index;
	const char *why;
	int memfd;

	if (builder_write(builder, &volume, &memfd) != 0)
		abort();
	if (index_map(memfd, image_size, &index, &why) != 0)
		abort();
	index_close(index);
	close(memfd);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return pieces_mutate(data, size, max, 2, seed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct window window;
	struct damage damage;
	struct builder builder;
	uint64_t image_size;
	int fd = pieces_image((struct bytes){data, size}, 512, &image_size);

	window_init(&window, fd, image_size);
	if (builder_init(&builder) != 0)
		abort();
	if (fat_walk(&window, (struct extent){0, image_size}, &builder, &damage) == 0) {
		check_index(&builder, image_size);
		check_extents(&builder, image_size);
	}
	builder_clear(&builder);
	return 0;
}
