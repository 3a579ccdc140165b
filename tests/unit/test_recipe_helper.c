/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which helper goes into an initramfs: the one for the processor that the kernel
 * is made for, as the first bytes of kernels tell it. That the helpers work is
 * seen in tests/boot.
 */
#include "recipe_unit.h"

#include "cpio.h"
#include "recipe_data.h"

/* What a kernel begins with, at up to two places. The rest are '@'s: a flag of
   x86 that is not set, and no text's end. */
struct kernel {
	const char *name;
	struct {
		size_t offset;
		const char *bytes;
	} marks[2];
	size_t length;
	int machine; /* of ELF, or 0: there is no helper for it */
};

/* The one reason for a test to fail that is not the code's. */
#define MISSING ": apt-get install gcc-aarch64-linux-gnu linux-libc-dev-arm64-cross"

enum { ELF_MACHINE = 18, X86_64 = 62, AARCH64 = 183 };

static const struct kernel kernels[] = {
	{"bzImage", {{0x202, "HdrS"}, {0x236, "a"}}, 0x300, X86_64},
	{"bzImage for 32 bits", {{0x202, "HdrS"}, {0x236, "b"}}, 0x300, 0},
	{"bzImage older than the flag", {{0x202, "HdrS"}}, 0x236, 0},
	{"Image", {{0x38, "ARM\x64"}}, 0x300, AARCH64},
	{"Image and no more", {{0x38, "ARM\x64"}}, 0x3c, AARCH64},
	{"Image, cut off", {{0x38, "ARM\x64"}}, 0x3b, X86_64},
	{"Image.gz", {{0, "\x1f\x8b"}}, 0x300, AARCH64},
	{"EFI program", {{0x3c, "\x80\x01@@"}, {0x180, "PE@@\x64\x86"}}, 0x300, X86_64},
	{"EFI program for aarch64",
	 {{0x3c, "\x80\x01@@"}, {0x180, "PE@@\x64\xaa"}},
	 0x300,
	 AARCH64},
	{"EFI program for 32 bits", {{0x3c, "\x80\x01@@"}, {0x180, "PE@@\x4c\x01"}}, 0x300, 0},
	{"EFI program, header cut off", {{0x3c, "\x80\x01@@"}, {0x180, "PE@@"}}, 0x184, X86_64},
	{"EFI program, header elsewhere", {{0x3c, "\xff\xff@@"}}, 0x300, X86_64},
	{"EFI program of four bytes", {{0, "MZ@@"}}, 4, X86_64},
	{"no kernel", {{0, "text"}}, 0x300, X86_64},
	{"empty", {{0, ""}}, 0, X86_64},
};

static char *
make_kernel(const struct kernel *kernel)
{
	char *bytes = calloc(1, kernel->length + 1);

	assert_non_null(bytes);
	memset(bytes, '@', kernel->length);
	if (kernel->marks[0].offset == 0x3c)
		memcpy(bytes, "MZ", 2);
	for (size_t i = 0; i < 2 && kernel->marks[i].bytes != NULL; i++) {
		size_t length = strlen(kernel->marks[i].bytes);

		if (kernel->marks[i].offset + length <= kernel->length)
			memcpy(bytes + kernel->marks[i].offset, kernel->marks[i].bytes, length);
		else if (kernel->marks[i].offset < kernel->length)
			memcpy(bytes + kernel->marks[i].offset, kernel->marks[i].bytes,
			       kernel->length - kernel->marks[i].offset);
	}
	return bytes;
}

/* The machine of the ELF file, 0 without one. */
static int
machine_of(const struct boot *boot)
{
	const struct member *member = boot->archives != NULL ? boot->archives->members : NULL;

	while (member != NULL && member->kind != MEMBER_TEXT)
		member = member->next;
	if (member == NULL)
		return 0;
	assert_string_equal(member->path, "pxeiso/init");
	assert_int_equal(member->mode, 0755);
	assert_true(member->size > 1000 && member->size < 20000);
	assert_memory_equal(member->text, "\177ELF", 4);
	return (unsigned char)member->text[ELF_MACHINE];
}

static struct boot *
apply(const struct recipes *recipes, const struct tree_file *files)
{
	struct boot *boot = make_boot("boot/bzImage", "init=/nix/store/x/init root=LABEL=x");
	struct tree tree;

	tree_init(&tree, files);
	tree.source.image_size = 50000;
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	return boot;
}

static void
the_kernel_says_which_helper_it_needs(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		char *bytes = make_kernel(&kernels[i]);
		const struct tree_file files[] = {{"boot/bzImage", bytes, 0},
						  {"nix-store.squashfs", NULL, 7},
						  {NULL, NULL, 0}};
		struct boot *boot = apply(recipes, files);
		int machine = machine_of(boot);

		if (machine != kernels[i].machine)
			fail_msg("%s: the helper is for %d, not %d%s", kernels[i].name, machine,
				 kernels[i].machine, machine == 0 ? MISSING : "");
		if (machine == 0)
			assert_string_equal(boot->menu->entries->unavailable,
					    "pxeiso's helper for its initramfs is not made for its "
					    "processor");
		boot_free(boot);
		free(bytes);
	}
	recipes_free(recipes);
}

static void
a_kernel_that_cannot_be_read_is_taken_for_the_usual(void **state)
{
	const struct tree_file files[] = {{"nix-store.squashfs", NULL, 7}, {NULL, NULL, 0}};
	struct recipes *recipes = builtin();
	struct boot *boot = apply(recipes, files);

	(void)state;
	assert_int_equal(machine_of(boot), X86_64);
	boot_free(boot);
	recipes_free(recipes);
}

/* Without a network and without a shell; and with the one or the other. */
static void
the_helper_stands_in_where_there_is_no_shell(void **state)
{
	static const struct tree_file none[] = {{"lib/modules/x", NULL, 1}, {NULL, NULL, 0}};
	static const struct tree_file shell[] = {{"usr/bin/sh", NULL, 1}, {NULL, NULL, 0}};
	static const struct {
		const char *name, *arguments, *file;
		const struct tree_file *initramfs;
		bool has_helper;
	} rows[] = {
		{"archiso", "archisobasedir=arch", "arch/x86_64/airootfs.sfs", none, true},
		{"archiso, shell", "archisobasedir=arch", "arch/x86_64/airootfs.sfs", shell, false},
		{"dracut", "root=live:LABEL=x", "image.squashfs", none, true},
		{"dracut, shell", "root=live:LABEL=x", "image.squashfs", shell, false},
	};
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {
			{rows[i].file, NULL, 1}, {"initrd", NULL, 1}, {NULL, NULL, 0}};
		struct tree inside, tree;
		const struct tree_initramfs initramfs[] = {{.path = "initrd", .tree = &inside},
							   {.path = NULL}};
		struct boot *boot = make_boot("vmlinuz", rows[i].arguments);
		struct entry *entry = boot->menu->entries;
		const struct member *last = NULL;

		tree_init(&inside, rows[i].initramfs);
		tree_init(&tree, files);
		tree.initramfs = initramfs;
		tree.source.image_size = 50000;
		entry->initrds = calloc(1, sizeof(*entry->initrds));
		assert_non_null(entry->initrds);
		entry->initrds[entry->initrd_count++] = (struct entry_file){strdup("initrd"), 1000};
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		if (boot->archives == NULL)
			fail_msg("%s: nothing made", rows[i].name);
		else
			for (last = boot->archives->members; last->next != NULL;)
				last = last->next;
		if (last == NULL || (memcmp(last->text, "\177ELF", 4) == 0) != rows[i].has_helper)
			fail_msg("%s", rows[i].name);
		boot_free(boot);
	}
	recipes_free(recipes);
}

static void
the_helpers_are_listed(void **state)
{
	struct text text = {0};

	(void)state;
	recipes_list_helpers(&text);
	assert_string_equal(text_string(&text), "x86_64 aarch64");
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_says_which_helper_it_needs),
		cmocka_unit_test(a_kernel_that_cannot_be_read_is_taken_for_the_usual),
		cmocka_unit_test(the_helper_stands_in_where_there_is_no_shell),
		cmocka_unit_test(the_helpers_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
