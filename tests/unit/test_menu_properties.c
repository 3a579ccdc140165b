/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for the menus of every shape (shape_unit.h): a person sees each
 * choice once, in the order of the image; nothing that the image never asked for
 * starts by itself; and every path is one that this server has.
 */
#include "shape_unit.h"

#include "cpio.h"
#include "menu_part.h"

static bool
is_shown(const struct entry *entry)
{
	return !entry->is_hidden && entry->kind != ENTRY_SEPARATOR && entry->kind != ENTRY_TEXT;
}

static bool
is_equal(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Whether a machine would do the same with both. */
static bool
does_the_same(const struct entry *a, const struct entry *b)
{
	if (a->kind != b->kind || !is_equal(a->kernel.path, b->kernel.path) ||
	    !is_equal(a->arguments, b->arguments) || !is_equal(a->module, b->module) ||
	    a->initrd_count != b->initrd_count || !is_equal(a->password, b->password))
		return false;
	for (unsigned i = 0; i < a->initrd_count; i++) {
		if (strcmp(a->initrds[i].path, b->initrds[i].path) != 0)
			return false;
	}
	return true;
}

/* What can be chosen of a menu and those in it. */
struct choices {
	const struct entry *items[300];
	size_t count;
};

static void
gather(struct choices *choices, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (is_shown(entry) && entry->unavailable == NULL && entry->kind == ENTRY_LINUX) {
			assert_true(choices->count < 300);
			choices->items[choices->count++] = entry;
		}
		if (entry->submenu != NULL)
			gather(choices, entry->submenu);
	}
}

/* Whether two of one menu are called the same. */
static void
check_titles(const struct shape *shape, const struct menu *menu)
{
	for (const struct entry *a = menu->entries; a != NULL; a = a->next) {
		for (const struct entry *b = a->next; b != NULL; b = b->next) {
			if (is_shown(a) && is_shown(b) && is_equal(a->title, b->title))
				fail_msg("%s: twice in a menu: %s", shape->name, a->title);
		}
		if (a->submenu != NULL)
			check_titles(shape, a->submenu);
	}
}

static void
check_once(const struct shape *shape, const struct menu *menu)
{
	struct choices choices = {.count = 0};

	gather(&choices, menu);
	for (size_t i = 0; i < choices.count; i++) {
		for (size_t k = i + 1; k < choices.count; k++) {
			if (does_the_same(choices.items[i], choices.items[k]))
				fail_msg("%s: \"%s\" and \"%s\" are the same choice", shape->name,
					 choices.items[i]->title, choices.items[k]->title);
		}
	}
	check_titles(shape, menu);
}

/* Whether the entries of one file stand as they do there. */
static void
check_order(const struct shape *shape, const struct menu *menu)
{
	const struct entry *last = NULL;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->source_path == NULL)
			continue;
		if (last != NULL && strcmp(last->source_path, entry->source_path) == 0 &&
		    last->source_line >= entry->source_line)
			fail_msg("%s: \"%s\" is behind \"%s\"", shape->name, entry->title,
				 last->title);
		last = entry;
		if (entry->submenu != NULL)
			check_order(shape, entry->submenu);
	}
}

static void
check_choices(const struct shape *shape)
{
	for (enum entry_firmware firmware = ENTRY_FOR_BIOS; firmware <= ENTRY_FOR_UEFI;
	     firmware++) {
		const struct menu *menu = boot_menu(shape->boot, firmware);

		if (strncmp(shape->name, "hostile", 7) != 0)
			check_once(shape, menu);
		check_order(shape, menu);
	}
}

static void
each_choice_appears_once_and_in_its_place(void **state)
{
	(void)state;
	shape_each(check_choices);
}

/* What we add for want of better waits until a person chooses it, where the image
   has anything of its own, offered or not. */
static void
check_start(const struct shape *shape)
{
	for (enum entry_firmware firmware = ENTRY_FOR_BIOS; firmware <= ENTRY_FOR_UEFI;
	     firmware++) {
		const struct menu *menu = boot_menu(shape->boot, firmware);
		const struct menu_image image = shape_image(shape);
		const struct entry *first =
			menu_first_choice(firmware == ENTRY_FOR_BIOS ? MENU_PXELINUX : MENU_IPXE,
					  &shape_context, &image, menu);
		bool has_own = false;

		for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next)
			has_own |= entry->source_path != NULL || entry->recipe != NULL;
		if (has_own && first != NULL &&
		    (strcmp(first->label, "memdisk") == 0 || strcmp(first->label, "sanboot") == 0))
			fail_msg("%s: %s starts by itself", shape->name, first->label);
	}
}

static void
no_last_resort_starts_by_itself(void **state)
{
	(void)state;
	shape_each(check_start);
}

/* --- paths --- */

static bool
has_archive(const struct shape *shape, const char *path)
{
	for (const struct cpio *cpio = shape->boot->archives; cpio != NULL; cpio = cpio->next) {
		size_t length = strlen(cpio->name);

		if (strncmp(path, cpio->name, length) == 0 && strcmp(path + length, ".cpio") == 0)
			return true;
	}
	return false;
}

/* Whether `path`, below /images/, is one that the server has. */
static bool
has_path(const struct shape *shape, const char *path)
{
	size_t length = strlen(shape->name);
	const struct source *source = &shape->tree.tree.source;
	struct source_node node;

	if (strncmp(path, shape->name, length) != 0)
		return false;
	path += length;
	if (strcmp(path, ".iso") == 0 || strcmp(path, "") == 0 || strcmp(path, "/") == 0)
		return true;
	if (*path++ != '/')
		return false;
	if (strncmp(path, CPIO_FOLDER, strlen(CPIO_FOLDER)) == 0)
		return has_archive(shape, path + strlen(CPIO_FOLDER));
	if (strncmp(path, "@d/", strlen("@d/")) == 0) {
		source = source->companion;
		path += strlen("@d/");
		if (source == NULL || path[0] == '\0')
			return source != NULL;
	}
	return source_find(source, path, &node) == 0;
}

/* Copies the path at `begin`, up to what cannot be in one; its URL is decoded. */
static void
copy_path(const char *begin, bool is_url, char path[1024])
{
	size_t length = strcspn(begin, is_url ? " ,'\"\n|" : " '\"\n");
	size_t used = 0;

	assert_true(length < 1000);
	for (size_t i = 0; i < length; i++) {
		unsigned byte = (unsigned char)begin[i];

		if (is_url && begin[i] == '%' && sscanf(begin + i + 1, "%2x", &byte) == 1)
			i += 2;
		if (begin[i] != '\\')
			path[used++] = (char)byte;
	}
	path[used] = '\0';
}

static unsigned paths_seen;

static void
check_paths_behind(const struct shape *shape, const char *menu, const char *prefix)
{
	char path[1024];

	while ((menu = strstr(menu, prefix)) != NULL) {
		menu += strlen(prefix);
		copy_path(menu, prefix[0] != '$', path);
		if (!has_path(shape, path))
			fail_msg("%s: nothing is at %s", shape->name, path);
		paths_seen++;
	}
}

static void
check_paths(const struct shape *shape)
{
	const struct menu_image image = shape_image(shape);

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct text text = {0};

		menu_render_image(format, &shape_context, &image, &text);
		check_paths_behind(shape, text_string(&text), "http://192.0.2.1:8080/images/");
		check_paths_behind(shape, text_string(&text), "$pxeiso/images/");
		text_free(&text);
	}
}

static void
each_path_of_a_menu_exists(void **state)
{
	(void)state;
	shape_each(check_paths);
	assert_true(paths_seen > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_choice_appears_once_and_in_its_place),
		cmocka_unit_test(no_last_resort_starts_by_itself),
		cmocka_unit_test(each_path_of_a_menu_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
