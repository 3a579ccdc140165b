/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small tree for the tests of the index:
 *
 *      /Boot/  Initrd.IMG  initrd.img  vmlinuz (two extents)
 *      /empty/
 *      /link -> Boot/vmlinuz   /loop -> loop   /out -> ../../Boot   /root -> /
 *      /nothing -> gone   /blank ->   /socket
 */
#ifndef INDEX_UNIT_H
#define INDEX_UNIT_H

#include <string.h>
#include <unistd.h>

#include "builder.h"
#include "index.h"
#include "index_layout.h"
#include "unit.h"

enum { IMAGE_SIZE = 100000 };

static inline void
add(struct builder *builder, uint32_t parent, enum node_kind kind, const char *name)
{
	struct bytes text = {(const uint8_t *)name, strlen(name)};

	assert_int_equal(builder_add(builder, parent, kind, text, 1000), 0);
}

/* -> its memfd. */
static inline int
write_tree(void)
{
	static const struct volume volume = {
		.volume_id = "TEST",
		.image_size = IMAGE_SIZE,
		.tree = TREE_ROCK_RIDGE,
	};
	static const char *const links[][2] = {
		{"out", "../../Boot"}, {"loop", "loop"},    {"link", "Boot/vmlinuz"},
		{"root", "/"},         {"nothing", "gone"}, {"blank", ""},
	};
	struct builder builder;
	int memfd;

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_OTHER, "socket");
	add(&builder, 0, NODE_DIRECTORY, "empty");
	add(&builder, 0, NODE_DIRECTORY, "Boot");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		add(&builder, 0, NODE_LINK, links[i][0]);
		assert_int_equal(builder_set_target(&builder, links[i][1]), 0);
	}
	builder_close_directory(&builder, 0, 1);
	assert_string_equal(builder.names + builder.nodes[1].name, "Boot");

	add(&builder, 1, NODE_FILE, "vmlinuz");
	assert_int_equal(builder_add_extent(&builder, (struct extent){4096, 100}), 0);
	assert_int_equal(builder_add_extent(&builder, (struct extent){4196, 4}), 0);
	assert_int_equal(builder_add_extent(&builder, (struct extent){2048, 10}), 0);
	add(&builder, 1, NODE_FILE, "initrd.img");
	add(&builder, 1, NODE_FILE, "Initrd.IMG");
	assert_int_equal(builder_add_extent(&builder, (struct extent){50000, 50000}), 0);
	add(&builder, 1, NODE_FILE, "vmlinuz");
	assert_int_equal(builder_add_extent(&builder, (struct extent){0, 7}), 0);
	builder_close_directory(&builder, 1, 10);
	builder_close_directory(&builder, 3, 13);
	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	builder_clear(&builder);
	return memfd;
}

#endif
