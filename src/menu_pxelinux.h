/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between menu_pxelinux.c, which makes whole menus, and menu_pxelinux_entry.c,
 * which writes their entries.
 */
#ifndef MENU_PXELINUX_H
#define MENU_PXELINUX_H

#include <stdbool.h>

struct entry;
struct menu;
struct menu_context;
struct menu_image;
struct text;

struct pxelinux_rendering {
	const struct menu_context *context;
	const struct menu_image *image;
	const struct entry *self; /* marked as the default, or NULL */
	bool is_main;             /* the tail follows: the image's own tools are left out */
	int help_indent;          /* of the look: where entries begin, and how wide they are */
	int help_columns;
	struct text *text;
};

/* Appends the entries of `menu`, with its sub-menus. */
void pxelinux_append_entries(const struct pxelinux_rendering *, const struct menu *menu);

/* Appends the password that unlocks all of the image's menu, if it has one. */
void pxelinux_append_master(struct text *, const struct menu *menu);

/* Whether PXELINUX has words for what `entry` runs: its arguments may be too long, or
   need what only the machine knows. */
bool pxelinux_has_words(const struct menu_context *, const struct menu_image *,
			const struct entry *);

/* Appends one entry that is run; as a disabled line when it cannot be. */
void pxelinux_append_entry(const struct pxelinux_rendering *, const struct entry *,
			   const char *title);

/* Appends a line that cannot be chosen; `why` may be NULL. */
void pxelinux_append_disabled(struct text *, const char *title, const char *why);

/* Appends at most `columns` of `title`, with '^' before its hotkey (0: none). */
void pxelinux_append_title(struct text *, const char *title, char hotkey, unsigned columns);

/* Appends lines, each with its '\n', as the help of an entry, below its title; they
   are cut up. NULL or "": there is none. */
void pxelinux_append_help(const struct pxelinux_rendering *, char *lines);

/* Whether menus are pictures: vesamenu.c32 shows them. */
bool pxelinux_is_graphic(const struct menu_context *);

/* Appends the look of the image's `menu`: false, and nothing, if it has none or it
   cannot be shown. */
bool pxelinux_append_look(struct pxelinux_rendering *, const struct menu *menu);

/* Appends the look of our own menus. */
void pxelinux_append_our_look(struct pxelinux_rendering *);

/* Appends a label of ours for an entry that the image calls `label`. */
void pxelinux_append_label(struct text *, const struct menu_image *, const char *label);

/* Appends what boots from the local disk. */
void pxelinux_append_local(const struct menu_context *, struct text *);

#endif
