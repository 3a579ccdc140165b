/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any El Torito catalog in any image: boot images that lie inside the image,
 * the files of one below the root, and an index that passes its check. The
 * first byte is the block of the catalog; a file of the tree lies in between.
 */
#include <stdlib.h>
#include <unistd.h>

#include "boot_images.h"
#include "iso9660.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A tree with one file, at block 40 if the image has one. */
static void
make_tree(struct builder *builder, uint64_t image_size)
{
	const struct bytes name = {(const uint8_t *)"FILE", 4};
	const struct extent extent = {40 * SECTOR_SIZE, 3000};

	if (builder_init(builder) != 0 || builder_add(builder, 0, NODE_FILE, name, 0) != 0)
		abort();
	if (image_size >= extent.offset + extent.length && builder_add_extent(builder, extent) != 0)
		abort();
	builder_close_directory(builder, 0, 1);
}

static void
check_index(struct builder *builder, const struct volume *volume)
{
	struct index *index;
	const char *why;
	int memfd;

	if (builder_write(builder, volume, &memfd) != 0)
		abort();
	if (index_map(memfd, volume->image_size, &index, &why) != 0)
		abort();
	index_close(index);
	close(memfd);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return pieces_mutate(data, size, max, 3, seed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct window window;
	struct bytes input = {data, size};
	struct volume volume = {.tree = TREE_ISO9660};
	struct damage damage = {0};
	struct builder builder;
	int fd = pieces_image(bytes_slice(input, 1, size), SECTOR_SIZE, &volume.image_size);

	window_init(&window, fd, volume.image_size);
	make_tree(&builder, volume.image_size);
	if (boot_images_read(&window, &builder, bytes_u8(input, 0), &volume) != 0 ||
	    boot_images_add_efi(&window, &builder, &volume, &damage) != 0)
		abort();
	check_index(&builder, &volume);
	builder_clear(&builder);
	return 0;
}
