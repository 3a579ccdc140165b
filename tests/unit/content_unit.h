/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small tree to test content with: three images made in memory, two of which
 * differ only in the case of their names.
 */
#ifndef CONTENT_UNIT_H
#define CONTENT_UNIT_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "boot.h"
#include "builder.h"
#include "catalog.h"
#include "clients.h"
#include "content.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "loader.h"
#include "unit.h"

enum { IMAGE_SIZE = 65536 };

static struct content *content;
static struct clients *clients;
static const struct client tftp_client = {
	.address = {0x3200090a}, /* 10.9.0.50 */
	.server = {0x0100090a},
};
static const struct client http_client = {
	.address = {0x3200090a},
	.server = {0x0100090a},
	.is_http = true,
};

static inline uint32_t
add(struct builder *builder, uint32_t parent, enum node_kind kind, const char *name)
{
	struct bytes bytes = {.at = (const uint8_t *)name, .length = strlen(name)};

	assert_int_equal(builder_add(builder, parent, kind, bytes, 1700000000), 0);
	return builder->node_count - 1;
}

static inline void
add_file(struct builder *builder, uint32_t parent, const char *name, uint64_t offset)
{
	add(builder, parent, NODE_FILE, name);
	assert_int_equal(builder_add_extent(builder, (struct extent){offset, 4}), 0);
}

/* Writes what is in the builder, which is cleared. */
static inline struct index *
finish_index(struct builder *builder)
{
	struct volume volume = {.tree = TREE_ROCK_RIDGE, .image_size = IMAGE_SIZE};
	struct index *index;
	const char *why;
	int fd;

	assert_int_equal(builder_write(builder, &volume, &fd), 0);
	builder_clear(builder);
	assert_int_equal(index_map(fd, IMAGE_SIZE, &index, &why), 0);
	close(fd);
	return index;
}

/* /a.txt, /isolinux/isolinux.cfg, /isolinux/vmlinuz, /odd (never served), /grün */
static inline struct index *
make_index(void)
{
	struct builder builder;

	assert_int_equal(builder_init(&builder), 0);
	add_file(&builder, 0, "a.txt", 2048);
	add(&builder, 0, NODE_DIRECTORY, "isolinux");
	add(&builder, 0, NODE_OTHER, "odd");
	add_file(&builder, 0, "gr\xc3\xbcn", 2048);
	builder_close_directory(&builder, 0, 1);
	add_file(&builder, 3, "isolinux.cfg", 4096);
	add_file(&builder, 3, "vmlinuz", 6144);
	builder_close_directory(&builder, 3, 5);
	return finish_index(&builder);
}

/* `count` files in /, the first of an odd name. */
static inline struct index *
make_flat_index(uint32_t count)
{
	struct builder builder;
	char name[16];

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_FILE, "\x01 \"q\\ caf\xc3\xa9 \xff");
	for (uint32_t i = 1; i < count; i++) {
		snprintf(name, sizeof(name), "f%05u", i);
		add(&builder, 0, NODE_FILE, name);
	}
	builder_close_directory(&builder, 0, 1);
	return finish_index(&builder);
}

static inline struct image *
make_image(const char *name, struct index *index)
{
	struct image *image = calloc(1, sizeof(*image));

	atomic_init(&image->references, 1);
	snprintf(image->name, sizeof(image->name), "%s", name);
	image->path = strdup(name);
	image->fd = memfd_create(name, MFD_CLOEXEC);
	assert_int_equal(ftruncate(image->fd, IMAGE_SIZE), 0);
	assert_int_equal(pwrite(image->fd, "text", 4, 2048), 4);
	assert_int_equal(pwrite(image->fd, "conf", 4, 4096), 4);
	assert_int_equal(pwrite(image->fd, "kern", 4, 6144), 4);
	image->identity = (struct image_identity){.size = IMAGE_SIZE, .mtime_ns = 1700000000};
	image->index = index;
	image->boot = calloc(1, sizeof(struct boot));
	image->boot->menu = calloc(1, sizeof(struct menu));
	return image;
}

static inline struct catalog *
make_catalog(struct image *const *images, size_t count)
{
	const struct loader_places nowhere = {.root = "/nonexistent"};
	struct loaders *loaders;
	struct catalog *catalog;

	assert_int_equal(loaders_open(&nowhere, &loaders), 0);
	assert_int_equal(catalog_new(images, count, loaders, &catalog), 0);
	return catalog;
}

static inline int
setup(void **state)
{
	struct image *images[] = {make_image("deb.12", make_index()),
				  make_image("Deb.12", make_index()),
				  make_image("other", make_index())};
	struct content_options options = {.http_port = 80, .tftp_port = 69, .menu_title = "T"};

	(void)state;
	assert_int_equal(clients_new(16, &clients), 0);
	options.clients = clients;
	assert_int_equal(content_new(&options, &content), 0);
	content_set_catalog(content, make_catalog(images, 3));
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	content_free(content);
	clients_free(clients);
	return 0;
}

#endif
