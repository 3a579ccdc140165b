/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MENU directives of the SYSLINUX family, one row each (SYS-8, SYS-9).
 *
 * A word applies to the label before it; without one it applies to the line
 * that the sub-menu it stands in has in its parent's menu. Words of the menu's
 * look are syslinux_look.c's.
 */
#include <string.h>
#include <strings.h>

#include "syslinux_config.h"

/* MENU BEGIN, and INCLUDE with a tag. */
static void
begin_menu(struct syslinux_parser *parser)
{
	struct syslinux_menu *menu;
	struct syslinux_item *item;

	if (parser->menu->depth >= SYSLINUX_MENU_LIMIT) {
		parser->item = NULL;
		return;
	}
	item = syslinux_add_item(parser, SYSLINUX_SUBMENU);
	menu = arena_alloc(&parser->session->arena, sizeof(*menu));
	if (item == NULL || menu == NULL)
		return;
	menu->parent = parser->menu;
	menu->line = item;
	menu->end = &menu->items;
	menu->timeout = parser->menu->timeout;
	menu->depth = parser->menu->depth + 1;
	item->menu = menu;
	parser->menu = menu;
}

static void
end_menu(struct syslinux_parser *parser)
{
	parser->item = NULL;
	if (parser->menu->parent != NULL)
		parser->menu = parser->menu->parent;
}

static void
read_begin(struct syslinux_parser *parser, char *value)
{
	const struct syslinux_menu *outer = parser->menu;

	begin_menu(parser);
	if (parser->menu != outer)
		syslinux_keep(parser, &parser->menu->line->label, value);
}

static void
read_end(struct syslinux_parser *parser, char *value)
{
	(void)value;
	end_menu(parser);
}

/* INCLUDE file [tag]: with a tag the file is a sub-menu of its own. */
void
syslinux_read_include(struct syslinux_parser *parser, char *value)
{
	char *tag = syslinux_cut_word(value);
	const struct syslinux_menu *outer = parser->menu;

	if (*tag == '\0') {
		syslinux_include(parser, value);
		return;
	}
	read_begin(parser, tag);
	syslinux_include(parser, value);
	if (parser->menu != outer)
		end_menu(parser);
}

static void
read_title(struct syslinux_parser *parser, char *value)
{
	syslinux_keep(parser, &parser->menu->title, value);
}

static void
read_menu_label(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	if (item != NULL)
		syslinux_keep(parser, &item->title, value);
}

static void
read_password(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	if (item != NULL)
		syslinux_keep(parser, &item->password, value);
}

static void
read_master(struct syslinux_parser *parser, char *value)
{
	if (strncasecmp(value, "passwd", 6) == 0)
		syslinux_keep(parser, &parser->menu->password,
			      value + 6 + strspn(value + 6, " \t"));
}

static void
read_menu_default(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	(void)value;
	if (item != NULL)
		item->is_default = true;
}

static void
read_hide(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	(void)value;
	if (item != NULL)
		item->is_hidden = true;
}

static void
read_disable(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	(void)value;
	if (item != NULL)
		item->is_disabled = true;
}

static void
read_indent(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_described(parser);

	if (item != NULL)
		item->indent = syslinux_number(value);
}

static void
read_separator(struct syslinux_parser *parser, char *value)
{
	(void)value;
	syslinux_add_item(parser, SYSLINUX_SEPARATOR);
}

/* The menu that is shown first, in those above it. */
static void
read_start(struct syslinux_parser *parser, char *value)
{
	(void)value;
	for (struct syslinux_menu *menu = parser->menu; menu->line != NULL; menu = menu->parent)
		menu->line->is_default = true;
}

/* MENU EXIT, QUIT and GOTO: the label leads to a menu, nothing is run. */
static void
read_leave(struct syslinux_parser *parser, char *value)
{
	(void)value;
	if (parser->item != NULL)
		parser->item->type = SYSLINUX_NONE;
}

static const struct syslinux_directive directives[] = {
	{"title", read_title},
	{"label", read_menu_label},
	{"default", read_menu_default},
	{"hide", read_hide},
	{"disable", read_disable},
	{"disabled", read_disable},
	{"indent", read_indent},
	{"separator", read_separator},
	{"begin", read_begin},
	{"end", read_end},
	{"include", syslinux_read_include},
	{"passwd", read_password},
	{"master", read_master},
	{"exit", read_leave},
	{"quit", read_leave},
	{"goto", read_leave},
	{"start", read_start},
	{NULL, NULL},
};

static const struct syslinux_dropped dropped[SYSLINUX_DROPPED_ROWS] = {
	{"how the disc's own menu behaves",
	 {"shiftkey", "save", "nosave", "immediate", "noimmediate", "onerror", "hidden",
	  "hiddenkey", "hiddenrow", "help"}},
	{"each sub-menu has its own way back", {"exit", "quit", "goto"}},
};

void
syslinux_read_menu(struct syslinux_parser *parser, char *value)
{
	char *rest = syslinux_cut_word(value);
	const struct syslinux_directive *directive = syslinux_find_directive(directives, value);

	if (directive != NULL)
		directive->read(parser, rest);
	else if (syslinux_read_look(parser, value, rest))
		return;
	if (!syslinux_drop(parser, dropped, parser->session->dropped_menu, "menu ", value) &&
	    directive == NULL)
		syslinux_note_unknown(parser, "menu ", value);
}
