/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes for one firmware: an entry that a BIOS starts otherwise than UEFI is one
 * choice in all menus, and each machine gets its own arguments.
 */
#include "recipe_unit.h"

#include "boot_merge.h"
#include "companion_arguments.h"
#include "menu.h"

static const char OWN[] = "[on-bios]\nargument = own\nfirmware = bios\nadd = one=bios\n"
			  "needs = http\nram = 1G\n"
			  "[on-uefi]\nargument = own\nfirmware = uefi\nadd = one=uefi\n"
			  "initrd = /x text:load-loop\n";

static const struct tree_file FILES[] = {{"initrd", NULL, 10}, {NULL, NULL, 0}};

/* A boot with one entry, changed by `content` and the built-in recipes. */
static struct boot *
apply(const char *content, const char *arguments, enum entry_firmware firmware)
{
	struct boot *boot = make_boot("vmlinuz", arguments);
	struct entry *entry = boot->menu->entries;
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct tree tree;

	entry->firmware = firmware;
	entry->initrds = calloc(1, sizeof(*entry->initrds));
	entry->initrds[entry->initrd_count++] = (struct entry_file){strdup("initrd"), 10};
	string_set(&entry->title, "Own");
	tree_init(&tree, FILES);
	assert_int_equal(recipes_add(recipes, "own.ini", content, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	text_free(&problems);
	recipes_free(recipes);
	return boot;
}

static void
each_firmware_has_its_recipe(void **state)
{
	struct boot *boot = apply(OWN, "own", ENTRY_FOR_ANY);
	const struct entry *entry = boot->menu->entries;

	(void)state;
	assert_string_equal(entry->arguments, "own one=bios");
	assert_int_equal(entry->way, WAY_HTTP);
	assert_int_equal(entry->initrd_count, 1);
	assert_int_equal(entry->ram, 1 << 30);
	assert_non_null(entry->on_uefi);
	assert_string_equal(entry->on_uefi->arguments, "own one=uefi");
	assert_int_equal(entry->on_uefi->way, WAY_CPIO);
	assert_int_equal(entry->on_uefi->initrd_count, 2);
	assert_int_equal(entry->on_uefi->ram, 0);
	assert_null(entry->next);
	boot_free(boot);
}

static void
what_is_for_one_firmware_gets_that_recipe(void **state)
{
	struct boot *boot = apply(OWN, "own", ENTRY_FOR_UEFI);

	(void)state;
	assert_string_equal(boot->menu->entries->arguments, "own one=uefi");
	assert_null(boot->menu->entries->on_uefi);
	boot_free(boot);

	boot = apply(OWN, "own", ENTRY_FOR_BIOS);
	assert_string_equal(boot->menu->entries->arguments, "own one=bios");
	assert_null(boot->menu->entries->on_uefi);
	boot_free(boot);

	boot = apply(OWN, "other", ENTRY_FOR_ANY);
	assert_string_equal(boot->menu->entries->arguments, "other");
	assert_null(boot->menu->entries->on_uefi);
	boot_free(boot);
}

/* Where one cannot start it, the entry is for the other. */
static void
what_one_cannot_start_is_for_the_other(void **state)
{
	struct boot *boot = apply("[a]\nargument = own\nfirmware = bios\nunsupported = no disc\n",
				  "own", ENTRY_FOR_ANY);
	const struct entry *entry = boot->menu->entries;

	(void)state;
	assert_null(entry->unavailable);
	assert_int_equal(entry->firmware, ENTRY_FOR_UEFI);
	assert_null(entry->on_uefi);
	assert_true(tree_has_note(entry->notes, "not offered to a BIOS: no disc"));
	boot_free(boot);

	boot = apply("[a]\nargument = own\nfirmware = uefi\nunsupported = no disc\n", "own",
		     ENTRY_FOR_ANY);
	entry = boot->menu->entries;
	assert_null(entry->unavailable);
	assert_int_equal(entry->firmware, ENTRY_FOR_BIOS);
	assert_true(tree_has_note(entry->notes, "not offered to UEFI firmware: no disc"));
	boot_free(boot);

	boot = apply("[a]\nargument = own\nfirmware = bios\nunsupported = no disc\n"
		     "[b]\nargument = own\nunsupported = no driver\n",
		     "own", ENTRY_FOR_ANY);
	entry = boot->menu->entries;
	assert_string_equal(entry->unavailable, "no disc");
	assert_int_equal(entry->firmware, ENTRY_FOR_ANY);
	assert_null(entry->on_uefi);
	boot_free(boot);
}

static void
check_menu(enum menu_format format, const struct boot *boot, const char *expected)
{
	const struct menu_context context = {
		.server = "192.0.2.1", .http_port = 80, .tftp_port = 69};
	const struct menu_image image = {.name = "x", .boot = boot, .size = 1000};
	struct text text = {0};

	menu_render_image(format, &context, &image, &text);
	if (strstr(text_string(&text), expected) == NULL)
		fail_msg("\"%s\" is not in:\n%s", expected, text_string(&text));
	text_free(&text);
}

static void
each_client_gets_what_its_firmware_needs(void **state)
{
	struct boot *boot = apply(OWN, "own", ENTRY_FOR_ANY);

	(void)state;
	assert_int_equal(boot_merge(boot), 0);
	assert_int_equal(boot_name_entries(boot), 0);
	check_menu(MENU_PXELINUX, boot,
		   "  LINUX http://192.0.2.1/images/x/vmlinuz\n"
		   "  INITRD http://192.0.2.1/images/x/initrd\n"
		   "  APPEND own one=bios\n");
	check_menu(MENU_IPXE, boot, "\n:e1\niseq ${platform} efi && goto u1 ||\n");
	check_menu(MENU_IPXE, boot,
		   "kernel http://192.0.2.1/images/x/vmlinuz initrd=initrd0.img own one=bios || "
		   "goto failed\n"
		   "initrd --name initrd0.img http://192.0.2.1/images/x/initrd || goto failed\n"
		   "boot || goto failed\n");
	check_menu(MENU_IPXE, boot,
		   "kernel http://192.0.2.1/images/x/vmlinuz initrd=initrd0.img initrd=initrd1.img "
		   "own one=uefi || goto failed\n");
	check_menu(MENU_GRUB, boot,
		   "\tif [ \"$grub_platform\" = efi ]; then\n"
		   "\tlinux $pxeiso/images/x/vmlinuz 'own' 'one=uefi'\n"
		   "\tinitrd $pxeiso/images/x/initrd $pxeiso/images/x/@cpio/on-uefi.cpio\n"
		   "\telse\n"
		   "\tlinux $pxeiso/images/x/vmlinuz 'own' 'one=bios'\n"
		   "\tinitrd $pxeiso/images/x/initrd\n"
		   "\tfi\n");
	boot_free(boot);
}

/* Two that differ for UEFI alone are two choices; a user's words go to both. */
static void
both_count_when_entries_are_compared_and_changed(void **state)
{
	const struct tree_file files[] = {{"arguments", "live: more", 0}, {NULL, NULL, 0}};
	struct boot *boot = apply(OWN, "own", ENTRY_FOR_ANY);
	struct entry *same, *other;
	struct tree folder;

	(void)state;
	assert_int_equal(entry_copy(boot->menu->entries, &same), 0);
	assert_int_equal(entry_copy(boot->menu->entries->on_uefi, &same->on_uefi), 0);
	string_set(&same->label, "same");
	menu_append(boot->menu, same);
	assert_int_equal(entry_copy(boot->menu->entries, &other), 0);
	string_set(&other->label, "other");
	menu_append(boot->menu, other);
	assert_int_equal(boot_merge(boot), 0);
	assert_non_null(boot->menu->entries->next);
	assert_string_equal(boot->menu->entries->next->label, "other");
	assert_null(boot->menu->entries->next->next);

	tree_init(&folder, files);
	folder.source.name = "x.d";
	assert_int_equal(companion_arguments_apply(&folder.source, boot), 0);
	assert_string_equal(boot->menu->entries->arguments, "own one=bios more");
	assert_string_equal(boot->menu->entries->on_uefi->arguments, "own one=uefi more");
	boot_free(boot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_firmware_has_its_recipe),
		cmocka_unit_test(what_is_for_one_firmware_gets_that_recipe),
		cmocka_unit_test(what_one_cannot_start_is_for_the_other),
		cmocka_unit_test(each_client_gets_what_its_firmware_needs),
		cmocka_unit_test(both_count_when_entries_are_compared_and_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
