/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in an initramfs: as Linux would unpack it, however it is packed.
 */
#include "initramfs_unit.h"

/* A small one of all kinds, ended. */
static void
add_members(struct archive *archive)
{
	archive_add(archive, MODE_DIRECTORY, ".", "");
	archive_add(archive, MODE_DIRECTORY, "usr", "");
	archive_add(archive, MODE_DIRECTORY, "usr/sbin", "");
	archive_add(archive, MODE_LINK, "sbin", "usr/sbin");
	archive_add(archive, MODE_FILE, "usr/sbin/livenetroot", "#!/bin/sh\n");
	archive_add(archive, MODE_DIRECTORY, "dev", "");
	archive_add(archive, MODE_DEVICE, "dev/console", "");
	archive_add(archive, MODE_FILE, "empty", "");
	archive_end(archive);
}

#define MEMBERS                                                                                    \
	"d dev\n"                                                                                  \
	"f empty 0\n"                                                                              \
	"@ sbin -> usr/sbin\n"                                                                     \
	"d usr\n"                                                                                  \
	"? dev/console\n"                                                                          \
	"d usr/sbin\n"                                                                             \
	"f usr/sbin/livenetroot 10\n"

static void
each_packing_is_read(void **state)
{
	(void)state;
	for (enum packing packing = PLAIN; packing < PACKINGS; packing++) {
		struct archive members = {0}, archive = {0};

		add_members(&members);
		archive_append_packed(&archive, packing, &members);
		assert_holds(&archive, MEMBERS, packing_names[packing]);
		free(members.bytes);
	}
}

/* Microcode, padded to a sector, then each packing, then what is not packed. */
static void
archives_follow_one_another(void **state)
{
	(void)state;
	for (enum packing packing = PLAIN; packing < PACKINGS; packing++) {
		for (size_t padding = 4; padding <= 2048; padding *= 512) {
			struct archive members = {0}, archive = {0};

			archive_add(&archive, MODE_DIRECTORY, "kernel", "");
			archive_add(&archive, MODE_FILE, "kernel/microcode.bin", "0707010707");
			archive_end(&archive);
			archive_pad(&archive, 512);
			add_members(&members);
			archive_append_packed(&archive, packing, &members);
			archive_pad(&archive, padding);
			archive_add(&archive, MODE_FILE, "pxeiso.iso", "image");
			archive_end(&archive);
			assert_holds(
				&archive,
				"d dev\nf empty 0\nd kernel\nf pxeiso.iso 5\n@ sbin -> usr/sbin\n"
				"d usr\n? dev/console\nf kernel/microcode.bin 10\nd usr/sbin\n"
				"f usr/sbin/livenetroot 10\n",
				packing_names[packing]);
			free(members.bytes);
		}
	}
}

/* No padding is needed between streams, and none may stand before an archive. Only
   lz4's blocks go on until there is something that can be no length, as zeros. */
static void
streams_end_where_their_decoder_says(void **state)
{
	struct archive first = {0}, second = {0}, archive = {0};

	(void)state;
	archive_add(&first, MODE_FILE, "a", "");
	archive_end(&first);
	archive_add(&second, MODE_FILE, "b", "");
	archive_end(&second);
	for (enum packing packing = GZIP; packing < PACKINGS; packing++) {
		for (enum packing other = GZIP; other < PACKINGS; other++) {
			archive_append_packed(&archive, packing, &first);
			if (packing == LZ4)
				archive_append(&archive, "\0\0\0\0", 4);
			archive_append_packed(&archive, other, &second);
			assert_holds(&archive, "f a 0\nf b 0\n", packing_names[packing]);
		}
	}
	archive_append_packed(&archive, GZIP, &first);
	archive_pad(&archive, 4);
	archive_append(&archive, "", 1);
	archive_add(&archive, MODE_FILE, "bbb", "");
	assert_refused(&archive, -EBADMSG,
		       "neither a cpio archive nor compressed as Linux knows it",
		       "not at a multiple of 4");
	free(first.bytes);
	free(second.bytes);
}

/* Members longer than any buffer, packed and not. */
static void
long_members_are_passed_over(void **state)
{
	static char body[9 << 20];

	(void)state;
	memset(body, 'x', sizeof(body));
	for (enum packing packing = PLAIN; packing < PACKINGS; packing++) {
		struct archive members = {0}, archive = {0};

		archive_add_bytes(&members, MODE_FILE, "long", 5, body, sizeof(body) - 1);
		archive_add(&members, MODE_FILE, "short", "y");
		archive_end(&members);
		archive_append_packed(&archive, packing, &members);
		assert_holds(&archive, "f long 9437183\nf short 1\n", packing_names[packing]);
		free(members.bytes);
	}
}

static const struct overlay {
	const char *name;
	struct {
		unsigned mode;
		const char *path, *body;
	} members[8];
	const char *expected;
} overlays[] = {
	{"a file over a file", {{MODE_FILE, "a", "1"}, {MODE_FILE, "a", "22"}}, "f a 2\n"},
	{"a link over a file", {{MODE_FILE, "a", "1"}, {MODE_LINK, "a", "b"}}, "@ a -> b\n"},
	{"a file over an empty directory",
	 {{MODE_DIRECTORY, "a", ""}, {MODE_FILE, "a", "1"}},
	 "f a 1\n"},
	{"a directory that is full stays",
	 {{MODE_DIRECTORY, "a", ""}, {MODE_FILE, "a/b", "1"}, {MODE_FILE, "a", "1"}},
	 "d a\nf a/b 1\n"},
	{"a directory keeps what is in it",
	 {{MODE_DIRECTORY, "a", ""}, {MODE_FILE, "a/b", "1"}, {MODE_DIRECTORY, "a", ""}},
	 "d a\nf a/b 1\n"},
	{"through a link to a directory",
	 {{MODE_DIRECTORY, "usr", ""},
	  {MODE_DIRECTORY, "usr/lib", ""},
	  {MODE_LINK, "lib", "usr/lib"},
	  {MODE_LINK, "up", "/lib/.././lib"},
	  {MODE_FILE, "up/x", "1"}},
	 "@ lib -> usr/lib\n@ up -> /lib/.././lib\nd usr\nd usr/lib\nf usr/lib/x 1\n"},
	{"a directory in place of a link",
	 {{MODE_DIRECTORY, "usr", ""},
	  {MODE_LINK, "lib", "usr"},
	  {MODE_DIRECTORY, "lib", ""},
	  {MODE_FILE, "lib/x", "1"}},
	 "d lib\nd usr\nf lib/x 1\n"},
	{"no directory, no file", {{MODE_FILE, "a/b", "1"}, {MODE_FILE, "c", "1"}}, "f c 1\n"},
	{"a file is no directory", {{MODE_FILE, "a", "1"}, {MODE_FILE, "a/b", "1"}}, "f a 1\n"},
	{"a loop of links",
	 {{MODE_LINK, "a", "b"}, {MODE_LINK, "b", "a"}, {MODE_FILE, "a/x", "1"}},
	 "@ a -> b\n@ b -> a\n"},
	{"a link to itself", {{MODE_LINK, "a", "a"}, {MODE_FILE, "a/x", "1"}}, "@ a -> a\n"},
	{"a link to nothing", {{MODE_LINK, "a", ""}, {MODE_FILE, "b", "1"}}, "f b 1\n"},
	{"slashes and dots",
	 {{MODE_DIRECTORY, "//a//", ""}, {MODE_FILE, "./a/.//b", "1"}, {MODE_FILE, "/c", "1"}},
	 "d a\nf c 1\nf a/b 1\n"},
	{"never above the root",
	 {{MODE_FILE, "../../a", "1"}, {MODE_FILE, "..", "1"}, {MODE_FILE, "", "1"}},
	 "f a 1\n"},
};

static void
later_members_go_over_earlier_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(overlays) / sizeof(overlays[0]); i++) {
		const struct overlay *overlay = &overlays[i];
		struct archive archive = {0};

		for (size_t k = 0; k < 8 && overlay->members[k].path; k++)
			archive_add(&archive, overlay->members[k].mode, overlay->members[k].path,
				    overlay->members[k].body);
		archive_end(&archive);
		assert_holds(&archive, overlay->expected, overlay->name);
	}
}

/* Where a file lies and how large it is, all archives together. */
static void
extents_lie_in_the_unpacked_bytes(void **state)
{
	struct archive members = {0}, archive = {0};
	struct index *index = NULL;
	const char *why;
	uint32_t node, count;

	(void)state;
	archive_add(&members, MODE_FILE, "a", "12345");
	archive_end(&members);
	archive_append_packed(&archive, XZ, &members);
	archive_append_packed(&archive, ZSTD, &members);
	assert_int_equal(list_bytes(archive.bytes, archive.length, &index, &why), 0);
	assert_non_null(index);
	assert_int_equal(index_volume(index)->tree, TREE_INITRAMFS);
	assert_int_equal(index_volume(index)->volume_size, archive.length);
	assert_int_equal(index_lookup(index, "a", 0, &node), 0);
	assert_int_equal(index_mtime(index, node), 1700000000);
	/* The second, behind the whole of the first: 112 bytes of header and name. */
	assert_int_equal(index_extents(index, node, &count)->offset, members.length + 112);
	assert_int_equal(count, 1);
	index_close(index);
	free(members.bytes);
	free(archive.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packing_is_read),
		cmocka_unit_test(archives_follow_one_another),
		cmocka_unit_test(streams_end_where_their_decoder_says),
		cmocka_unit_test(long_members_are_passed_over),
		cmocka_unit_test(later_members_go_over_earlier_ones),
		cmocka_unit_test(extents_lie_in_the_unpacked_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
