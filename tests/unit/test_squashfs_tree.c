/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A squashfs whose tree lies: each crash of libsquashfuse that is known (SQ-6)
 * is damage here, or harmless, without the jail's help, and what is whole in a
 * damaged tree is still listed. Files that lie are in test_squashfs_data.c.
 */
#include <errno.h>
#include <stdio.h>

#include "index_layout.h"
#include "squashfs_unit.h"

/* A root with an empty file "a", then `entry`, then an empty file "z". */
static uint64_t
root_with(struct squash *squash, const char *name, uint64_t inode)
{
	struct squash_file file = {.start = 96, .fragment = SQUASH_NO_FRAGMENT};
	struct squash_entry entries[] = {{"a", 0}, {name, inode}, {"z", 0}};

	entries[0].inode = entries[2].inode = squash_file(squash, &file);
	return squash_directory(squash, entries, 3);
}

static void
must_be_damaged(struct index *index, const char *name, uint32_t nodes, const char *damage)
{
	if (index_node_count(index) != nodes || strcmp(index_volume(index)->damage, damage) != 0)
		fail_msg("%s: %u nodes, %s", name, index_node_count(index),
			 index_volume(index)->damage);
	index_close(index);
}

static void
what_is_whole_in_a_damaged_tree_is_listed(void **state)
{
	static const char directory[] = "directories that make no sense: 1";
	static const char file[] = "files that make no sense: 1";
	static const struct {
		const char *name;
		uint64_t inode; /* 0: made below */
		uint32_t length;
		const char *damage;
	} rows[] = {
		{"inode outside the table", 0xffff, 0, file},
		{"inode in the last bytes of the table", 150, 0, file},
		{"link of 4 GiB", 0, UINT32_MAX, file},
		{"link longer than a path", 0, INDEX_TARGET_MAX + 1, file},
		{"link", 0, 3, ""},
		{"directory that is past its table", 0, 7000, directory},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct squash *squash = squash_new();
		uint64_t inode = rows[i].inode;

		if (inode == 0 && strncmp(rows[i].name, "link", 4) == 0)
			inode = squash_link(squash, "abc", rows[i].length);
		else if (inode == 0)
			inode = squash_directory_at(squash, rows[i].length, 100);
		squash_finish(squash, root_with(squash, "m", inode));
		must_be_damaged(squash_index(squash), rows[i].name, 4, rows[i].damage);
	}
}

static void
file_too_large_for_a_number_is_listed_only(void **state)
{
	static const uint64_t sizes[] = {UINT64_MAX, INT64_MAX, (uint64_t)INT64_MAX + 1};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct squash *squash = squash_new();
		struct squash_file file = {96, sizes[i], SQUASH_NO_FRAGMENT, 0, {0}, 0};
		struct index *index;
		uint32_t node;

		squash_pipe(squash);
		squash_finish(squash, root_with(squash, "m", squash_file(squash, &file)));
		index = squash_index(squash);
		assert_int_equal(index_lookup(index, "m", 0, &node), 0);
		assert_int_equal(index_kind(index, node), NODE_OTHER);
		must_be_damaged(index, "large", 4, "files that make no sense: 1");
	}
}

static void
link_is_no_longer_than_a_path(void **state)
{
	char target[INDEX_TARGET_MAX + 2];

	(void)state;
	for (uint32_t length = INDEX_TARGET_MAX; length <= INDEX_TARGET_MAX + 1; length++) {
		struct squash *squash = squash_new();
		uint64_t inode;

		memset(target, 'x', length);
		target[length] = '\0';
		inode = squash_link(squash, target, length);
		squash_finish(squash, root_with(squash, "m", inode));
		must_be_damaged(squash_index(squash), "link", 4,
				length > INDEX_TARGET_MAX ? "files that make no sense: 1" : "");
	}
}

/* The name is there, as long as its entry says. */
static void
name_is_no_longer_than_a_name(void **state)
{
	static char name[UINT16_MAX + 2];
	static const size_t lengths[] = {1, 255, 256, 257, 8192, 65535, 65536};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct squash *squash = squash_new();
		struct squash_entry entries[] = {{"a", squash_pipe(squash)}, {name, 0}, {"z", 0}};
		bool is_name = lengths[i] <= SQUASHFS_NAME_MAX;
		uint64_t root;

		memset(name, 'x', lengths[i]);
		name[lengths[i]] = '\0';
		squash_entries(squash, entries, 3);
		root = squash_long_directory_at(squash, 0, squash->directories.length, 0);
		squash_finish(squash, root);
		must_be_damaged(squash_index(squash), "name", is_name ? 4 : 2,
				is_name ? "" : "directories that make no sense: 1");
	}
}

/* The entries of the next directory are not those of this one. */
static void
directory_ends_where_its_inode_says(void **state)
{
	struct squash *squash = squash_new();
	uint64_t pipe = squash_pipe(squash);
	struct squash_entry entries[] = {{"a", pipe}, {"b", pipe}, {"c", pipe}};

	(void)state;
	squash_entries(squash, entries, 3);
	squash_finish(squash, squash_directory_at(squash, 0, 12 + 2 * 9));
	must_be_damaged(squash_index(squash), "directory", 3, "directories that make no sense: 1");
}

/* Writes over the `size` bytes at `offset` of the table of directories. */
static void
patch_directories(struct squash *squash, size_t offset, uint64_t value, size_t size)
{
	squash_put(squash->bytes + squash->directory_table + 2 + offset, value, size);
}

/* The root has "a", "m" and "z": a header of 12 bytes, and 9 bytes for each. */
static void
directory_that_lies_ends_where_it_does(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		size_t size;
		uint64_t value;
		uint32_t nodes;
		const char *damage;
	} rows[] = {
		{"nothing", 0, 4, 2, 4, ""},
		{"entries without end", 0, 4, UINT32_MAX - 1, 4,
		 "directories that make no sense: 1"},
		{"an entry more", 0, 4, 3, 4, "directories that make no sense: 1"},
		{"an entry less", 0, 4, 1, 3, "directories that make no sense: 1"},
		{"name of 65,536 bytes", 12 + 9 + 6, 2, UINT16_MAX, 2,
		 "directories that make no sense: 1"},
		{"name of 257 bytes", 12 + 9 + 6, 2, 256, 2, "directories that make no sense: 1"},
		{"inodes in another block", 4, 4, UINT32_MAX, 4, "files that make no sense: 3"},
		{"name that is a path", 12 + 9 + 8, 1, '/', 4, ""},
		{"name of NUL", 12 + 9 + 8, 1, 0, 4, ""},
		{"name twice", 12 + 9 + 8, 1, 'a', 3, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct squash *squash = squash_new();

		squash_finish(squash, root_with(squash, "m", squash_pipe(squash)));
		patch_directories(squash, rows[i].offset, rows[i].value, rows[i].size);
		must_be_damaged(squash_index(squash), rows[i].name, rows[i].nodes, rows[i].damage);
	}
}

/* A directory with an index, whose name is of 4 GiB: nobody needs it to list. */
static void
index_of_a_directory_is_not_looked_at(void **state)
{
	struct squash *squash = squash_new();
	struct squash_file file = {.start = 96, .fragment = SQUASH_NO_FRAGMENT};
	struct squash_entry entry = {"a", squash_file(squash, &file)};
	size_t start = squash_entries(squash, &entry, 1);
	uint64_t inode =
		squash_long_directory_at(squash, start, squash->directories.length, UINT16_MAX);

	(void)state;
	squash_append(&squash->inodes, 0, 8);
	squash_append(&squash->inodes, UINT32_MAX, 4);
	squash_finish(squash, inode);
	must_be_damaged(squash_index(squash), "index", 2, "");
}

/* A header without entries is what a count that wraps makes. */
static void
headers_without_entries_end(void **state)
{
	struct squash *squash = squash_new();

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		squash_append(&squash->directories, UINT32_MAX, 4);
		squash_append(&squash->directories, 0, 8);
	}
	squash_finish(squash, squash_directory_at(squash, 0, 7200));
	must_be_damaged(squash_index(squash), "headers", 1, "");
}

static void
directory_that_holds_itself_ends(void **state)
{
	struct squash *squash = squash_new();
	struct squash_entry entries[] = {{"again", 0}, {"too", 0}};
	size_t start, size;

	(void)state;
	/* Both lead to the root, which is the first inode. */
	start = squash_entries(squash, entries, 2);
	size = squash->directories.length - start;
	squash_finish(squash, squash_directory_at(squash, start, size));
	must_be_damaged(squash_index(squash), "itself", 3, "directories that make no sense: 2");
}

/* Directories of one list, in which all of them are: a tree of 100^64 names,
   were they not read once each. */
static void
directories_that_share_their_entries_end(void **state)
{
	enum { COUNT = 100 };
	struct squash *squash = squash_new();
	struct squash_entry entries[COUNT];
	char names[COUNT][4];
	size_t size = 0;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "d%02zu", i);
		entries[i] = (struct squash_entry){names[i], i * 32};
	}
	squash_entries(squash, entries, COUNT);
	size = squash->directories.length;
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(squash_directory_at(squash, 0, size), i * 32);
	squash_finish(squash, 0);
	must_be_damaged(squash_index(squash), "shared", 1 + COUNT * COUNT,
			"directories that make no sense: 9901");
}

static void
tree_too_deep_is_cut(void **state)
{
	struct squash *squash = squash_new();
	uint64_t inode = squash_directory(squash, NULL, 0);

	(void)state;
	for (uint32_t i = 0; i < INDEX_DEPTH_MAX; i++) {
		struct squash_entry entry = {"d", inode};

		inode = squash_directory(squash, &entry, 1);
	}
	squash_finish(squash, inode);
	must_be_damaged(squash_index(squash), "deep", INDEX_DEPTH_MAX + 1,
			"directories that make no sense: 1");
}

/* --- no tree at all -------------------------------------------------------- */

static void
root_that_is_none_is_refused(void **state)
{
	static const char *const names[] = {"pipe", "outside", "no entries", "metadata of no size"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct squash *squash = squash_new();
		const char *why = "";
		struct squashfs *squashfs;
		uint64_t root;
		int fd, memfd, result;

		root = i == 2 ? squash_directory_at(squash, 8000, 100) : squash_pipe(squash);
		squash_finish(squash, i == 1 ? 8191 : root);
		if (i == 3)
			squash_put(squash->bytes + squash->inode_table, 0, 2);
		squashfs = squash_open(squash, &fd);
		result = squashfs_index(squashfs, &memfd, &why);
		if (result != -EBADMSG ||
		    strcmp(why, "squashfs whose root directory makes no sense") != 0)
			fail_msg("%s: %d, %s", names[i], result, why);
		squashfs_close(squashfs);
		close(fd);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_whole_in_a_damaged_tree_is_listed),
		cmocka_unit_test(file_too_large_for_a_number_is_listed_only),
		cmocka_unit_test(link_is_no_longer_than_a_path),
		cmocka_unit_test(name_is_no_longer_than_a_name),
		cmocka_unit_test(directory_ends_where_its_inode_says),
		cmocka_unit_test(directory_that_lies_ends_where_it_does),
		cmocka_unit_test(index_of_a_directory_is_not_looked_at),
		cmocka_unit_test(headers_without_entries_end),
		cmocka_unit_test(directory_that_holds_itself_ends),
		cmocka_unit_test(directories_that_share_their_entries_end),
		cmocka_unit_test(tree_too_deep_is_cut),
		cmocka_unit_test(root_that_is_none_is_refused),
	};

	return cmocka_run_group_tests_name("squashfs tree", tests, NULL, NULL);
}
