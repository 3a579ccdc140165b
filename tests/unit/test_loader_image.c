/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loaders that an image carries, as Arch's does: they are read from the image
 * itself, where its index says they lie. The system's folders are empty here.
 */
#include "unit.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder.h"
#include "loader.h"

#define CORE "xx\nPXELINUX 6.04 lwIP 20200816 \r\nxx"

enum { IMAGE_SIZE = 65536, CORE_AT = 4096, MODULE_AT = 8192 };

static void
add(struct builder *builder, uint32_t parent, enum node_kind kind, const char *name)
{
	struct bytes bytes = {.at = (const uint8_t *)name, .length = strlen(name)};

	assert_int_equal(builder_add(builder, parent, kind, bytes, 1700000000), 0);
}

static void
add_file(struct builder *builder, uint32_t parent, const char *name, struct extent extent)
{
	add(builder, parent, NODE_FILE, name);
	assert_int_equal(builder_add_extent(builder, extent), 0);
}

/* /boot/syslinux/{ldlinux.c32,lpxelinux.0,memdisk}, the core's text in its
   place; without ldlinux.c32 when `whole` is false. */
static struct loader_image
make_image(bool whole)
{
	struct loader_image image = {.name = "arch", .fd = memfd_create("image", MFD_CLOEXEC)};
	struct volume volume = {.tree = TREE_ROCK_RIDGE, .image_size = IMAGE_SIZE};
	struct builder builder;
	struct index *index;
	const char *why;
	int fd;

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_DIRECTORY, "boot");
	builder_close_directory(&builder, 0, 1);
	add(&builder, 1, NODE_DIRECTORY, "syslinux");
	builder_close_directory(&builder, 1, 2);
	if (whole)
		add_file(&builder, 2, "ldlinux.c32", (struct extent){MODULE_AT, 4});
	add_file(&builder, 2, "lpxelinux.0", (struct extent){CORE_AT, strlen(CORE)});
	add_file(&builder, 2, "memdisk", (struct extent){MODULE_AT + 4, 4});
	builder_close_directory(&builder, 2, 3);
	assert_int_equal(builder_write(&builder, &volume, &fd), 0);
	builder_clear(&builder);
	assert_int_equal(index_map(fd, IMAGE_SIZE, &index, &why), 0);
	close(fd);
	image.index = index;
	assert_int_equal(pwrite(image.fd, CORE, strlen(CORE), CORE_AT), strlen(CORE));
	return image;
}

static struct loaders *
search_image(bool whole)
{
	struct loader_image image = make_image(whole);
	struct loader_places places = {.root = "/nonexistent", .images = &image, .image_count = 1};
	struct loaders *loaders = NULL;

	assert_int_equal(loaders_open(&places, &loaders), 0);
	/* What was found must not need the image any more. */
	close(image.fd);
	index_close((struct index *)(uintptr_t)image.index);
	return loaders;
}

static void
image_that_carries_a_set_lends_it(void **state)
{
	char bytes[64] = "";

	(void)state;
	struct loaders *loaders = search_image(true);
	const struct loader *core = loaders_find(loaders, "lpxelinux.0");
	assert_non_null(core);
	assert_string_equal(core->path, "arch/boot/syslinux/lpxelinux.0");
	assert_int_equal(core->extents[0].offset, CORE_AT);
	assert_int_equal(pread(core->fd, bytes, core->size, CORE_AT), strlen(CORE));
	assert_string_equal(bytes, CORE);
	assert_non_null(loaders_find(loaders, "ldlinux.c32"));
	assert_non_null(loaders_find(loaders, "memdisk"));
	assert_int_equal(loaders_count(loaders), 3);
	assert_string_equal(loaders_find(loaders, "memdisk")->path, "arch/boot/syslinux/memdisk");
	loaders_close(loaders);
}

static void
image_with_half_a_set_lends_none_of_it(void **state)
{
	(void)state;
	struct loaders *loaders = search_image(false);
	assert_null(loaders_find(loaders, "lpxelinux.0"));
	assert_non_null(strstr(loaders_missing(loaders), "has no ldlinux.c32 of its build"));
	loaders_close(loaders);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_that_carries_a_set_lends_it),
		cmocka_unit_test(image_with_half_a_set_lends_none_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
