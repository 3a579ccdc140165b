/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What isofs says of images that are cut, padded or none at all (ISO-3, ISO-4,
 * ISO-6): a person reads these sentences.
 */
#include "iso_unit.h"

static void
truncated_image_is_read_as_far_as_it_goes(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "THERE", (struct record)FILE_AT(30, 1));
	image_record(image, &spot, "GONE", (struct record)FILE_AT(100, 1));
	put_u32(image_at(image, 16, 80), 1000);
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "GONE THERE ");
	assert_string_equal(index_volume(index)->damage,
			    "truncated: the volume needs 2048000 bytes, the file has 81920; "
			    "files past its end: 1");
	index_close(index);
}

static void
missing_padding_is_no_damage(void **state)
{
	struct image *image = image_new(40);
	struct index *index;

	(void)state;
	image_directory(image, ROOT_SECTOR);
	put_u32(image_at(image, 16, 80), 40 + 150);
	index = image_index(image);
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);

	image = image_new(40);
	image_directory(image, ROOT_SECTOR);
	put_u32(image_at(image, 16, 80), 40 + 151);
	index = image_index(image);
	assert_string_equal(index_volume(index)->damage,
			    "truncated: the volume needs 391168 bytes, the file has 81920");
	index_close(index);
}

static void
volume_smaller_than_its_file_is_no_damage(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "BEHIND", (struct record)FILE_AT(39, SECTOR));
	put_u32(image_at(image, 16, 80), 25);
	index = image_index(image);
	assert_int_equal(index_size(index, find(index, "BEHIND")), SECTOR);
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

static void
file_of_more_than_4_gib_is_whole(void **state)
{
	const uint64_t first = (4ULL << 30) - SECTOR, second = 1ULL << 30;
	const uint64_t image_size = 30 * SECTOR + first + second + SECTOR;
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct image *image = image_new(30);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	const struct extent *extents;
	struct index *index;
	const char *why;
	uint32_t count;
	int memfd;

	(void)state;
	image_record(image, &spot, "BIG", (struct record)SECTION_AT(30, (uint32_t)first));
	/* A sector further: the two do not touch. */
	image_record(image, &spot, "BIG",
		     (struct record)FILE_AT((uint32_t)(31 + first / SECTOR), (uint32_t)second));
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	assert_int_equal(ftruncate(fd, (off_t)image_size), 0);
	assert_int_equal(isofs_index(fd, &memfd, &why), 0);
	assert_int_equal(index_map(memfd, image_size, &index, &why), 0);
	assert_int_equal(index_size(index, find(index, "BIG")), first + second);
	extents = index_extents(index, find(index, "BIG"), &count);
	assert_int_equal(count, 2);
	assert_int_equal(extents[1].offset, 31 * SECTOR + first);
	assert_int_equal(extents[1].length, second);
	index_close(index);
	close(memfd);
	close(fd);
	free(image);
}

static void
what_is_no_image_is_named(void **state)
{
	static const struct {
		const char *why;
		uint32_t sectors;
		size_t offset;
		const char *bytes;
		size_t length;
	} rows[] = {
		{"an empty file", 0, 0, "", 0},
		{"not an ISO 9660 image", 16, 0, "", 0},
		{"not an ISO 9660 image", 40, 16 * SECTOR + 1, "XX", 2},
		{"compressed with gzip: unpack it first", 2, 0, "\x1f\x8b", 2},
		{"a web page, not an image: the download went wrong", 2, 0, "<html>", 6},
		{"UDF without an anchor: the end of the file may be missing", 40, 16 * SECTOR + 1,
		 "NSR03", 5},
		{"a copy of raw CD sectors, not an ISO 9660 image", 2, 0,
		 "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0", 12},
		{"its blocks are not of 2048 bytes", 40, 16 * SECTOR + 128, "\0\2", 2},
		{"its volume descriptors make no sense", 40, 16 * SECTOR, "\3", 1},
		{"its volume descriptors make no sense", 40, 16 * SECTOR + 156, "\0", 1},
		{"its volume descriptors make no sense", 40, 16 * SECTOR + 166, "\0\0", 2},
		{"truncated: not even its root directory is there", 40, 16 * SECTOR + 158, "\x50",
		 1},
		{"its root directory makes no sense", 40, 16 * SECTOR + 158, "\x20", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = image_new(40);
		struct index *index;
		int result;

		image_directory(image, ROOT_SECTOR);
		image->size = rows[i].sectors * SECTOR;
		memcpy(image->bytes + rows[i].offset, rows[i].bytes, rows[i].length);
		result = image_try(image, &index);
		if (result != -EBADMSG || strcmp(image->why, rows[i].why) != 0)
			fail_msg("%d, \"%s\" and not \"%s\"", result, image->why ? image->why : "",
				 rows[i].why);
		free(image);
	}
}

static void
windows_media_are_named(void **state)
{
	/* A note in ISO 9660 and everything else in UDF. */
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	const char *why;
	struct index *index;
	int memfd;

	(void)state;
	image_record(image, &spot, "README.TXT;1", (struct record){.block = 30, .size = 5});
	memcpy(image_at(image, 18, 0), "\0BEA01", 6);
	memcpy(image_at(image, 19, 0), "\0NSR02", 6);
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	assert_int_equal(ftruncate(fd, 64 << 20), 0);
	assert_int_equal(isofs_index(fd, &memfd, &why), 0);
	assert_int_equal(index_map(memfd, 64 << 20, &index, &why), 0);
	assert_string_equal(
		index_volume(index)->damage,
		"its files are not in ISO 9660 but in UDF without an anchor: the end of the "
		"file may be missing");
	index_close(index);
	close(memfd);
	close(fd);
	free(image);
}

static void
pipe_is_no_image(void **state)
{
	int pipes[2], memfd;
	const char *why;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(isofs_index(pipes[0], &memfd, &why), -EBADMSG);
	assert_string_equal(why, "neither a file nor a block device");
	assert_int_equal(isofs_index(-1, &memfd, &why), -EBADF);
	close(pipes[0]);
	close(pipes[1]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncated_image_is_read_as_far_as_it_goes),
		cmocka_unit_test(missing_padding_is_no_damage),
		cmocka_unit_test(volume_smaller_than_its_file_is_no_damage),
		cmocka_unit_test(file_of_more_than_4_gib_is_whole),
		cmocka_unit_test(what_is_no_image_is_named),
		cmocka_unit_test(windows_media_are_named),
		cmocka_unit_test(pipe_is_no_image),
	};

	return cmocka_run_group_tests_name("isofs", tests, NULL, NULL);
}
