/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an index, of an image or of a squashfs as they say themselves:
 * refused, or safe to use in every way there is.
 */
#include <stdlib.h>
#include <string.h>

#include "index_layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each node is found again by its own path, and all its bytes can be read. */
static void
use_node(const struct index *index, uint32_t node, uint64_t image_size)
{
	char path[40000];
	uint32_t found, first, count;
	const struct extent *extents = index_extents(index, node, &count);

	if (image_size == INDEX_OF_INODES && count > 1)
		abort();
	for (uint32_t i = 0; i < count; i++)
		if (extents[i].offset > image_size ||
		    extents[i].length > image_size - extents[i].offset)
			abort();
	for (uint32_t i = index_children(index, node, &first); i > 0; i--)
		if (index_parent(index, first + i - 1) != node)
			abort();
	if (index_path(index, node, path, sizeof(path)) != 0 ||
	    strlen(index_target(index, node)) > INDEX_TARGET_MAX)
		abort();
	if (index_lookup(index, path, INDEX_NOFOLLOW, &found) != 0 || found != node)
		abort();
	index_lookup(index, path, INDEX_CASEFOLD, &found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct index_header *copy = malloc(size ? size : 1);
	struct index *index;
	const char *why;

	memcpy(copy, data, size);
	uint64_t image_size = size < sizeof(*copy) ? 0 : copy->volume.image_size;
	if (index_open(copy, size, image_size, &index, &why) == 0) {
		for (uint32_t i = 0; i < index_node_count(index); i++)
			use_node(index, i, image_size);
		index_close(index);
	}
	free(copy);
	return 0;
}
