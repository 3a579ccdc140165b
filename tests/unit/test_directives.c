/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each directive of the configuration languages, by golden files: a case of
 * testdata/directives (directive_unit.h) gives the menus that stand in it. Those
 * files that have a directive, and its rule, are found by `grep -r`.
 *
 * PXEISO_WRITE_MENUS=1 in the environment writes what comes of each case anew; the
 * difference is then to be read.
 */
#include "directive_unit.h"

#include "bootcfg.h"
#include "menu.h"
#include "recipe.h"

static const char *const menu_names[] = {"PXELINUX", "iPXE", "GRUB"};

static struct recipes *recipes;

/* The menus of an image that boots nothing. */
static struct text plain[3];

static bool
has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	(void)name;
	return true;
}

static void
render(const struct boot *boot, enum menu_format format, struct text *text)
{
	const struct menu_context context = {
		.server = "192.0.2.1",
		.http_port = 80,
		.tftp_port = 69,
		.timeout_ms = 60000,
		.has_loader = has_loader,
	};
	const struct menu_image image = {.name = "test", .boot = boot};

	menu_render_image(format, &context, &image, text);
	assert_int_equal(text->error, 0);
}

/* Whether an image without entries has this line in its menu. A gap and an empty
   line say something where they are. */
static bool
is_plain(enum menu_format format, const char *line, size_t length)
{
	const char *rest = text_string(&plain[format]);

	if (length < 2 || strncmp(line, "item --gap", length) == 0 ||
	    strncmp(line, "MENU SEPARATOR", length) == 0)
		return false;
	while (*rest != '\0') {
		size_t count = strcspn(rest, "\n");

		if (count == length && memcmp(rest, line, length) == 0)
			return true;
		rest += count + (rest[count] == '\n');
	}
	return false;
}

/* Appends the menu without what each menu has, and without empty lines. */
static void
append_menu(const struct boot *boot, enum menu_format format, struct text *text)
{
	struct text menu = {0};
	const char *line;

	render(boot, format, &menu);
	text_printf(text, "== %s\n", menu_names[format]);
	for (line = text_string(&menu); *line != '\0';) {
		size_t length = strcspn(line, "\n");

		bool is_end =
			length == 1 && line[length + 1] == '\0'; /* of what GRUB's ends with */

		if (length > 0 && !is_end && !is_plain(format, line, length)) {
			text_append_bytes(text, line, length);
			text_append_char(text, '\n');
		}
		line += length + (line[length] == '\n');
	}
	text_free(&menu);
}

static void
append_remarks(struct text *text, const char *label, const struct entry_note *note)
{
	for (; note != NULL; note = note->next) {
		if (strncmp(note->text, "no recipe fits", 14) == 0)
			continue;
		if (label != NULL)
			text_printf(text, "%s: ", label);
		text_printf(text, "%s\n", note->text);
	}
}

/* Appends what explain says of each entry, and of those that are not offered. */
static void
append_entry_remarks(struct text *text, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		append_remarks(text, entry->label, entry->notes);
		if (entry->unavailable != NULL)
			text_printf(text, "%s: not offered: %s\n", entry->label,
				    entry->unavailable);
		if (entry->submenu != NULL)
			append_entry_remarks(text, entry->submenu);
	}
}

/* Compares what comes of the case, or writes it. */
static void
check_case(void)
{
	struct text text = {0};
	struct boot *boot;

	text_append_bytes(&text, this.expected, this.input_length);
	assert_int_equal(bootcfg_read(&this.tree.source, recipes, &boot), 0);
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
		append_menu(boot, format, &text);
	text_append(&text, "== remarks\n");
	append_remarks(&text, NULL, boot->notes);
	append_entry_remarks(&text, boot->menu);
	boot_free(boot);
	if (getenv("PXEISO_WRITE_MENUS") != NULL) {
		FILE *file = fopen(this.path, "w");

		assert_non_null(file);
		fputs(text_string(&text), file);
		fclose(file);
	} else if (strcmp(this.expected, text_string(&text)) != 0) {
		fail_msg("%s differs; it is now:\n%s", this.path, text_string(&text));
	}
	text_free(&text);
}

static void
directives_give_the_menus_that_are_expected(void **state)
{
	(void)state;
	assert_true(directive_each(check_case) >= 145);
}

static int
set_up(void **state)
{
	static const struct tree_file none[] = {{NULL, NULL, 0}};
	struct text problems = {0};
	struct boot *boot;
	struct tree tree;

	(void)state;
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	text_free(&problems);
	tree_init(&tree, none);
	assert_int_equal(bootcfg_read(&tree.source, recipes, &boot), 0);
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
		render(boot, format, &plain[format]);
	boot_free(boot);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		text_free(&plain[i]);
	recipes_free(recipes);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directives_give_the_menus_that_are_expected),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
