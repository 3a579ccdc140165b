/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that a user puts into the initramfs of an image's entries: the folder
 * initramfs/ beside it, and `beside:` of a recipe. The bytes are unpacked in
 * tests/wire/test_companions.py, and a machine uses them in tests/boot.
 */
#include "unit.h"

#include "bootcfg.h"
#include "companion_initramfs.h"
#include "cpio.h"
#include "recipe_unit.h"

/* Two kernels with an initrd, one of them in a sub-menu, and one without. */
static const struct tree_file IMAGE[] = {
	{"initrd", NULL, 30},
	{"isolinux/isolinux.cfg",
	 "LABEL one\nLINUX /vmlinuz\nINITRD /initrd\nAPPEND a\n"
	 "MENU BEGIN m\nMENU LABEL More\nLABEL two\nLINUX /other\nINITRD /initrd\nMENU END\n"
	 "LABEL bare\nLINUX /vmlinuz\nAPPEND b\n",
	 0},
	{"other", NULL, 20},
	{"vmlinuz", NULL, 20},
	{NULL, NULL, 0},
};

static struct boot *
read_boot(const struct tree_file *files, const struct recipes *recipes)
{
	struct tree image, folder;
	struct boot *boot;

	tree_init(&image, IMAGE);
	tree_init(&folder, files);
	folder.source.name = "x.d";
	image.source.companion = &folder.source;
	assert_int_equal(bootcfg_read(&image.source, recipes, &boot), 0);
	return boot;
}

static unsigned
count_initrds(const struct boot *boot, const char *label)
{
	return boot_find(boot, label)->initrd_count;
}

static void
each_entry_with_an_initrd_gets_the_same_archive(void **state)
{
	static const struct tree_file files[] = {
		{"initramfs/etc/motd", NULL, 5},
		{"initramfs/init-top", NULL, 7},
		{"other", NULL, 9},
		{NULL, NULL, 0},
	};
	struct boot *boot = read_boot(files, NULL);
	const struct member *member = boot->archives->members;

	(void)state;
	assert_string_equal(boot->archives->name, "initramfs");
	assert_null(boot->archives->next);
	assert_int_equal(member->kind, MEMBER_BESIDE);
	assert_string_equal(member->path, "init-top");
	assert_string_equal(member->file, "initramfs/init-top");
	assert_int_equal(member->next->kind, MEMBER_DIRECTORY);
	assert_string_equal(member->next->path, "etc");
	assert_string_equal(member->next->next->path, "etc/motd");
	assert_int_equal(member->next->next->size, 5);
	assert_null(member->next->next->next);

	assert_int_equal(count_initrds(boot, "one"), 2);
	assert_string_equal(boot_find(boot, "one")->initrds[1].path, "@cpio/initramfs.cpio");
	assert_int_equal(boot_find(boot, "one")->initrds[1].size, cpio_size(boot->archives));
	assert_string_equal(boot_find(boot, "two")->initrds[1].path, "@cpio/initramfs.cpio");
	assert_int_equal(count_initrds(boot, "bare"), 0);
	assert_null(boot->problems);
	boot_free(boot);
}

static void
without_the_folder_nothing_is_made(void **state)
{
	static const struct tree_file rows[][2] = {
		{{"other", NULL, 9}, {NULL, NULL, 0}},
		{{"initramfs", NULL, 9}, {NULL, NULL, 0}}, /* a file */
		{{"x/initramfs/y", NULL, 9}, {NULL, NULL, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct boot *boot = read_boot(rows[i], NULL);

		assert_null(boot->archives);
		assert_int_equal(count_initrds(boot, "one"), 1);
		boot_free(boot);
	}
}

static void
what_cannot_be_there_is_told_and_the_rest_is(void **state)
{
	static const struct tree_file files[] = {
		{"initramfs/TRAILER!!!", NULL, 1},
		{"initramfs/good", NULL, 1},
		{"initramfs/large", NULL, UINT64_C(1) << 32},
		{NULL, NULL, 0},
	};
	struct boot *boot = read_boot(files, NULL);

	(void)state;
	assert_string_equal(boot->archives->members->path, "good");
	assert_null(boot->archives->members->next);
	assert_string_equal(boot->problems->text, "x.d/initramfs/TRAILER!!!: not in the "
						  "initramfs: a name that cannot be there");
	assert_string_equal(boot->problems->next->text,
			    "x.d/initramfs/large: 4 GiB or more, too large for one file in an "
			    "initramfs");
	boot_free(boot);
}

/* Of one that is not there nothing is made, and the entry stays as it was. */
static void
a_recipe_takes_a_file_that_is_beside_the_image(void **state)
{
	static const struct tree_file files[] = {{"preseed.cfg", NULL, 5}, {NULL, NULL, 0}};
	static const struct tree_file none[] = {{"other", NULL, 5}, {NULL, NULL, 0}};
	static const char text[] =
		"[mine]\nargument = a\ninitrd = /preseed.cfg beside:preseed.cfg\n";
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct boot *boot;

	(void)state;
	assert_int_equal(recipes_add(recipes, "test", text, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	boot = read_boot(files, recipes);
	assert_string_equal(boot_find(boot, "one")->initrds[1].path, "@cpio/mine.cpio");
	assert_int_equal(boot->archives->members->kind, MEMBER_BESIDE);
	assert_string_equal(boot->archives->members->path, "preseed.cfg");
	assert_null(boot->archives->members->next);
	boot_free(boot);
	boot = read_boot(none, recipes);
	assert_int_equal(count_initrds(boot, "one"), 1);
	assert_null(boot_find(boot, "one")->unavailable);
	boot_free(boot);
	recipes_free(recipes);
}

static void
a_recipe_must_say_which_file(void **state)
{
	struct recipes *recipes = builtin();
	struct text problems = {0};

	(void)state;
	assert_int_equal(recipes_add(recipes, "t", "[a]\ninitrd = /x beside:\n", &problems), 0);
	assert_string_equal(text_string(&problems),
			    "t:2: [a] initrd: at a path lies image, parts, image|parts, file, "
			    "tree:NAME,NAME, folder, wrapper, helper, beside:FILE or text: with "
			    "wrapper, load-loop or installer-disc\n");
	text_free(&problems);
	recipes_free(recipes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_entry_with_an_initrd_gets_the_same_archive),
		cmocka_unit_test(without_the_folder_nothing_is_made),
		cmocka_unit_test(what_cannot_be_there_is_told_and_the_rest_is),
		cmocka_unit_test(a_recipe_takes_a_file_that_is_beside_the_image),
		cmocka_unit_test(a_recipe_must_say_which_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
