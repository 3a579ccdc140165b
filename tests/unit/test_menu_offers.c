/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus: what is offered to whom, how it is written, and that nothing out of
 * an image becomes a directive.
 */
#include "menu_unit.h"

#include <errno.h>

#include "menu_part.h"

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
	refuse(menu, "chain.c32");
	refuse(menu, "memtest");
	refuse(menu, "hdt.c32");
	menu = render_image(&fixture, MENU_PXELINUX);
	expect(menu, "  MENU LABEL memdisk is not installed on the server\n");
	refuse(menu, "hdt.c32");
	refuse(menu, "KERNEL memdisk");
	fixture.context.loaders = "";
	menu = render_main(&fixture, MENU_PXELINUX, 3);
	refuse(menu, "UI ");
	expect(menu, "PROMPT 1\n");
	expect(menu, "SAY menu.c32 is missing");
	tear_down(&fixture);
}

/* What iPXE fills in is looked through again, so that no setting can stand for
   the two signs. */
static void
ipxe_is_not_given_what_it_would_fill_in(void **state)
{
	struct fixture fixture;
	struct entry *entry;

	(void)state;
	set_up(&fixture);
	entry = (struct entry *)(uintptr_t)boot_find(fixture.boot, "two");
	assert_int_equal(string_set(&entry->title, "Costs $5 ${mac} $"), 0);
	expect(render_image(&fixture, MENU_IPXE), "-- e2 Costs $5 $ {mac} $\n");
	assert_int_equal(string_set(&entry->arguments, "a=$x b=${{mac}"), 0);
	expect(render_image(&fixture, MENU_IPXE),
	       "item --gap -- Costs $5 $ {mac} $\nitem --gap -- - iPXE would");
	refuse(text_string(&fixture.text), "b=$");
	expect(render_image(&fixture, MENU_PXELINUX), "APPEND a=$x b=${mac}\n");
	expect(render_image(&fixture, MENU_GRUB), "'a=$x' 'b=${mac}'");
	tear_down(&fixture);
}

static void
sub_menu_with_nothing_to_offer_is_left_out(void **state)
{
	struct fixture fixture;
	struct entry *deep;

	(void)state;
	set_up(&fixture);
	deep = (struct entry *)(uintptr_t)boot_find(fixture.boot, "deep");
	expect(render_image(&fixture, MENU_IPXE), "More\n");
	deep->is_hidden = true;
	refuse(render_image(&fixture, MENU_IPXE), "-- e3 More\n");
	refuse(render_image(&fixture, MENU_GRUB), "More");
	expect(render_image(&fixture, MENU_PXELINUX), "MENU LABEL More\n");
	fixture.context.loaders = " menu.c32 ";
	refuse(render_image(&fixture, MENU_PXELINUX), "MENU LABEL More\n");
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
	expect(render_main(&fixture, MENU_GRUB, 3), "terminal_output --append serial\n");
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
	expect(render_image(&fixture, MENU_PXELINUX),
	       "  MENU LABEL First\n  MENU DISABLE\n\nLABEL -\n  MENU LABEL its arguments cannot "
	       "be written");
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
	expect(render_image(&fixture, MENU_PXELINUX),
	       "  MENU LABEL First\n  MENU DISABLE\n\nLABEL -\n  MENU LABEL its arguments cannot "
	       "be written");
	lengthy[4000] = '\0';
	string_set(&first(&fixture)->arguments, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), "MENU LABEL ^First\n");
	lengthy[240] = '\0';
	string_set(&first(&fixture)->kernel.path, lengthy);
	expect(render_image(&fixture, MENU_PXELINUX), "MENU LABEL a file's URL is longer");
	string_set(&first(&fixture)->kernel.path, "a b,c");
	expect(render_image(&fixture, MENU_PXELINUX),
	       "LINUX http://192.0.2.1/images/live/a%20b%2Cc\n");
	expect(render_image(&fixture, MENU_GRUB),
	       "menuentry 'First'' (not offered)' {\n\techo '  ''a file'\\''s name has");
	tear_down(&fixture);
}

static void
what_takes_no_port_is_offered_on_port_80(void **state)
{
	struct fixture fixture;
	struct entry *two;

	(void)state;
	set_up(&fixture);
	two = (struct entry *)(uintptr_t)boot_find(fixture.boot, "two");
	two->needs = ENTRY_NEEDS_PORT_80;
	expect(render_image(&fixture, MENU_PXELINUX), "LABEL live:two\n");
	fixture.context.http_port = 8080;
	refuse(render_image(&fixture, MENU_PXELINUX), "LABEL live:two\n");
	expect(text_string(&fixture.text), "LABEL it takes no port in a URL, and HTTP is not");
	refuse(render_image(&fixture, MENU_IPXE), "-- e2 ");
	tear_down(&fixture);
}

/* The words that begin a menu are only ever those of one of its lines. */
static void
what_cannot_be_written_is_not_what_a_menu_begins_with(void **state)
{
	struct fixture fixture;
	struct entry *two;

	(void)state;
	set_up(&fixture);
	two = (struct entry *)(uintptr_t)boot_find(fixture.boot, "two");
	string_set(&two->arguments, "x={mac}");
	expect(render_image(&fixture, MENU_PXELINUX), "\nDEFAULT live:one\n");
	fixture.context.boot_self = "live:two";
	expect(render_main(&fixture, MENU_PXELINUX, 3), "\nDEFAULT @local\n");
	fixture.context.mac = "52-54-00-12-34-56";
	expect(render_main(&fixture, MENU_PXELINUX, 3), "\nDEFAULT live:two\n");
	tear_down(&fixture);
}

static void
a_menu_that_begins_with_a_sub_menu_names_no_label(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	for (struct entry *entry = first(&fixture); entry != NULL; entry = entry->next)
		entry->is_default = entry->submenu != NULL;
	refuse(render_image(&fixture, MENU_PXELINUX), "\nDEFAULT ");
	expect(text_string(&fixture.text), "  MENU TITLE More\n  MENU DEFAULT\n");
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
	expect(menu, "item --gap -- First\nitem --gap -- - it has a password");
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
		cmocka_unit_test(only_what_is_installed_is_offered),
		cmocka_unit_test(ipxe_is_not_given_what_it_would_fill_in),
		cmocka_unit_test(sub_menu_with_nothing_to_offer_is_left_out),
		cmocka_unit_test(serial_menus_are_text_menus),
		cmocka_unit_test(port_is_in_urls_only_when_it_is_not_80),
		cmocka_unit_test(tokens_are_filled_in),
		cmocka_unit_test(what_cannot_be_written_is_not_offered),
		cmocka_unit_test(what_takes_no_port_is_offered_on_port_80),
		cmocka_unit_test(what_cannot_be_written_is_not_what_a_menu_begins_with),
		cmocka_unit_test(a_menu_that_begins_with_a_sub_menu_names_no_label),
		cmocka_unit_test(passwords_are_kept_or_the_entry_is_not_offered),
		cmocka_unit_test(nothing_of_an_image_becomes_a_directive),
		cmocka_unit_test(titles_fit_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
