/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Initramfs that are damaged or made to harm: refused with the reason, as a
 * whole, or without what leads astray; never without end.
 */
#include "initramfs_unit.h"

#include <time.h>

static const char CUT[] = "it ends in the middle of an archive";
static const char ALIEN[] = "neither a cpio archive nor compressed as Linux knows it";

static void
add_files(struct archive *archive, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char name[20];

		snprintf(name, sizeof(name), "%u", i);
		archive_add(archive, MODE_FILE, name, name);
	}
	archive_end(archive);
}

/* What is cut off is never taken for what is not there. */
static void
cut_ones_are_refused(void **state)
{
	(void)state;
	for (enum packing packing = PLAIN; packing < PACKINGS; packing++) {
		struct archive members = {0}, archive = {0};

		add_files(&members, 3);
		archive_append_packed(&archive, packing, &members);
		for (size_t length = 0; length < archive.length; length++) {
			struct index *index;
			const char *why;
			int result = list_bytes(archive.bytes, length, &index, &why);

			/* As is, an archive ends well behind each of its members, and
			   without its last padding. */
			if (result == 0 && packing == PLAIN &&
			    (length % 4 == 0 || length + 4 > archive.length)) {
				index_close(index);
				continue;
			}
			if (result != -EBADMSG || why[0] == '\0')
				fail_msg("%s cut to %zu: %d %s", packing_names[packing], length,
					 result, why);
		}
		free(members.bytes);
		free(archive.bytes);
	}
}

static const struct damage {
	const char *name;
	const char *bytes;
	size_t length;
	const char *why;
} damages[] = {
	{"nothing", "", 0, "there is no archive in it"},
	{"zeros", "\0\0\0\0\0\0\0\0", 8, "there is no archive in it"},
	{"text", "hello, world", 12, ALIEN},
	{"an old initrd", "\x89LZO", 4, ALIEN},
	{"a header that is cut", "070701000", 9, CUT},
	{"the old portable form",
	 "0707070000000000000000000000000000000000000000000000000000000000"
	 "0000000000000000000000000000000000000000000000",
	 110, "it holds what is no cpio archive that Linux reads"},
	{"no number",
	 "070701XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
	 "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
	 110, "it holds what is no cpio archive that Linux reads"},
	{"gzip and nothing", "\x1f\x8b", 2, "its compressed data end too early"},
	{"gzip of nothing real", "\x1f\x8bxxxxxxxxxxxx", 14, "its gzip data are damaged"},
	{"bzip2", "BZh9xxxxxxxxxx", 14, "its bzip2 data are damaged"},
	{"lzma", "\x5d\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16,
	 "its lzma data are damaged"},
	{"xz",
	 "\xfd"
	 "7zXZ\0xxxxxxxxx",
	 15, "its xz data are damaged"},
	{"zstd", "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 18,
	 "its zstd data are damaged"},
	{"lz4", "\x02\x21\x4c\x18\x04\0\0\0\xff\xff\xff\xff", 12, "its lz4 data are damaged"},
	{"lz4, a block that is cut", "\x02\x21\x4c\x18\x04\0\0\0\xff", 9,
	 "its lz4 data are damaged"},
	{"lz4 without a block", "\x02\x21\x4c\x18\x02\x21\x4c\x18", 8, "there is no archive in it"},
};

static void
damaged_ones_are_refused_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct archive archive = {0};

		archive_append(&archive, damages[i].bytes, damages[i].length);
		assert_refused(&archive, -EBADMSG, damages[i].why, damages[i].name);
	}
}

/* Behind an archive there are zeros, or another one. */
static void
what_is_behind_an_archive_is_looked_at(void **state)
{
	struct archive members = {0}, archive = {0};

	(void)state;
	add_files(&members, 1);
	archive_append(&members, "junk", 4);
	archive_append_packed(&archive, ZSTD, &members);
	assert_refused(&archive, -EBADMSG, "it holds something else behind an archive", "packed");
	archive_append(&archive, members.bytes, members.length);
	assert_refused(&archive, -EBADMSG, ALIEN, "as it is");
	free(members.bytes);
}

static void
odd_names_are_left_out(void **state)
{
	static char name[5000];
	struct archive archive = {0};

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	archive_add(&archive, MODE_FILE, name, "too long a path");
	archive_add_bytes(&archive, MODE_FILE, "", 0, "no name at all", 14);
	archive_add_bytes(&archive, MODE_FILE, "no end", 6, "1", 1);
	archive_add_bytes(&archive, MODE_FILE, "cut\0off", 8, "1", 1);
	archive_add(&archive, MODE_LINK, "long", name);
	archive_add(&archive, MODE_FILE, "last", "1");
	archive_end(&archive);
	assert_holds(&archive, "f cut 1\nf last 1\nf no end 1\n", "odd names");
}

/* 64 directories deep and no deeper, which is told. */
static void
depth_is_limited(void **state)
{
	struct archive archive = {0};
	char path[400];
	struct index *index = NULL;
	const char *why;

	(void)state;
	for (int i = 0; i < 80; i++) {
		memcpy(path + i * 2, "d/", 3);
		archive_add(&archive, MODE_DIRECTORY, path, "");
	}
	archive_end(&archive);
	assert_int_equal(list_bytes(archive.bytes, archive.length, &index, &why), 0);
	assert_int_equal(index_node_count(index), 1 + 64);
	assert_string_equal(index_volume(index)->damage, "paths that lead too far: 1");
	index_close(index);
	free(archive.bytes);
}

/* Each link leads to the one before, once or four times. */
static void
long_ways_through_links_end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct archive archive = {0};
		struct index *index = NULL;
		const char *why;

		archive_add(&archive, MODE_LINK, "0", ".");
		for (int k = 1; k < 60; k++) {
			char name[10], target[50];

			snprintf(name, sizeof(name), "%d", k);
			snprintf(target, sizeof(target), i == 0 ? "%d" : "%d/../%d/../%d/../%d",
				 k - 1, k - 1, k - 1, k - 1);
			archive_add(&archive, MODE_LINK, name, target);
		}
		archive_add(&archive, MODE_FILE, "40/far", "1");
		archive_add(&archive, MODE_FILE, i == 0 ? "39/near" : "2/near", "1");
		archive_end(&archive);
		assert_int_equal(list_bytes(archive.bytes, archive.length, &index, &why), 0);
		assert_int_equal(index_node_count(index), 1 + 60 + 1);
		assert_string_equal(index_volume(index)->damage, "paths that lead too far: 1");
		index_close(index);
		free(archive.bytes);
	}
}

static double
seconds_of_processor(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void
names_are_limited(void **state)
{
	struct archive archive = {0};
	double start;

	(void)state;
	add_files(&archive, 1000 * 1000);
	start = seconds_of_processor();
	assert_refused(&archive, -EFBIG, "it holds more than a million files", "a million");
	assert_true(seconds_of_processor() - start < 20);
}

/* The same name again and again is one file, and its texts do not pile up. */
static void
a_name_again_and_again_is_one_file(void **state)
{
	struct archive archive = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		archive_add(&archive, MODE_FILE, "same", "1");
	archive_end(&archive);
	assert_holds(&archive, "f same 1\n", "the same");
}

/* 5 GiB of zeros, or of a file, in 160 KiB: a frame of zstd whose blocks say how
   often a zero comes. */
static void
bombs_end_at_4_gib(void **state)
{
	const unsigned blocks = 5 << 13;

	(void)state;
	for (int is_file = 0; is_file < 2; is_file++) {
		struct archive archive = {0};

		archive_append(&archive, "\x28\xb5\x2f\xfd\x00\x58", 6);
		if (is_file) {
			archive_append(&archive, "\x80\x03\x00", 3); /* 112 bytes as they are */
			archive_add_header(&archive, MODE_FILE, 2, 0xfffffff0);
			archive_append(&archive, "a", 2);
		}
		for (unsigned i = 0; i < blocks; i++)
			archive_append(&archive, "\x02\x00\x10\x00", 4);
		assert_refused(&archive, -EFBIG, "it unpacks to more than 4 GiB",
			       is_file ? "a file" : "zeros");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_ones_are_refused),
		cmocka_unit_test(damaged_ones_are_refused_with_the_reason),
		cmocka_unit_test(what_is_behind_an_archive_is_looked_at),
		cmocka_unit_test(odd_names_are_left_out),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(long_ways_through_links_end),
		cmocka_unit_test(names_are_limited),
		cmocka_unit_test(a_name_again_and_again_is_one_file),
		cmocka_unit_test(bombs_end_at_4_gib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
