/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an index, of an image or of a squashfs as they say themselves:
 * refused, or safe to use in every way there is.
 */
#include <stdlib.h>
#include <string.h>

#include "index_layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char
swap_case(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ? byte ^ 0x20 : byte;
}

/* With other letters in its name, it or one of the same name is found. */
static void
look_up_folded(const struct index *index, char *path)
{
	char *slash = strrchr(path, '/');
	uint32_t found;

	for (char *byte = slash ? slash + 1 : path; *byte; byte++)
		*byte = swap_case(*byte);
	if (index_lookup(index, path, INDEX_CASEFOLD | INDEX_NOFOLLOW, &found) != 0)
		abort();
	index_lookup(index, path, INDEX_CASEFOLD, &found);
}

static void
use_extents(const struct index *index, uint32_t node, uint64_t image_size)
{
	uint32_t count;
	const struct extent *extents = index_extents(index, node, &count);
	uint64_t size = 0;

	if (count > EXTENTS_PER_FILE_MAX || (image_size >= INDEX_OF_UNPACKED && count > 1))
		abort();
	for (uint32_t i = 0; i < count; i++) {
		if (extents[i].offset > image_size ||
		    extents[i].length > image_size - extents[i].offset)
			abort();
		size += extents[i].length;
	}
	if (size != index_size(index, node))
		abort();
}

/* Each node is found again by its own path, and all its bytes can be read. */
static void
use_node(const struct index *index, uint32_t node, uint64_t image_size)
{
	char path[40000];
	uint32_t found, first;

	use_extents(index, node, image_size);
	for (uint32_t i = index_children(index, node, &first); i > 0; i--)
		if (index_parent(index, first + i - 1) != node)
			abort();
	if (index_path(index, node, path, sizeof(path)) != 0 ||
	    strlen(index_target(index, node)) > INDEX_TARGET_MAX)
		abort();
	if (index_lookup(index, path, INDEX_NOFOLLOW, &found) != 0 || found != node)
		abort();
	if (node != 0)
		look_up_folded(index, path);
}

static void
use_volume(const struct volume *volume, uint64_t image_size)
{
	if (strlen(volume->volume_id) >= sizeof(volume->volume_id) ||
	    volume->boot_image_count > BOOT_IMAGES_MAX)
		abort();
	for (uint32_t i = 0; i < volume->boot_image_count; i++) {
		const struct extent *extent = &volume->boot_images[i].extent;

		if (extent->offset > image_size || extent->length > image_size - extent->offset)
			abort();
	}
}

/* --- changes ----------------------------------------------------------------- */

/* libFuzzer's own way to change bytes; there is none in a replay. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static size_t
random_below(size_t end)
{
	return (size_t)rand() % end;
}

/* One number becomes another: that of another place, its neighbour, or a limit. */
static void
change_number(uint8_t *data, size_t size)
{
	static const uint32_t limits[] = {0, 1, 2, 3, 4, 0x7fffffff, 0x80000000, UINT32_MAX};
	size_t at = random_below(size / 4) * 4;
	uint32_t value;

	memcpy(&value, data + (random_below(2) ? at : random_below(size / 4) * 4), sizeof(value));
	value += (uint32_t)random_below(3) - 1;
	if (random_below(3) == 0)
		value = limits[random_below(sizeof(limits) / sizeof(*limits))];
	memcpy(data + at, &value, sizeof(value));
}

/* One node becomes the same as another, or takes a few of its bytes. */
static void
copy_node(uint8_t *data, size_t size)
{
	size_t count = (size - sizeof(struct index_header)) / sizeof(struct index_node);
	size_t to = random_below(count), from = random_below(count), length;

	length = random_below(2) ? sizeof(struct index_node) : 4 * random_below(10);
	memmove(data + sizeof(struct index_header) + to * sizeof(struct index_node),
		data + sizeof(struct index_header) + from * sizeof(struct index_node), length);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	const size_t least = sizeof(struct index_header) + sizeof(struct index_node);

	srand(seed);
	if (size < least || random_below(16) == 0)
		return LLVMFuzzerMutate(data, size, max);
	for (size_t left = random_below(4) + 1; left > 0; left--) {
		size_t from = random_below(2) ? sizeof(struct index_header) : 0;
		size_t to = from + random_below(size - from);

		if (random_below(3) == 0)
			LLVMFuzzerMutate(data + to, size - to, size - to);
		else if (random_below(4) == 0)
			copy_node(data, size);
		else
			change_number(data + from, size - from);
	}
	return size;
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
		use_volume(index_volume(index), image_size);
		for (uint32_t i = 0; i < index_node_count(index); i++)
			use_node(index, i, image_size);
		index_close(index);
	}
	free(copy);
	return 0;
}
