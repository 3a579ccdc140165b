/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images with a configuration for BIOS and another for UEFI: each machine is
 * shown the one that it would have started, the same choice has one label, and
 * what only one firmware can start is offered to no other.
 */
#include "menu_unit.h"

#include "boot_merge.h"
#include "explain_unit.h"

#define KERNELS                                                                                    \
	{"LiveOS/squashfs.img", NULL, 1000}, {"initrd", NULL, 10}, {"tool.efi", NULL, 5},          \
		{"vmlinuz", NULL, 20},                                                             \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

static const struct tree_file BOTH[] = {
	{"@efi/initrd", NULL, 10},
	{"@efi/loader/entries/01-live.conf",
	 "title Live (UEFI)\nlinux /vmlinuz\ninitrd /initrd\noptions root=live:CDLABEL=x\n", 0},
	{"@efi/loader/entries/02-more.conf", "title More\nlinux /vmlinuz\noptions more\n", 0},
	{"@efi/loader/entries/03-tool.conf", "title Tool\nefi /tool.efi\n", 0},
	{"@efi/tool.efi", NULL, 5},
	{"@efi/vmlinuz", NULL, 20},
	{"isolinux/isolinux.cfg",
	 "TIMEOUT 50\nLABEL live\nMENU LABEL Live (BIOS)\nLINUX /vmlinuz\nINITRD /initrd\n"
	 "APPEND root=live:CDLABEL=x\nLABEL old\nMENU LABEL Old\nLINUX /vmlinuz\nAPPEND old\n"
	 "LABEL 03-tool\nMENU LABEL Not that\nLINUX /vmlinuz\nAPPEND tool\n",
	 0},
	KERNELS,
};

/* Reads `files` into the fixture, as its first image. */
static void
read_files(struct fixture *fixture, const struct tree_file *files)
{
	struct tree tree;

	set_up(fixture);
	boot_free(fixture->boot);
	tree_init(&tree, files);
	tree.source.image_size = 700 << 20;
	tree.source.boots_bios = true;
	assert_int_equal(bootcfg_read(&tree.source, fixture->recipes, &fixture->boot), 0);
	fixture->images[0].boot = fixture->boot;
	fixture->images[2].boot = fixture->boot;
}

static void
each_firmware_has_its_menu(void **state)
{
	struct fixture fixture;

	(void)state;
	read_files(&fixture, BOTH);
	expect(render_image(&fixture, MENU_PXELINUX), "Live (BIOS)");
	refuse(text_string(&fixture.text), "UEFI");
	refuse(text_string(&fixture.text), "Tool");
	expect(text_string(&fixture.text), "TIMEOUT 50\n");
	for (enum menu_format format = MENU_IPXE; format <= MENU_GRUB; format++) {
		expect(render_image(&fixture, format), "Live (UEFI)");
		expect(text_string(&fixture.text), "Tool");
		refuse(text_string(&fixture.text), "(BIOS)");
	}
	tear_down(&fixture);
}

static void
what_is_the_same_has_one_label(void **state)
{
	struct fixture fixture;
	const struct entry *bios;
	const struct entry *uefi;

	(void)state;
	read_files(&fixture, BOTH);
	bios = boot_find_for(fixture.boot, ENTRY_FOR_BIOS, "live");
	uefi = boot_find_for(fixture.boot, ENTRY_FOR_UEFI, "live");
	assert_string_equal(bios->title, "Live (BIOS)");
	assert_string_equal(uefi->title, "Live (UEFI)");
	assert_ptr_equal(boot_find_for(fixture.boot, ENTRY_FOR_UEFI, "01-live"), uefi);
	assert_string_equal(boot_find(fixture.boot, "02-more")->title, "More");
	/* one that is called alike and is something else */
	assert_string_equal(boot_find(fixture.boot, "03-tool")->title, "Not that");
	assert_string_equal(boot_find(fixture.boot, "03-tool~2")->title, "Tool");
	assert_string_equal(boot_find_for(fixture.boot, ENTRY_FOR_UEFI, "old")->title, "Old");
	/* live, old, not that, memdisk; more, tool */
	assert_int_equal(fixture.boot->entry_count, 6);
	tear_down(&fixture);
}

static void
programs_start_on_uefi_only(void **state)
{
	struct fixture fixture;

	(void)state;
	read_files(&fixture, BOTH);
	expect(render_image(&fixture, MENU_IPXE), "iseq ${platform} efi && item -- e3 Tool ||\n");
	expect(text_string(&fixture.text),
	       "iseq ${platform} pcbios && item -- e4 Fallback: image in mem");
	expect(text_string(&fixture.text),
	       "\nchain http://192.0.2.1/images/live/%40efi/tool.efi || goto failed\n");
	expect(render_image(&fixture, MENU_GRUB),
	       "if [ \"$grub_platform\" = efi ]; then\nmenuentry 'Tool' {\n");
	expect(text_string(&fixture.text),
	       "\tchainloader $pxeiso/images/live/@efi/tool.efi\n}\nfi\n"
	       "if [ \"$grub_platform\" = pc ]; then\nmenuentry 'Fallback: image in mem");
	tear_down(&fixture);
}

static void
what_boots_by_itself_is_found_in_either(void **state)
{
	static const struct {
		const char *self;
		enum menu_format format;
		const char *part;
	} rows[] = {
		{"live:live", MENU_PXELINUX, "MENU LABEL Live (BIOS)\n  MENU DEFAULT\n"},
		{"live:live", MENU_GRUB, "menuentry 'Live (UEFI)' --id start"},
		{"live:01-live", MENU_GRUB, "menuentry 'Live (UEFI)' --id start"},
		{"live:02-more", MENU_PXELINUX, "DEFAULT live:02-more\n"},
		{"live:old", MENU_GRUB, "menuentry 'Old' --id start"},
		{"live:old", MENU_IPXE, "item -- e0 Old\n"},
		{"live", MENU_GRUB, "menuentry 'Live (UEFI)' --id start"},
		{"live", MENU_PXELINUX, "DEFAULT live:live\n"},
		/* what a BIOS cannot start is not its default */
		{"live:03-tool~2", MENU_PXELINUX, "DEFAULT @local\n"},
	};
	struct fixture fixture;

	(void)state;
	read_files(&fixture, BOTH);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture.context.boot_self = rows[i].self;
		expect(render_main(&fixture, rows[i].format, 1), rows[i].part);
		assert_true(menu_knows(rows[i].self, fixture.images, 1));
	}
	tear_down(&fixture);
}

static void
one_configuration_is_for_all(void **state)
{
	static const struct {
		const char *name;
		struct tree_file config;
	} rows[] = {
		{"systemd-boot",
		 {"loader/entries/a.conf", "title One\nlinux /vmlinuz\ninitrd /initrd\n", 0}},
		{"GRUB",
		 {"boot/grub/grub.cfg", "menuentry One { linux /vmlinuz; initrd /initrd; }", 0}},
		{"GRUB for UEFI",
		 {"@efi/EFI/BOOT/grub.cfg",
		  "menuentry One { linux (cd0)/vmlinuz; initrd /initrd; }", 0}},
		{"ISOLINUX",
		 {"isolinux/isolinux.cfg",
		  "LABEL a\nMENU LABEL One\nLINUX /vmlinuz\nINITRD /initrd\n", 0}},
		{"ISOLINUX at another place",
		 {"boot/x86_64/loader/isolinux.cfg", "LABEL One\nLINUX /vmlinuz\n", 0}},
		{"SYSLINUX for UEFI", {"EFI/BOOT/syslinux.cfg", "LABEL One\nLINUX /vmlinuz\n", 0}},
		{"Limine", {"boot/limine/limine.conf", "/One\npath: boot():/vmlinuz\n", 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {rows[i].config, KERNELS};
		struct fixture fixture;

		read_files(&fixture, files);
		if (fixture.boot->uefi != NULL)
			fail_msg("%s: two menus", rows[i].name);
		for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
			expect(render_image(&fixture, format), "One");
		assert_int_equal(fixture.boot->entry_count, 2);
		tear_down(&fixture);
	}
}

static void
a_menu_that_boots_nothing_gives_way(void **state)
{
	static const struct {
		const char *syslinux, *grub;
	} rows[] = {
		{"LABEL a\nMENU LABEL One\nLINUX /vmlinuz\n", "menuentry Two { linux /none; }"},
		{"LABEL a\nMENU LABEL Two\nLINUX /none\n", "menuentry One { linux /vmlinuz; }"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {
			{"EFI/BOOT/grub.cfg", rows[i].grub, 0},
			{"isolinux/isolinux.cfg", rows[i].syslinux, 0},
			KERNELS,
		};
		struct fixture fixture;

		read_files(&fixture, files);
		assert_null(fixture.boot->uefi);
		for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
			expect(render_image(&fixture, format), "One");
			refuse(text_string(&fixture.text), "Two");
		}
		assert_true(tree_has_note(fixture.boot->notes, "nothing in it boots from here"));
		tear_down(&fixture);
	}
}

/* An image with everything: each machine is shown what it would have started, and
   each choice once. */
static void
of_many_configurations_each_firmware_is_shown_one(void **state)
{
	static const struct tree_file files[] = {
		{"@efi/EFI/BOOT/grub.cfg", "configfile (cd0)/boot/grub/grub.cfg\n", 0},
		{"boot/grub/grub.cfg",
		 "menuentry GRUB { linux /vmlinuz a; initrd /initrd; }\n"
		 "menuentry Again { linux /vmlinuz a; initrd /initrd; }\n",
		 0},
		{"boot/grub/menu.lst", "title Old\nkernel /vmlinuz\n", 0},
		{"boot/limine/limine.conf", "/Limine\npath: boot():/vmlinuz\n", 0},
		{"isolinux/isolinux.cfg",
		 "LABEL a\nMENU LABEL ISOLINUX\nLINUX /vmlinuz\nAPPEND initrd=/initrd a\n"
		 "LABEL b\nMENU LABEL Twice\nLINUX /vmlinuz\nINITRD /initrd\nAPPEND a\n",
		 0},
		{"loader/entries/a.conf", "title systemd-boot\nlinux /vmlinuz\n", 0},
		KERNELS,
	};
	static const char *const others[] = {"Again", "Twice", "Limine", "Old", "systemd-boot"};
	struct fixture fixture;

	(void)state;
	read_files(&fixture, files);
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		bool is_bios = format == MENU_PXELINUX;

		expect(render_image(&fixture, format), is_bios ? "ISOLINUX" : "GRUB");
		refuse(text_string(&fixture.text), is_bios ? "GRUB" : "ISOLINUX");
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			refuse(text_string(&fixture.text), others[i]);
	}
	assert_true(tree_has_note(fixture.boot->unread, "loader/entries/a.conf: the menus are"));
	assert_true(tree_has_note(fixture.boot->unread,
				  "boot/grub/menu.lst: the language of GRUB legacy is not read"));
	tear_down(&fixture);
}

static void
a_program_for_all_says_whom_it_is_for(void **state)
{
	static const struct tree_file files[] = {
		{"loader/entries/a.conf", "title Tool\nefi /tool.efi\n", 0},
		{"loader/entries/b.conf", "title Live\nlinux /vmlinuz\n", 0},
		KERNELS,
	};
	struct fixture fixture;
	struct explain explain;

	(void)state;
	read_files(&fixture, files);
	refuse(render_image(&fixture, MENU_PXELINUX), "Tool");
	expect(text_string(&fixture.text), "LABEL live:b\n  MENU LABEL Live\n  MENU DEFAULT\n");
	text_free(&fixture.text);
	explain = explain_unit(&fixture.context, &fixture.images[0]);
	explain_text(&explain, &fixture.text);
	expect(text_string(&fixture.text),
	       "  not offered  to pxelinux: only UEFI firmware can start it\n");
	tear_down(&fixture);
}

static void
a_bios_is_shown_grubs_view_without_isolinux(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg",
		 "if [ $grub_platform = pc ]; then t=old; else t=new; fi\n"
		 "menuentry \"$t\" { linux /vmlinuz $t; }\n",
		 0},
		KERNELS,
	};
	struct fixture fixture;

	(void)state;
	read_files(&fixture, files);
	expect(render_image(&fixture, MENU_PXELINUX), "MENU LABEL old");
	expect(render_image(&fixture, MENU_GRUB), "menuentry 'new'");
	tear_down(&fixture);
}

/* A block without a command would be an error, and cost the rest of the menu. */
static void
grub_tells_of_what_cannot_boot_in_a_submenu(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg",
		 "submenu Empty { menuentry a { linux /none; }; }\n"
		 "menuentry b { linux /vmlinuz; }\n",
		 0},
		KERNELS,
	};
	struct fixture fixture;

	(void)state;
	read_files(&fixture, files);
	expect(render_image(&fixture, MENU_GRUB), "submenu 'Empty'");
	expect(text_string(&fixture.text),
	       "menuentry 'a'' (not offered)' {\n\techo '  ''its kernel is not in the image: ");
	expect(text_string(&fixture.text), "menuentry 'b'");
	expect(render_image(&fixture, MENU_PXELINUX), "not in the image");
	tear_down(&fixture);
}

/* A recipe's `kernel` speaks of paths in the image. */
static void
recipes_fit_kernels_of_the_efi_partition(void **state)
{
	static const struct tree_file files[] = {
		{"@efi/casper/vmlinuz", NULL, 20},
		{"@efi/loader/entries/a.conf", "linux /casper/vmlinuz\n", 0},
		{"casper/filesystem.squashfs", NULL, 1000},
		KERNELS,
	};
	struct fixture fixture;

	(void)state;
	read_files(&fixture, files);
	expect(render_image(&fixture, MENU_GRUB), "url=http://192.0.2.1/images/live.iso");
	tear_down(&fixture);
}

static void
recipes_change_both(void **state)
{
	struct fixture fixture;

	(void)state;
	read_files(&fixture, BOTH);
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
		expect(render_image(&fixture, format),
		       "root=live:http://192.0.2.1/images/live/LiveOS/squashfs.img");
	tear_down(&fixture);
}

static void
explain_tells_both(void **state)
{
	struct fixture fixture;
	struct explain explain;
	const char *story;

	(void)state;
	read_files(&fixture, BOTH);
	explain = explain_unit(&fixture.context, &fixture.images[0]);
	explain_text(&explain, &fixture.text);
	story = text_string(&fixture.text);
	expect(story, "Menu of BIOS machines (pxelinux):\n\nlive  \"Live (BIOS)\"  linux\n"
		      "  from         isolinux/isolinux.cfg:2\n");
	expect(story, "Menu of UEFI machines (ipxe, grub):\n\nlive  \"Live (UEFI)\"  linux\n"
		      "  from         @efi/loader/entries/01-live.conf:1\n");
	expect(story, "03-tool~2  \"Tool\"  program\n"
		      "  from         @efi/loader/entries/03-tool.conf:1\n"
		      "  starts on    UEFI; not offered to a BIOS, for which it is not made\n");
	expect(story, "memdisk  \"Fallback: image in memory (memdisk)\"  memdisk\n"
		      "               the same as for BIOS machines\n");
	text_free(&fixture.text);
	assert_int_equal(explain_json(&explain, &fixture.text), 0);
	story = text_string(&fixture.text);
	expect(story, "\"uefi_entries\": [");
	expect(story, "\"file\": \"@efi/loader/entries/01-live.conf\"");
	expect(story, "\"firmware\": \"UEFI\"");
	expect(story, "\"firmware\": \"BIOS\"");
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_firmware_has_its_menu),
		cmocka_unit_test(what_is_the_same_has_one_label),
		cmocka_unit_test(programs_start_on_uefi_only),
		cmocka_unit_test(what_boots_by_itself_is_found_in_either),
		cmocka_unit_test(one_configuration_is_for_all),
		cmocka_unit_test(a_menu_that_boots_nothing_gives_way),
		cmocka_unit_test(of_many_configurations_each_firmware_is_shown_one),
		cmocka_unit_test(a_program_for_all_says_whom_it_is_for),
		cmocka_unit_test(a_bios_is_shown_grubs_view_without_isolinux),
		cmocka_unit_test(grub_tells_of_what_cannot_boot_in_a_submenu),
		cmocka_unit_test(recipes_fit_kernels_of_the_efi_partition),
		cmocka_unit_test(recipes_change_both),
		cmocka_unit_test(explain_tells_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
