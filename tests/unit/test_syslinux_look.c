/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The look of an ISOLINUX menu (SYS-8): what is kept of it for PXELINUX, and
 * what is refused, with which remark. Layouts are test_look.c's, pictures
 * test_picture.c's.
 */
#include "menu_unit.h"

#include "boot.h"
#include "look.h"
#include "syslinux.h"

#define CONFIG "isolinux/isolinux.cfg"
#define PICTURE "=\xf3\x13\x14\x80\2\xe0\1" /* LSS16, 640x480 */
#define WIDE "=\xf3\x13\x14\x20\3\xe0\1"    /* 800x480 */
#define TALL "=\xf3\x13\x14\x80\2\x58\2"    /* 640x600 */

/* An image whose configuration is `config`: the menu of it as PXELINUX gets it,
   and the remarks. */
static void
read_image(const char *config, struct text *ret_menu, struct text *ret_notes)
{
	const struct tree_file files[] = {
		{CONFIG, config, 0},
		{"isolinux/other.cfg", "MENU COLOR title * #010203\nLABEL o\nLINUX /vmlinuz\n", 0},
		{"isolinux/huge.png", NULL, 5 << 20},
		{"isolinux/s.png", PICTURE, 0},
		{"isolinux/text.png", "GIF89a........................", 0},
		{"isolinux/tall.png", TALL, 0},
		{"isolinux/third.cfg", "MENU COLOR title * #040506\nLABEL t\nLINUX /vmlinuz\n", 0},
		{"isolinux/wide.png", WIDE, 0},
		{"top.png", PICTURE, 0},
		{"vmlinuz", NULL, 20},
		{NULL, NULL, 0},
	};
	const struct menu_context context = {
		.server = "192.0.2.1", .http_port = 80, .has_loader = has_loader, .loaders = ALL};
	struct boot *boot = boot_new();
	struct menu_image image = {.name = "x", .boot = boot};
	struct tree tree;

	tree_init(&tree, files);
	assert_int_equal(syslinux_read(&tree.source, boot), 0);
	menu_render_image(MENU_PXELINUX, &context, &image, ret_menu);
	for (const struct entry_note *note = boot->notes; note != NULL; note = note->next)
		text_printf(ret_notes, "%s\n", note->text);
	boot_free(boot);
}

struct row {
	const char *lines; /* behind "UI vesamenu.c32" */
	const char *menu;  /* in the menu, or NULL: our look */
	const char *note;  /* in the remarks, or NULL: there are none */
};

#define URL "MENU BACKGROUND http://192.0.2.1/images/x/"

static const struct row rows[] = {
	{"MENU BACKGROUND s.png", URL "isolinux/s.png\n", NULL},
	{"MENU BACKGROUND /top.png behind", URL "top.png\n", NULL},
	{"MENU BACKGROUND #80112233", "MENU BACKGROUND #80112233\n", NULL},
	{"menu background #123", "MENU BACKGROUND #ff112233\n", NULL},
	{"MENU BACKGROUND #12345", NULL, ":2: menu background not kept: not a colour: #12345"},
	{"MENU BACKGROUND none.png", NULL,
	 ":2: the menu's own look is not kept: none.png: it is not in the image"},
	{"MENU BACKGROUND 192.0.2.9::s.png", NULL, "it is not in the image"},
	{"MENU BACKGROUND text.png", NULL, "text.png: neither PNG nor JPEG nor LSS16"},
	{"MENU BACKGROUND huge.png", NULL, "huge.png: it has more than 4 MiB"},
	{"MENU BACKGROUND wide.png", NULL, "it is larger than the menu's screen"},
	{"MENU BACKGROUND tall.png", NULL, "it is larger than the menu's screen"},
	{"MENU BACKGROUND wide.png\nMENU RESOLUTION 800 600",
	 "MENU RESOLUTION 800 600\n" URL "isolinux/wide.png\n", NULL},
	{"MENU COLOR sel 7;37;40 #e0ffffff #20ff8000 all",
	 "MENU COLOR sel 7;37;40 #e0ffffff #20ff8000 all\n", NULL},
	{"menu colour TITLE * #FFFFFFFF *", "MENU COLOR title * #ffffffff *\n", NULL},
	{"MENU COLOR border 30;44 #4fff #000 Standard",
	 "MENU COLOR border 30;44 #44ffffff #ff000000 std\n", NULL},
	{"MENU COLOR help * #111222333 #111122223333", "MENU COLOR help * #ff112233 #ff112233\n",
	 NULL},
	/* vesamenu.c32's own ground is hard to read on: ours. */
	{"MENU COLOR help 1", "MENU BACKGROUND #ff16222c\nMENU COLOR help 1", NULL},
	{"MENU COLOR help 1", "MENU COLOR help 1 * *\n", NULL},
	{"MENU COLOR title \x1b[2J #fff #fff none", "MENU COLOR title * #ffffffff #ffffffff none\n",
	 ":2: menu color not kept: not a colour of a terminal: "},
	{"MENU COLOR title 1;1;1;1;1;1;1;1;1;1;1;1 #fff", "MENU COLOR title * #ffffffff *\n",
	 "not a colour of a terminal"},
	{"MENU COLOR title * red blue", "MENU COLOR title * * *\n", "not a colour: red"},
	{"MENU COLOR titel * #fff", NULL, "menu color not kept: no such part of a menu: titel"},
	{"MENU MSGCOLOR #ffffff #80000000 rev", "MENU MSGCOLOR #ffffffff #80000000 rev\n", NULL},
	{"MENU BACKGROUND #123\nMENU CLEAR", "MENU CLEAR\n", NULL},
	{"MENU BACKGROUND #123\nMENU ROWS 9\nMENU TABMSGROW 15\nMENU HELPMSGROW 17\n"
	 "MENU TIMEOUTROW 16\nMENU MARGIN 5",
	 "MENU ROWS 9\n", NULL},
	{"MENU BACKGROUND #123\nMENU VSHIFT -3", "MENU VSHIFT 0\n", "the menu's own layout: "},
	{"MENU BACKGROUND #123\nMENU WIDTH 100000", "MENU WIDTH 78\n",
	 "menu width not kept: beyond any screen: 100000"},
	{"MENU BACKGROUND #123\nMENU RESOLUTION 64000 48000", "MENU BACKGROUND #ff112233\n",
	 "menu resolution not kept: not from 640 480 to 1920 1200"},
	{"MENU BACKGROUND #123\nMENU TABMSG  Press\x1b[2J\tTab ", "MENU TABMSG Press [2J Tab\n",
	 NULL},
	{"MENU BACKGROUND #123\nMENU AUTOBOOT In # second{,s}", "MENU AUTOBOOT In # second{,s}\n",
	 NULL},
	{"MENU BACKGROUND #123\nMENU PASSPROMPT Who?", "MENU PASSPROMPT Who?\n", NULL},
	{"MENU BACKGROUND #123\nMENU NOTABMSG "
	 "0123456789012345678901234567890123456789012345678901234567890123456789012",
	 "MENU BACKGROUND #ff112233\n", "menu notabmsg not kept: too long for the screen: 0123"},
	{"MENU ROWS 9", NULL, "the menu's own look is not kept: it has no colour and no picture"},
	{"UI menu.c32\nMENU BACKGROUND #123", NULL,
	 "the menu's own look is not kept: it is a text menu"},
	{"MENU BEGIN\nMENU COLOR title * #abc\nLABEL s\nLINUX /vmlinuz\nMENU END",
	 "MENU COLOR title * #ffaabbcc *\n", NULL},
	/* A sub-menu begins with the look around it. */
	{"MENU BACKGROUND #123\nMENU BEGIN\nMENU COLOR title * #abc\nLABEL s\nLINUX /vmlinuz\n"
	 "MENU END",
	 "MENU BACKGROUND #ff112233\nMENU COLOR title * #ffaabbcc *\n", NULL},
	{"LABEL o\nKERNEL vesamenu.c32\nAPPEND other.cfg", "MENU COLOR title * #ff010203 *\n",
	 NULL},
	{"LABEL o\nKERNEL menu.c32\nAPPEND other.cfg", NULL,
	 "isolinux/other.cfg:1: the menu's own look is not kept: it is a text menu"},
	{"LABEL o\nKERNEL menu.c32\nAPPEND other.cfg\nLABEL t\nCONFIG third.cfg",
	 "MENU COLOR title * #ff040506 *\n", "isolinux/other.cfg:1: the menu's own look"},
};

static void
look_is_kept_as_far_as_it_can_be_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text config = {0}, menu = {0}, notes = {0};

		text_printf(&config, "UI vesamenu.c32\n%s\nMENU TITLE t\nLABEL a\nLINUX /vmlinuz\n",
			    rows[i].lines);
		read_image(text_string(&config), &menu, &notes);
		if (rows[i].menu != NULL ? strstr(text_string(&menu), rows[i].menu) == NULL
					 : strstr(text_string(&menu), "#ffc4dcec") == NULL)
			fail_msg("%s: the menu is:\n%s", rows[i].lines, text_string(&menu));
		if (rows[i].note != NULL ? strstr(text_string(&notes), rows[i].note) == NULL
					 : notes.length > 0)
			fail_msg("%s: remarks: %s", rows[i].lines, text_string(&notes));
		text_free(&config);
		text_free(&menu);
		text_free(&notes);
	}
}

/* On a serial line, and where vesamenu.c32 is missing, a menu is text. */
static void
look_is_ours_where_menus_are_text(void **state)
{
	static const struct tree_file files[] = {
		{CONFIG, "UI vesamenu.c32\nMENU BACKGROUND #123\nLABEL a\nLINUX /vmlinuz\n", 0},
		{"vmlinuz", NULL, 20},
		{NULL, NULL, 0},
	};
	struct menu_context context = {
		.server = "192.0.2.1", .http_port = 80, .has_loader = has_loader, .loaders = ALL};
	struct boot *boot = boot_new();
	struct menu_image image = {.name = "x", .boot = boot};
	struct text text = {0};
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(syslinux_read(&tree.source, boot), 0);
	menu_render_main(MENU_PXELINUX, &context, &image, 1, &text);
	expect(text_string(&text), "MENU BACKGROUND #ff112233\n");
	text_free(&text);
	context.serial = true;
	menu_render_main(MENU_PXELINUX, &context, &image, 1, &text);
	expect(text_string(&text), "SERIAL 0 115200\nUI menu.c32\n");
	expect(text_string(&text), "MENU HELPMSGENDROW 25\n");
	refuse(text_string(&text), "#ff112233");
	text_free(&text);
	boot_free(boot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(look_is_kept_as_far_as_it_can_be_shown),
		cmocka_unit_test(look_is_ours_where_menus_are_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
