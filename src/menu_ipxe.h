/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between menu_ipxe.c, which makes whole scripts, and menu_ipxe_entry.c, which
 * writes their entries.
 */
#ifndef MENU_IPXE_H
#define MENU_IPXE_H

#include "boot.h"

struct menu_context;
struct menu_image;
struct text;

struct ipxe_rendering {
	const struct menu_context *context;
	const struct menu_image *image;
	unsigned next;            /* number for the next entry */
	const struct entry *self; /* the main menu starts with it, or NULL */
	unsigned timeout_ms;      /* of the menu and its sub-menus; 0 waits for ever */
	struct text *text;
};

/* Appends the line of the menu for entry `number`, if it has one; whether it can
   be chosen. */
bool ipxe_append_item(const struct ipxe_rendering *, const struct entry *, unsigned number);

/* Appends what entry `number` does, from its label on. Of one that is not
   offered, nothing; sub-menus are the caller's. */
void ipxe_append_block(const struct ipxe_rendering *, const struct entry *, unsigned number);

/* Appends a line that cannot be chosen, and below it why (NULL: it only says
   something). */
void ipxe_append_disabled(struct text *, const char *title, const char *why);

/* Appends a text for people, safe within a line. */
void ipxe_append_title(struct text *, const char *title);

/* Appends `lines`, each with its '\n', as text below an item, seen once a person
   asks for it; they are cut up. `firmware`: as the item's. NULL: none. */
void ipxe_append_details(struct text *, enum entry_firmware firmware, char *lines);

/* Appends what boots from the local disk. */
void ipxe_append_local(struct text *);

#endif
