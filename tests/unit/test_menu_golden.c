/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole configurations in the shape of real distributions (shape_unit.h): the
 * menus that PXELINUX, iPXE and GRUB get, and what explain says.
 *
 * PXEISO_WRITE_MENUS=1 in the environment writes what is expected anew; the
 * difference is then to be read, line by line, before it is committed. What no
 * menu may lack, whatever was written, is in test_menu_demands.c.
 */
#include "shape_unit.h"

#include "explain.h"

/* Compares `text` with the file `name` of the folder, or writes it. */
static void
check_text(const struct shape *shape, const char *name, struct text *text)
{
	char path[400];
	char *expected;

	snprintf(path, sizeof(path), "%s/%s", shape->path, name);
	if (getenv("PXEISO_WRITE_MENUS") != NULL) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(text_string(text), file);
		fclose(file);
	}
	expected = shape_read_file(path);
	if (expected == NULL || strcmp(expected, text_string(text)) != 0)
		fail_msg("%s differs; it is now:\n%s", path, text_string(text));
	free(expected);
	text_free(text);
}

/* What lies below images/NAME/: in the image, in the folder beside it, or made. */
static int
find_in_image(const struct shape *shape, const char *path, uint64_t *ret_size)
{
	const struct source *source = &shape->tree.tree.source;
	struct source_node node = {.size = 0};
	int error;

	if (strncmp(path, "@cpio/", 6) == 0)
		return 0;
	if (strncmp(path, "@d", 2) == 0 && source->companion == NULL)
		return -ENOENT;
	error = strncmp(path, "@d", 2) == 0 ? source_find(source->companion, path + 2, &node)
					    : source_find(source, path, &node);
	*ret_size = node.size;
	return error == 0 && node.is_directory ? -EISDIR : error;
}

/* The tree that is served of it; menus and loaders are there. */
static int
find_in_shape(void *data, const char *path, uint64_t *ret_size)
{
	static const char folder[] = "images/";
	const struct shape *shape = data;
	size_t length = strlen(shape->name);
	const char *rest = path + strlen(folder) + length;

	*ret_size = 4096;
	if (strncmp(path, folder, strlen(folder)) != 0)
		return 0;
	if (strncmp(path + strlen(folder), shape->name, length) != 0)
		return -ENOENT;
	if (strcmp(rest, ".iso") == 0) {
		*ret_size = shape->tree.tree.source.image_size;
		return 0;
	}
	return rest[0] == '\0' ? -EISDIR : find_in_image(shape, rest + 1, ret_size);
}

static void
check_shape(const struct shape *shape)
{
	static const char *const names[] = {"menu.cfg", "menu.ipxe", "menu.grub"};
	const struct menu_image image = shape_image(shape);
	const struct fetch_tree tree = {find_in_shape, (void *)(uintptr_t)shape};
	const struct explain explain = {&shape_context, &image, NULL, NULL, &tree, EXPLAIN_ALL};
	struct text text = {0};

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		menu_render_image(format, &shape_context, &image, &text);
		check_text(shape, names[format], &text);
	}
	explain_text(&explain, &text);
	check_text(shape, "explain.txt", &text);
}

static void
menus_are_as_expected(void **state)
{
	(void)state;
	assert_true(shape_each(check_shape) >= 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_are_as_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
