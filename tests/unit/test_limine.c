/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configurations of Limine: a text goes in, a menu comes out.
 */
#include "unit.h"

#include "limine.h"
#include "tree_source.h"

#define HASH64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define FILES                                                                                      \
	{"EFI/tool.efi", NULL, 300}, {"live/initrd", NULL, 9000}, {"live/more", NULL, 500},        \
		{"live/vmlinuz", NULL, 8000},                                                      \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

struct row {
	const char *name, *config, *expected;
};

static void
check_image(const char *name, const struct tree_file *files, enum entry_firmware firmware,
	    bool in_efi, const char *expected)
{
	struct entry_note *notes = NULL;
	struct text text = {0};
	struct menu *menu;
	struct tree tree;
	int error;

	tree_init(&tree, files);
	tree.source.volume_id = "VOLUME";
	tree.source.fs_uuid = "2026-01-02-03-04-05-06";
	assert_int_equal(menu_new(&menu), 0);
	error = limine_read(&tree.source, firmware, in_efi, menu, &notes);
	assert_int_equal(error, menu->entries != NULL ? 0 : -ENOENT);
	tree_print_menu(&text, menu, 0);
	for (const struct entry_note *note = notes; note != NULL; note = note->next)
		text_printf(&text, "- %s\n", note->text);
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s", name, text_string(&text), expected);
	text_free(&text);
	menu_free(menu);
	notes_free(notes);
}

static void
check_rows(const char *path, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct tree_file files[] = {{path, rows[i].config, 0}, FILES};

		check_image(rows[i].name, files, ENTRY_FOR_UEFI, false, rows[i].expected);
	}
}

#define LINUX "protocol: linux\npath: boot():/live/vmlinuz\n"

static void
options_make_an_entry(void **state)
{
	static const struct row rows[] = {
		{"all of them",
		 "timeout: no\n# remark\n/The  title\n\tcomment: What it is\n\tprotocol: linux\n"
		 "\tpath: boot():/live/vmlinuz\n\tmodule_path: boot():/live/initrd\n"
		 "\tmodule_path: boot():/live/more\n\tcmdline: a=b  {c} \"d  e\"\n",
		 "linux the-title \"The title\" /live/vmlinuz + /live/initrd,/live/more "
		 "[a=b {{c} \"d  e\"]\n| What it is"},
		{"names of before version 9",
		 "timeout: no\n/A\nPROTOCOL: linux\nKERNEL_PATH: boot():/live/vmlinuz\n"
		 "KERNEL_CMDLINE: q\n",
		 "linux a \"A\" /live/vmlinuz [q]\n"},
		{"the last one counts", "timeout: no\n/A\n" LINUX "cmdline: a\ncmdline: b\n",
		 "linux a \"A\" /live/vmlinuz [b]\n"},
		{"line ends of another system",
		 "timeout: no\r\n/A\r\nprotocol: linux\r\npath: boot():/live/vmlinuz\r\n",
		 "linux a \"A\" /live/vmlinuz\n"},
		{"without a protocol", "timeout: no\n/A\npath: /live/vmlinuz\n",
		 "linux a \"A\" /live/vmlinuz\n"},
		{"without anything", "timeout: no\n/A\n", "text a \"A\"\n"},
		{"without a kernel", "timeout: no\n/A\nprotocol: linux\n",
		 "linux a \"A\" NOT: no kernel is named\n"},
		{"a kernel that is missing", "timeout: no\n/A\npath: boot():/gone\n",
		 "linux a \"A\" /boot():/gone NOT: its kernel is not in the image: "
		 "boot():/gone\n"},
		{"a program", "timeout: no\n/A\nprotocol: efi\npath: boot():/EFI/tool.efi\n",
		 "program a \"A\" /EFI/tool.efi\n"},
		{"the local disk", "timeout: no\n/A\nprotocol: bios\ndrive: 1\n",
		 "local a \"A\"\n"},
		{"a boot sector", "timeout: no\n/A\nprotocol: bios\npath: boot():/x.bin\n",
		 "program a \"A\" NOT: a boot sector that needs its disc\n"},
		{"another kernel", "timeout: no\n/A\nprotocol: multiboot2\npath: boot():/x\n",
		 "program a \"A\" NOT: a kernel that only Limine can start (multiboot2)\n"},
		{"what is left out is told once a kind",
		 "timeout: no\nquiet: yes\nterm_font: x\nwallpaper: y\n/A\n" LINUX
		 "kaslr: no\nfrobnicate: 1\nother: 2\nno line of a configuration\n",
		 "linux a \"A\" /live/vmlinuz\n"
		 "- limine.conf:2: quiet not kept: how the disc's own menu behaves\n"
		 "- limine.conf:3: term_font not kept: the look of the disc's own menu\n"
		 "- limine.conf:8: kaslr not kept: how Limine loads a kernel\n"
		 "- limine.conf:9: frobnicate not kept: it is not understood\n"},
		{"control bytes", "timeout: no\n/A\033[1mb\n" LINUX "cmdline: \001 \177\n",
		 "linux a-1mb \"A [1mb\" /live/vmlinuz [? ?]\n"},
	};

	(void)state;
	check_rows("limine.conf", rows, sizeof(rows) / sizeof(rows[0]));
}

static void
paths_name_a_device(void **state)
{
	static const struct {
		const char *path, *found;
	} rows[] = {
		{"boot():/live/vmlinuz", "/live/vmlinuz"},
		{"boot(2):/live/vmlinuz", "/live/vmlinuz"},
		{"odd(1:):/live/vmlinuz", "/live/vmlinuz"},
		{"fslabel(VOLUME):/live/vmlinuz", "/live/vmlinuz"},
		{"uuid(2026-01-02-03-04-05-06):/live/vmlinuz", "/live/vmlinuz"},
		{"boot():/live/vmlinuz#" HASH64 HASH64, "/live/vmlinuz"},
		{"boot:///live/vmlinuz", "/live/vmlinuz"},
		{"boot://2/live/vmlinuz", "/live/vmlinuz"},
		{"fslabel(OTHER):/live/vmlinuz", NULL},
		{"fslabel():/live/vmlinuz", NULL},
		{"hdd(1:1):/live/vmlinuz", NULL},
		{"boot():/live/vmlinuz#abc", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[512];
		char expected[1024];
		const struct row row = {rows[i].path, config, expected};

		snprintf(config, sizeof(config), "timeout: no\n/A\npath: %s\n", rows[i].path);
		if (rows[i].found != NULL)
			snprintf(expected, sizeof(expected), "linux a \"A\" %s\n", rows[i].found);
		else
			snprintf(expected, sizeof(expected),
				 "linux a \"A\" %s%s NOT: its kernel is not in the image: %s\n",
				 rows[i].path[0] == '/' ? "" : "/", rows[i].path, rows[i].path);
		check_rows("limine.conf", &row, 1);
	}
}

static void
menus_nest_and_have_a_default(void **state)
{
	static const struct row rows[] = {
		{"directories",
		 "timeout: 7\n/A\n" LINUX "/B\ncomment: Help\n//C\n" LINUX "//D\n///E\n" LINUX
		 "/F\n" LINUX,
		 "=  7000\nlinux a \"A\" /live/vmlinuz\nmenu b \"B\"\n| Help  linux c \"C\" "
		 "/live/vmlinuz\n  menu d \"D\"\n    linux e \"E\" /live/vmlinuz\n"
		 "linux f \"F\" /live/vmlinuz\n"},
		{"the default by its number, open directories counted",
		 "timeout: no\ndefault_entry: 4\n/A\n" LINUX "/+B\n//C\n" LINUX "//D\n" LINUX,
		 "linux a \"A\" /live/vmlinuz\nmenu b \"B\" default\n"
		 "  linux c \"C\" /live/vmlinuz\n  linux d \"D\" default /live/vmlinuz\n"},
		{"the default by its number, closed ones not",
		 "timeout: no\ndefault_entry: 3\n/A\n" LINUX "/B\n//C\n" LINUX "/D\n" LINUX,
		 "linux a \"A\" /live/vmlinuz\nmenu b \"B\"\n  linux c \"C\" /live/vmlinuz\n"
		 "linux d \"D\" default /live/vmlinuz\n"},
		{"the default by its title",
		 "timeout: no\ndefault_entry: B/C\n/A\n" LINUX "/B\n//C\n" LINUX,
		 "linux a \"A\" /live/vmlinuz\nmenu b \"B\" default\n"
		 "  linux c \"C\" default /live/vmlinuz\n"},
		{"no time is five seconds", "/A\n" LINUX, "=  5000\nlinux a \"A\" /live/vmlinuz\n"},
		{"no time at all waits", "timeout: 0\n/A\n" LINUX,
		 "linux a \"A\" /live/vmlinuz\n- limine.conf: boots its default at once "
		 "(timeout 0): here, who opens the menu is asked\n"},
		{"a step that is too deep", "timeout: no\n/A\n" LINUX "///B\n" LINUX "/C\n" LINUX,
		 "linux a \"A\" /live/vmlinuz\nlinux c \"C\" /live/vmlinuz\n"
		 "- limine.conf:5: left out: too deep in its menu\n"},
		{"nothing", "timeout: 7\n", ""},
	};

	(void)state;
	check_rows("limine.conf", rows, sizeof(rows) / sizeof(rows[0]));
}

static void
macros_are_put_in(void **state)
{
	static const struct row rows[] = {
		{"own",
		 "timeout: no\n${A}=x  y\n${B}=vmlinuz\n/T ${A}\npath: /live/${B}\n"
		 "cmdline: ${A} ${A}\n",
		 "linux t-x-y \"T x y\" /live/vmlinuz [x y x y]\n"},
		{"the newest counts, those in a value do not",
		 "timeout: no\n${A}=1\n${A}=2\n${B}=${A}\n/T\npath: /live/vmlinuz\n"
		 "cmdline: ${A} ${B}\n",
		 "linux t \"T\" /live/vmlinuz [2 ${{A}]\n"},
		{"preset and unknown ones",
		 "timeout: no\n/T\npath: /live/vmlinuz\ncmdline: ${ARCH} ${FW_TYPE} ${C} $ ${\n",
		 "linux t \"T\" /live/vmlinuz [x86-64 UEFI ${{C} $ ${{]\n"},
	};

	(void)state;
	check_rows("limine.conf", rows, sizeof(rows) / sizeof(rows[0]));
}

static void
the_old_language_is_read(void **state)
{
	static const struct row rows[] = {
		{"before version 8",
		 "TIMEOUT=3\nDEFAULT_ENTRY=2\n:Live\nCOMMENT=Help\nPROTOCOL=linux\n"
		 "KERNEL_PATH=boot:///live/vmlinuz\nMODULE_PATH=boot:///live/initrd\n"
		 "KERNEL_CMDLINE=a: b=c\n:+More\n::Disk\nPROTOCOL=chainload\nDRIVE=1\n",
		 "=  3000\nlinux live \"Live\" /live/vmlinuz + /live/initrd [a: b=c]\n| Help"
		 "menu more \"More\" default\n  local disk \"Disk\"\n"},
	};

	(void)state;
	check_rows("boot/limine/limine.cfg", rows, 1);
}

static void
it_is_looked_for_where_limine_looks(void **state)
{
	static const char *const paths[] = {"limine.conf",          "limine/limine.conf",
					    "boot/limine.conf",     "boot/limine/limine.conf",
					    "EFI/BOOT/limine.conf", "EFI/limine/limine.conf"};
	static const char config[] = "timeout: no\n/${FW_TYPE}\n" LINUX;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct tree_file files[] = {{paths[i], config, 0}, FILES};
		char in_efi[64];
		const struct tree_file efi_files[] = {
			{in_efi, config, 0}, {"@efi/live/vmlinuz", NULL, 1}, FILES};

		snprintf(in_efi, sizeof(in_efi), "@efi/%s", paths[i]);
		check_image(paths[i], files, ENTRY_FOR_BIOS, false,
			    "linux bios \"BIOS\" /live/vmlinuz\n");
		check_image(paths[i], files, ENTRY_FOR_UEFI, true, "");
		check_image(paths[i], efi_files, ENTRY_FOR_UEFI, true,
			    "linux uefi \"UEFI\" /@efi/live/vmlinuz\n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_make_an_entry),
		cmocka_unit_test(paths_name_a_device),
		cmocka_unit_test(menus_nest_and_have_a_default),
		cmocka_unit_test(macros_are_put_in),
		cmocka_unit_test(the_old_language_is_read),
		cmocka_unit_test(it_is_looked_for_where_limine_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
