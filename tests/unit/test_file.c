/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files made of segments: reading across them, and telling their states apart.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "media_type.h"
#include "unit.h"

static int releases;

static void
count_release(void *owner)
{
	(void)owner;
	releases++;
}

/* "abc" in memory, then "3456" out of a descriptor that holds 0..9. */
static struct file *
mixed_file(int *ret_fd)
{
	struct file *file = file_new(2);
	int fd = memfd_create("bytes", MFD_CLOEXEC);

	assert_non_null(file);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	file->segments[0] =
		(struct segment){.kind = SEGMENT_MEMORY, .fd = -1, .data = "abc", .length = 3};
	file->segments[1] =
		(struct segment){.kind = SEGMENT_EXTENT, .fd = fd, .offset = 3, .length = 4};
	file->segment_count = 2;
	file->release = count_release;
	file_seal(file, 1);
	*ret_fd = fd;
	return file;
}

static void
read_joins_memory_and_extents(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset;
		size_t length;
		const char *expected;
	} rows[] = {
		{"all", 0, 100, "abc3456"},         {"only memory", 0, 3, "abc"},
		{"across the border", 2, 3, "c34"}, {"only the extent", 3, 4, "3456"},
		{"the last byte", 6, 10, "6"},      {"the end", 7, 10, ""},
		{"past the end", 1000, 10, ""},     {"nothing", 2, 0, ""},
	};
	int fd;
	struct file *file = mixed_file(&fd);

	(void)state;
	assert_int_equal(file->size, 7);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[128] = {0};
		ssize_t n = file_read(file, rows[i].offset, buffer, rows[i].length);

		if (n != (ssize_t)strlen(rows[i].expected) || strcmp(buffer, rows[i].expected) != 0)
			fail_msg("%s: %zd bytes \"%s\"", rows[i].name, n, buffer);
	}
	file_close(file);
	close(fd);
}

static void
read_of_a_truncated_image_is_an_error_not_an_end(void **state)
{
	char buffer[16];
	int fd;
	struct file *file = mixed_file(&fd);

	(void)state;
	assert_int_equal(ftruncate(fd, 5), 0);
	assert_int_equal(file_read(file, 3, buffer, 2), 2);
	assert_int_equal(file_read(file, 3, buffer, 4), -EIO);
	file_close(file);
	close(fd);
}

/* The bytes of a file in a squashfs come out of a stream only. */
static void
an_inode_cannot_be_read_but_has_a_state(void **state)
{
	struct file *file = file_new(1), *other = file_new(1);
	char byte;

	(void)state;
	file->segment_count = other->segment_count = 1;
	file->segments[0] =
		(struct segment){.kind = SEGMENT_INODE, .fd = -1, .offset = 7, .length = 1000};
	other->segments[0] = file->segments[0];
	file_seal(file, 1);
	file_seal(other, 1);
	assert_int_equal(file->size, 1000);
	assert_string_equal(file->etag, other->etag);
	other->segments[0].offset = 8;
	file_seal(other, 1);
	assert_string_not_equal(file->etag, other->etag);
	assert_int_equal(file_read(file, 0, &byte, 1), -EIO);
	assert_int_equal(file_read(file, 1000, &byte, 1), 0);
	file_close(file);
	file_close(other);
}

static void
segment_of_an_offset_is_found(void **state)
{
	uint64_t within = 99;
	int fd;
	struct file *file = mixed_file(&fd);

	(void)state;
	assert_ptr_equal(file_segment(file, 0, &within), &file->segments[0]);
	assert_int_equal(within, 0);
	assert_ptr_equal(file_segment(file, 5, &within), &file->segments[1]);
	assert_int_equal(within, 2);
	assert_null(file_segment(file, 7, &within));
	file_close(file);
	close(fd);
}

static void
close_releases_once(void **state)
{
	int fd;
	struct file *file = mixed_file(&fd);

	(void)state;
	releases = 0;
	file_close(file);
	assert_int_equal(releases, 1);
	file_close(NULL);
	close(fd);
}

static void
etag_changes_with_bytes_places_and_identity(void **state)
{
	struct file *a, *b;
	int fd;

	(void)state;
	assert_int_equal(file_new_memory(strdup("menu"), 4, "text/plain", &a), 0);
	assert_int_equal(file_new_memory(strdup("menu"), 4, "text/plain", &b), 0);
	assert_string_equal(a->etag, b->etag);
	assert_int_equal(a->etag[0], '"');
	assert_int_equal(a->etag[strlen(a->etag) - 1], '"');
	file_close(b);
	assert_int_equal(file_new_memory(strdup("menU"), 4, "text/plain", &b), 0);
	assert_string_not_equal(a->etag, b->etag);
	file_close(a);
	file_close(b);

	a = mixed_file(&fd);
	close(fd);
	b = mixed_file(&fd);
	assert_string_equal(a->etag, b->etag);
	b->segments[1].offset = 4;
	file_seal(b, 1);
	assert_string_not_equal(a->etag, b->etag);
	file_seal(a, 2);
	b->segments[1].offset = 3;
	file_seal(b, 1);
	assert_string_not_equal(a->etag, b->etag);
	file_close(a);
	file_close(b);
	close(fd);
}

static void
mtime_is_never_in_the_future(void **state)
{
	struct file *file = file_new(0);

	(void)state;
	file->mtime = INT64_MAX;
	file_seal(file, 0);
	assert_true(file->mtime <= time(NULL));
	file_close(file);
}

static void
media_type_follows_the_ending(void **state)
{
	(void)state;
	assert_string_equal(media_type("BOOTX64.EFI"), "application/efi");
	assert_string_equal(media_type("a.b.iso"), "application/vnd.efi-iso");
	assert_string_equal(media_type("x.img"), "application/vnd.efi-img");
	assert_string_equal(media_type("vmlinuz"), "application/octet-stream");
	assert_string_equal(media_type("iso"), "application/octet-stream");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_joins_memory_and_extents),
		cmocka_unit_test(read_of_a_truncated_image_is_an_error_not_an_end),
		cmocka_unit_test(an_inode_cannot_be_read_but_has_a_state),
		cmocka_unit_test(segment_of_an_offset_is_found),
		cmocka_unit_test(close_releases_once),
		cmocka_unit_test(etag_changes_with_bytes_places_and_identity),
		cmocka_unit_test(mtime_is_never_in_the_future),
		cmocka_unit_test(media_type_follows_the_ending),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
