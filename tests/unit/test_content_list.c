/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listings of directories: complete, escaped, and bounded.
 */
#include <errno.h>
#include <jansson.h>

#include "content_unit.h"

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
		cmocka_unit_test_setup_teardown(listing_is_escaped_and_complete, setup, teardown),
		cmocka_unit_test_setup_teardown(json_listing_is_json_whatever_the_names_are, setup,
						teardown),
		cmocka_unit_test_setup_teardown(directory_of_too_many_names_is_not_listed, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("content_list", tests, NULL, NULL);
}
