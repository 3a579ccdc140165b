/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The index: what the builder writes is found again by path.
 */
#include <errno.h>

#include "index_unit.h"

static struct index *
open_tree(void)
{
	const char *why = "";
	struct index *index;
	int memfd = write_tree();

	if (index_map(memfd, IMAGE_SIZE, &index, &why) != 0)
		fail_msg("refused: %s", why);
	close(memfd);
	return index;
}

static void
path_is_looked_up(void **state)
{
	static const struct {
		const char *path;
		unsigned flags;
		const char *found; /* NULL: the error */
		int error;
	} rows[] = {
		{"", 0, "", 0},
		{"/", 0, "", 0},
		{"Boot", 0, "Boot", 0},
		{"/Boot//./vmlinuz", 0, "Boot/vmlinuz", 0},
		{"Boot/", 0, "Boot", 0},
		{"Boot/..", 0, "", 0},
		{"../..", 0, "", 0},
		{"Boot/../empty/../Boot/initrd.img", 0, "Boot/initrd.img", 0},
		{"boot", 0, NULL, -ENOENT},
		{"boot/VMLINUZ", INDEX_CASEFOLD, "Boot/vmlinuz", 0},
		{"BOOT/initrd.img", INDEX_CASEFOLD, "Boot/initrd.img", 0},
		{"BOOT/INITRD.IMG", INDEX_CASEFOLD, "Boot/Initrd.IMG", 0},
		{"Boo", 0, NULL, -ENOENT},
		{"Boots", INDEX_CASEFOLD, NULL, -ENOENT},
		{"empty/x", INDEX_CASEFOLD, NULL, -ENOENT},
		{"zzz", INDEX_CASEFOLD, NULL, -ENOENT},
		{"Boot/vmlinuz/x", 0, NULL, -ENOTDIR},
		{"Boot/vmlinuz/..", 0, NULL, -ENOTDIR},
		{"link", 0, "Boot/vmlinuz", 0},
		{"link", INDEX_NOFOLLOW, "link", 0},
		{"link/", INDEX_NOFOLLOW, "link", 0},
		{"link/x", INDEX_NOFOLLOW, NULL, -ENOTDIR},
		{"out/vmlinuz", 0, "Boot/vmlinuz", 0},
		{"OUT/vmlinuz", INDEX_CASEFOLD | INDEX_NOFOLLOW, "Boot/vmlinuz", 0},
		{"root/root/root/out/../link", 0, "Boot/vmlinuz", 0},
		{"loop", 0, NULL, -ELOOP},
		{"loop", INDEX_NOFOLLOW, "loop", 0},
		{"nothing", 0, NULL, -ENOENT},
		{"blank", 0, NULL, -ENOENT},
		{"socket", 0, "socket", 0},
	};
	struct index *index = open_tree();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[4096] = "";
		uint32_t node = 99;
		int result = index_lookup(index, rows[i].path, rows[i].flags, &node);

		if (result != rows[i].error)
			fail_msg("\"%s\" gives %d", rows[i].path, result);
		if (result < 0)
			continue;
		assert_int_equal(index_path(index, node, path, sizeof(path)), 0);
		if (strcmp(path, rows[i].found) != 0)
			fail_msg("\"%s\" finds \"%s\"", rows[i].path, path);
	}
	index_close(index);
}

static void
path_through_links_may_not_grow_without_end(void **state)
{
	struct index *index = open_tree();
	char path[16000] = "root/";
	uint32_t node;

	(void)state;
	memset(path + 5, 'x', sizeof(path) - 6);
	assert_int_equal(index_lookup(index, path, 0, &node), -ENAMETOOLONG);
	assert_int_equal(index_lookup(index, path + 5, 0, &node), -ENOENT);
	index_close(index);
}

static void
node_tells_what_was_recorded(void **state)
{
	struct index *index = open_tree();
	const struct extent *extents;
	char path[13];
	uint32_t node, count, first;

	(void)state;
	assert_string_equal(index_volume(index)->volume_id, "TEST");
	assert_int_equal(index_node_count(index), 13);
	assert_int_equal(index_lookup(index, "Boot/vmlinuz", 0, &node), 0);
	assert_int_equal(index_kind(index, node), NODE_FILE);
	assert_int_equal(index_size(index, node), 114);
	assert_int_equal(index_mtime(index, node), 1000);
	assert_string_equal(index_target(index, node), "");
	assert_int_equal(index_children(index, node, &first), 0);
	assert_int_equal(index_parent(index, index_parent(index, node)), 0);

	/* Pieces that touch were joined. */
	extents = index_extents(index, node, &count);
	assert_int_equal(count, 2);
	assert_int_equal(extents[0].offset, 4096);
	assert_int_equal(extents[0].length, 104);
	assert_int_equal(extents[1].offset, 2048);

	assert_int_equal(index_path(index, node, path, sizeof(path)), 0);
	assert_int_equal(index_path(index, node, path, sizeof(path) - 1), -ENAMETOOLONG);
	assert_int_equal(index_path(index, 0, path, 1), 0);

	index_extents(index, 0, &count);
	assert_int_equal(count, 0);
	assert_int_equal(index_children(index, 0, &first), 9);
	assert_int_equal(first, 1);
	assert_int_equal(index_lookup(index, "link", INDEX_NOFOLLOW, &node), 0);
	assert_string_equal(index_target(index, node), "Boot/vmlinuz");
	index_close(index);
}

static void
node_that_is_removed_leaves_the_others_in_order(void **state)
{
	static const struct volume volume = {.image_size = IMAGE_SIZE, .tree = TREE_JOLIET};
	struct builder builder;
	struct index *index;
	const char *why = "";
	uint32_t node;
	int memfd;

	(void)state;
	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_DIRECTORY, "a");
	add(&builder, 0, NODE_DIRECTORY, "b");
	builder_close_directory(&builder, 0, 1);
	builder_close_directory(&builder, 1, 3);
	add(&builder, 2, NODE_FILE, "file");
	builder_close_directory(&builder, 2, 3);
	assert_int_equal(builder_remove(&builder, 0), -EINVAL);
	assert_int_equal(builder_remove(&builder, 2), -EINVAL);
	assert_int_equal(builder_remove(&builder, 1), 0);

	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	if (index_map(memfd, IMAGE_SIZE, &index, &why) != 0)
		fail_msg("refused: %s", why);
	assert_int_equal(index_node_count(index), 3);
	assert_int_equal(index_lookup(index, "b/file", 0, &node), 0);
	assert_int_equal(index_lookup(index, "a", 0, &node), -ENOENT);
	index_close(index);
	close(memfd);
	builder_clear(&builder);
}

/* Adds a file of `count` pieces that lie apart. */
static void
add_scattered(struct builder *builder, const char *name, uint32_t count)
{
	add(builder, 0, NODE_FILE, name);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(builder_add_extent(builder, (struct extent){i * 4, 1}), 0);
		assert_int_equal(builder_add_extent(builder, (struct extent){i * 4 + 1, 1}), 0);
	}
}

static void
file_in_too_many_pieces_is_never_served(void **state)
{
	static const struct volume volume = {.image_size = IMAGE_SIZE, .tree = TREE_JOLIET};
	struct builder builder;
	struct index *index;
	const char *why = "";
	uint32_t count;
	int memfd;

	(void)state;
	assert_int_equal(builder_init(&builder), 0);
	add_scattered(&builder, "a", EXTENTS_PER_FILE_MAX);
	add_scattered(&builder, "b", EXTENTS_PER_FILE_MAX + 1);
	add_scattered(&builder, "c", 3 * EXTENTS_PER_FILE_MAX);
	assert_int_equal(builder.extent_count, EXTENTS_PER_FILE_MAX);
	add_scattered(&builder, "d", 2);
	builder_close_directory(&builder, 0, 1);
	assert_int_equal(builder.scattered_files, 2);

	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	if (index_map(memfd, IMAGE_SIZE, &index, &why) != 0)
		fail_msg("refused: %s", why);
	assert_int_equal(index_size(index, 1), 2 * EXTENTS_PER_FILE_MAX);
	index_extents(index, 1, &count);
	assert_int_equal(count, EXTENTS_PER_FILE_MAX);
	for (uint32_t node = 2; node <= 3; node++) {
		assert_int_equal(index_kind(index, node), NODE_OTHER);
		assert_int_equal(index_size(index, node), 0);
	}
	assert_int_equal(index_size(index, 4), 4);
	assert_int_equal(index_extents(index, 4, &count)->offset, 0);
	assert_int_equal(count, 2);
	index_close(index);
	close(memfd);
	builder_clear(&builder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_is_looked_up),
		cmocka_unit_test(path_through_links_may_not_grow_without_end),
		cmocka_unit_test(node_tells_what_was_recorded),
		cmocka_unit_test(node_that_is_removed_leaves_the_others_in_order),
		cmocka_unit_test(file_in_too_many_pieces_is_never_served),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
