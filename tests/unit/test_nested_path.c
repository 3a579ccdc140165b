/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths that go on behind a file of an image: where that file is.
 */
#include <errno.h>

#include "content_unit.h"
#include "nested.h"

/* /live/Root.SquashFS, /live/two (two pieces), and links. */
static struct index *
make_tree(void)
{
	static const char *const links[][2] = {
		{"rootfs", "live/root.squashfs"}, /* to the squashfs */
		{"etc", "rootfs/etc"},            /* into it */
		{"dir", "live"},
		{"loop", "loop"},
	};
	struct builder builder;

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_DIRECTORY, "live");
	for (size_t i = 0; i < 4; i++) {
		add(&builder, 0, NODE_LINK, links[i][0]);
		assert_int_equal(builder_set_target(&builder, links[i][1]), 0);
	}
	builder_close_directory(&builder, 0, 1);
	assert_string_equal(builder.names + builder.nodes[3].name, "live");
	add_file(&builder, 3, "Root.SquashFS", 2048);
	add(&builder, 3, NODE_FILE, "two");
	assert_int_equal(builder_add_extent(&builder, (struct extent){4096, 4}), 0);
	assert_int_equal(builder_add_extent(&builder, (struct extent){8192, 4}), 0);
	builder_close_directory(&builder, 3, 6);
	return finish_index(&builder);
}

static void
the_file_on_the_way_of_a_path_is_found(void **state)
{
	static const struct {
		const char *path;
		const char *carrier; /* NULL: none */
		const char *rest;
	} rows[] = {
		{"live/Root.SquashFS/etc/os-release", "Root.SquashFS", "etc/os-release"},
		{"live/root.squashfs/etc/os-release", "Root.SquashFS", "etc/os-release"},
		{"LIVE/ROOT.SQUASHFS//etc//x", "Root.SquashFS", "etc//x"},
		{"live/root.squashfs", "Root.SquashFS", ""},
		{"live/root.squashfs/", "Root.SquashFS", ""},
		{"/live/root.squashfs/a", "Root.SquashFS", "a"},
		{"live/./root.squashfs/a", "Root.SquashFS", "a"},
		{"live/../live/root.squashfs/a", "Root.SquashFS", "a"},
		{"live/root.squashfs/../a", "Root.SquashFS", "../a"},
		{"rootfs/a", "Root.SquashFS", "a"},
		{"dir/root.squashfs/a", "Root.SquashFS", "a"},
		{"live/two/a", "two", "a"},
		{"etc/a", NULL, NULL}, /* a link in the image does not lead into a squashfs */
		{"loop/a", NULL, NULL},
		{"live/none/a", NULL, NULL},
		{"live", NULL, NULL},
		{"live/", NULL, NULL},
		{"", NULL, NULL},
		{"/", NULL, NULL},
		{"..", NULL, NULL},
	};
	struct index *index = make_tree();
	char long_path[1200] = "live/root.squashfs/";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *rest = NULL;
		uint32_t node = 99;
		int result = nested_find_carrier(index, rows[i].path, &node, &rest);

		if (rows[i].carrier == NULL
			    ? result != -ENOENT
			    : result != 0 || strcmp(rest, rows[i].rest) != 0 ||
				      strcmp(index_name(index, node), rows[i].carrier) != 0)
			fail_msg("%s: %d, %u, %s", rows[i].path, result, node, rest);
	}
	memset(long_path + 19, 'a', 1100);
	assert_int_equal(nested_find_carrier(index, long_path, &(uint32_t){0}, &(const char *){0}),
			 -ENOENT);
	index_close(index);
}

/* A squashfs must lie in one piece (SQ-3). */
static void
only_a_file_in_one_piece_can_be_a_squashfs(void **state)
{
	struct index *index = make_tree();
	struct extent extent = {0};
	uint32_t node;

	(void)state;
	assert_int_equal(index_lookup(index, "live/Root.SquashFS", 0, &node), 0);
	assert_int_equal(nested_extent(index, node, &extent), 0);
	assert_int_equal(extent.offset, 2048);
	assert_int_equal(extent.length, 4);
	assert_int_equal(index_lookup(index, "live/two", 0, &node), 0);
	assert_int_equal(nested_extent(index, node, &extent), -ENOTDIR);
	assert_int_equal(nested_extent(index, 0, &extent), -ENOTDIR);
	assert_int_equal(extent.offset, 2048);
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_on_the_way_of_a_path_is_found),
		cmocka_unit_test(only_a_file_in_one_piece_can_be_a_squashfs),
	};

	return cmocka_run_group_tests_name("nested_path", tests, NULL, NULL);
}
