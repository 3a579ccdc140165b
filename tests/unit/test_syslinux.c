/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configurations of the SYSLINUX family, directive by directive: a text goes
 * in, a menu comes out. Each row is one rule of protocols.md section 6.
 */
#include "unit.h"

#include "syslinux.h"
#include "tree_source.h"

/* Files that every image of these tests has. */
#define FILES                                                                                      \
	{"boot/vmlinuz", NULL, 7000}, {"isolinux/initrd.gz", NULL, 9000},                          \
		{"isolinux/memtest", NULL, 100}, {"isolinux/vmlinuz", NULL, 8000},                 \
		{"live/initrd.img", NULL, 9000}, {"live/vmlinuz", NULL, 8000}, {NULL, NULL, 0},

struct row {
	const char *name;
	const char *config;
	const char *expected;
};

/* Reads `config` as isolinux/isolinux.cfg and compares. */
static void
check_row(const struct row *row)
{
	const struct tree_file files[] = {{"isolinux/isolinux.cfg", row->config, 0}, FILES};
	struct boot *boot = boot_new();
	struct text text = {0};
	struct tree tree;
	int error;

	tree_init(&tree, files);
	error = syslinux_read(&tree.source, boot);
	assert_true(error == 0 || error == -ENOENT);
	tree_print_menu(&text, boot->menu, 0);
	if (strcmp(text_string(&text), row->expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s", row->name, text_string(&text),
			 row->expected);
	text_free(&text);
	boot_free(boot);
}

static const struct row label_rows[] = {
	{"nothing", "", ""},
	{"comment and unknown words", "# a remark\nFROBNICATE 3\n", ""},
	{"label with kernel, initrd and append",
	 "LABEL live\nKERNEL /live/vmlinuz\nINITRD /live/initrd.img\nAPPEND boot=live quiet\n",
	 "linux live \"live\" /live/vmlinuz + /live/initrd.img [boot=live quiet]\n"},
	{"keywords in any case", "lAbEl a\nlInUx /live/vmlinuz\n", "linux a \"a\" /live/vmlinuz\n"},
	{"leading blanks and tabs", "  LABEL a\n\t LINUX\t/live/vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"lines that end with CR LF", "LABEL a\r\nLINUX /live/vmlinuz\r\nAPPEND x\r\n",
	 "linux a \"a\" /live/vmlinuz [x]\n"},
	{"a keyword needs a blank behind it", "LABEL a\nLINUX /live/vmlinuz\nAPPENDIX x\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"last line without its end", "LABEL a\nLINUX /live/vmlinuz",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"name relative to the configuration (SYS-14)", "LABEL a\nKERNEL vmlinuz\n",
	 "linux a \"a\" /isolinux/vmlinuz\n"},
	{"name from the root (SYS-14)", "LABEL a\nKERNEL /boot/vmlinuz\n",
	 "linux a \"a\" /boot/vmlinuz\n"},
	{"name with :: (SYS-15)", "LABEL a\nKERNEL ::/boot/vmlinuz\n",
	 "linux a \"a\" /boot/vmlinuz\n"},
	{"name with .. and //", "LABEL a\nKERNEL ..//isolinux/../boot/./vmlinuz\n",
	 "linux a \"a\" /boot/vmlinuz\n"},
	{"name in another case", "LABEL a\nKERNEL /LIVE/VMLINUZ\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"name that only the root has", "LABEL a\nKERNEL boot/vmlinuz\n",
	 "linux a \"a\" /boot/vmlinuz\n"},
	{"label without a kernel runs its name", "LABEL memtest\n",
	 "linux memtest \"memtest\" /isolinux/memtest\n"},
	{"last kernel counts (SYS-4)", "LABEL a\nKERNEL /none\nLINUX /live/vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"kernel with arguments in its line", "LABEL a\nKERNEL /live/vmlinuz one\nAPPEND two\n",
	 "linux a \"a\" /live/vmlinuz [one two]\n"},
	{"kernel that is missing", "LABEL a\nKERNEL /no/such\n",
	 "linux a \"a\" /no/such NOT: its kernel is not in the image: /no/such\n"},
	{"initrd that is missing", "LABEL a\nKERNEL /live/vmlinuz\nINITRD /live/initrd.img,gone\n",
	 "linux a \"a\" /live/vmlinuz + /live/initrd.img,/gone"
	 " NOT: its initrd is not in the image: gone\n"},
	{"kernel of another server", "LABEL a\nKERNEL 192.0.2.9::vmlinuz\n",
	 "linux a \"a\" /192.0.2.9::vmlinuz NOT: its kernel is on another server: "
	 "192.0.2.9::vmlinuz\n"},
	{"kernel at a URL", "LABEL a\nKERNEL http://example.org/vmlinuz\n",
	 "linux a \"a\" /http://example.org/vmlinuz NOT: its kernel is on another server: "
	 "http://example.org/vmlinuz\n"},
	{"initrd= in append (SYS-6)", "LABEL a\nKERNEL /live/vmlinuz\nAPPEND initrd=initrd.gz q\n",
	 "linux a \"a\" /live/vmlinuz + /isolinux/initrd.gz [q]\n"},
	{"initrd= in append beats INITRD (SYS-6)",
	 "LABEL a\nKERNEL /live/vmlinuz\nINITRD initrd.gz\nAPPEND initrd=/live/initrd.img\n",
	 "linux a \"a\" /live/vmlinuz + /live/initrd.img\n"},
	{"initrds in a comma list",
	 "LABEL a\nKERNEL /live/vmlinuz\nINITRD initrd.gz,/live/initrd.img\n",
	 "linux a \"a\" /live/vmlinuz + /isolinux/initrd.gz,/live/initrd.img\n"},
	{"global append", "APPEND quiet\nLABEL a\nKERNEL /live/vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz [quiet]\n"},
	{"append of a label replaces the global one (SYS-5)",
	 "APPEND quiet\nLABEL a\nKERNEL /live/vmlinuz\nAPPEND verbose\n",
	 "linux a \"a\" /live/vmlinuz [verbose]\n"},
	{"APPEND - is none (SYS-5)", "APPEND quiet\nLABEL a\nKERNEL /live/vmlinuz\nAPPEND -\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"quotes hold blanks together", "LABEL a\nKERNEL /live/vmlinuz\nAPPEND x=\"a  b\"  c\n",
	 "linux a \"a\" /live/vmlinuz [x=\"a  b\" c]\n"},
	{"braces of the image are doubled", "LABEL a\nKERNEL /live/vmlinuz\nAPPEND x={http} ${y}\n",
	 "linux a \"a\" /live/vmlinuz [x={{http} ${{y}]\n"},
	{"SYSAPPEND and IPAPPEND",
	 "LABEL a\nKERNEL /live/vmlinuz\nSYSAPPEND 0x3\n"
	 "LABEL b\nKERNEL /live/vmlinuz\nIPAPPEND 2\n",
	 "linux a \"a\" sysappend=3 /live/vmlinuz\nlinux b \"b\" sysappend=2 /live/vmlinuz\n"},
	{"SYSAPPEND of all labels, and of one (SYS-5)",
	 "SYSAPPEND 3\nLABEL a\nKERNEL /live/vmlinuz\nLABEL b\nKERNEL /live/vmlinuz\nSYSAPPEND 0\n",
	 "linux a \"a\" sysappend=3 /live/vmlinuz\nlinux b \"b\" /live/vmlinuz\n"},
	{"NONE runs nothing (SYS-4)", "LABEL a\nNONE\nLABEL b\nKERNEL /live/vmlinuz\n",
	 "linux b \"b\" /live/vmlinuz\n"},
	{"no label, a command line as DEFAULT (SYS-7)",
	 "DEFAULT /live/vmlinuz quiet\nAPPEND initrd=/live/initrd.img a\n",
	 "linux start \"Start\" default /live/vmlinuz + /live/initrd.img [quiet a]\n"},
	{"no label, a DEFAULT that is not there", "DEFAULT linux quiet\n", ""},
	{"label of a dash", "LABEL -\nKERNEL /live/vmlinuz\n", "linux - \"-\" /live/vmlinuz\n"},
	{"text help (SYS-2)",
	 "LABEL a\nKERNEL /live/vmlinuz\nTEXT HELP\n LABEL no\n  two\nENDTEXT\nAPPEND q\n",
	 "linux a \"a\" /live/vmlinuz [q]\n|  LABEL no\n  two\n"},
	{"other texts are passed over (SYS-2)",
	 "TEXT ADVERT\nLABEL no\nENDTEXT\nLABEL a\nKERNEL /live/vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"text without its end", "LABEL a\nKERNEL /live/vmlinuz\nTEXT HELP\nLABEL no\n",
	 "linux a \"a\" /live/vmlinuz\n| LABEL no\n"},
};

static const struct row menu_rows[] = {
	{"title and time", "MENU TITLE  A  menu \nTIMEOUT 300\nLABEL a\nKERNEL /live/vmlinuz\n",
	 "= A menu 30000\nlinux a \"a\" /live/vmlinuz\n"},
	{"label of a label, hotkey (SYS-8)",
	 "LABEL a\nMENU LABEL Start ^Live\nKERNEL /live/vmlinuz\n",
	 "linux a \"Start Live\" ^l /live/vmlinuz\n"},
	{"control bytes in a title", "LABEL a\nMENU LABEL a\tb\033[2Jc\nKERNEL /live/vmlinuz\n",
	 "linux a \"a b [2Jc\" /live/vmlinuz\n"},
	{"MENU DEFAULT", "LABEL a\nKERNEL /live/vmlinuz\nLABEL b\nMENU DEFAULT\nKERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nlinux b \"b\" default /isolinux/vmlinuz\n"},
	{"DEFAULT names a label (SYS-7)",
	 "DEFAULT b\nLABEL a\nKERNEL /live/vmlinuz\nLABEL b\nKERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nlinux b \"b\" default /isolinux/vmlinuz\n"},
	{"MENU DEFAULT beats DEFAULT (SYS-10)",
	 "DEFAULT a\nLABEL a\nKERNEL /live/vmlinuz\nLABEL b\nMENU DEFAULT\nKERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nlinux b \"b\" default /isolinux/vmlinuz\n"},
	{"DEFAULT in a sub-menu opens it (SYS-10)",
	 "DEFAULT b\nLABEL a\nKERNEL /live/vmlinuz\nMENU BEGIN m\nMENU LABEL More\n"
	 "LABEL b\nKERNEL vmlinuz\nMENU END\n",
	 "linux a \"a\" /live/vmlinuz\nmenu m \"More\" default\n"
	 "  linux b \"b\" default /isolinux/vmlinuz\n"},
	{"ONTIMEOUT where DEFAULT is the menu",
	 "DEFAULT vesamenu.c32\nONTIMEOUT b\nLABEL a\nKERNEL /live/vmlinuz\nLABEL b\n"
	 "KERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nlinux b \"b\" default /isolinux/vmlinuz\n"},
	{"DEFAULT with arguments behind the label",
	 "DEFAULT b quiet\nLABEL a\nKERNEL /live/vmlinuz\nLABEL b\nKERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nlinux b \"b\" default /isolinux/vmlinuz\n"},
	{"ONTIMEOUT is what a machine boots that is left alone",
	 "DEFAULT a\nONTIMEOUT c\nLABEL a\nMENU DEFAULT\nKERNEL /live/vmlinuz\n"
	 "LABEL c\nLOCALBOOT 0\n",
	 "linux a \"a\" /live/vmlinuz\nlocal c \"c\" default\n"},
	{"MENU START is shown first (SYS-8)",
	 "LABEL a\nKERNEL /live/vmlinuz\nMENU BEGIN m\nMENU START\nLABEL b\nKERNEL vmlinuz\n"
	 "MENU END\n",
	 "linux a \"a\" /live/vmlinuz\nmenu m \"m\" default\n  linux b \"b\" /isolinux/vmlinuz\n"},
	{"hidden, disabled, indented, with a password",
	 "LABEL a\nMENU HIDE\nKERNEL /live/vmlinuz\nLABEL -\nMENU LABEL Text\nMENU DISABLE\n"
	 "LABEL b\nMENU INDENT 2\nMENU PASSWD $4$salt$x\nKERNEL vmlinuz\n",
	 "linux a \"a\" hidden /live/vmlinuz\ntext - \"Text\"\n"
	 "linux b \"b\" indent=2 password=$4$salt$x /isolinux/vmlinuz\n"},
	{"MENU MASTER PASSWD", "MENU MASTER PASSWD secret\nLABEL a\nKERNEL /live/vmlinuz\n",
	 "=  0 master=secret\nlinux a \"a\" /live/vmlinuz\n"},
	{"separators", "LABEL a\nKERNEL /live/vmlinuz\nMENU SEPARATOR\nLABEL b\nKERNEL vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\nseparator\nlinux b \"b\" /isolinux/vmlinuz\n"},
	{"sub-menu: label, title, time, way back (SYS-9)",
	 "TIMEOUT 50\nMENU BEGIN adv\nMENU LABEL ^Advanced\nMENU TITLE All of it\n"
	 "LABEL a\nKERNEL /live/vmlinuz\nLABEL back\nMENU LABEL Back\nMENU EXIT\nMENU END\n"
	 "LABEL b\nKERNEL vmlinuz\n",
	 "=  5000\nmenu adv \"Advanced\" ^a\n  = All of it 5000\n  linux a \"a\" /live/vmlinuz\n"
	 "linux b \"b\" /isolinux/vmlinuz\n"},
	{"sub-menu is called by its title",
	 "MENU BEGIN x\nMENU TITLE Tools\nLABEL a\n"
	 "KERNEL /live/vmlinuz\nMENU END\n",
	 "menu x \"Tools\"\n  = Tools 0\n  linux a \"a\" /live/vmlinuz\n"},
	{"sub-menu that is empty",
	 "MENU BEGIN\nMENU LABEL None\nMENU END\nLABEL a\n"
	 "KERNEL /live/vmlinuz\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"MENU END too often (SYS-9)", "MENU END\nLABEL a\nKERNEL /live/vmlinuz\nMENU END\n",
	 "linux a \"a\" /live/vmlinuz\n"},
	{"MENU BEGIN without its end",
	 "MENU BEGIN x\nMENU LABEL X\nLABEL a\nKERNEL /live/vmlinuz\n",
	 "menu x \"X\"\n  linux a \"a\" /live/vmlinuz\n"},
};

static const struct row module_rows[] = {
	{"LOCALBOOT", "LABEL hd\nMENU LABEL Disk\nLOCALBOOT 0x80\n", "local hd \"Disk\"\n"},
	{"chain.c32 to a disk", "LABEL hd\nCOM32 chain.c32\nAPPEND hd0 0\n", "local hd \"hd\"\n"},
	{"chain.c32 to a file", "LABEL w\nCOM32 chain.c32\nAPPEND ntldr=/bootmgr\n",
	 "module w \"w\" NOT: chain.c32 starts a boot sector of the disc\n"},
	{"tools",
	 "LABEL h\nKERNEL /boot/hdt.c32\nAPPEND pciids=/pci.ids\nLABEL r\nCOM32 reboot\n"
	 "LABEL p\nCOM32 POWEROFF.C32\n",
	 "module h \"h\" hdt.c32\nmodule r \"r\" reboot.c32\nmodule p \"p\" poweroff.c32\n"},
	{"a module of the disc", "LABEL g\nCOM32 gfxboot.c32\n",
	 "module g \"g\" NOT: a module of the disc's own loader: gfxboot.c32\n"},
	{"mboot.c32", "LABEL x\nKERNEL mboot.c32\nAPPEND xen.gz --- vmlinuz\n",
	 "module x \"x\" NOT: multiboot kernels are not offered\n"},
	{"linux.c32 (SYS-21)",
	 "LABEL l\nCOM32 linux.c32\nAPPEND /live/vmlinuz initrd=/live/initrd.img quiet\n",
	 "linux l \"l\" /live/vmlinuz + /live/initrd.img [quiet]\n"},
	{"ifcpu64.c32 takes the 64-bit one (SYS-20)",
	 "LABEL both\nMENU LABEL Live\nKERNEL ifcpu64.c32\nAPPEND b64 -- b32\n"
	 "LABEL b64\nMENU HIDE\nKERNEL /live/vmlinuz\nAPPEND sixtyfour\n"
	 "LABEL b32\nMENU HIDE\nKERNEL vmlinuz\n",
	 "linux both \"Live\" /live/vmlinuz [sixtyfour]\n"
	 "linux b64 \"b64\" hidden /live/vmlinuz [sixtyfour]\n"
	 "linux b32 \"b32\" hidden /isolinux/vmlinuz\n"},
	{"ifcpu.c32 takes what the features are for (SYS-20)",
	 "LABEL both\nCOM32 ifcpu.c32\nAPPEND multicore pae -- yes -- no\n"
	 "LABEL yes\nMENU HIDE\nKERNEL /live/vmlinuz\nLABEL no\nMENU HIDE\nKERNEL vmlinuz\n",
	 "linux both \"both\" /live/vmlinuz\nlinux yes \"yes\" hidden /live/vmlinuz\n"
	 "linux no \"no\" hidden /isolinux/vmlinuz\n"},
	{"cmd.c32",
	 "LABEL c\nCOM32 cmd.c32\nAPPEND a extra\nLABEL a\nKERNEL /live/vmlinuz\n"
	 "APPEND q\n",
	 "linux c \"c\" /live/vmlinuz [q extra]\nlinux a \"a\" /live/vmlinuz [q]\n"},
	{"labels that name each other end",
	 "LABEL a\nCOM32 cmd.c32\nAPPEND b\nLABEL b\nCOM32 cmd.c32\nAPPEND a\n",
	 "module a \"a\" NOT: a module of the disc's own loader: cmd.c32\n"
	 "module b \"b\" NOT: a module of the disc's own loader: cmd.c32\n"},
	{"memdisk with a disk image (SYS-22)",
	 "LABEL dos\nKERNEL memdisk\nINITRD initrd.gz\nAPPEND floppy raw\n",
	 "memdisk dos \"dos\" /isolinux/initrd.gz [floppy raw]\n"},
	{"memdisk without one", "LABEL dos\nKERNEL memdisk\n",
	 "memdisk dos \"dos\" NOT: memdisk without a disk image\n"},
	{"boot sectors (SYS-23)",
	 "LABEL a\nBOOT x.bs\nLABEL b\nKERNEL x.bin\nLABEL c\nBSS x.bss\n"
	 "LABEL d\nKERNEL x.img\nLABEL e\nPXE x.0\n",
	 "program a \"a\" NOT: a boot sector that needs its disc: x.bs\n"
	 "program b \"b\" NOT: a boot sector that needs its disc: x.bin\n"
	 "program c \"c\" NOT: a boot sector that needs its disc: x.bss\n"
	 "program d \"d\" NOT: a boot sector that needs its disc: x.img\n"
	 "program e \"e\" NOT: a network boot program of its own: x.0\n"},
};

#define CHECK_ROWS(rows)                                                                           \
	for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                              \
	check_row(&(rows)[i])

static void
labels_become_entries(void **state)
{
	(void)state;
	CHECK_ROWS(label_rows);
}

static void
menu_words_shape_the_menu(void **state)
{
	(void)state;
	CHECK_ROWS(menu_rows);
}

static void
modules_are_understood(void **state)
{
	(void)state;
	CHECK_ROWS(module_rows);
}

/* Every other directive is dropped, and a note says where and why. */
static void
dropped_directives_are_noted_once(void **state)
{
	static const char *const lines[] = {
		"onerror x",      "totaltimeout 9",   "prompt 1",
		"implicit 0",     "allowoptions 0",   "noescape 1",
		"nocomplete 1",   "nohalt 1",         "console 0",
		"serial 0 9600",  "display boot.msg", "say hello",
		"font x.psf",     "kbdmap de.ktl",    "f1 help.txt",
		"f12 help.txt",   "path /boot",       "sendcookies 1",
		"pxeretry 1",     "menu shiftkey",    "menu save",
		"menu nosave",    "menu immediate",   "menu noimmediate",
		"menu onerror x", "menu hidden",      "menu hiddenkey F5 x",
		"menu exit",      "menu quit",        "menu goto .top",
		"none",           "menu help x",      "menu hiddenrow 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char config[256];
		const struct tree_file files[] = {{"isolinux/isolinux.cfg", config, 0}, FILES};
		struct boot *boot = boot_new();
		struct tree tree;
		char word[64];

		snprintf(config, sizeof(config),
			 "LABEL a\nKERNEL /live/vmlinuz\n%s\n%s\nLABEL b\nKERNEL vmlinuz\n",
			 lines[i], lines[i]);
		tree_init(&tree, files);
		assert_int_equal(syslinux_read(&tree.source, boot), 0);
		if (strncmp(lines[i], "menu ", 5) == 0)
			snprintf(word, sizeof(word),
				 "isolinux/isolinux.cfg:3: menu %.*s not kept: ",
				 (int)strcspn(lines[i] + 5, " "), lines[i] + 5);
		else
			snprintf(word, sizeof(word), "isolinux/isolinux.cfg:3: %.*s not kept: ",
				 (int)strcspn(lines[i], " "), lines[i]);
		if (!tree_has_note(boot->notes, word) || boot->notes->next != NULL)
			fail_msg("%s: no single note \"%s\"", lines[i], word);
		boot_free(boot);
	}
}

/* What else is not kept is told as well, once, with its place. */
static void
what_is_not_kept_is_told(void **state)
{
	static const struct {
		const char *config, *note;
	} rows[] = {
		{"FROB 1\nFROB 2\n", "isolinux/isolinux.cfg:3: FROB is no directive that is known"},
		{"MENU FROB\n", "isolinux/isolinux.cfg:3: menu FROB is no directive"},
		{"DEFAULT a quiet\n",
		 "default: not kept behind the label, choose it or edit it: quiet"},
		{"DEFAULT vesamenu.c32\nONTIMEOUT a\n", "ontimeout a is the default here"},
		{"UI gfxboot bootlogo\n", "ui gfxboot not kept: the labels are shown"},
		{"INCLUDE none.cfg\n", "no such configuration in the image: none.cfg"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[256];
		const struct tree_file files[] = {{"isolinux/isolinux.cfg", config, 0}, FILES};
		struct boot *boot = boot_new();
		struct tree tree;

		snprintf(config, sizeof(config), "LABEL a\nKERNEL /live/vmlinuz\n%s",
			 rows[i].config);
		tree_init(&tree, files);
		assert_int_equal(syslinux_read(&tree.source, boot), 0);
		if (!tree_has_note(boot->notes, rows[i].note) || boot->notes->next != NULL)
			fail_msg("%s: no single note \"%s\", but %s", rows[i].config, rows[i].note,
				 boot->notes != NULL ? boot->notes->text : "none");
		boot_free(boot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_kept_is_told),
		cmocka_unit_test(labels_become_entries),
		cmocka_unit_test(menu_words_shape_the_menu),
		cmocka_unit_test(modules_are_understood),
		cmocka_unit_test(dropped_directives_are_noted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
