/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model and how it is tidied: each choice once, each label one entry; and
 * from an image to its boot as a whole.
 */
#include "unit.h"

#include "boot_merge.h"
#include "bootcfg.h"
#include "recipe.h"
#include "tree_source.h"

static struct entry *
add(struct menu *menu, enum entry_kind kind, const char *label, const char *arguments)
{
	struct entry *entry;

	assert_int_equal(entry_new(kind, label, &entry), 0);
	string_set(&entry->title, label);
	string_set(&entry->arguments, arguments);
	if (kind == ENTRY_LINUX)
		string_set(&entry->kernel.path, "vmlinuz");
	menu_append(menu, entry);
	return entry;
}

static struct menu *
add_submenu(struct menu *menu, const char *label)
{
	struct entry *entry = add(menu, ENTRY_MENU, label, NULL);

	assert_int_equal(menu_new(&entry->submenu), 0);
	return entry->submenu;
}

static void
check_merged(struct boot *boot, const char *expected)
{
	struct text text = {0};

	assert_int_equal(boot_merge(boot), 0);
	tree_print_menu(&text, boot->menu, 0);
	assert_string_equal(text_string(&text), expected);
	text_free(&text);
	boot_free(boot);
}

static void
same_choice_appears_once(void **state)
{
	struct boot *boot = boot_new();
	struct menu *inner;

	(void)state;
	add(boot->menu, ENTRY_LINUX, "a", "x");
	add(boot->menu, ENTRY_LINUX, "b", "y");
	inner = add_submenu(boot->menu, "m");
	add(inner, ENTRY_LINUX, "c", "x");
	add(inner, ENTRY_LINUX, "d", "z");
	add_submenu(boot->menu, "gone");
	add(boot->menu, ENTRY_LINUX, "e", "y")->is_default = true;
	check_merged(boot, "linux a \"a\" /vmlinuz [x]\nlinux b \"b\" default /vmlinuz [y]\n"
			   "menu m \"m\"\n  linux d \"d\" /vmlinuz [z]\n");
}

static void
merged_entry_answers_to_all_its_labels(void **state)
{
	struct boot *boot = boot_new();

	(void)state;
	add(boot->menu, ENTRY_LINUX, "a", "x")->is_hidden = true;
	add(boot->menu, ENTRY_LINUX, "b", "x")->is_hidden = true;
	add(boot->menu, ENTRY_LINUX, "c", "x");
	assert_int_equal(boot_merge(boot), 0);
	assert_null(boot->menu->entries->next);
	assert_string_equal(boot->menu->entries->label, "c");
	assert_ptr_equal(boot_find(boot, "A"), boot->menu->entries);
	assert_ptr_equal(boot_find(boot, "b"), boot->menu->entries);
	assert_ptr_equal(boot_find(boot, "C"), boot->menu->entries);
	assert_null(boot_find(boot, "d"));
	assert_true(tree_has_note(boot->menu->entries->notes, "also stands for \"a\""));
	boot_free(boot);
}

/* Both branches of whichsys.c32 include the file that has it. */
static void
entry_that_is_read_twice_does_not_stand_for_itself(void **state)
{
	struct boot *boot = boot_new();

	(void)state;
	for (unsigned line = 3; line < 5; line++) {
		for (unsigned i = 0; i < 2; i++) {
			struct entry *entry = add(boot->menu, ENTRY_LINUX, "a", "x");

			string_set(&entry->source_path, "isolinux/tail.cfg");
			entry->source_line = line;
		}
	}
	assert_int_equal(boot_merge(boot), 0);
	assert_null(boot->menu->entries->next);
	assert_false(tree_has_note(boot->menu->entries->notes, "tail.cfg:3"));
	assert_true(tree_has_note(boot->menu->entries->notes, "tail.cfg:4"));
	boot_free(boot);
}

static void
entries_that_differ_stay(void **state)
{
	struct boot *boot = boot_new();
	struct menu *inner;
	struct entry *entry;

	(void)state;
	add(boot->menu, ENTRY_LINUX, "a", "x");
	string_set(&add(boot->menu, ENTRY_LINUX, "b", "x")->password, "p");
	entry = add(boot->menu, ENTRY_LINUX, "c", "x");
	entry->initrds = calloc(1, sizeof(*entry->initrds));
	entry->initrds[0].path = strdup("i");
	entry->initrd_count = 1;
	add(boot->menu, ENTRY_MEMDISK, "d", "x");
	add(boot->menu, ENTRY_LOCAL, "hd", NULL);
	inner = add_submenu(boot->menu, "m");
	add(inner, ENTRY_LOCAL, "hd2", NULL);
	check_merged(boot, "linux a \"a\" /vmlinuz [x]\nlinux b \"b\" password=p /vmlinuz [x]\n"
			   "linux c \"c\" /vmlinuz + /i [x]\nmemdisk d \"d\" [x]\n"
			   "local hd \"hd\"\nmenu m \"m\"\n  local hd2 \"hd2\"\n");
}

static void
separators_only_separate(void **state)
{
	struct boot *boot = boot_new();

	(void)state;
	add(boot->menu, ENTRY_SEPARATOR, NULL, NULL);
	add(boot->menu, ENTRY_LINUX, "a", "x");
	add(boot->menu, ENTRY_SEPARATOR, NULL, NULL);
	add(boot->menu, ENTRY_LINUX, "b", "x");
	add(boot->menu, ENTRY_SEPARATOR, NULL, NULL);
	add(boot->menu, ENTRY_LINUX, "c", "y");
	add(boot->menu, ENTRY_SEPARATOR, NULL, NULL);
	check_merged(boot, "linux a \"a\" /vmlinuz [x]\nseparator\nlinux c \"c\" /vmlinuz [y]\n");
}

static void
labels_name_one_entry(void **state)
{
	static const char *const before[] = {"live", "LIVE", "-", "", "^Tools", "live", " x"};
	static const char *const after[] = {"live",  "LIVE~2", "entry",  "entry~2",
					    "Tools", "live~3", "entry~3"};
	struct boot *boot = boot_new();
	const struct entry *entry;
	size_t i = 0;

	(void)state;
	for (size_t n = 0; n < 7; n++)
		add(boot->menu, ENTRY_LINUX, before[n], "x");
	add(boot->menu, ENTRY_SEPARATOR, NULL, NULL);
	assert_int_equal(boot_name_entries(boot), 0);
	for (entry = boot->menu->entries; entry->kind == ENTRY_LINUX; entry = entry->next)
		assert_string_equal(entry->label, after[i++]);
	assert_int_equal(i, 7);
	boot_free(boot);
}

static void
refused_entries_do_not_boot(void **state)
{
	struct boot *boot = boot_new();
	struct entry *entry;

	(void)state;
	entry = add(boot->menu, ENTRY_LINUX, "a", "x");
	add(boot->menu, ENTRY_LOCAL, "hd", NULL);
	add(add_submenu(boot->menu, "m"), ENTRY_LINUX, "b", "y");
	assert_int_equal(menu_count(boot->menu), 2);
	assert_int_equal(entry_refuse(entry, "first %d", 1), 0);
	assert_int_equal(entry_refuse(entry, "second"), 0);
	assert_string_equal(entry->unavailable, "first 1");
	assert_int_equal(menu_count(boot->menu), 1);
	boot_free(boot);
}

/* --- bootcfg --- */

static struct boot *
read_image(const struct tree_file *files, uint64_t size, bool boots_bios)
{
	struct text problems = {0};
	struct recipes *recipes;
	struct boot *boot;
	struct tree tree;

	tree_init(&tree, files);
	tree.source.image_size = size;
	tree.source.boots_bios = boots_bios;
	tree.source.volume_id = "VOLUME";
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	assert_int_equal(bootcfg_read(&tree.source, recipes, &boot), 0);
	text_free(&problems);
	/* Only names of families point into the recipes, and none matched. */
	recipes_free(recipes);
	return boot;
}

static void
image_is_called_what_it_calls_itself(void **state)
{
	static const struct {
		const char *info;
		const char *title;
		const char *expected;
	} rows[] = {
		{"Debian 12\nmore\n", "MENU TITLE Other\n", "Debian 12"},
		{"\n", "MENU TITLE Arch Linux\n", "Arch Linux"},
		{"", "MENU TITLE Boot menu\n", NULL},
		{"", "MENU TITLE www.example.org\n", NULL},
		{"", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[128];
		const struct tree_file files[] = {{".disk/info", rows[i].info, 0},
						  {"isolinux/isolinux.cfg", config, 0},
						  {NULL, NULL, 0}};
		struct boot *boot;

		snprintf(config, sizeof(config), "%sLABEL a\nLOCALBOOT 0\n", rows[i].title);
		boot = read_image(files, 1, false);
		if (rows[i].expected == NULL)
			assert_null(boot->title);
		else
			assert_string_equal(boot->title, rows[i].expected);
		boot_free(boot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_choice_appears_once),
		cmocka_unit_test(merged_entry_answers_to_all_its_labels),
		cmocka_unit_test(entry_that_is_read_twice_does_not_stand_for_itself),
		cmocka_unit_test(entries_that_differ_stay),
		cmocka_unit_test(separators_only_separate),
		cmocka_unit_test(labels_name_one_entry),
		cmocka_unit_test(refused_entries_do_not_boot),
		cmocka_unit_test(image_is_called_what_it_calls_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
