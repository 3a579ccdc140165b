/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where GRUB's configuration is looked for (GRUB-6), what it is for each
 * platform (GRUB-4), and files that lead to each other.
 */
#include "grub_unit.h"

#define END                                                                                        \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

static void
the_first_with_entries_is_the_one(void **state)
{
	static const struct {
		const char *name, *path;
		bool is_for_bios, is_for_uefi, in_efi;
	} rows[] = {
		{"grub", "boot/grub/grub.cfg", true, true, false},
		{"grub2", "boot/grub2/grub.cfg", true, true, false},
		{"EFI", "EFI/BOOT/grub.cfg", false, true, false},
		{"a vendor", "EFI/fedora/grub.cfg", false, true, false},
		{"in another case", "efi/boot/GRUB.CFG", false, true, false},
		{"loopback.cfg", "boot/grub/loopback.cfg", true, true, false},
		{"the EFI partition", "@efi/EFI/BOOT/grub.cfg", false, true, true},
		{"a vendor there", "@efi/EFI/debian/grub.cfg", false, true, true},
		{"grub there", "@efi/boot/grub/grub.cfg", false, true, true},
		{"elsewhere", "grub.cfg", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {
			{rows[i].path, "menuentry a { reboot; }", 0}, FILES, END};
		static const char entry[] = "module a \"a\" reboot.c32\n";

		check_image(rows[i].name, files, ENTRY_FOR_BIOS, false,
			    rows[i].is_for_bios ? entry : "");
		check_image(rows[i].name, files, ENTRY_FOR_UEFI, rows[i].in_efi,
			    rows[i].is_for_uefi ? entry : "");
		check_image(rows[i].name, files, ENTRY_FOR_UEFI, !rows[i].in_efi, "");
	}
}

static void
one_without_entries_is_passed_over(void **state)
{
	static const struct tree_file files[] = {
		{"EFI/BOOT/grub.cfg", "set x=1; configfile /none\n", 0},
		{"boot/grub/grub.cfg", "menuentry a { reboot; }", 0},
		{"boot/grub2/grub.cfg", "menuentry b { reboot; }", 0},
		END,
	};

	(void)state;
	check_image("passed over", files, ENTRY_FOR_UEFI, false, "module a \"a\" reboot.c32\n");
}

static void
each_platform_has_its_view(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg",
		 "if [ $grub_platform = pc ]; then\n"
		 "menuentry bios { linux16 /live/vmlinuz $grub_cpu; initrd16 /live/initrd; }\n"
		 "menuentry disk { chainloader /EFI/tool.efi; }\n"
		 "else\n"
		 "menuentry uefi { linux /live/vmlinuz $grub_cpu; }\n"
		 "fi\n",
		 0},
		FILES,
		END,
	};

	(void)state;
	check_image("bios", files, ENTRY_FOR_BIOS, false,
		    "linux bios \"bios\" /live/vmlinuz + /live/initrd [i386]\n"
		    "program disk \"disk\" NOT: a boot sector that needs its disc\n");
	check_image("uefi", files, ENTRY_FOR_UEFI, false,
		    "linux uefi \"uefi\" /live/vmlinuz [x86_64]\n");
}

static void
the_efi_partition_leads_into_the_image(void **state)
{
	static const char *const configs[] = {
		"search --file --set=root /.disk/info\nset prefix=($root)/boot/grub\n"
		"configfile ($root)/boot/grub/grub.cfg\n",
		"search --set=root --fs-uuid 2026-01-02-03-04-05-06\n"
		"source ($root)/boot/grub/grub.cfg\n",
		"search.fs_label 'VOLUME 1'\nconfigfile /boot/grub/grub.cfg\n",
		"regexp --set=1:dev '^\\(([^)]*)\\)' $cmdpath\n"
		"search --file --set=root --hint $dev /.disk/info\n"
		"if [ \"$root\" ]; then configfile \"($root)/boot/grub/grub.cfg\"; fi\n",
		/* the root that firmware gives is the disc */
		"configfile /boot/grub/grub.cfg\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		const struct tree_file files[] = {
			{".disk/info", "x", 0},
			{"@efi/EFI/BOOT/grub.cfg", configs[i], 0},
			{"boot/grub/grub.cfg",
			 "set timeout=3\nmenuentry a { linux /live/vmlinuz; }\n", 0},
			{"live/vmlinuz", NULL, 10},
			END,
		};

		check_image(configs[i], files, ENTRY_FOR_UEFI, true,
			    "=  3000\nlinux a \"a\" /live/vmlinuz\n");
	}
}

static void
files_of_the_efi_partition_are_found_there(void **state)
{
	static const struct tree_file files[] = {
		{"@efi/EFI/BOOT/grub.cfg",
		 "menuentry a { linux /boot/kernel; initrd ($root)/boot/initrd; }\n"
		 "menuentry b { linux (cd0)/boot/kernel; }\n",
		 0},
		{"@efi/boot/initrd", NULL, 20},
		{"@efi/boot/kernel", NULL, 10},
		{"boot/kernel", NULL, 30},
		END,
	};

	(void)state;
	check_image("there", files, ENTRY_FOR_UEFI, true,
		    "linux a \"a\" /@efi/boot/kernel + /@efi/boot/initrd\n"
		    "linux b \"b\" /boot/kernel\n");
}

/* GRUB-5: the path of the image is set; it is for the recipes to remove. */
static void
loopback_configurations_know_their_image(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/loopback.cfg",
		 "menuentry a { linux /live/vmlinuz findiso=${iso_path}; }\n"
		 "menuentry b { loopback l $iso_path; linux (l)/live/vmlinuz; }\n",
		 0},
		{"live/vmlinuz", NULL, 10},
		END,
	};

	(void)state;
	check_image("loopback", files, ENTRY_FOR_UEFI, false,
		    "linux a \"a\" /live/vmlinuz [findiso=/image.iso]\n"
		    "linux b \"b\" /live/vmlinuz\n");
}

static void
configurations_open_each_other(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/b.cfg",
		 "timeout=9\nmenuentry b { linux /live/vmlinuz \"$x\" \"$y\"; }\n"
		 "menuentry back { configfile /boot/grub/grub.cfg; }\n",
		 0},
		{"boot/grub/c.cfg", "menuentry c { reboot; }\n", 0},
		{"boot/grub/grub.cfg",
		 "x=1; y=2; export y\n"
		 "menuentry a { configfile $prefix/b.cfg; }\n"
		 "menuentry again { configfile $prefix/b.cfg; }\n"
		 "menuentry c { source $prefix/c.cfg; }\n"
		 "submenu none { configfile /none; }\n"
		 "menuentry self { configfile $config_file; }\n",
		 0},
		{"live/vmlinuz", NULL, 10},
		END,
	};

	(void)state;
	check_image("each other", files, ENTRY_FOR_BIOS, false,
		    "menu a \"a\"\n  =  9000\n  linux b \"b\" /live/vmlinuz [2]\n"
		    "menu c \"c\"\n  module c \"c\" reboot.c32\n");
}

/* What a candidate without entries has run is no menu yet. */
static void
each_candidate_begins_anew(void **state)
{
	static const struct tree_file files[] = {
		{"EFI/BOOT/grub.cfg", "inside=y; source /boot/menu.cfg\n", 0},
		{"boot/grub/grub.cfg", "configfile /boot/menu.cfg\n", 0},
		{"boot/menu.cfg", "if [ -z $inside ]; then\nmenuentry a { reboot; }\nfi\n", 0},
		END,
	};

	(void)state;
	check_image("anew", files, ENTRY_FOR_UEFI, false, "module a \"a\" reboot.c32\n");
}

static void
menus_nest_only_so_deep(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg",
		 "function deeper { menuentry a { reboot; }; submenu m { deeper; }; }\n"
		 "deeper\n",
		 0},
		END,
	};
	struct entry_note *notes = NULL;
	struct text text = {0};
	unsigned count = 0;

	(void)state;
	read_image(files, ENTRY_FOR_UEFI, false, &text, &notes);
	for (const char *c = text_string(&text); (c = strstr(c, "module a")) != NULL; c++)
		count++;
	assert_int_equal(count, 7);
	assert_true(tree_has_note(notes, "too deep"));
	text_free(&text);
	free_notes(notes);
}

static void
what_is_not_understood_is_said_with_its_place(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg",
		 "\nmenuentry a { reboot; }\nnonsense x\nfi\nsource /none.cfg\nnonsense\n", 0},
		END,
	};
	struct entry_note *notes = NULL;
	struct text text = {0};

	(void)state;
	read_image(files, ENTRY_FOR_UEFI, false, &text, &notes);
	assert_true(tree_has_note(notes, "boot/grub/grub.cfg:3: nonsense is not understood"));
	assert_true(tree_has_note(notes, "boot/grub/grub.cfg:4: not understood up to line 4"));
	assert_true(
		tree_has_note(notes, "boot/grub/grub.cfg:5: no such file in the image: /none.cfg"));
	text_free(&text);
	free_notes(notes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_with_entries_is_the_one),
		cmocka_unit_test(one_without_entries_is_passed_over),
		cmocka_unit_test(each_platform_has_its_view),
		cmocka_unit_test(the_efi_partition_leads_into_the_image),
		cmocka_unit_test(files_of_the_efi_partition_are_found_there),
		cmocka_unit_test(loopback_configurations_know_their_image),
		cmocka_unit_test(configurations_open_each_other),
		cmocka_unit_test(each_candidate_begins_anew),
		cmocka_unit_test(menus_nest_only_so_deep),
		cmocka_unit_test(what_is_not_understood_is_said_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
