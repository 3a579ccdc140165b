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

static void
check_shape(const struct shape *shape)
{
	static const char *const names[] = {"menu.cfg", "menu.ipxe", "menu.grub"};
	const struct menu_image image = shape_image(shape);
	struct text text = {0};

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		menu_render_image(format, &shape_context, &image, &text);
		check_text(shape, names[format], &text);
	}
	explain_text(MENU_PXELINUX, &shape_context, &image, &text);
	check_text(shape, "explain.txt", &text);
}

static void
menus_are_as_expected(void **state)
{
	(void)state;
	assert_true(shape_each(check_shape) >= 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_are_as_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
