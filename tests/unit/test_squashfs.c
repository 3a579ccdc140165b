/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A squashfs: its superblock, its tree as an index, the bytes of its files.
 * Hostile ones are in test_squashfs_data.c and test_squashfs_tree.c; compressed
 * ones, which mksquashfs makes, in tests/wire/test_squashfs.py.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "squashfs_superblock.h"
#include "squashfs_unit.h"

/* --- the superblock -------------------------------------------------------- */

/* A file of one block and a fragment in the root. */
static struct squash *
small_squash(void)
{
	struct squash *squash = squash_new();
	struct squash_file file = {
		.size = SQUASH_BLOCK + 100,
		.headers = {SQUASH_STORED | SQUASH_BLOCK},
		.header_count = 1,
	};
	struct squash_entry entry = {"file", 0};

	file.start = squash_data(squash, SQUASH_BLOCK);
	file.fragment = squash_fragment(squash, squash_data(squash, 100), SQUASH_STORED | 100);
	entry.inode = squash_file(squash, &file);
	squash_finish(squash, squash_directory(squash, &entry, 1));
	return squash;
}

static void
superblock_is_checked(void **state)
{
	static const char tables[] = "squashfs with a table outside of it";
	static const char order[] = "squashfs with tables one over the other";
	static const char blocks[] = "squashfs with an impossible block size";
	static const char version[] = "squashfs of another version than 4.0";
	static const char owners[] = "squashfs without inodes or owners";
	static const char root[] = "squashfs whose root directory is not in its table";
	static const struct {
		const char *name;
		size_t offset;
		size_t size;
		uint64_t value;
		const char *why; /* NULL: it can be read */
	} rows[] = {
		{"nothing changed", 28, 2, 4, NULL},
		{"no inodes", 4, 4, 0, owners},
		{"more inodes than an export table has", 4, 4, 100000, NULL},
		{"block size 0", 12, 4, 0, blocks},
		{"block size that is not its logarithm", 12, 4, 8192, blocks},
		{"logarithm that is not its block size", 22, 2, 13, blocks},
		{"logarithm 0", 22, 2, 0, blocks},
		{"logarithm 11", 22, 2, 11, blocks},
		{"logarithm 21", 22, 2, 21, blocks},
		{"logarithm 44, 12 modulo 32", 22, 2, 44, blocks},
		{"fragments without end", 16, 4, UINT32_MAX, tables},
		{"compressor 0", 20, 2, 0, "squashfs with an unknown compressor"},
		{"compressor 7", 20, 2, 7, "squashfs with an unknown compressor"},
		{"lzma", 20, 2, 2,
		 "squashfs compressed with lzma, the old form that is not supported"},
		{"no owners", 26, 2, 0, owners},
		{"version 3", 28, 2, 3, version},
		{"version 4.1", 30, 2, 1, version},
		{"root block far outside", 32, 8, UINT64_MAX, root},
		{"root in the next table", 32, 8, 4096 << 16, root},
		{"root offset outside its block", 32, 8, 8192, root},
		{"more bytes than there are", 40, 8, SQUASH_ROOM,
		 "squashfs that is cut off: it needs more bytes than its file has"},
		{"no bytes", 40, 8, 0, tables},
		{"ids outside", 48, 8, SQUASH_ROOM, tables},
		{"ids nowhere", 48, 8, UINT64_MAX, tables},
		{"ids in the superblock", 48, 8, 8, order},
		{"attributes outside", 56, 8, SQUASH_ROOM, tables},
		{"attributes at 0", 56, 8, 0, order},
		{"inodes at 0", 64, 8, 0, order},
		{"inodes nowhere", 64, 8, UINT64_MAX, tables},
		{"inodes behind directories", 64, 8, 4400, order},
		{"directories at 0", 72, 8, 0, order},
		{"directories outside", 72, 8, UINT64_MAX - 1, tables},
		{"fragments nowhere", 80, 8, UINT64_MAX, tables},
		{"fragments at 0", 80, 8, 0, order},
		{"export table at 0", 88, 8, 0, order},
		{"export table outside", 88, 8, SQUASH_ROOM, tables},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct squash *squash = small_squash();
		struct bytes bytes = {squash->bytes, SQUASHFS_SUPERBLOCK_SIZE};
		const char *why = "";
		int result;

		squash_put(squash->bytes + rows[i].offset, rows[i].value, rows[i].size);
		result = squashfs_superblock_check(bytes, squash->length, &why);
		if (result != (rows[i].why ? -EBADMSG : 0) ||
		    (rows[i].why && strcmp(why, rows[i].why) != 0))
			fail_msg("%s: %d, %s", rows[i].name, result, why);
		free(squash);
	}
}

static void
what_is_no_squashfs_is_told_from_a_bad_one(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset, length;
		int result;
	} rows[] = {
		{"at another place", 0, 4096, -ENOTDIR},
		{"nothing", SQUASH_OFFSET, 0, -ENOTDIR},
		{"three bytes", SQUASH_OFFSET, 3, -ENOTDIR},
		{"four bytes", SQUASH_OFFSET, 4, -EBADMSG},
		{"95 bytes", SQUASH_OFFSET, 95, -EBADMSG},
		{"past the end of the file", 1 << 20, 4096, -ENOTDIR},
	};
	struct squash *squash = small_squash();
	int fd = squash_memfd(squash);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct extent where = {rows[i].offset, rows[i].length};
		struct squashfs *squashfs;
		const char *why = NULL;
		int result = squashfs_open(fd, &where, &squashfs, &why);

		if (result != rows[i].result || (result == -EBADMSG) != (why != NULL))
			fail_msg("%s: %d, %s", rows[i].name, result, why);
	}
	free(squash);
	close(fd);
	squashfs_close(NULL);
}

static void
descriptor_stays_the_callers(void **state)
{
	struct squash *squash = small_squash();
	struct squashfs *squashfs;
	struct stat status;
	int fd;

	(void)state;
	squashfs = squash_open(squash, &fd);
	squashfs_close(squashfs);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	close(fd);
}

/* --- the tree -------------------------------------------------------------- */

/* Two names of one file of no bytes, a link, a pipe, a directory with a file. */
static struct squash *
tree_squash(void)
{
	struct squash *squash = squash_new();
	struct squash_file empty = {.start = 96, .fragment = SQUASH_NO_FRAGMENT};
	struct squash_file full = {
		.size = 3,
		.fragment = SQUASH_NO_FRAGMENT,
		.headers = {SQUASH_STORED | 3},
		.header_count = 1,
	};
	struct squash_entry inner = {"vmlinuz", 0}, entries[5];

	full.start = squash_data(squash, 3);
	inner.inode = squash_file(squash, &full);
	entries[0] = (struct squash_entry){"boot", squash_directory(squash, &inner, 1)};
	entries[1] = (struct squash_entry){"empty", squash_file(squash, &empty)};
	entries[2] = (struct squash_entry){"hard", entries[1].inode};
	entries[3] = (struct squash_entry){"link", squash_link(squash, "/boot/vmlinuz", 13)};
	entries[4] = (struct squash_entry){"pipe", squash_pipe(squash)};
	squash_finish(squash, squash_directory(squash, entries, 5));
	return squash;
}

static uint32_t
find(const struct index *index, const char *path, unsigned flags)
{
	uint32_t node = 0;

	if (index_lookup(index, path, flags, &node) != 0)
		fail_msg("%s is not there", path);
	return node;
}

static void
tree_becomes_an_index_of_inodes(void **state)
{
	struct squash *squash = tree_squash();
	size_t length = squash->length;
	struct index *index = squash_index(squash);
	const struct volume *volume = index_volume(index);
	uint32_t count, node;

	(void)state;
	assert_int_equal(volume->tree, TREE_SQUASHFS);
	assert_true(volume->image_size == INDEX_OF_INODES);
	assert_int_equal(volume->volume_size, length);
	assert_int_equal(volume->created, SQUASH_TIME + 1);
	assert_string_equal(volume->damage, "");
	assert_int_equal(index_node_count(index), 7);

	node = find(index, "boot/vmlinuz", 0);
	assert_int_equal(index_kind(index, node), NODE_FILE);
	assert_int_equal(index_size(index, node), 3);
	assert_int_equal(index_mtime(index, node), SQUASH_TIME);
	assert_int_equal(index_extents(index, node, &count)->offset, 0);
	assert_int_equal(count, 1);
	assert_int_equal(find(index, "link", 0), node);

	assert_string_equal(index_target(index, find(index, "link", INDEX_NOFOLLOW)),
			    "/boot/vmlinuz");
	assert_int_equal(index_size(index, find(index, "empty", 0)), 0);
	index_extents(index, find(index, "hard", 0), &count);
	assert_int_equal(count, 0);
	assert_int_equal(index_kind(index, find(index, "pipe", 0)), NODE_OTHER);
	assert_int_equal(index_mtime(index, 0), SQUASH_TIME);
	index_close(index);
}

static void
empty_squashfs_is_an_empty_tree(void **state)
{
	struct squash *squash = squash_new();
	struct index *index;

	(void)state;
	squash_finish(squash, squash_directory(squash, NULL, 0));
	index = squash_index(squash);
	assert_int_equal(index_node_count(index), 1);
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

/* --- files ----------------------------------------------------------------- */

/* A block, a hole, a short block that is the last, or a fragment instead. */
static struct squash *
file_squash(bool has_fragment, uint8_t *contents, uint64_t *ret_inode)
{
	struct squash *squash = squash_new();
	struct squash_file file = {
		.size = 2 * SQUASH_BLOCK + 1000,
		.fragment = SQUASH_NO_FRAGMENT,
		.headers = {SQUASH_STORED | SQUASH_BLOCK, 0, SQUASH_STORED | 1000},
		.header_count = 3,
	};
	uint64_t end;

	file.start = squash_data(squash, SQUASH_BLOCK);
	end = squash_data(squash, 1000);
	memset(contents, 0, file.size);
	memcpy(contents, squash->bytes + file.start, SQUASH_BLOCK);
	memcpy(contents + 2 * SQUASH_BLOCK, squash->bytes + end, 1000);
	if (has_fragment) {
		squash_data(squash, 2000);
		file.header_count = 2;
		file.fragment = squash_fragment(squash, end - 500, SQUASH_STORED | 3500);
		file.fragment_offset = 500;
	}
	*ret_inode = squash_file(squash, &file);
	squash_finish(squash, squash_directory(squash, NULL, 0));
	return squash;
}

static void
file_is_read_from_any_byte(void **state)
{
	enum { SIZE = 2 * SQUASH_BLOCK + 1000 };
	static const uint64_t offsets[] = {
		0,     1,          4095, 4096, 4097, 8191, 8192, 9191, 9192,
		20000, UINT64_MAX, 9000, 8192, 5000, 4096, 100,  0,
	};
	static const size_t lengths[] = {0, 1, 100, 4096, 5000, SIZE, 3 * SIZE};

	(void)state;
	for (int has_fragment = 0; has_fragment < 2; has_fragment++) {
		static uint8_t contents[SIZE], buffer[3 * SIZE];
		uint64_t inode;
		int fd;
		struct squashfs *squashfs =
			squash_open(file_squash(has_fragment, contents, &inode), &fd);

		for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]) * 7; i++) {
			uint64_t offset = offsets[i / 7];
			size_t length = lengths[i % 7];
			size_t expected = offset < SIZE ? SIZE - offset : 0;
			const char *why = "";
			ssize_t count;

			if (expected > length)
				expected = length;
			memset(buffer, 0x55, sizeof(buffer));
			count = squashfs_read(squashfs, inode, offset, buffer, length, &why);
			if (count != (ssize_t)expected)
				fail_msg("%zu bytes from %zu: %zd %s", length, offset, count, why);
			if (expected > 0)
				assert_memory_equal(buffer, contents + offset, expected);
			assert_int_equal(buffer[expected], 0x55);
		}
		squashfs_close(squashfs);
		close(fd);
	}
}

static void
files_can_be_read_in_turn(void **state)
{
	struct squash *squash = squash_new();
	struct squash_file file = {
		.size = SQUASH_BLOCK,
		.fragment = SQUASH_NO_FRAGMENT,
		.headers = {SQUASH_STORED | SQUASH_BLOCK},
		.header_count = 1,
	};
	static uint8_t contents[2][SQUASH_BLOCK], buffer[SQUASH_BLOCK];
	struct squashfs *squashfs;
	const char *why;
	uint64_t inodes[2];
	int fd;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		file.start = squash_data(squash, SQUASH_BLOCK);
		memcpy(contents[i], squash->bytes + file.start, SQUASH_BLOCK);
		inodes[i] = squash_file(squash, &file);
	}
	squash_finish(squash, squash_directory(squash, NULL, 0));
	squashfs = squash_open(squash, &fd);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
			squashfs_read(squashfs, inodes[i % 2], 0, buffer, SQUASH_BLOCK, &why),
			SQUASH_BLOCK);
		assert_memory_equal(buffer, contents[i % 2], SQUASH_BLOCK);
	}
	squashfs_close(squashfs);
	close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(superblock_is_checked),
		cmocka_unit_test(what_is_no_squashfs_is_told_from_a_bad_one),
		cmocka_unit_test(descriptor_stays_the_callers),
		cmocka_unit_test(tree_becomes_an_index_of_inodes),
		cmocka_unit_test(empty_squashfs_is_an_empty_tree),
		cmocka_unit_test(file_is_read_from_any_byte),
		cmocka_unit_test(files_can_be_read_in_turn),
	};

	return cmocka_run_group_tests_name("squashfs", tests, NULL, NULL);
}
