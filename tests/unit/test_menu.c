/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus: what the main menu holds, what boots by itself, what is offered to
 * whom, and that nothing out of an image becomes a directive. Whole menus of
 * real distributions' shapes are in test_menu_golden.c.
 */
#include "unit.h"

#include "bootcfg.h"
#include "menu.h"
#include "menu_part.h"
#include "recipe.h"
#include "tree_source.h"

static const struct tree_file LIVE[] = {
	{"isolinux/isolinux.cfg",
	 "DEFAULT two\nTIMEOUT 100\nMENU TITLE Test system\nLABEL one\nMENU LABEL ^First\n"
	 "LINUX /vmlinuz\nINITRD /initrd\nAPPEND root=live:CDLABEL=x\n"
	 "LABEL two\nLINUX /vmlinuz\nAPPEND second\n"
	 "MENU BEGIN more\nMENU LABEL More\nLABEL deep\nLINUX /vmlinuz\nAPPEND deep\n"
	 "LABEL hdt\nCOM32 hdt.c32\nMENU END\nLABEL off\nCOM32 poweroff.c32\n",
	 0},
	{"LiveOS/squashfs.img", NULL, 1000},
	{"initrd", NULL, 10},
	{"vmlinuz", NULL, 20},
	{NULL, NULL, 0},
};

/* The names of the loaders that are there, blank before and behind each. */
static bool
has_loader(const void *loaders, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(loaders, word) != NULL;
}

static const char ALL[] = " vesamenu.c32 menu.c32 chain.c32 hdt.c32 reboot.c32 poweroff.c32 "
			  "memdisk memtest ";

struct fixture {
	struct recipes *recipes;
	struct boot *boot;
	struct menu_context context;
	struct menu_image images[3];
	struct text text;
};

static void
set_up(struct fixture *fixture)
{
	struct text problems = {0};
	struct tree tree;

	memset(fixture, 0, sizeof(*fixture));
	assert_int_equal(recipes_new(NULL, &problems, &fixture->recipes), 0);
	text_free(&problems);
	tree_init(&tree, LIVE);
	tree.source.image_size = 700 << 20;
	tree.source.boots_bios = true;
	assert_int_equal(bootcfg_read(&tree.source, fixture->recipes, &fixture->boot), 0);
	fixture->context = (struct menu_context){.title = "The menu",
						 .server = "192.0.2.1",
						 .http_port = 80,
						 .tftp_port = 69,
						 .timeout_ms = 30000,
						 .has_loader = has_loader,
						 .loaders = ALL};
	fixture->images[0] =
		(struct menu_image){.name = "live", .boot = fixture->boot, .size = 700 << 20};
	fixture->images[1] = (struct menu_image){.name = "bad", .problem = "truncated"};
	fixture->images[2] = (struct menu_image){.name = "same", .boot = fixture->boot};
}

static void
tear_down(struct fixture *fixture)
{
	text_free(&fixture->text);
	boot_free(fixture->boot);
	recipes_free(fixture->recipes);
}

static const char *
render_main(struct fixture *fixture, enum menu_format format, size_t count)
{
	text_free(&fixture->text);
	menu_render_main(format, &fixture->context, fixture->images, count, &fixture->text);
	assert_int_equal(fixture->text.error, 0);
	return text_string(&fixture->text);
}

static const char *
render_image(struct fixture *fixture, enum menu_format format)
{
	text_free(&fixture->text);
	menu_render_image(format, &fixture->context, &fixture->images[0], &fixture->text);
	assert_int_equal(fixture->text.error, 0);
	return text_string(&fixture->text);
}

static void
expect(const char *menu, const char *part)
{
	if (strstr(menu, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, menu);
}

static void
refuse(const char *menu, const char *part)
{
	if (strstr(menu, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, menu);
}

/* How often `part` is in `menu`. */
static unsigned
count_of(const char *menu, const char *part)
{
	unsigned count = 0;

	while ((menu = strstr(menu, part)) != NULL) {
		menu += strlen(part);
		count++;
	}
	return count;
}

static void
main_menu_has_a_line_for_each_image_and_the_tail(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	expect(menu, "UI vesamenu.c32\n");
	expect(menu, "MENU TITLE The menu\n");
	expect(menu, "TIMEOUT 300\n");
	expect(menu, "LABEL live\n  MENU LABEL Test system\n  CONFIG menus/live.cfg\n");
	expect(menu, "MENU LABEL bad: truncated\n  MENU DISABLE\n");
	expect(menu, "LABEL @local\n  MENU LABEL Boot from ^local disk\n  MENU DEFAULT\n"
		     "  COM32 chain.c32\n  APPEND hd0\n");
	expect(menu, "LINUX http://192.0.2.1/memtest\n");
	expect(menu, "COM32 hdt.c32\n");
	expect(menu, "COM32 reboot.c32\n");
	expect(menu, "COM32 poweroff.c32\n");
	assert_int_equal(count_of(menu, "MENU DEFAULT"), 1);
	menu = render_main(&fixture, MENU_IPXE, 3);
	expect(menu, "#!ipxe\n");
	expect(menu, "item -- i0 Test system\n");
	expect(menu, "item --gap -- bad: truncated\n");
	expect(menu, "choose --timeout 30000 --default local selected || goto local\n");
	expect(menu, ":i0\nchain --autofree --replace http://192.0.2.1/menus/live.ipxe");
	menu = render_main(&fixture, MENU_GRUB, 3);
	expect(menu, "set timeout=30\n");
	expect(menu, "menuentry 'Test system' --id 'live' {\n\tconfigfile "
		     "$pxeiso/menus/live.grub\n}\n");
	expect(menu, "set default=local\n");
	tear_down(&fixture);
}

static void
menu_without_images_says_so(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	expect(render_main(&fixture, MENU_PXELINUX, 0), "No images yet");
	render_main(&fixture, MENU_IPXE, 0);
	render_main(&fixture, MENU_GRUB, 0);
	tear_down(&fixture);
}

static void
single_image_is_the_main_menu(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_main(&fixture, MENU_PXELINUX, 1);
	expect(menu, "MENU TITLE Test system\n");
	expect(menu, "LABEL live:one\n");
	expect(menu, "LABEL @local\n  MENU LABEL Boot from ^local disk\n  MENU DEFAULT\n");
	refuse(menu, "CONFIG");
	/* Its own way to power off is the tail's; that of its sub-menu stays. */
	assert_int_equal(count_of(menu, "poweroff.c32"), 1);
	assert_int_equal(count_of(menu, "hdt.c32"), 2);
	menu = render_main(&fixture, MENU_IPXE, 1);
	expect(menu, "item --key f -- e1 First\n");
	expect(menu, "--default local ");
	menu = render_main(&fixture, MENU_GRUB, 1);
	expect(menu, "menuentry 'First' --hotkey=f {\n");
	tear_down(&fixture);
}

struct self_row {
	const char *boot_self;
	size_t count;
	enum menu_format format;
	const char *expected;
};

static void
what_boots_by_itself_is_the_default(void **state)
{
	static const struct self_row rows[] = {
		{"local", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"nothing", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"live:nothing", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"bad", 3, MENU_PXELINUX, "DEFAULT @local\n"},
		{"live", 3, MENU_PXELINUX, "DEFAULT live\n"},
		{"LIVE", 3, MENU_PXELINUX,
		 "LABEL live\n  MENU LABEL Test system\n  MENU DEFAULT\n"},
		{"live:one", 3, MENU_PXELINUX, "DEFAULT live:one\n"},
		{"live:ONE", 3, MENU_PXELINUX,
		 "LABEL live:one\n  MENU LABEL Test system: ^First\n  MENU DEFAULT\n  LINUX "},
		{"live:deep", 3, MENU_PXELINUX,
		 "LABEL live:deep\n  MENU LABEL Test system: deep\n  MENU DEFAULT\n  LINUX "},
		{"live:memdisk", 3, MENU_PXELINUX, "DEFAULT live:memdisk\n"},
		{"live", 1, MENU_PXELINUX, "DEFAULT live:two\n"},
		{"live", 1, MENU_PXELINUX, "LABEL live:two\n  MENU LABEL two\n  MENU DEFAULT\n"},
		{"live:one", 1, MENU_PXELINUX,
		 "LABEL live:one\n  MENU LABEL ^First\n  MENU DEFAULT\n"},
		{"live:deep", 1, MENU_PXELINUX,
		 "LABEL live:deep\n  MENU LABEL Test system: deep\n  MENU DEFAULT\n"},
		{"live", 3, MENU_IPXE, "--default i0 selected"},
		{"live:deep", 3, MENU_IPXE, "--default e0 selected"},
		{"live:deep", 3, MENU_IPXE,
		 "\n:e0\nkernel http://192.0.2.1/images/live/vmlinuz deep"},
		{"live", 1, MENU_IPXE, "--default e2 selected"},
		{"live:one", 1, MENU_IPXE, "--default e1 selected"},
		{"live", 3, MENU_GRUB, "set default='live'\n"},
		{"live:one", 3, MENU_GRUB, "set default=start\nmenuentry 'First' --id start"},
		{"live:two", 1, MENU_GRUB, "set default=start\nmenuentry 'two' --id start"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;

		set_up(&fixture);
		fixture.context.boot_self = rows[i].boot_self;
		expect(render_main(&fixture, rows[i].format, rows[i].count), rows[i].expected);
		tear_down(&fixture);
	}
}

static void
known_names_are_told_from_others(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_true(menu_knows(NULL, fixture.images, 3));
	assert_true(menu_knows("local", fixture.images, 0));
	assert_true(menu_knows("live", fixture.images, 3));
	assert_true(menu_knows("live:deep", fixture.images, 3));
	assert_false(menu_knows("bad", fixture.images, 3));
	assert_false(menu_knows("live:", fixture.images, 3));
	assert_false(menu_knows("liv", fixture.images, 3));
	tear_down(&fixture);
}

static void
images_own_menu_keeps_its_default_and_time(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "TIMEOUT 100\n");
	expect(menu, "DEFAULT live:two\n");
	expect(menu, "LABEL live:two\n  MENU LABEL two\n  MENU DEFAULT\n");
	expect(menu, "LABEL @main\n  MENU LABEL ^Back to all images\n"
		     "  CONFIG pxelinux.cfg/default\n");
	expect(menu, "  SYSAPPEND 2\n");
	refuse(menu, "{mac}");
	menu = render_image(&fixture, MENU_IPXE);
	expect(menu, "choose --timeout 10000 --default e2 selected || goto main\n");
	expect(menu, "BOOTIF=01-${netX/mac:hexhyp}");
	expect(menu, "item -- start Back\n");
	menu = render_image(&fixture, MENU_GRUB);
	expect(menu, "set timeout=10\n");
	expect(menu, "'BOOTIF=01-'\"$mac\"''");
	expect(menu, "submenu 'More' {\n");
	tear_down(&fixture);
}

/* An image that is to boot by itself must not wait for ever at its menu. */
static void
image_without_a_time_gets_ours_when_it_boots_by_itself(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.boot->menu->timeout_ms = 0;
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 0\n");
	fixture.context.boot_self = "live";
	expect(render_image(&fixture, MENU_PXELINUX), "TIMEOUT 300\n");
	expect(render_image(&fixture, MENU_IPXE), "--timeout 30000 ");
	expect(render_image(&fixture, MENU_GRUB), "set timeout=30\n");
	tear_down(&fixture);
}

static void
only_what_is_installed_is_offered(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	fixture.context.loaders = " menu.c32 ";
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	expect(menu, "UI menu.c32\n");
	expect(menu, "  LOCALBOOT 0\n");
	refuse(menu, "chain.c32");
	refuse(menu, "memtest");
	refuse(menu, "hdt.c32");
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "Whole image in memory (memdisk): memdisk is not installed on");
	refuse(menu, "hdt.c32");
	refuse(menu, "KERNEL memdisk");
	fixture.context.loaders = "";
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	refuse(menu, "UI ");
	expect(menu, "PROMPT 1\n");
	expect(menu, "SAY menu.c32 is missing");
	tear_down(&fixture);
}

static void
serial_menus_are_text_menus(void **state)
{
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	refuse(render_main(&fixture, MENU_PXELINUX, 3), "SERIAL");
	fixture.context.serial = true;
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	assert_int_equal(strncmp(menu, "SERIAL 0 115200\nUI menu.c32\n", 28), 0);
	expect(render_main(&fixture, MENU_GRUB, 3), "terminal_output console serial\n");
	tear_down(&fixture);
}

static void
port_is_in_urls_only_when_it_is_not_80(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	expect(render_image(&fixture, MENU_PXELINUX),
	       "LINUX http://192.0.2.1/images/live/vmlinuz\n");
	expect(render_image(&fixture, MENU_GRUB), "(http,192.0.2.1)");
	fixture.context.http_port = 8080;
	expect(render_image(&fixture, MENU_PXELINUX),
	       "LINUX http://192.0.2.1:8080/images/live/vmlinuz\n");
	expect(render_image(&fixture, MENU_GRUB), "(http,192.0.2.1:8080)");
	tear_down(&fixture);
}

/* The first entry of the fixture, to be made into something else. */
static struct entry *
first(struct fixture *fixture)
{
	return fixture->boot->menu->entries;
}

static void
tokens_are_filled_in(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.context.tftp_port = 1069;
	string_set(&first(&fixture)->arguments,
		   "{http} {iso} {tftp} {path} {server} {port} {{http} x={mac}");
	fixture.context.mac = "52-54-00-12-34-56";
	expect(render_image(&fixture, MENU_PXELINUX),
	       "APPEND http://192.0.2.1/images/live http://192.0.2.1/images/live.iso "
	       "tftp://192.0.2.1:1069/images/live /images/live 192.0.2.1 80 {http} "
	       "x=52-54-00-12-34-56\n");
	/* PXELINUX itself cannot say the address but in BOOTIF. */
	fixture.context.mac = NULL;
	expect(render_image(&fixture, MENU_PXELINUX), "First: its arguments cannot be written");
	tear_down(&fixture);
}

static void
what_cannot_be_written_is_not_offered(void **state)
{
	struct fixture fixture;
	char lengthy[5000];

	(void)state;
	set_up(&fixture);
	memset(lengthy, 'x', sizeof(lengthy));
	lengthy[4090] = '\0';
	string_set(&first(&fixture)->arguments, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), "First: its arguments cannot be written");
	lengthy[4000] = '\0';
	string_set(&first(&fixture)->arguments, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), "MENU LABEL ^First\n");
	lengthy[240] = '\0';
	string_set(&first(&fixture)->kernel.path, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), "First: a file's URL is longer");
	string_set(&first(&fixture)->kernel.path, "a b,c");
	expect(render_image(&fixture, MENU_PXELINUX),
	       "LINUX http://192.0.2.1/images/live/a%20b%2Cc\n");
	refuse(render_image(&fixture, MENU_GRUB), "First");
	tear_down(&fixture);
}

/* SYS-11: a password never gets lost on the way. */
static void
passwords_are_kept_or_the_entry_is_not_offered(void **state)
{
	struct fixture fixture;
	struct entry *more;
	const char *menu;

	(void)state;
	set_up(&fixture);
	string_set(&first(&fixture)->password, "$1$salt$hash");
	for (more = first(&fixture); more->submenu == NULL; more = more->next)
		;
	string_set(&more->password, "plain");
	string_set(&fixture.boot->menu->password, "master");
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "  MENU PASSWD $1$salt$hash\n");
	expect(menu, "MENU BEGIN\n  MENU LABEL More\n  MENU TITLE More\n  MENU PASSWD plain\n");
	expect(menu, "MENU MASTER PASSWD master\n");
	menu = render_image(&fixture, MENU_IPXE);
	refuse(menu, "root=live");
	refuse(menu, " deep ");
	expect(menu, "item --gap -- First: it has a password");
	menu = render_image(&fixture, MENU_GRUB);
	refuse(menu, "root=live");
	refuse(menu, "deep");
	tear_down(&fixture);
}

/* Whether each line of a PXELINUX menu begins with a word that we write. */
static void
check_lines(const char *menu)
{
	static const char *const words[] = {"UI",     "PROMPT",    "DEFAULT",   "TIMEOUT",
					    "MENU",   "LABEL",     "LINUX",     "INITRD",
					    "APPEND", "KERNEL",    "COM32",     "CONFIG",
					    "TEXT",   "SYSAPPEND", "LOCALBOOT", "ENDTEXT"};
	bool is_help = false;

	while (*menu != '\0') {
		size_t length = strcspn(menu, "\n");
		const char *word = menu + strspn(menu, " ");
		size_t word_length = strcspn(word, " \n");
		bool is_known = length == 0;

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			is_known |= word_length == strlen(words[i]) &&
				    strncmp(word, words[i], word_length) == 0;
		if (!is_known && !is_help)
			fail_msg("a line of its own: %.*s", (int)length, menu);
		if (strncmp(word, "TEXT HELP", 9) == 0)
			is_help = true;
		if (strncasecmp(word, "ENDTEXT", 7) == 0)
			is_help = false;
		for (size_t i = 0; i < length; i++)
			assert_false((unsigned char)menu[i] < ' ' || menu[i] == 0x7f);
		menu += length + (menu[length] == '\n');
	}
	assert_false(is_help);
}

/* Parsers clean what they read; the renderers do not rely on it. */
static void
nothing_of_an_image_becomes_a_directive(void **state)
{
	static const char evil[] = "a\nLABEL x\rKERNEL y\n\033[2J\x7f\nENDTEXT\n\tendtext\nMENU "
				   "DEFAULT\n$(reboot) `x` ${ip} || poweroff\n\\";
	struct fixture fixture;
	const char *menu;

	(void)state;
	set_up(&fixture);
	string_set(&first(&fixture)->title, evil);
	string_set(&first(&fixture)->label, evil);
	string_set(&first(&fixture)->help, evil);
	string_set(&first(&fixture)->password, evil);
	string_set(&fixture.boot->title, evil);
	string_set(&fixture.boot->menu->title, evil);
	fixture.images[1].problem = evil;
	check_lines(render_main(&fixture, MENU_PXELINUX, 3));
	check_lines(render_main(&fixture, MENU_PXELINUX, 1));
	check_lines(render_image(&fixture, MENU_PXELINUX));
	string_set(&first(&fixture)->password, NULL);
	menu = render_main(&fixture, MENU_IPXE, 3);
	refuse(menu, "${ip}");
	assert_int_equal(count_of(menu, "\npoweroff"), 1);
	assert_int_equal(count_of(menu, " || poweroff"), 0);
	menu = render_image(&fixture, MENU_GRUB);
	refuse(menu, "\nLABEL");
	tear_down(&fixture);
}

static void
titles_fit_their_line(void **state)
{
	static const struct {
		const char *title;
		unsigned columns;
		const char *expected;
	} rows[] = {
		{"short", 10, "short"},
		{"exactly 10", 10, "exactly 10"},
		{"more than 10", 10, "more th..."},
		{"  blanks \t\n at   ends ", 40, "blanks at ends"},
		{"", 10, ""},
		{"abcd", 3, "abc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text text = {0};

		menu_append_line(&text, rows[i].title, rows[i].columns);
		assert_string_equal(text_string(&text), rows[i].expected);
		text_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_menu_has_a_line_for_each_image_and_the_tail),
		cmocka_unit_test(menu_without_images_says_so),
		cmocka_unit_test(single_image_is_the_main_menu),
		cmocka_unit_test(what_boots_by_itself_is_the_default),
		cmocka_unit_test(known_names_are_told_from_others),
		cmocka_unit_test(images_own_menu_keeps_its_default_and_time),
		cmocka_unit_test(image_without_a_time_gets_ours_when_it_boots_by_itself),
		cmocka_unit_test(only_what_is_installed_is_offered),
		cmocka_unit_test(serial_menus_are_text_menus),
		cmocka_unit_test(port_is_in_urls_only_when_it_is_not_80),
		cmocka_unit_test(tokens_are_filled_in),
		cmocka_unit_test(what_cannot_be_written_is_not_offered),
		cmocka_unit_test(passwords_are_kept_or_the_entry_is_not_offered),
		cmocka_unit_test(nothing_of_an_image_becomes_a_directive),
		cmocka_unit_test(titles_fit_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
