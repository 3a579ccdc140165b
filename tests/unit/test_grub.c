/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configurations of GRUB: a text goes in, a menu comes out. What entries load
 * (GRUB-2), sub-menus and configurations that are opened, defaults, passwords.
 */
#include "grub_unit.h"

static void
entries_load_kernels(void **state)
{
	static const struct row rows[] = {
		{"kernel, initrds, arguments",
		 "menuentry 'A  title' --class x --hotkey=q --id=a $none {\n"
		 "\tlinux /live/vmlinuz boot=live  'a b' \"$none\" c=\"d e\" '{f}' \n"
		 "\tinitrd /live/initrd /live/more\n}\n",
		 "linux a \"A title\" ^q /live/vmlinuz + /live/initrd,/live/more "
		 "[boot=live \"a b\" \"c=d e\" {{f}]\n"},
		{"an argument that is empty", "menuentry a { linux /live/vmlinuz \"$none\" '' b; }",
		 "linux a \"a\" /live/vmlinuz [b]\n"},
		{"linuxefi, a device, another case",
		 "menuentry a { linuxefi ($root)/LIVE/VMLINUZ; initrdefi (cd0)/live//initrd; }",
		 "linux a \"a\" /live/vmlinuz + /live/initrd\n"},
		{"options with words",
		 "menuentry --class a --users b --id c --hotkey d 'T' {\n"
		 "linux /live/vmlinuz\n}\n",
		 "linux c \"T\" ^d /live/vmlinuz\n"},
		{"the last kernel counts",
		 "menuentry a { linux /none; initrd /live/more; linux /live/vmlinuz b; }",
		 "linux a \"a\" /live/vmlinuz [b]\n"},
		{"no kernel in the image", "menuentry a { linux /none b; }",
		 "linux a \"a\" /none [b] NOT: its kernel is not in the image: /none\n"},
		{"no initrd in the image", "menuentry a { linux /live/vmlinuz; initrd /none; }",
		 "linux a \"a\" /live/vmlinuz + /none NOT: its initrd is not in the image: "
		 "/none\n"},
		{"on another server", "menuentry a { linux (http,192.0.2.1)/live/vmlinuz; }",
		 "linux a \"a\" /(http,192.0.2.1)/live/vmlinuz NOT: its kernel is on another "
		 "server: (http,192.0.2.1)/live/vmlinuz\n"},
		{"on a disk", "menuentry a { linux (hd0,1)/live/vmlinuz; }",
		 "linux a \"a\" /(hd0,1)/live/vmlinuz NOT: its kernel is not in the image: "
		 "(hd0,1)/live/vmlinuz\n"},
		{"an initrd that GRUB makes",
		 "menuentry a { linux /live/vmlinuz; initrd newc:x:/live/more; }",
		 "linux a \"a\" /live/vmlinuz + /newc:x:/live/more NOT: an initrd that GRUB "
		 "would make: newc:x:/live/more\n"},
		{"variables of the end", "x=1\nmenuentry a { linux /live/vmlinuz $x $1 $2; }\nx=2",
		 "linux a \"a\" /live/vmlinuz [2 a]\n"},
		{"arguments of its own", "menuentry a b 'c d' { linux /live/vmlinuz \"$3\" $#; }",
		 "linux a \"a\" /live/vmlinuz [\"c d\" 3]\n"},
		{"what one sets, the next does not see",
		 "menuentry a { x=1; linux /live/vmlinuz $x; }\n"
		 "menuentry b { linux /live/vmlinuz /$x; }\n",
		 "linux a \"a\" /live/vmlinuz [1]\nlinux b \"b\" /live/vmlinuz [/]\n"},
		{"a name of a command in a variable",
		 "if [ $grub_platform = efi ]; then linux=linuxefi; fi\n"
		 "menuentry a { $linux /live/vmlinuz; boot; }",
		 "linux a \"a\" /live/vmlinuz\n"},
		{"without a menu", "linux /live/vmlinuz a\ninitrd /live/initrd\nboot\n",
		 "linux start \"Start\" /live/vmlinuz + /live/initrd [a]\n"},
		{"without a title that can be typed",
		 "menuentry '\xc3\xa4' { linux /live/vmlinuz; }",
		 "linux  \"\xc3\xa4\" /live/vmlinuz\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void
entries_do_other_things(void **state)
{
	static const struct row rows[] = {
		{"programs", "menuentry a { chainloader /EFI/tool.efi; }",
		 "program a \"a\" /EFI/tool.efi\n"},
		{"programs that are not there", "menuentry a { chainloader --force /EFI/x.efi; }",
		 "program a \"a\" /EFI/x.efi NOT: its boot program is not in the image: "
		 "/EFI/x.efi\n"},
		{"the local disk", "menuentry a { set root=(hd0); chainloader +1; }",
		 "local a \"a\"\n"},
		{"its partition", "menuentry a { chainloader (hd0,1)+1; }", "local a \"a\"\n"},
		{"a file of it", "menuentry a { chainloader (hd0,gpt1)/EFI/x.efi; }",
		 "local a \"a\"\n"},
		{"the disc's own boot sector", "menuentry a { chainloader +1; }",
		 "program a \"a\" NOT: a boot sector that needs its disc\n"},
		{"exit", "menuentry a { exit; }", "local a \"a\"\n"},
		{"reboot and halt", "menuentry a { reboot; }\nmenuentry b { halt; }",
		 "module a \"a\" reboot.c32\nmodule b \"b\" poweroff.c32\n"},
		{"multiboot", "menuentry a { multiboot2 /xen.gz x; module2 /live/vmlinuz; }",
		 "program a \"a\" NOT: multiboot kernels are not offered\n"},
		{"fwsetup", "menuentry a { fwsetup; }",
		 "program a \"a\" NOT: the settings of the firmware are opened by its own key\n"},
		{"a BSD's kernel", "menuentry a { kfreebsd /boot/kernel; }",
		 "program a \"a\" NOT: a kernel that only GRUB can start\n"},
		{"nothing", "menuentry 'Read me' { echo hello; }", "text read-me \"Read me\"\n"},
		{"a line", "menuentry '- - -' { true; }", "separator  \"- - -\"\n"},
		{"memdisk", "menuentry a { linux16 /live/memdisk iso; initrd16 /live/more; }",
		 "memdisk a \"a\" /live/more [iso]\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void
menus_nest(void **state)
{
	static const struct row rows[] = {
		{"submenu",
		 "export x=1\nx=1\ny=2\nsubmenu 'More' --id m {\n"
		 "menuentry a { linux /live/vmlinuz $x $y; }\n}\n",
		 "menu m \"More\"\n  linux a \"a\" /live/vmlinuz\n"},
		{"exported variables",
		 "x=1; export x\nsubmenu m {\n"
		 "menuentry a { linux /live/vmlinuz $x; }\n}\n",
		 "menu m \"m\"\n  linux a \"a\" /live/vmlinuz [1]\n"},
		{"an empty one", "submenu m { true; }\nmenuentry a { halt; }",
		 "module a \"a\" poweroff.c32\n"},
		{"entries of an entry", "menuentry m { menuentry a { halt; }; }",
		 "menu m \"m\"\n  module a \"a\" poweroff.c32\n"},
		{"conditions",
		 "for i in a b; do\nif [ $i = b ]; then\nmenuentry $i { halt; }\nfi\ndone",
		 "module b \"b\" poweroff.c32\n"},
		{"a time", "timeout=5\nmenuentry a { halt; }",
		 "=  5000\nmodule a \"a\" poweroff.c32\n"},
		{"no time", "timeout=-1\nmenuentry a { halt; }", "module a \"a\" poweroff.c32\n"},
		{"a number", "default=1\nmenuentry a { halt; }\nmenuentry b { halt; }",
		 "module a \"a\" poweroff.c32\nmodule b \"b\" default poweroff.c32\n"},
		{"an id", "set default='x'\nmenuentry a { halt; }\nmenuentry b --id x { halt; }",
		 "module a \"a\" poweroff.c32\nmodule x \"b\" default poweroff.c32\n"},
		{"a title", "set default='b c'\nmenuentry a { halt; }\nmenuentry 'b c' { halt; }",
		 "module a \"a\" poweroff.c32\nmodule b-c \"b c\" default poweroff.c32\n"},
		{"in a sub-menu",
		 "default='m>b'\nsubmenu m { menuentry a { halt; }; menuentry b { halt; }; }",
		 "menu m \"m\" default\n  module a \"a\" poweroff.c32\n"
		 "  module b \"b\" default poweroff.c32\n"},
		{"what was saved", "load_env\ndefault=\"${saved_entry}\"\nmenuentry a { halt; }",
		 "module a \"a\" poweroff.c32\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

/* SYS-11 for GRUB's own passwords. */
static void
what_is_locked_is_not_given_away(void **state)
{
	static const struct row rows[] = {
		{"locked",
		 "set superusers='root'\npassword root x\nmenuentry a { linux /live/vmlinuz; }",
		 "linux a \"a\" /live/vmlinuz NOT: it has a password, which only its own GRUB can "
		 "ask for\n"},
		{"unrestricted",
		 "superusers=root\nmenuentry a --unrestricted { linux /live/vmlinuz; }",
		 "linux a \"a\" /live/vmlinuz\n"},
		{"for users", "superusers=root\nmenuentry a --users bob { linux /live/vmlinuz; }",
		 "linux a \"a\" /live/vmlinuz NOT: it has a password, which only its own GRUB can "
		 "ask for\n"},
		{"no superusers", "superusers=\nmenuentry a --users bob { linux /live/vmlinuz; }",
		 "linux a \"a\" /live/vmlinuz\n"},
		{"set behind the entry",
		 "menuentry a { linux /live/vmlinuz; }\nset superusers=root",
		 "linux a \"a\" /live/vmlinuz NOT: it has a password, which only its own GRUB can "
		 "ask for\n"},
		{"a locked menu",
		 "superusers=root\nsubmenu m { menuentry a --unrestricted { linux /live/vmlinuz; "
		 "}; }",
		 "program m \"m\" NOT: its menu has a password, which only its own GRUB can ask "
		 "for\n"},
		{"an open menu",
		 "superusers=root\nsubmenu m --unrestricted { menuentry a { linux /live/vmlinuz; "
		 "}; }",
		 "menu m \"m\"\n  linux a \"a\" /live/vmlinuz NOT: it has a password, which only "
		 "its own GRUB can ask for\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void
commands_that_are_not_kept_are_noted_once(void **state)
{
	static const char *const names[] = {
		"insmod",
		"rmmod",
		"loadfont",
		"background_image",
		"terminal_output",
		"load_video",
		"serial",
		"keymap",
		"echo",
		"sleep",
		"play",
		"ls",
		"load_env",
		"save_env",
		"acpi",
		"badram",
		"outb",
		"setpci",
		"password_pbkdf2",
		"tpm",
		"trust",
		"blscfg",
		"clear",
		"gettext",
		"nativedisk",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char config[256];
		char expected[128];
		const struct tree_file files[] = {
			{"boot/grub/grub.cfg", config, 0}, FILES, {NULL, NULL, 0}};
		struct entry_note *notes = NULL;
		struct text text = {0};

		snprintf(config, sizeof(config),
			 "for i in 1 2 3; do %s x; done\n%s y\n"
			 "menuentry a { if %s; then linux /live/vmlinuz; fi; }\n",
			 names[i], names[i], names[i]);
		snprintf(expected, sizeof(expected),
			 "boot/grub/grub.cfg:1: %s not kept: ", names[i]);
		read_image(files, ENTRY_FOR_BIOS, false, &text, &notes);
		assert_string_equal(text_string(&text), "linux a \"a\" /live/vmlinuz\n");
		read_image(files, ENTRY_FOR_UEFI, false, &text, &notes);
		if (!tree_has_note(notes, expected) || notes->next != NULL)
			fail_msg("%s: no single note \"%s\"", names[i], expected);
		text_free(&text);
		free_notes(notes);
	}
}

static void
a_menu_that_would_not_be_shown_waits(void **state)
{
	static const struct tree_file files[] = {
		{"boot/grub/grub.cfg", "timeout=0\nmenuentry a { linux /live/vmlinuz; }\n", 0},
		FILES,
		{NULL, NULL, 0}};
	struct entry_note *notes = NULL;
	struct text text = {0};

	(void)state;
	read_image(files, ENTRY_FOR_UEFI, false, &text, &notes);
	assert_string_equal(text_string(&text), "linux a \"a\" /live/vmlinuz\n");
	assert_true(tree_has_note(notes, "boots its default at once (timeout 0)"));
	text_free(&text);
	free_notes(notes);
}

static void
what_is_searched_in_vain_is_on_a_disk(void **state)
{
	static const struct row rows[] = {
		{"a label of a disk",
		 "menuentry a { search --set=root --label EFI; chainloader /EFI/tool.efi; }\n",
		 "local a \"a\"\n"},
		{"a file of a disk",
		 "menuentry a { search -f --set=d /Windows; chainloader ($d)/EFI/tool.efi; }\n",
		 "local a \"a\"\n"},
		{"the image's own label",
		 "menuentry a { search --set=root --label 'VOLUME 1'; chainloader /EFI/tool.efi; "
		 "}\n",
		 "program a \"a\" /EFI/tool.efi\n"},
		{"in another entry",
		 "menuentry a { search --set=root --label EFI; true; }\n"
		 "menuentry b { chainloader /EFI/tool.efi; }\n",
		 "text a \"a\"\nprogram b \"b\" /EFI/tool.efi\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void
a_quote_without_another_is_dropped(void **state)
{
	static const struct row rows[] = {
		{"one", "menuentry a { linux /live/vmlinuz \"b \\\"\" c; }\n",
		 "linux a \"a\" /live/vmlinuz [\"b \" c]\n"},
		{"two", "menuentry a { linux /live/vmlinuz 'x=\"a b\"' c; }\n",
		 "linux a \"a\" /live/vmlinuz [x=\"a b\" c]\n"},
		{"none", "menuentry a { linux /live/vmlinuz x='a b'; }\n",
		 "linux a \"a\" /live/vmlinuz [\"x=a b\"]\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_that_are_not_kept_are_noted_once),
		cmocka_unit_test(a_menu_that_would_not_be_shown_waits),
		cmocka_unit_test(what_is_searched_in_vain_is_on_a_disk),
		cmocka_unit_test(a_quote_without_another_is_dropped),
		cmocka_unit_test(entries_load_kernels),
		cmocka_unit_test(entries_do_other_things),
		cmocka_unit_test(menus_nest),
		cmocka_unit_test(what_is_locked_is_not_given_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
