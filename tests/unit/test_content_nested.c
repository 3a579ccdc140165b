/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths that go on behind a squashfs in an image. The test is the indexer.
 */
#include <errno.h>

#include "content_unit.h"
#include "nested.h"
#include "stream.h"

static struct nested *nested;
static struct image *image;

static int
setup_nested(void **state)
{
	struct content_options options = {.menu_title = "T"};

	(void)state;
	assert_int_equal(nested_new("/nonexistent", &nested), 0);
	options.nested = nested;
	assert_int_equal(clients_new(16, &clients), 0);
	options.clients = clients;
	assert_int_equal(content_new(&options, &content), 0);
	image = image_ref(make_image("deb", make_index()));
	assert_int_equal(pwrite(image->fd, "hsqs", 4, 2048), 4);
	content_set_catalog(content, make_catalog(&image, 1));
	return 0;
}

static int
teardown_nested(void **state)
{
	teardown(state);
	nested_free(nested);
	assert_int_equal(image->references, 1);
	image_unref(image);
	return 0;
}

/* /etc/os-release (inode 77, 1000 bytes), /etc/empty, /etc/device,
   /release -> etc/os-release, /out -> ../../isolinux/vmlinuz */
static struct index *
make_squash(void)
{
	struct volume volume = {.tree = TREE_SQUASHFS, .image_size = INDEX_OF_INODES};
	struct builder builder;
	struct index *index;
	const char *why;
	uint32_t etc;
	int fd;

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_DIRECTORY, "etc");
	add(&builder, 0, NODE_LINK, "out");
	assert_int_equal(builder_set_target(&builder, "../../isolinux/vmlinuz"), 0);
	add(&builder, 0, NODE_LINK, "release");
	assert_int_equal(builder_set_target(&builder, "etc/os-release"), 0);
	builder_close_directory(&builder, 0, 1);
	etc = 1;
	assert_string_equal(builder.names + builder.nodes[etc].name, "etc");
	add(&builder, etc, NODE_FILE, "os-release");
	assert_int_equal(builder_add_extent(&builder, (struct extent){77, 1000}), 0);
	add(&builder, etc, NODE_FILE, "empty");
	add(&builder, etc, NODE_OTHER, "device");
	builder_close_directory(&builder, etc, 4);
	assert_int_equal(builder_write(&builder, &volume, &fd), 0);
	builder_clear(&builder);
	if (index_map(fd, INDEX_OF_INODES, &index, &why) < 0)
		fail_msg("%s", why);
	close(fd);
	return index;
}

static void
answer(int result, struct index *index)
{
	struct nested_question question;

	assert_true(nested_await(nested, &question));
	nested_answer(nested, &question, result, index);
}

static void
each_path_behind_a_squashfs_opens_what_it_names(void **state)
{
	static const struct {
		const char *path;
		int result;
		uint64_t size;
	} rows[] = {
		{"images/deb/a.txt/etc/os-release", 0, 1000},
		{"images/DEB/A.TXT/ETC/OS-RELEASE", 0, 1000},
		{"images\\deb\\a.txt\\etc\\os-release", 0, 1000},
		{"images/deb/isolinux/../a.txt/etc/os-release", 0, 1000},
		{"images/deb/a.txt/release", 0, 1000},
		{"images/deb/a.txt/etc/empty", 0, 0},
		{"images/deb/a.txt", 0, 4}, /* it stays a file itself */
		{"images/deb/a.txt/", 0, 4},
		{"images/deb/a.txt/etc", -EISDIR, 0},
		{"images/deb/a.txt/etc/none", -ENOENT, 0},
		{"images/deb/a.txt/none/x", -ENOENT, 0},
		{"images/deb/a.txt/etc/os-release/x", -ENOENT, 0},
		{"images/deb/a.txt/etc/device", -EACCES, 0},
		{"images/deb/isolinux/vmlinuz/x", -ENOENT, 0}, /* is none */
		{"images/deb/none/x", -ENOENT, 0},
	};
	struct file *file;

	(void)state;
	assert_int_equal(content_open(content, &tftp_client, rows[0].path, &file), -EINPROGRESS);
	assert_int_equal(content_open(content, &http_client, rows[0].path, &file), -EINPROGRESS);
	answer(0, make_squash());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int result = content_open(content, &http_client, rows[i].path, &file);

		if (result != rows[i].result || (result == 0 && file->size != rows[i].size))
			fail_msg("%s: %d", rows[i].path, result);
		if (result == 0)
			file_close(file);
	}
}

/* Links of a squashfs end in it, whatever the image around it has. */
static void
a_link_does_not_lead_out_of_a_squashfs(void **state)
{
	struct file *file;
	int result;

	(void)state;
	assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/out", &file),
			 -EINPROGRESS);
	answer(0, make_squash());
	result = content_open(content, &http_client, "images/deb/a.txt/out", &file);
	assert_true(result < 0 && result != -EINPROGRESS);
}

static void
a_file_names_its_inode_and_keeps_its_image(void **state)
{
	struct file *file, *again;
	const char *path = "images/deb/a.txt/etc/os-release";

	(void)state;
	assert_int_equal(content_open(content, &http_client, path, &file), -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(content_open(content, &http_client, path, &file), 0);
	assert_int_equal(content_open(content, &http_client, path, &again), 0);
	assert_string_equal(file->etag, again->etag);
	file_close(again);
	assert_ptr_equal(file->source->streams, nested_streams(nested));
	assert_int_equal(file->source->image_fd, image->fd);
	assert_int_equal(file->source->inode, 77);
	assert_int_equal(file->source->squashfs.offset, 2048);
	assert_int_equal(file->source->squashfs.length, 4);
	assert_int_equal(file->mtime, 1700000000);
	assert_int_equal(file->segments[0].kind, SEGMENT_INODE);
	content_set_catalog(content, NULL);
	assert_int_equal(image->references, 2);
	file_close(file);
	assert_int_equal(image->references, 1);
}

/* The inode is the same, and so is its size. */
static void
files_of_two_squashfs_images_have_two_states(void **state)
{
	struct file *file, *other;

	(void)state;
	assert_int_equal(pwrite(image->fd, "hsqs", 4, 4096), 4);
	assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/release", &file),
			 -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/release", &file), 0);
	assert_int_equal(content_open(content, &http_client,
				      "images/deb/isolinux/isolinux.cfg/release", &other),
			 -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(content_open(content, &http_client,
				      "images/deb/isolinux/isolinux.cfg/release", &other),
			 0);
	assert_string_not_equal(file->etag, other->etag);
	file_close(file);
	file_close(other);
}

static void
what_cannot_be_read_is_an_error_and_what_is_none_is_not_there(void **state)
{
	static const struct {
		int answer, opened, listed;
	} rows[] = {
		{-EBADMSG, -EIO, -EIO},
		{-ETIMEDOUT, -EIO, -EIO},
		{-ENOTDIR, -ENOENT, -ENOTDIR},
	};
	struct file *file;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		image->identity.inode = i + 1; /* as if it were another */
		assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/x", &file),
				 -EINPROGRESS);
		answer(rows[i].answer, NULL);
		assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/x", &file),
				 rows[i].opened);
		assert_int_equal(
			content_list(content, &http_client, "images/deb/a.txt/", false, &file),
			rows[i].listed);
	}
	image->identity.inode = 9;
	nested_stop(nested);
	assert_int_equal(content_open(content, &http_client, "images/deb/a.txt/x", &file), -EBUSY);
}

static void
a_squashfs_is_listed_with_a_slash_behind_it(void **state)
{
	struct file *file;
	char text[2000] = "";

	(void)state;
	assert_int_equal(content_list(content, &http_client, "images/deb/a.txt/", true, &file),
			 -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(content_list(content, &http_client, "images/deb/a.txt/", true, &file), 0);
	assert_in_range(file_read(file, 0, text, sizeof(text) - 1), 10, sizeof(text) - 1);
	assert_non_null(strstr(text, "\"etc\", \"type\": \"directory\""));
	file_close(file);
	assert_int_equal(content_list(content, &http_client, "images/deb/a.txt/etc/", true, &file),
			 0);
	assert_in_range(file_read(file, 0, text, sizeof(text) - 1), 10, sizeof(text) - 1);
	assert_non_null(strstr(text, "\"os-release\", \"type\": \"file\", \"size\": 1000"));
	file_close(file);
	assert_int_equal(
		content_list(content, &http_client, "images/deb/a.txt/etc/empty", true, &file),
		-ENOTDIR);
	assert_int_equal(content_list(content, &http_client, "images/deb/a.txt/no", true, &file),
			 -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_nested, teardown_nested)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_path_behind_a_squashfs_opens_what_it_names),
		TEST(a_link_does_not_lead_out_of_a_squashfs),
		TEST(a_file_names_its_inode_and_keeps_its_image),
		TEST(files_of_two_squashfs_images_have_two_states),
		TEST(what_cannot_be_read_is_an_error_and_what_is_none_is_not_there),
		TEST(a_squashfs_is_listed_with_a_slash_behind_it),
	};

	return cmocka_run_group_tests_name("content_nested", tests, NULL, NULL);
}
