/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that clients see: every kind of path, the rules that help clients
 * that cannot write it better, and what keeps an image alive.
 */
#include <errno.h>

#include "content_unit.h"

static void
each_path_opens_what_it_names(void **state)
{
	static const struct {
		const char *path;
		int expected;
		const char *bytes;
	} rows[] = {
		{"images/deb.12/a.txt", 0, "text"},
		{"/images/deb.12/a.txt", 0, "text"},
		{"images\\deb.12\\isolinux\\ISOLINUX.CFG", 0, "conf"},
		{"IMAGES/other/isolinux/./../isolinux//isolinux.cfg", 0, "conf"},
		{"images/DEB.12/a.txt", 0, "text"},
		{"images/other.iso", 0, NULL},
		{"images/other.ISO", 0, NULL},
		{"images/none.iso", -ENOENT, NULL},
		{"images/none/a.txt", -ENOENT, NULL},
		{"images/other/a.txt/b", -ENOENT, NULL},
		{"images/other/none", -ENOENT, NULL},
		{"images/other/isolinux", -EISDIR, NULL},
		{"images/other", -EISDIR, NULL},
		{"images", -EISDIR, NULL},
		{"menus", -EISDIR, NULL},
		{"", -EISDIR, NULL},
		{"/", -EISDIR, NULL},
		{"images/other/odd", -EACCES, NULL},
		{"../etc/passwd", -EACCES, NULL},
		{"images/other/../../../etc/passwd", -EACCES, NULL},
		{"images/other/a.txt\n", -EINVAL, NULL},
		{"pxelinux.cfg/default", 0, NULL},
		{"pxelinux.cfg/01-52-54-00-12-34-56", -ENOENT, NULL},
		{"menus/other.cfg", 0, NULL},
		{"menus/other.ipxe", 0, NULL},
		{"menus/other.grub", 0, NULL},
		{"menus/none.cfg", -ENOENT, NULL},
		{"menus/other.txt", -ENOENT, NULL},
		{"menus/.cfg", -ENOENT, NULL},
		{"boot.ipxe", 0, NULL},
		{"autoexec.ipxe", 0, NULL},
		{"grub/grub.cfg", 0, NULL},
		{"lpxelinux.0", -ENOENT, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct file *file = NULL;
		char bytes[5] = {0};
		int error = content_open(content, &http_client, rows[i].path, &file);

		if (error != rows[i].expected)
			fail_msg("%s: %d instead of %d", rows[i].path, error, rows[i].expected);
		if (error < 0)
			continue;
		if (rows[i].bytes != NULL) {
			assert_int_equal(file_read(file, 0, bytes, 4), 4);
			assert_string_equal(bytes, rows[i].bytes);
		}
		file_close(file);
	}
}

static void
exact_name_wins_over_folded_name(void **state)
{
	struct file *a, *b;

	(void)state;
	assert_int_equal(content_open(content, &http_client, "images/deb.12.iso", &a), 0);
	assert_int_equal(content_open(content, &http_client, "images/Deb.12.iso", &b), 0);
	assert_int_not_equal(a->segments[0].fd, b->segments[0].fd);
	file_close(a);
	file_close(b);
}

static void
file_of_an_image_is_its_extent_and_never_a_copy(void **state)
{
	struct file *file;

	(void)state;
	assert_int_equal(content_open(content, &http_client, "images/other/a.txt", &file), 0);
	assert_int_equal(file->segment_count, 1);
	assert_int_equal(file->segments[0].kind, SEGMENT_EXTENT);
	assert_int_equal(file->segments[0].offset, 2048);
	assert_int_equal(file->size, 4);
	assert_false(file->generated);
	file_close(file);
	assert_int_equal(content_open(content, &http_client, "images/other.iso", &file), 0);
	assert_int_equal(file->size, IMAGE_SIZE);
	assert_string_equal(file->type, "application/vnd.efi-iso");
	file_close(file);
}

static void
double_slash_means_the_root_of_the_image(void **state)
{
	struct file *file;

	(void)state;
	assert_int_equal(content_open(content, &tftp_client, "images/other/isolinux//a.txt", &file),
			 0);
	file_close(file);
	assert_int_equal(
		content_open(content, &tftp_client, "images/other/isolinux//../a.txt", &file),
		0); /* lexically it exists already */
	file_close(file);
	assert_int_equal(content_open(content, &tftp_client, "images/none/isolinux//a.txt", &file),
			 -ENOENT);
}

static void
bare_path_lies_in_the_image_read_last(void **state)
{
	const struct client stranger = {.address = {0x6300090a}};
	struct file *file;

	(void)state;
	assert_int_equal(content_open(content, &tftp_client, "images/other/a.txt", &file), 0);
	file_close(file);
	assert_int_equal(content_open(content, &tftp_client, "/isolinux/vmlinuz", &file), 0);
	file_close(file);
	assert_int_equal(content_open(content, &stranger, "/isolinux/vmlinuz", &file), -ENOENT);
	assert_int_equal(content_open(content, &http_client, "/isolinux/vmlinuz", &file), -ENOENT);
	assert_int_equal(content_open(content, &tftp_client, "lpxelinux.0", &file), -ENOENT);
}

static void
tftp_name_may_be_latin_1(void **state)
{
	struct file *file;

	(void)state;
	assert_int_equal(content_open(content, &tftp_client, "images/other/gr\xc3\xbcn", &file), 0);
	file_close(file);
	assert_int_equal(content_open(content, &tftp_client, "images/other/gr\xfcn", &file), 0);
	file_close(file);
	assert_int_equal(content_open(content, &http_client, "images/other/gr\xfcn", &file),
			 -ENOENT);
	assert_int_equal(content_open(content, &tftp_client, "images/other/gr\xfbn", &file),
			 -ENOENT);
}

static void
open_file_outlives_its_image(void **state)
{
	struct file *file;
	char bytes[5] = {0};

	(void)state;
	assert_int_equal(content_open(content, &http_client, "images/other/a.txt", &file), 0);
	content_set_catalog(content, make_catalog(NULL, 0));
	assert_int_equal(file_read(file, 0, bytes, 4), 4);
	assert_string_equal(bytes, "text");
	file_close(file);
	assert_int_equal(content_open(content, &http_client, "images/other/a.txt", &file), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_path_opens_what_it_names, setup, teardown),
		cmocka_unit_test_setup_teardown(exact_name_wins_over_folded_name, setup, teardown),
		cmocka_unit_test_setup_teardown(file_of_an_image_is_its_extent_and_never_a_copy,
						setup, teardown),
		cmocka_unit_test_setup_teardown(double_slash_means_the_root_of_the_image, setup,
						teardown),
		cmocka_unit_test_setup_teardown(bare_path_lies_in_the_image_read_last, setup,
						teardown),
		cmocka_unit_test_setup_teardown(tftp_name_may_be_latin_1, setup, teardown),
		cmocka_unit_test_setup_teardown(open_file_outlives_its_image, setup, teardown),
	};

	return cmocka_run_group_tests_name("content", tests, NULL, NULL);
}
