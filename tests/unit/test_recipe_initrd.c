/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Initrds that recipes make: what lies where, for each family that finds its
 * root in its initramfs, and what is said when one cannot be made.
 */
#include "recipe_unit.h"

#include <errno.h>

#include "cpio.h"

static const uint64_t GIB = UINT64_C(1) << 30;

static const char ELF[] = "\177ELF";

/* The members but the directories, as "PATH=WHAT" words. */
static void
describe(const struct cpio *cpio, struct text *text)
{
	for (const struct member *member = cpio->members; member != NULL; member = member->next) {
		if (member->kind == MEMBER_DIRECTORY)
			continue;
		text_printf(text, "%s%s=", text->length > 0 ? " " : "", member->path);
		if (member->kind == MEMBER_IMAGE)
			text_printf(text, "image+%llu", (unsigned long long)member->first);
		else
			text_append(text, member->kind == MEMBER_FILE         ? member->file
					  : memcmp(member->text, ELF, 4) == 0 ? "helper"
									      : "text");
	}
}

struct family {
	const char *name;
	const char *volume;
	const char *kernel;
	struct tree_file files[6];
	uint64_t image_size;
	const char *before;
	const char *after;
	const char *made; /* or, after a '!', why there is none */
};

static const struct family families[] = {
	{"Proxmox",
	 "PVE",
	 "boot/linux26",
	 {{".cd-info", NULL, 1}, {"boot/linux26", NULL, 1}},
	 50000,
	 "ro ramdisk_size=16777216 rw quiet",
	 "ro ramdisk_size=16777216 rw quiet rootfstype=ramfs",
	 "proxmox.iso=image+0"},
	{"Void",
	 "VOID_LIVE",
	 "boot/vmlinuz",
	 {{"LiveOS/squashfs.img", NULL, 7}},
	 50000,
	 "root=live:CDLABEL=VOID_LIVE ro",
	 "ro root=live:/pxeiso.img rd.live.image",
	 "pxeiso.img=LiveOS/squashfs.img"},
	{"Gentoo with dracut: its own arguments say which file",
	 "Gentoo-amd64-20260101",
	 "boot/gentoo",
	 {{"image.squashfs", NULL, 7}},
	 50000,
	 "root=live:CDLABEL=Gentoo-amd64-20260101 rd.live.dir=/ rd.live.squashimg=image.squashfs",
	 "root=live:/pxeiso.img rd.live.image",
	 "pxeiso.img=image.squashfs"},
	{"titanoboa, above 4 GiB",
	 "titanoboa_boot",
	 "boot/vmlinuz",
	 {{"LiveOS/squashfs.img", NULL, UINT64_C(5) << 30}},
	 UINT64_C(5) << 30,
	 "root=live:CDLABEL=titanoboa_boot rd.live.image",
	 "root=live:CDLABEL=titanoboa_boot rd.live.image rdinit=/pxeiso/init",
	 "pxeiso.iso.00=image+0 pxeiso.iso.01=image+32768 pxeiso.iso.02=image+2147516416 "
	 "pxeiso.iso.03=image+4295000064 pxeiso/init=text"},
	{"NixOS",
	 "nixos-minimal-25.11-x86_64",
	 "boot/bzImage",
	 {{"nix-store.squashfs", NULL, 7}},
	 50000,
	 "init=/nix/store/x/init root=LABEL=nixos-minimal-25.11-x86_64",
	 "init=/nix/store/x/init root=LABEL=nixos-minimal-25.11-x86_64 rdinit=/pxeiso/init",
	 "pxeiso.iso=image+0 pxeiso/init=helper"},
	{"NixOS without a root: the image must fit into its initramfs",
	 "nixos-minimal-25.11-x86_64",
	 "boot/bzImage",
	 {{"nix-store.squashfs", NULL, 7}},
	 UINT64_C(5) << 30,
	 "init=/nix/store/x/init",
	 "init=/nix/store/x/init rdinit=/pxeiso/init rootfstype=ramfs",
	 "pxeiso.iso.00=image+0 pxeiso.iso.01=image+32768 pxeiso.iso.02=image+2147516416 "
	 "pxeiso.iso.03=image+4295000064 pxeiso/init=helper"},
	{"genkernel",
	 "Gentoo",
	 "boot/gentoo",
	 {{"image.squashfs", NULL, 7}},
	 50000,
	 "root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot",
	 "root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot",
	 "image.squashfs=image.squashfs"},
	{"Puppy, all its files by their names",
	 "",
	 "vmlinuz",
	 {{"puppy_x_10.sfs", NULL, 7}, {"zdrv_x_10.sfs", NULL, 3}, {"other.sfs", NULL, 1}},
	 50000,
	 "pmedia=cd pfix=nox",
	 "pfix=nox,ram root=/dev/ram0",
	 "puppy_x_10.sfs=puppy_x_10.sfs zdrv_x_10.sfs=zdrv_x_10.sfs"},
	{"Puppy in a folder",
	 "",
	 "fossa/vmlinuz",
	 {{"fossa/puppy_x.sfs", NULL, 7}, {"fossa/fdrv_x.sfs", NULL, 3}},
	 50000,
	 "pmedia=cd",
	 "pfix=ram root=/dev/ram0",
	 "puppy_x.sfs=fossa/puppy_x.sfs fdrv_x.sfs=fossa/fdrv_x.sfs"},
	{"Tiny Core",
	 "TinyCore",
	 "boot/vmlinuz",
	 {{"cde/onboot.lst", NULL, 7},
	  {"cde/optional/a.tcz", NULL, 3},
	  {"cde/optional/b.tcz", NULL, 3}},
	 50000,
	 "loglevel=3 cde",
	 "loglevel=3",
	 "tmp/builtin/optional/a.tcz=cde/optional/a.tcz "
	 "tmp/builtin/optional/b.tcz=cde/optional/b.tcz tmp/builtin/onboot.lst=cde/onboot.lst"},
	{"Proxmox, too large for one file",
	 "PVE",
	 "boot/linux26",
	 {{".cd-info", NULL, 1}, {"boot/linux26", NULL, 1}},
	 UINT64_C(4) << 30,
	 "ro",
	 "ro rootfstype=ramfs",
	 "!4 GiB or more, too large for one file in an initramfs"},
};

static void
check_family(const struct family *family, const struct boot *boot)
{
	const struct entry *entry = boot->menu->entries;
	struct text made = {0};

	if (strcmp(entry->arguments, family->after) != 0)
		fail_msg("%s:\nis        %s\nshould be %s", family->name, entry->arguments,
			 family->after);
	if (family->made[0] == '!') {
		if (entry->unavailable == NULL || strcmp(entry->unavailable, family->made + 1) != 0)
			fail_msg("%s: %s", family->name, entry->unavailable);
		assert_int_equal(entry->initrd_count, 0);
		return;
	}
	if (entry->unavailable != NULL || boot->archives == NULL || entry->initrd_count != 1)
		fail_msg("%s: nothing made: %s", family->name, entry->unavailable);
	describe(boot->archives, &made);
	if (strcmp(text_string(&made), family->made) != 0)
		fail_msg("%s:\nis        %s\nshould be %s", family->name, text_string(&made),
			 family->made);
	assert_int_equal(entry->initrds[0].size, cpio_size(boot->archives));
	text_free(&made);
}

static void
families_find_their_root_in_their_initramfs(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		struct boot *boot = make_boot(family->kernel, family->before);
		struct tree tree;

		tree_init(&tree, family->files);
		tree.source.volume_id = family->volume;
		tree.source.image_size = family->image_size;
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		check_family(family, boot);
		boot_free(boot);
	}
	recipes_free(recipes);
}

/* A recipe of somebody's, for any entry. */
static struct boot *
apply(const char *initrd, const struct tree_file *files, unsigned entries)
{
	struct text ini = {0}, problems = {0};
	struct boot *boot = make_boot("vmlinuz", "x");
	struct recipes *recipes;
	struct tree tree;

	text_printf(&ini, "[my/own recipe]\nargument = x\nfiles = one|two\ninitrd = %s\n", initrd);
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	assert_int_equal(recipes_add(recipes, "my.ini", text_string(&ini), &problems), 0);
	assert_string_equal(text_string(&problems), "");
	for (unsigned i = 1; i < entries; i++) {
		struct entry *entry;

		assert_int_equal(entry_new(ENTRY_LINUX, "more", &entry), 0);
		string_set(&entry->arguments, "x");
		string_set(&entry->original, "x");
		string_set(&entry->kernel.path, "vmlinuz");
		menu_append(boot->menu, entry);
	}
	tree_init(&tree, files);
	tree.source.image_size = GIB;
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	recipes_free(recipes);
	text_free(&ini);
	return boot;
}

static void
the_name_in_the_url_is_plain_and_shared(void **state)
{
	const struct tree_file files[] = {{"two", NULL, 5}, {NULL, NULL, 0}};
	struct boot *boot = apply("/a image /b file", files, 2);

	(void)state;
	assert_string_equal(boot->menu->entries->initrds[0].path, "@cpio/my_own_recipe.cpio");
	assert_string_equal(boot->menu->entries->next->initrds[0].path, "@cpio/my_own_recipe.cpio");
	assert_null(boot->archives->next);
	boot_free(boot);
}

static void
a_folder_without_files_is_left_out(void **state)
{
	const struct tree_file files[] = {{"two", NULL, 5}, {NULL, NULL, 0}};
	struct boot *boot = apply("/a/ nothing/* /b file", files, 1);
	struct text made = {0};

	(void)state;
	describe(boot->archives, &made);
	assert_string_equal(text_string(&made), "b=two");
	text_free(&made);
	boot_free(boot);
}

static void
a_path_twice_makes_no_initrd(void **state)
{
	const struct tree_file files[] = {{"two", NULL, 5}, {NULL, NULL, 0}};
	struct boot *boot = apply("/a image /a file", files, 1);

	(void)state;
	assert_string_equal(boot->menu->entries->unavailable,
			    "its recipe [my/own recipe] cannot make an initrd");
	assert_null(boot->archives);
	boot_free(boot);
}

static void
mistakes_are_told_with_their_line(void **state)
{
	static const struct {
		const char *value, *problem;
	} rows[] = {
		{"pxeiso.iso image", "begins with the path in the initramfs, such as /pxeiso.iso"},
		{"/x", "a path without what lies there: image, parts, image|parts, file, "
		       "tree:NAME, folder, wrapper, helper, text:NAME, beside:FILE"},
		{"/x picture",
		 "at a path lies image, parts, image|parts, file, tree:NAME,NAME, folder, "
		 "wrapper, helper, beside:FILE or text: with wrapper, load-loop or installer-disc"},
		{"/x text:nothing",
		 "at a path lies image, parts, image|parts, file, tree:NAME,NAME, folder, "
		 "wrapper, helper, beside:FILE or text: with wrapper, load-loop or installer-disc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text ini = {0}, problems = {0};
		struct recipes *recipes;

		assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
		text_printf(&ini, "[x]\nargument = x\ninitrd = %s\n", rows[i].value);
		assert_int_equal(recipes_add(recipes, "my.ini", text_string(&ini), &problems), 0);
		if (strstr(text_string(&problems), "my.ini:3: ") == NULL ||
		    strstr(text_string(&problems), rows[i].problem) == NULL)
			fail_msg("%s: %s", rows[i].value, text_string(&problems));
		text_free(&problems);
		text_free(&ini);
		recipes_free(recipes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_find_their_root_in_their_initramfs),
		cmocka_unit_test(the_name_in_the_url_is_plain_and_shared),
		cmocka_unit_test(a_folder_without_files_is_left_out),
		cmocka_unit_test(a_path_twice_makes_no_initrd),
		cmocka_unit_test(mistakes_are_told_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
