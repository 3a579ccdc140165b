/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between menu_grub.c, which makes whole menus, and menu_grub_entry.c, which
 * writes their entries.
 */
#ifndef MENU_GRUB_H
#define MENU_GRUB_H

#include <stdbool.h>

struct entry;
struct menu;
struct menu_context;
struct menu_image;
struct text;

struct grub_rendering {
	const struct menu_context *context;
	const struct menu_image *image;
	unsigned timeout_ms; /* of the menu and its sub-menus */
	struct text *text;
};

/* The block that boots from the local disk. */
extern const char grub_local[];

/* Appends an entry, if it has a line; the default is called "start". */
void grub_append_entry(const struct grub_rendering *, const struct entry *, bool is_default);

/* Appends the entries of `menu`, with its sub-menus; `start` is the default, or
   NULL. */
void grub_append_entries(const struct grub_rendering *, const struct menu *menu,
			 const struct entry *start);

/* Appends what cannot be booted: GRUB has no lines that cannot be chosen, so this
   one tells why and leads back. */
void grub_append_disabled(const char *title, const char *why, struct text *);

/* Appends a text for people, in quotes. */
void grub_append_title(struct text *, const char *title);

/* Appends the time until the default is booted; 0 waits for ever. */
void grub_append_timeout(unsigned timeout_ms, struct text *);

#endif
