/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the text and the JSON of explain share.
 */
#ifndef EXPLAIN_PART_H
#define EXPLAIN_PART_H

#include "explain.h"
#include "menu_part.h"

enum { EXPLAIN_CLIENTS = MENU_GRUB + 1, EXPLAIN_MENUS = 2 };

struct entry;
struct entry_note;
struct menu;

/* "pxelinux", "ipxe", "grub" */
const char *explain_client(enum menu_format);

/* "linux", "memdisk", ... */
const char *explain_kind(const struct entry *);

/* "BIOS", "UEFI", or "any": what can start it. */
const char *explain_firmware(const struct entry *);

/* Appends the arguments as they are sent; the machine's address is "MAC" where
   none is known. */
void explain_arguments(const struct menu_context *, const struct menu_image *, const struct entry *,
		       struct text *);

/* A menu of the image, and which of the clients in question are shown it. */
struct explain_menu {
	const struct menu *menu;
	unsigned clients;
	bool is_uefi; /* there is another for BIOS */
};

/* -> how many there are; one that nobody in question is shown is left out. */
unsigned explain_menus(const struct explain *, struct explain_menu ret_menus[EXPLAIN_MENUS]);

/* Which of `clients` an entry is offered to, and why not to the others. */
struct explain_offer {
	unsigned clients;
	const char *why[EXPLAIN_CLIENTS]; /* NULL where it is */
	char buffers[EXPLAIN_CLIENTS][MENU_WHY_SIZE];
};

void explain_offer(const struct explain *, unsigned clients, const struct entry *,
		   struct explain_offer *ret_offer);

/* Which of `clients` will fetch something for `entry`: those that it is offered to;
   all of them when it is offered to none, since a person asks what is wrong. */
unsigned explain_fetchers(const struct explain *, unsigned clients, const struct entry *);

/* Whether the menu for BIOS machines, which is explained too, has an entry that
   does the same. */
bool explain_is_told(const struct explain *, const struct explain_menu *, const struct entry *);

/* What is fetched before the menu. The caller frees. */
void explain_fetch_menu(const struct explain *, struct fetches *ret_fetches);

/* What those of `clients` fetch for `entry`. The caller frees. */
void explain_fetch_entry(const struct explain *, unsigned clients, const struct entry *,
			 struct fetches *ret_fetches);

/* The text of explain is made of these, see explain_layout.c. `depth` is how deep
   in sub-menus it is about. */
enum { EXPLAIN_COLUMNS = 100 };

/* Appends "  NAME   VALUE", the value in several lines if need be; "" appends
   nothing. */
void explain_append_field(struct text *, unsigned depth, const char *name, const char *value);

/* Appends a table of what is fetched; `clients` are those that fetch what nothing
   else is said of. */
void explain_append_fetches(const struct explain *, unsigned depth, unsigned clients,
			    const struct fetches *, struct text *);

/* Appends the changes among `notes`, each with its reason. */
void explain_append_changes(struct text *, unsigned depth, const struct entry_note *notes);

/* Appends what is known of the image as a whole. */
void explain_append_head(const struct explain *, struct text *);

/* Appends "pxelinux, ipxe". */
void explain_append_clients(struct text *, unsigned clients);

#endif
