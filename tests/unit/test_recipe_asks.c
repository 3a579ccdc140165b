/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an initramfs will ask for by itself, and which configuration files of
 * the image were read: the facts that explain tells beside the entries.
 */
#include "recipe_unit.h"

#include "bootcfg.h"

static const char RECIPE[] = "[mine]\nfiles = kernel\n"
			     "check = checksum=y sums/*.sha512\ncheck = verify=y *.sig\n"
			     "answers = ks.cfg,more.cfg inst.ks={http}/@d/ks.cfg\n"
			     "asks = install.img none/*.img|other/*.img\ntries = .treeinfo\n";

static const struct tree_file FILES[] = {
	{"install.img", NULL, 5},
	{"kernel", NULL, 5},
	{"sums/a.sha512", NULL, 5},
	{NULL, NULL, 0},
};

static const struct tree_file BESIDE[] = {
	{"ks.cfg", NULL, 5},
	{"more.cfg", NULL, 5},
	{NULL, NULL, 0},
};

/* "a b? c" */
static void
print_asks(const struct entry *entry, struct text *text)
{
	text_cut(text, 0);
	for (const struct entry_ask *ask = entry->asks; ask != NULL; ask = ask->next)
		text_printf(text, "%s%s%s", text->length > 0 ? " " : "", ask->path,
			    ask->is_optional ? "?" : "");
}

static void
files_asked_for_are_named_in_order(void **state)
{
	struct recipes *recipes = builtin();
	struct boot *boot = make_boot("kernel", "checksum=y verify=y");
	struct text text = {0};
	struct tree tree, beside;

	(void)state;
	tree_init(&tree, FILES);
	tree_init(&beside, BESIDE);
	tree.source.companion = &beside.source;
	assert_int_equal(recipes_add(recipes, "mine.ini", RECIPE, &text), 0);
	assert_string_equal(text_string(&text), "");
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	print_asks(boot->menu->entries, &text);
	assert_string_equal(text_string(&text), "@d/ks.cfg @d/more.cfg sums/a.sha512 install.img "
						"none/*.img .treeinfo?");
	text_free(&text);
	boot_free(boot);
	recipes_free(recipes);
}

static void
only_an_initrd_of_the_users_asks_where_there_is_netboot(void **state)
{
	static const struct tree_file installer[] = {
		{"dists/bookworm/Release", NULL, 5},
		{"install.amd/initrd.gz", NULL, 5},
		{"install.amd/vmlinuz", NULL, 5},
		{NULL, NULL, 0},
	};
	static const struct tree_file beside_files[] = {
		{"initrd.gz", NULL, 5},
		{NULL, NULL, 0},
	};

	(void)state;
	for (int has_initrd = 0; has_initrd < 2; has_initrd++) {
		struct recipes *recipes = builtin();
		struct boot *boot = make_boot("install.amd/vmlinuz", "");
		struct entry *entry = boot->menu->entries;
		struct text text = {0};
		struct tree tree, beside;

		entry->initrds = calloc(1, sizeof(*entry->initrds));
		entry->initrd_count = 1;
		string_set(&entry->initrds[0].path, "install.amd/initrd.gz");
		tree_init(&tree, installer);
		tree_init(&beside, beside_files);
		tree.source.companion = has_initrd ? &beside.source : NULL;
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		print_asks(entry, &text);
		assert_string_equal(text_string(&text), has_initrd ? "dists/bookworm/Release" : "");
		text_free(&text);
		boot_free(boot);
		recipes_free(recipes);
	}
}

static void
configuration_files_are_told_apart(void **state)
{
	static const struct tree_file files[] = {
		{"EFI/BOOT/grub.cfg", "menuentry A {\nlinux /kernel uefi\n}\n", 0},
		{"EFI/other/grub.cfg", "menuentry B {\nlinux /kernel\n}\n", 0},
		{"boot/grub/grub.cfg", "menuentry C {\nlinux /kernel\n}\n", 0},
		{"isolinux/isolinux.cfg", "INCLUDE more.cfg\n", 0},
		{"isolinux/more.cfg", "LABEL a\nLINUX /kernel\n", 0},
		{"kernel", NULL, 5},
		{NULL, NULL, 0},
	};
	static const char why[] = ": the menus are those of isolinux/more.cfg for BIOS, of "
				  "EFI/BOOT/grub.cfg for UEFI";
	static const char *const unread[] = {"EFI/other/grub.cfg", "boot/grub/grub.cfg"};
	static const char *const read[] = {"isolinux/isolinux.cfg", "isolinux/more.cfg",
					   "EFI/BOOT/grub.cfg"};
	const struct entry_note *note;
	struct boot *boot;
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(bootcfg_read(&tree.source, NULL, &boot), 0);
	note = boot->read;
	for (size_t i = 0; i < 3; i++, note = note->next)
		assert_string_equal(note->text, read[i]);
	assert_null(note);
	note = boot->unread;
	for (size_t i = 0; i < 2; i++, note = note->next) {
		assert_memory_equal(note->text, unread[i], strlen(unread[i]));
		assert_string_equal(note->text + strlen(unread[i]), why);
		assert_string_equal(note->text + note->why, why + 2);
	}
	assert_null(note);
	boot_free(boot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_asked_for_are_named_in_order),
		cmocka_unit_test(only_an_initrd_of_the_users_asks_where_there_is_netboot),
		cmocka_unit_test(configuration_files_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
