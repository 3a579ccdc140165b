/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A squashfs whose files lie: each crash of libsquashfuse that is known (SQ-6)
 * is an error here, without the jail's help, and comes after the bytes that are
 * whole. Trees that lie are in test_squashfs_tree.c.
 */
#include <errno.h>

#include "squashfs_unit.h"

enum { DATA_SIZE = 2 * SQUASH_BLOCK };

/* A file that is damaged at its byte `bad`, or not if that is its size. Its
   start is relative to DATA_SIZE bytes of data unless `is_absolute`; its
   fragment is an index into {the first 100 of them, a header of 4 GiB, one
   outside, one of no bytes, one of 100 bytes at 0}. */
struct lie {
	const char *name;
	struct squash_file file;
	bool is_absolute;
	uint64_t bad;
};

#define STORED(size) (SQUASH_STORED | (size))
#define WHOLE STORED(SQUASH_BLOCK)

static const struct lie lies[] = {
	{"nothing wrong", {0, DATA_SIZE, -1, 0, {WHOLE, WHOLE}, 2}, false, DATA_SIZE},
	{"fragment in order", {0, 100, 0, 0, {0}, 0}, false, 100},
	{"block at 0", {0, 4096, -1, 0, {WHOLE}, 1}, true, 0},
	{"block in the superblock", {95, 4096, -1, 0, {WHOLE}, 1}, true, 0},
	{"block past the end", {SQUASH_ROOM, 4096, -1, 0, {WHOLE}, 1}, true, 0},
	{"block that wraps", {UINT64_MAX, 4096, -1, 0, {WHOLE}, 1}, true, 0},
	{"block of almost 4 GiB", {0, 4096, -1, 0, {0xfeffffff}, 1}, false, 0},
	{"block of almost 16 MiB", {0, 4096, -1, 0, {0x00ffffff}, 1}, false, 0},
	{"block larger than one can be", {0, 4096, -1, 0, {STORED(4097)}, 1}, false, 0},
	{"block that does not decompress", {0, 4096, -1, 0, {4096}, 1}, false, 0},
	{"short block in the middle", {0, DATA_SIZE, -1, 0, {STORED(10), WHOLE}, 2}, false, 0},
	{"second block short", {0, DATA_SIZE, -1, 0, {WHOLE, STORED(10)}, 2}, false, 4096},
	{"fragment that nobody has", {0, 100, 5, 0, {0}, 0}, false, 0},
	{"fragment far outside", {0, 100, 0xfffffffe, 0, {0}, 0}, false, 0},
	{"fragment of almost 4 GiB", {0, 100, 1, 0, {0}, 0}, false, 0},
	{"fragment past the end", {0, 100, 2, 0, {0}, 0}, false, 0},
	{"fragment of no bytes", {0, 100, 3, 0, {0}, 0}, false, 0},
	{"fragment at 0", {0, 100, 4, 0, {0}, 0}, false, 0},
	{"start behind its fragment", {0, 100, 0, 1, {0}, 0}, false, 0},
	{"start far behind its fragment", {0, 100, 0, UINT32_MAX, {0}, 0}, false, 0},
};

static struct squash *
lying_squash(const struct lie *lie, uint64_t *ret_inode)
{
	struct squash *squash = squash_new();
	uint64_t data = squash_data(squash, DATA_SIZE);
	struct squash_file file = lie->file;

	squash_fragment(squash, data, STORED(100));
	squash_fragment(squash, data, 0xfeffffff);
	squash_fragment(squash, SQUASH_ROOM, STORED(100));
	squash_fragment(squash, data, STORED(0));
	squash_fragment(squash, 0, STORED(100));
	if (!lie->is_absolute)
		file.start += data;
	*ret_inode = squash_file(squash, &file);
	squash_finish(squash, squash_directory(squash, NULL, 0));
	return squash;
}

static void
file_that_lies_ends_in_an_error_where_it_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint8_t buffer[DATA_SIZE];
		const char *why = NULL;
		uint64_t inode, done = 0;
		ssize_t count;
		int fd;
		struct squashfs *squashfs = squash_open(lying_squash(&lies[i], &inode), &fd);

		do {
			count = squashfs_read(squashfs, inode, done, buffer, sizeof(buffer), &why);
			done += count > 0 ? (uint64_t)count : 0;
		} while (count > 0);
		if (done != lies[i].bad || (count < 0) != (done < lies[i].file.size))
			fail_msg("%s: %zd after %zu bytes", lies[i].name, count, done);
		if (count < 0) {
			assert_int_equal(count, -EBADMSG);
			assert_string_equal(why, "the squashfs is damaged there");
			/* And again. */
			assert_int_equal(squashfs_read(squashfs, inode, done, buffer, 1, &why),
					 -EBADMSG);
		}
		squashfs_close(squashfs);
		close(fd);
	}
}

/* There are two sizes of blocks where there should be three. */
static void
list_of_blocks_that_ends_is_an_error_each_time(void **state)
{
	struct squash *squash = squash_new();
	uint64_t root = squash_directory(squash, NULL, 0), inode;
	struct squash_file file = {0, DATA_SIZE + 1, SQUASH_NO_FRAGMENT, 0, {WHOLE, WHOLE}, 2};
	uint8_t buffer[DATA_SIZE + 1];
	struct squashfs *squashfs;
	const char *why;
	int fd;

	(void)state;
	file.start = squash_data(squash, DATA_SIZE);
	squash_data(squash, 1000);
	inode = squash_file(squash, &file);
	squash_finish(squash, root);
	squashfs = squash_open(squash, &fd);
	assert_int_equal(squashfs_read(squashfs, inode, 0, buffer, sizeof(buffer), &why),
			 DATA_SIZE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(squashfs_read(squashfs, inode, DATA_SIZE, buffer, 1, &why),
				 -EBADMSG);
	squashfs_close(squashfs);
	close(fd);
}

static void
inode_that_is_none_cannot_be_read(void **state)
{
	static const uint64_t inodes[] = {
		UINT64_MAX, UINT64_C(1) << 48, 0xffff0000, 0xffff, 8191, 8192, 100, 1,
	};
	struct squash *squash = squash_new();
	struct squashfs *squashfs;
	uint64_t directory;
	int fd;

	(void)state;
	directory = squash_directory(squash, NULL, 0);
	squash_finish(squash, directory);
	squashfs = squash_open(squash, &fd);
	for (size_t i = 0; i <= sizeof(inodes) / sizeof(inodes[0]); i++) {
		uint64_t inode = i < sizeof(inodes) / sizeof(inodes[0]) ? inodes[i] : directory;
		const char *why = NULL;
		uint8_t byte;

		if (squashfs_read(squashfs, inode, 0, &byte, 1, &why) != -EBADMSG || !why)
			fail_msg("inode %zu was read", inode);
	}
	squashfs_close(squashfs);
	close(fd);
}

/* A table of fragments whose list leads to 0 or out of the squashfs. */
static void
list_of_fragments_that_leads_astray_is_an_error(void **state)
{
	static const uint64_t places[] = {0, 1, 95, SQUASH_ROOM, UINT64_MAX, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint64_t inode;
		struct squash *squash = lying_squash(&lies[1], &inode);
		struct squashfs *squashfs;
		const char *why;
		uint8_t byte;
		int fd;

		squash_put(squash->bytes + squash->fragment_list, places[i], 8);
		squashfs = squash_open(squash, &fd);
		assert_int_equal(squashfs_read(squashfs, inode, 0, &byte, 1, &why), -EBADMSG);
		squashfs_close(squashfs);
		close(fd);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_that_lies_ends_in_an_error_where_it_does),
		cmocka_unit_test(list_of_blocks_that_ends_is_an_error_each_time),
		cmocka_unit_test(inode_that_is_none_cannot_be_read),
		cmocka_unit_test(list_of_fragments_that_leads_astray_is_an_error),
	};

	return cmocka_run_group_tests_name("squashfs data", tests, NULL, NULL);
}
