/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images: the names they get, which files of a directory they are, how bad
 * ones are kept.
 *
 * What needs a whole image and the reader process is in tests/wire/test_cli.py.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "image_list.h"
#include "reader.h"
#include "unit.h"

static void
names_are_safe_in_urls(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
		{"/srv/debian-12.5.0-amd64.iso", "debian-12.5.0-amd64"},
		{"x.ISO", "x"},
		{"x.Iso.iso", "x.Iso"},
		{"no-ending", "no-ending"},
		{"a b,c%d\"e'f.iso", "a_b_c_d_e_f"},
		{"/srv/caf\xc3\xa9.iso", "caf__"},
		{"a~2.iso", "a_2"},
		{"/srv/dir/", "dir"},
		{".iso", ".iso"},
		{"..", "__"},
		{"...iso", "__"},
		{"..iso", "_"},
		{"", "_"},
		{"/", "_"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[IMAGE_NAME_SIZE];

		image_name(rows[i].path, name);
		if (strcmp(name, rows[i].name) != 0)
			fail_msg("'%s' became '%s'", rows[i].path, name);
	}
}

static void
a_long_name_leaves_room_for_its_number(void **state)
{
	char path[400], name[IMAGE_NAME_SIZE];

	(void)state;
	memset(path, 'n', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	image_name(path, name);
	assert_true(strlen(name) > 200 && strlen(name) + strlen("~4294967295") < sizeof(name));
}

/* A directory of the test's own, with room for a name behind it. */
static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_image.XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static const char *
in_folder(const char *name)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
iso_files_of_a_directory_are_listed_in_order(void **state)
{
	struct image_list list = {0};

	(void)state;
	write_file("b.iso", "");
	write_file("C.ISO", "");
	write_file("a.iso", "");
	write_file(".hidden.iso", "");
	write_file("notes.txt", "");
	write_file("iso", "");
	mkdir(in_folder("sub"), 0755);
	write_file("sub/d.iso", "");
	assert_int_equal(image_list_add(&list, folder), 0);
	image_list_finish(&list);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.entries[0].name, "a");
	assert_string_equal(list.entries[1].name, "b");
	assert_string_equal(list.entries[2].name, "C");
	assert_string_equal(list.entries[1].path, in_folder("b.iso"));
	image_list_free(&list);
}

static void
images_with_the_same_name_are_numbered(void **state)
{
	struct image_list list = {0};

	(void)state;
	write_file("0.iso", "");
	write_file("a b.iso", "");
	write_file("a_b.iso", "");
	write_file("a,b.iso", "");
	write_file("a_b-1.iso", "");
	assert_int_equal(image_list_add(&list, folder), 0);
	assert_int_equal(image_list_add(&list, in_folder("a b.iso")), 0);
	image_list_finish(&list);
	assert_int_equal(list.count, 5);
	assert_string_equal(list.entries[1].name, "a_b");
	assert_string_equal(list.entries[1].path, in_folder("a b.iso"));
	assert_string_equal(list.entries[2].name, "a_b-1");
	assert_string_equal(list.entries[3].name, "a_b~2");
	assert_string_equal(list.entries[3].path, in_folder("a,b.iso"));
	assert_string_equal(list.entries[4].name, "a_b~3");
	image_list_free(&list);
}

static void
a_root_can_be_a_file_and_must_exist(void **state)
{
	struct image_list list = {0};

	(void)state;
	write_file("disk.img", "");
	assert_int_equal(image_list_add(&list, in_folder("disk.img")), 0);
	assert_int_equal(image_list_add(&list, in_folder("nothing")), -ENOENT);
	image_list_finish(&list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.entries[0].name, "disk.img");
	image_list_free(&list);
}

/* Opens the file `name` and says why it is no image. */
static void
assert_bad(struct reader *reader, const char *name, const char *why)
{
	struct image *image;

	assert_int_equal(image_open(reader, NULL, in_folder(name), "x", &image), 0);
	assert_null(image->index);
	assert_null(image->boot);
	assert_string_equal(image->why, why);
	assert_int_equal(image->fd, -1); /* only an image is ever served */
	image_unref(image);
}

/* None of these is worth a reader's time: it would not start, and be the
   reason instead. */
static void
what_is_no_file_is_kept_with_the_reason(void **state)
{
	struct reader *reader;

	(void)state;
	assert_int_equal(reader_new("/nonexistent", &reader), 0);
	write_file("empty.iso", "");
	mkdir(in_folder("directory.iso"), 0755);
	assert_int_equal(mkfifo(in_folder("pipe.iso"), 0644), 0);
	assert_int_equal(symlink("nowhere", in_folder("link.iso")), 0);
	assert_int_equal(symlink("loop.iso", in_folder("loop.iso")), 0);
	assert_bad(reader, "missing.iso", "No such file or directory");
	assert_bad(reader, "empty.iso", "an empty file");
	assert_bad(reader, "directory.iso", "a directory");
	assert_bad(reader, "pipe.iso", "not a regular file");
	assert_bad(reader, "link.iso", "No such file or directory");
	assert_bad(reader, "loop.iso", "Too many levels of symbolic links");
	reader_free(reader);
}

static void
a_reader_that_cannot_start_is_a_reason_too(void **state)
{
	struct reader *reader;
	struct image *image;

	(void)state;
	assert_int_equal(reader_new("/nonexistent", &reader), 0);
	write_file("text.iso", "no image");
	assert_int_equal(image_open(reader, NULL, in_folder("text.iso"), "text", &image), 0);
	assert_null(image->index);
	assert_true(image->why[0] != '\0');
	assert_int_equal(image->identity.size, 8);
	image_unref(image);
	reader_free(reader);
}

static void
a_replaced_file_has_another_identity(void **state)
{
	struct image_identity before, after;
	struct stat facts;

	(void)state;
	write_file("a.iso", "one");
	assert_int_equal(stat(in_folder("a.iso"), &facts), 0);
	before = image_identity_of(&facts);
	after = image_identity_of(&facts);
	assert_true(image_identity_equal(&before, &after));
	facts.st_mtim.tv_nsec ^= 1;
	after = image_identity_of(&facts);
	assert_false(image_identity_equal(&before, &after));
	facts.st_mtim.tv_nsec ^= 1;
	facts.st_ino++;
	after = image_identity_of(&facts);
	assert_false(image_identity_equal(&before, &after));
}

int
main(void)
{
#define FOLDER(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_safe_in_urls),
		cmocka_unit_test(a_long_name_leaves_room_for_its_number),
		FOLDER(iso_files_of_a_directory_are_listed_in_order),
		FOLDER(images_with_the_same_name_are_numbered),
		FOLDER(a_root_can_be_a_file_and_must_exist),
		FOLDER(what_is_no_file_is_kept_with_the_reason),
		FOLDER(a_reader_that_cannot_start_is_a_reason_too),
		FOLDER(a_replaced_file_has_another_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
