/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that clients see: every kind of path, the rules that help clients
 * that cannot write it better, and what keeps an image alive.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "boot.h"
#include "builder.h"
#include "catalog.h"
#include "clients.h"
#include "content.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "loader.h"
#include "unit.h"

enum { IMAGE_SIZE = 65536 };

static struct content *content;
static struct clients *clients;
static const struct client tftp_client = {
	.address = {0x3200090a}, /* 10.9.0.50 */
	.server = {0x0100090a},
};
static const struct client http_client = {
	.address = {0x3200090a},
	.server = {0x0100090a},
	.is_http = true,
};

static uint32_t
add(struct builder *builder, uint32_t parent, enum node_kind kind, const char *name)
{
	struct bytes bytes = {.at = (const uint8_t *)name, .length = strlen(name)};

	assert_int_equal(builder_add(builder, parent, kind, bytes, 1700000000), 0);
	return builder->node_count - 1;
}

static void
add_file(struct builder *builder, uint32_t parent, const char *name, uint64_t offset)
{
	add(builder, parent, NODE_FILE, name);
	assert_int_equal(builder_add_extent(builder, (struct extent){offset, 4}), 0);
}

/* Writes what is in the builder, which is cleared. */
static struct index *
finish_index(struct builder *builder)
{
	struct volume volume = {.tree = TREE_ROCK_RIDGE, .image_size = IMAGE_SIZE};
	struct index *index;
	const char *why;
	int fd;

	assert_int_equal(builder_write(builder, &volume, &fd), 0);
	builder_clear(builder);
	assert_int_equal(index_map(fd, IMAGE_SIZE, &index, &why), 0);
	close(fd);
	return index;
}

/* /a.txt, /isolinux/isolinux.cfg, /isolinux/vmlinuz, /odd (never served), /grün */
static struct index *
make_index(void)
{
	struct builder builder;

	assert_int_equal(builder_init(&builder), 0);
	add_file(&builder, 0, "a.txt", 2048);
	add(&builder, 0, NODE_DIRECTORY, "isolinux");
	add(&builder, 0, NODE_OTHER, "odd");
	add_file(&builder, 0, "gr\xc3\xbcn", 2048);
	builder_close_directory(&builder, 0, 1);
	add_file(&builder, 3, "isolinux.cfg", 4096);
	add_file(&builder, 3, "vmlinuz", 6144);
	builder_close_directory(&builder, 3, 5);
	return finish_index(&builder);
}

/* `count` files in /, the first of an odd name. */
static struct index *
make_flat_index(uint32_t count)
{
	struct builder builder;
	char name[16];

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_FILE, "\x01 \"q\\ caf\xc3\xa9 \xff");
	for (uint32_t i = 1; i < count; i++) {
		snprintf(name, sizeof(name), "f%05u", i);
		add(&builder, 0, NODE_FILE, name);
	}
	builder_close_directory(&builder, 0, 1);
	return finish_index(&builder);
}

static struct image *
make_image(const char *name, struct index *index)
{
	struct image *image = calloc(1, sizeof(*image));

	atomic_init(&image->references, 1);
	snprintf(image->name, sizeof(image->name), "%s", name);
	image->path = strdup(name);
	image->fd = memfd_create(name, MFD_CLOEXEC);
	assert_int_equal(ftruncate(image->fd, IMAGE_SIZE), 0);
	assert_int_equal(pwrite(image->fd, "text", 4, 2048), 4);
	assert_int_equal(pwrite(image->fd, "conf", 4, 4096), 4);
	assert_int_equal(pwrite(image->fd, "kern", 4, 6144), 4);
	image->identity = (struct image_identity){.size = IMAGE_SIZE, .mtime_ns = 1700000000};
	image->index = index;
	image->boot = calloc(1, sizeof(struct boot));
	image->boot->menu = calloc(1, sizeof(struct menu));
	return image;
}

static struct catalog *
make_catalog(struct image *const *images, size_t count)
{
	const struct loader_places nowhere = {.root = "/nonexistent"};
	struct loaders *loaders;
	struct catalog *catalog;

	assert_int_equal(loaders_open(&nowhere, &loaders), 0);
	assert_int_equal(catalog_new(images, count, loaders, &catalog), 0);
	return catalog;
}

static int
setup(void **state)
{
	struct image *images[] = {make_image("deb.12", make_index()),
				  make_image("Deb.12", make_index()),
				  make_image("other", make_index())};
	struct content_options options = {.http_port = 80, .tftp_port = 69, .menu_title = "T"};

	(void)state;
	assert_int_equal(clients_new(16, &clients), 0);
	options.clients = clients;
	assert_int_equal(content_new(&options, &content), 0);
	content_set_catalog(content, make_catalog(images, 3));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	content_free(content);
	clients_free(clients);
	return 0;
}

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

static void
listing_is_escaped_and_complete(void **state)
{
	struct file *file;
	char text[8192] = {0};

	(void)state;
	assert_int_equal(content_list(content, &http_client, "images/other", false, &file), 0);
	assert_true(file_read(file, 0, text, sizeof(text) - 1) > 0);
	assert_non_null(strstr(text, "href=\"./a.txt\""));
	assert_non_null(strstr(text, "href=\"./isolinux/\""));
	assert_true(file->generated);
	file_close(file);
	memset(text, 0, sizeof(text));
	assert_int_equal(content_list(content, &http_client, "images/", true, &file), 0);
	assert_true(file_read(file, 0, text, sizeof(text) - 1) > 0);
	assert_int_equal(text[0], '[');
	assert_non_null(strstr(text, "\"other.iso\""));
	file_close(file);
	assert_int_equal(content_list(content, &http_client, "images/other/a.txt", true, &file),
			 -ENOTDIR);
	assert_int_equal(content_list(content, &http_client, "images/none", true, &file), -ENOENT);
	assert_int_equal(content_list(content, &http_client, "..", true, &file), -EACCES);
}

/* The JSON of images/flat/, which has `count` files. */
static json_t *
list_flat(uint32_t count)
{
	struct image *image = make_image("flat", make_flat_index(count));
	struct file *file;
	json_t *json;

	content_set_catalog(content, make_catalog(&image, 1));
	assert_int_equal(content_list(content, &http_client, "images/flat", true, &file), 0);
	json = json_loadb(file->segments[0].data, (size_t)file->size, 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json), count);
	file_close(file);
	return json;
}

static void
json_listing_is_json_whatever_the_names_are(void **state)
{
	json_t *json = list_flat(2), *odd = json_array_get(json, 0);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(odd, "name")),
			    "\x01 \"q\\ caf\xc3\xa9 \xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(odd, "type")), "file");
	assert_int_equal(json_integer_value(json_object_get(odd, "size")), 0);
	assert_int_equal(json_integer_value(json_object_get(odd, "mtime")), 1700000000);
	json_decref(json);
}

static void
directory_of_too_many_names_is_not_listed(void **state)
{
	struct image *image;
	struct file *file;

	(void)state;
	json_decref(list_flat(20000));
	image = make_image("flat", make_flat_index(20001));
	content_set_catalog(content, make_catalog(&image, 1));
	for (int is_json = 0; is_json < 2; is_json++)
		assert_int_equal(content_list(content, &http_client, "images/flat", is_json, &file),
				 -EFBIG);
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
		cmocka_unit_test_setup_teardown(listing_is_escaped_and_complete, setup, teardown),
		cmocka_unit_test_setup_teardown(json_listing_is_json_whatever_the_names_are, setup,
						teardown),
		cmocka_unit_test_setup_teardown(directory_of_too_many_names_is_not_listed, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("content", tests, NULL, NULL);
}
