/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries for the image as a whole: when each is offered, to which firmware,
 * and what is said of it.
 */
#include "menu_unit.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

enum { BIOS = 1, EMULATED = 2 };

static const struct tree_file NOTHING[] = {{"readme", NULL, 1}, {NULL, NULL, 0}};
static const struct tree_file UEFI[] = {{"@efi/EFI/BOOT/bootx64.efi", NULL, 1}, {NULL, NULL, 0}};
static const struct tree_file WINDOWS[] = {{"BOOTMGR", NULL, 1}, {NULL, NULL, 0}};

/* Reads an image; `initramfs` may be NULL. */
static void
read_image(struct fixture *fixture, const struct tree_file *files, uint64_t size, unsigned flags,
	   const struct tree_initramfs *initramfs)
{
	struct text problems = {0};
	struct tree tree;

	memset(fixture, 0, sizeof(*fixture));
	assert_int_equal(recipes_new(NULL, &problems, &fixture->recipes), 0);
	text_free(&problems);
	tree_init(&tree, files);
	tree.initramfs = initramfs;
	tree.source.image_size = size;
	tree.source.boots_bios = (flags & BIOS) != 0;
	tree.source.bios_emulates = (flags & EMULATED) != 0;
	assert_int_equal(bootcfg_read(&tree.source, fixture->recipes, &fixture->boot), 0);
}

/* "BIOS", "UEFI", "any", "no" when it is refused, "-" when there is none. */
static const char *
offered(const struct boot *boot, const char *label)
{
	static const char *const names[] = {"any", "BIOS", "UEFI"};
	const struct entry *entry = boot_find(boot, label);

	if (entry == NULL)
		return "-";
	return entry->unavailable != NULL ? "no" : names[entry->firmware];
}

static void
each_is_offered_where_it_starts(void **state)
{
	static const struct {
		const char *name;
		const struct tree_file *files;
		unsigned flags;
		uint64_t size;
		const char *memdisk, *sanboot;
		unsigned count;
	} rows[] = {
		{"nothing to start", NOTHING, 0, MIB, "-", "-", 0},
		{"for a BIOS", NOTHING, BIOS, MIB, "BIOS", "BIOS", 1},
		{"a floppy (iPXE: not supported)", NOTHING, BIOS | EMULATED, MIB, "BIOS", "no", 1},
		{"for UEFI", UEFI, 0, MIB, "-", "UEFI", 1},
		{"for both", UEFI, BIOS, MIB, "BIOS", "any", 1},
		{"for both, a floppy", UEFI, BIOS | EMULATED, MIB, "BIOS", "UEFI", 1},
		{"2 GiB", NOTHING, BIOS, 2 * GIB, "BIOS", "BIOS", 1},
		{"more than 2 GiB", NOTHING, BIOS, 2 * GIB + 1, "BIOS", "no", 1},
		{"more than 2 GiB, for both", UEFI, BIOS, 2 * GIB + 1, "BIOS", "UEFI", 1},
		{"3 GiB", UEFI, BIOS, 3 * GIB, "BIOS", "UEFI", 1},
		{"more than 3 GiB", UEFI, BIOS, 3 * GIB + 1, "no", "UEFI", 1},
		{"more than 3 GiB, BIOS alone", NOTHING, BIOS, 3 * GIB + 1, "no", "no", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;

		read_image(&fixture, rows[i].files, rows[i].size, rows[i].flags, NULL);
		if (strcmp(offered(fixture.boot, "memdisk"), rows[i].memdisk) != 0 ||
		    strcmp(offered(fixture.boot, "sanboot"), rows[i].sanboot) != 0 ||
		    fixture.boot->entry_count != rows[i].count)
			fail_msg("%s: memdisk %s, sanboot %s, %u entries", rows[i].name,
				 offered(fixture.boot, "memdisk"), offered(fixture.boot, "sanboot"),
				 fixture.boot->entry_count);
		tear_down(&fixture);
	}
}

static void
memdisk_needs_the_image_and_some_room(void **state)
{
	struct fixture fixture;
	const struct entry *entry;

	(void)state;
	read_image(&fixture, NOTHING, 700 * MIB, BIOS, NULL);
	entry = boot_find(fixture.boot, "memdisk");
	assert_int_equal(entry->ram, 764 * MIB);
	assert_string_equal(entry->kernel.path, "");
	assert_string_equal(entry->arguments, "iso raw");
	/* Nothing is loaded beforehand, so nothing is said of memory. */
	assert_int_equal(boot_find(fixture.boot, "sanboot")->ram, 0);
	assert_int_equal(boot_find(fixture.boot, "sanboot")->kernel.size, 0);
	tear_down(&fixture);
	read_image(&fixture, NOTHING, 1600 * MIB, BIOS, NULL);
	assert_non_null(strstr(boot_find(fixture.boot, "memdisk")->help, "below 4 GiB"));
	tear_down(&fixture);
}

static void
disks_of_the_image_need_memory_as_well(void **state)
{
	static const struct tree_file files[] = {
		{"isolinux/isolinux.cfg",
		 "LABEL dos\nKERNEL memdisk\nINITRD /dos.img\nAPPEND floppy c=80 h=2 s=18\n"
		 "MENU BEGIN more\nLABEL packed\nKERNEL memdisk\nINITRD /dos.img.gz\n"
		 "LABEL big\nKERNEL memdisk\nINITRD /big.img\nMENU END\n",
		 0},
		{"big.img", NULL, 3 * GIB + 1},
		{"dos.img", NULL, 3 * MIB},
		{"dos.img.gz", NULL, MIB},
		{NULL, NULL, 0},
	};
	struct fixture fixture;
	const struct entry *dos;

	(void)state;
	read_image(&fixture, files, MIB, 0, NULL);
	dos = boot_find(fixture.boot, "dos");
	assert_int_equal(dos->ram, 67 * MIB);
	assert_int_equal(dos->firmware, ENTRY_FOR_BIOS);
	assert_string_equal(dos->arguments, "floppy c=80 h=2 s=18");
	assert_true(tree_has_note(boot_find(fixture.boot, "packed")->notes, "unpacks it"));
	assert_non_null(strstr(boot_find(fixture.boot, "big")->unavailable, "3 GiB"));
	tear_down(&fixture);
}

/* What is lost is said, with what is known of the image. */
static void
help_says_what_does_not_find_its_disc(void **state)
{
	static const struct tree_file with[] = {{"usr/bin/memdiskfind", NULL, 1}, {NULL, NULL, 0}};
	struct tree inside;
	const struct tree_initramfs initramfs[] = {{"initrd", &inside, NULL, NULL},
						   {NULL, NULL, NULL, NULL}};
	static const struct {
		const char *name;
		const struct tree_file *files;
		bool looks_in_memory;
		const char *memdisk, *sanboot;
	} rows[] = {
		{"a tool", NOTHING, false, "only uses the firmware", "only uses the firmware"},
		{"Windows", WINDOWS, false, "Windows Setup does not", "Windows Setup does not"},
		{"Linux", LIVE, false, "does not find it again", "does not find it again"},
		{"Linux with memdiskfind", LIVE, true, "looks for the image in memory",
		 "does not find it again"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_tool = rows[i].files == NOTHING;
		struct fixture fixture;
		const struct entry *memdisk, *sanboot;

		tree_init(&inside, with);
		read_image(&fixture, rows[i].files, MIB, BIOS,
			   rows[i].looks_in_memory ? initramfs : NULL);
		memdisk = boot_find(fixture.boot, "memdisk");
		sanboot = boot_find(fixture.boot, "sanboot");
		if (strstr(memdisk->help, rows[i].memdisk) == NULL ||
		    strstr(sanboot->help, rows[i].sanboot) == NULL)
			fail_msg("%s: %s%s", rows[i].name, memdisk->help, sanboot->help);
		/* What loses its disc, or has entries of its own, is a last choice. */
		assert_int_equal(strncmp(memdisk->title, "Fallback: ", 10) != 0, is_tool);
		assert_int_equal(strncmp(sanboot->title, "Fallback: ", 10) != 0, is_tool);
		tear_down(&fixture);
	}
}

static void
sanboot_is_for_ipxe_alone(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_image(&fixture, MENU_IPXE);
	expect(menu, "iseq ${platform} pcbios && item -- e6 Fallback: image as a network disc "
		     "(sanboot) ||\n");
	expect(menu, "\n:e6\nsanboot --no-describe http://192.0.2.1/images/live.iso || goto "
		     "failed\n");
	refuse(render_image(&fixture, MENU_PXELINUX), "sanboot");
	refuse(render_image(&fixture, MENU_GRUB), "sanboot");
	tear_down(&fixture);
}

/* Linux that cannot use a network: the disc of the image, and its time, which
   would start the fallback before a person can read what it is. */
static void
fallback_does_not_start_by_itself(void **state)
{
	static const struct tree_file files[] = {
		{"isolinux/isolinux.cfg", "TIMEOUT 10\nLABEL one\nLINUX /vmlinuz\nINITRD /gone\n",
		 0},
		{"vmlinuz", NULL, 20},
		{NULL, NULL, 0},
	};
	static const struct {
		enum menu_format format;
		const char *time, *start, *back;
	} rows[] = {
		{MENU_PXELINUX, "TIMEOUT 0\n", "DEFAULT @main\n", "LABEL @main\n"},
		{MENU_IPXE, "choose --default main ", "-- main Back to", "\n:main\n"},
		{MENU_GRUB, "timeout=-1\n", "set default=back\n", "--id back {"},
	};
	struct fixture fixture;

	(void)state;
	read_image(&fixture, files, MIB, BIOS, NULL);
	show_boot(&fixture);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *menu = render_image(&fixture, rows[i].format);

		expect(menu, rows[i].time);
		expect(menu, rows[i].start);
		expect(menu, rows[i].back);
		refuse(menu, "MENU DEFAULT");
	}
	fixture.context.boot_self = "live";
	expect(render_main(&fixture, MENU_PXELINUX, 1), "DEFAULT @local\n");
	fixture.context.boot_self = "live:memdisk";
	expect(render_main(&fixture, MENU_PXELINUX, 1), "DEFAULT live:memdisk\n");
	tear_down(&fixture);
}

static void
reasons_are_in_notes(void **state)
{
	struct fixture fixture;

	(void)state;
	read_image(&fixture, UEFI, MIB, 0, NULL);
	assert_true(tree_has_note(fixture.boot->notes, "no entry for memdisk"));
	assert_true(tree_has_note(boot_find(fixture.boot, "sanboot")->notes, "not on a BIOS"));
	tear_down(&fixture);
	read_image(&fixture, NOTHING, MIB, BIOS, NULL);
	assert_true(tree_has_note(boot_find(fixture.boot, "sanboot")->notes, "not on UEFI"));
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_offered_where_it_starts),
		cmocka_unit_test(memdisk_needs_the_image_and_some_room),
		cmocka_unit_test(disks_of_the_image_need_memory_as_well),
		cmocka_unit_test(help_says_what_does_not_find_its_disc),
		cmocka_unit_test(sanboot_is_for_ipxe_alone),
		cmocka_unit_test(fallback_does_not_start_by_itself),
		cmocka_unit_test(reasons_are_in_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
