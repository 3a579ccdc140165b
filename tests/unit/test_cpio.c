/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives for an initramfs: what may be in them, and how long they are. Their
 * bytes are unpacked by others in tests/wire/test_cpio.py.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cpio.h"
#include "tree_source.h"

static const uint64_t GIB = UINT64_C(1) << 30;

static struct cpio *
make(void)
{
	struct cpio *cpio;

	assert_int_equal(cpio_new("test", &cpio), 0);
	return cpio;
}

/* The members as "KIND PATH SIZE" lines. */
static const char *
describe(const struct cpio *cpio)
{
	static const char kinds[] = "difbtl";
	static char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (const struct member *member = cpio->members; member != NULL; member = member->next)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%c %s %llu\n",
					 kinds[member->kind], member->path,
					 (unsigned long long)member->size);
	return text;
}

static void
an_empty_one_is_a_trailer_in_a_block(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_size(cpio), 512);
	cpios_free(cpio);
}

static void
directories_come_before_what_is_in_them_and_once(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_text(cpio, "/conf/conf.d/pxeiso", "abc", 0644), 0);
	assert_int_equal(cpio_add_file(cpio, "conf/x", "live/x", 5), 0);
	assert_int_equal(cpio_add_image(cpio, "/pxeiso.iso", 10), 0);
	assert_string_equal(describe(cpio), "d conf 0\nd conf/conf.d 0\nt conf/conf.d/pxeiso 3\n"
					    "f conf/x 5\ni pxeiso.iso 10\n");
	cpios_free(cpio);
}

static void
a_file_beside_the_image_keeps_its_right_to_be_executed(void **state)
{
	struct source_node node = {.path = "initramfs/init", .size = 3, .is_executable = true};
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_beside(cpio, "init", &node), 0);
	node.is_executable = false;
	assert_int_equal(cpio_add_beside(cpio, "text", &node), 0);
	assert_string_equal(describe(cpio), "b init 3\nb text 3\n");
	assert_string_equal(cpio->members->file, "initramfs/init");
	assert_int_equal(cpio->members->mode, 0755);
	assert_int_equal(cpio->members->next->mode, 0644);
	cpios_free(cpio);
}

static void
paths_are_names_below_the_root(void **state)
{
	static const struct {
		const char *path;
		int result;
	} rows[] = {
		{"/a", 0},         {"///b", 0},       {"a/b", -EINVAL}, /* a is a file by now */
		{"", -EINVAL},     {"/", -EINVAL},    {"c//d", -EINVAL},  {"c/", -EINVAL},
		{"../c", -EINVAL}, {"c/..", -EINVAL}, {"c/./d", -EINVAL}, {"TRAILER!!!", -EINVAL},
		{"...", 0},        {"a", -EEXIST},
	};
	struct cpio *cpio = make();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int result = cpio_add_text(cpio, rows[i].path, "", 0644);

		if (result != rows[i].result)
			fail_msg("\"%s\": %d, not %d", rows[i].path, result, rows[i].result);
	}
	cpios_free(cpio);
}

static void
a_path_of_256_bytes_is_none(void **state)
{
	struct cpio *cpio = make();
	char path[257];

	(void)state;
	memset(path, 'x', 256);
	path[256] = '\0';
	assert_int_equal(cpio_add_text(cpio, path, "", 0644), -EINVAL);
	path[255] = '\0';
	assert_int_equal(cpio_add_text(cpio, path, "", 0644), 0);
	cpios_free(cpio);
}

/* 110 bytes of header, the name with its NUL, to a multiple of 4; the trailer
   takes 124; the whole is a multiple of 512. */
static void
the_size_is_known_before(void **state)
{
	static const struct {
		const char *path;
		uint64_t data, size;
	} rows[] = {
		{"a", 0, 512},
		{"a", 276, 512},
		{"a", 277, 1024},
		{"abc", 272, 512},
		{"abc", 276, 1024},
		{"a", 100000, 100352},
		{"a", 4294967295, 4294967296 + 512},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cpio *cpio = make();

		assert_int_equal(cpio_add_image(cpio, rows[i].path, rows[i].data), 0);
		if (cpio_size(cpio) != rows[i].size)
			fail_msg("%s, %llu bytes: %llu", rows[i].path,
				 (unsigned long long)rows[i].data,
				 (unsigned long long)cpio_size(cpio));
		cpios_free(cpio);
	}
}

static void
four_gib_are_too_large_for_one_member(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_image(cpio, "a", 4 * GIB), -EFBIG);
	assert_int_equal(cpio_add_file(cpio, "a", "b", 4 * GIB), -EFBIG);
	assert_string_equal(describe(cpio), "");
	cpios_free(cpio);
}

static void
parts_begin_with_the_system_area(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_image_parts(cpio, "/p", 4 * GIB + 32768 + 1), 0);
	assert_string_equal(describe(cpio),
			    "i p.00 32768\ni p.01 2147483648\ni p.02 2147483648\ni p.03 1\n");
	assert_int_equal(cpio->members->next->next->first, 32768 + 2 * GIB);
	cpios_free(cpio);
}

static void
a_small_image_has_one_part(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_image_parts(cpio, "/p", 2048), 0);
	assert_string_equal(describe(cpio), "i p.00 2048\n");
	cpios_free(cpio);
}

static void
those_with_the_same_members_are_equal(void **state)
{
	struct cpio *one = make(), *other = make();

	(void)state;
	assert_true(cpio_equal(one, other));
	assert_int_equal(cpio_add_file(one, "a", "x", 1), 0);
	assert_false(cpio_equal(one, other));
	assert_int_equal(cpio_add_file(other, "a", "y", 1), 0);
	assert_false(cpio_equal(one, other));
	cpios_free(other);
	other = make();
	assert_int_equal(cpio_add_file(other, "a", "x", 1), 0);
	assert_true(cpio_equal(one, other));
	assert_int_equal(cpio_add_image(other, "b", 1), 0);
	assert_false(cpio_equal(one, other));
	cpios_free(one);
	cpios_free(other);
}

/* What is added twice by a folder and what is in it, is there once. */
static void
a_folder_of_the_image_comes_with_all_that_is_in_it(void **state)
{
	static const struct tree_file files[] = {{"a/b/x", NULL, 1},
						 {"a/y", NULL, 2},
						 {"b/z", NULL, 3},
						 {"single", NULL, 4},
						 {NULL, NULL, 0}};
	struct cpio *cpio = make();
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(cpio_add_tree(cpio, "/cdrom", &tree.source, "a"), 0);
	assert_int_equal(cpio_add_tree(cpio, "/cdrom", &tree.source, "single"), 0);
	assert_int_equal(cpio_add_tree(cpio, "/cdrom", &tree.source, "missing"), 0);
	assert_string_equal(describe(cpio), "d cdrom 0\nd cdrom/a 0\nd cdrom/a/b 0\n"
					    "f cdrom/a/b/x 1\nf cdrom/a/y 2\n"
					    "f cdrom/single 4\n");
	assert_int_equal(cpio_add_tree(cpio, "/cdrom", &tree.source, "a"), -EEXIST);
	cpios_free(cpio);
}

static void
a_link_is_as_long_as_its_target(void **state)
{
	struct cpio *cpio = make();

	(void)state;
	assert_int_equal(cpio_add_link(cpio, "/stable", "bookworm"), 0);
	assert_string_equal(describe(cpio), "l stable 8\n");
	assert_int_equal(cpio->members->mode, 0777);
	cpios_free(cpio);
}

/* Each costs memory for each machine that fetches them. */
static void
members_have_a_limit(void **state)
{
	struct cpio *cpio = make();
	char path[32];
	int error = 0;
	unsigned count = 0;

	(void)state;
	for (; error == 0 && count <= CPIO_MEMBERS_MAX; count++) {
		snprintf(path, sizeof(path), "%u", count);
		error = cpio_add_text(cpio, path, "", 0644);
	}
	assert_int_equal(error, -E2BIG);
	assert_int_equal(count, CPIO_MEMBERS_MAX + 1);
	cpios_free(cpio);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_is_a_trailer_in_a_block),
		cmocka_unit_test(directories_come_before_what_is_in_them_and_once),
		cmocka_unit_test(a_file_beside_the_image_keeps_its_right_to_be_executed),
		cmocka_unit_test(paths_are_names_below_the_root),
		cmocka_unit_test(a_path_of_256_bytes_is_none),
		cmocka_unit_test(the_size_is_known_before),
		cmocka_unit_test(four_gib_are_too_large_for_one_member),
		cmocka_unit_test(parts_begin_with_the_system_area),
		cmocka_unit_test(a_small_image_has_one_part),
		cmocka_unit_test(those_with_the_same_members_are_equal),
		cmocka_unit_test(a_folder_of_the_image_comes_with_all_that_is_in_it),
		cmocka_unit_test(a_link_is_as_long_as_its_target),
		cmocka_unit_test(members_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
