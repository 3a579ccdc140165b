/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image, as text for people: what is known of the image, what a
 * machine fetches before the menu, then the entries of each menu.
 */
#include "explain.h"

#include <string.h>

#include "boot.h"
#include "explain_part.h"
#include "text.h"

enum { TITLE_COLUMNS = 200, COMMAND_LINE_LIMIT = 2047 };

static void append_menu(const struct explain *, const struct explain_menu *, unsigned depth,
			struct text *);

/* `label  "title"  kind` */
static void
append_title(struct text *text, unsigned depth, const struct entry *entry)
{
	text_printf(text, "%*s", (int)(2 * depth), "");
	menu_append_line(text, entry->label, TITLE_COLUMNS);
	text_append(text, "  \"");
	menu_append_line(text, entry->title, TITLE_COLUMNS);
	text_printf(text, "\"  %s%s%s\n", explain_kind(entry),
		    entry->is_default ? ", the default" : "", entry->is_hidden ? ", hidden" : "");
}

static void
append_origin(struct text *text, unsigned depth, const struct entry *entry)
{
	struct text place = {0};

	if (entry->source_path == NULL)
		return;
	text_printf(&place, "%s:%u", entry->source_path, entry->source_line);
	explain_append_field(text, depth, "from", text_string(&place));
	text_free(&place);
}

/* Whom the entry is not offered to; a reason that all have is told once. */
static void
append_offer(struct text *text, unsigned depth, unsigned clients, const struct explain_offer *offer)
{
	unsigned told = offer->clients;

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct text line = {0};
		unsigned same = 0;

		if ((clients & ~told & 1U << format) == 0)
			continue;
		for (enum menu_format other = format; other <= MENU_GRUB; other++) {
			if (offer->why[other] != NULL && offer->why[format] != NULL &&
			    strcmp(offer->why[other], offer->why[format]) == 0)
				same |= 1U << other;
		}
		if (same != clients) {
			text_append(&line, "to ");
			explain_append_clients(&line, same);
			text_append(&line, ": ");
		}
		text_append(&line, offer->why[format]);
		explain_append_field(text, depth, "not offered", text_string(&line));
		text_free(&line);
		told |= same;
	}
}

static void
append_firmware(struct text *text, unsigned depth, const struct entry *entry)
{
	const char *words = NULL;

	if (entry->firmware == ENTRY_FOR_UEFI)
		words = "UEFI; not offered to a BIOS, for which it is not made";
	else if (entry->firmware == ENTRY_FOR_BIOS && entry->kind == ENTRY_MEMDISK)
		words = "BIOS; not offered to UEFI: memdisk needs a BIOS";
	else if (entry->firmware == ENTRY_FOR_BIOS)
		words = "BIOS; not offered to UEFI, for which it is not made";
	explain_append_field(text, depth, "starts on", words);
}

/* The arguments before and after. {http} and the like stay: what they stand for
   is long, and told once. */
static void
append_arguments(const struct explain *explain, unsigned depth, const struct entry *entry,
		 struct text *text)
{
	const char *before = entry->original != NULL ? entry->original : "";
	const char *after = entry->arguments != NULL ? entry->arguments : "";
	bool is_same = strcmp(before, after) == 0;
	struct text whole = {0};

	explain_append_field(text, depth, "before", is_same ? "" : before);
	explain_append_field(text, depth, is_same ? "arguments" : "after", after);
	explain_arguments(explain->context, explain->image, entry, &whole);
	if (whole.length > COMMAND_LINE_LIMIT)
		explain_append_field(text, depth, "",
				     "longer than the 2047 bytes that a kernel keeps");
	text_free(&whole);
}

static void
append_needs(struct text *text, unsigned depth, const struct entry *entry)
{
	struct text cost = {0};

	menu_append_cost(entry, &cost);
	if (entry->needs != NULL)
		text_printf(&cost, "%sits initramfs speaks %s", cost.length > 0 ? "; " : "",
			    entry->needs);
	explain_append_field(text, depth, "machine", text_string(&cost));
	text_free(&cost);
}

static void
append_remarks(struct text *text, unsigned depth, const struct entry *entry)
{
	const char *name = "remarks";

	for (const struct entry_note *note = entry->notes; note != NULL; note = note->next) {
		if (note->kind != NOTE_REMARK)
			continue;
		explain_append_field(text, depth, name, note->text);
		name = "";
	}
}

static void
append_fetches(const struct explain *explain, unsigned depth, unsigned clients,
	       const struct entry *entry, struct text *text)
{
	struct fetches fetches;

	explain_fetch_entry(explain, clients, entry, &fetches);
	explain_append_fetches(explain, depth, clients, &fetches, text);
	text->error = text->error != 0 ? text->error : fetches.error;
	fetches_free(&fetches);
}

/* Which way it goes, what was seen in its initrds for that, what else is possible. */
static void
append_way(struct text *text, unsigned depth, const struct entry *entry)
{
	struct text line = {0};

	if (entry->way == WAY_NOT_KNOWN)
		return;
	text_append(&line, entry_way_name(entry->way));
	if (entry->way_why != NULL && entry->way_why[0] != '\0')
		text_printf(&line, ": %s", entry->way_why);
	explain_append_field(text, depth, "way", text_string(&line));
	explain_append_field(text, depth, "", entry->way_fact);
	text_cut(&line, 0);
	for (const struct entry_note *way = entry->other_ways; way != NULL; way = way->next)
		text_printf(&line, "%s%s", line.length > 0 ? ", " : "", way->text);
	explain_append_field(text, depth, "other ways", text_string(&line));
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

/* What starts it on these clients, from its recipe to what was changed. */
static void
append_start(const struct explain *explain, unsigned depth, unsigned clients,
	     const struct entry *entry, struct text *text)
{
	explain_append_field(text, depth, "recipe", entry->recipe);
	append_way(text, depth, entry);
	append_needs(text, depth, entry);
	append_fetches(explain, depth, clients, entry, text);
	if (entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK)
		append_arguments(explain, depth, entry, text);
	explain_append_changes(text, depth, entry->notes);
	append_remarks(text, depth, entry);
}

static void
append_entry(const struct explain *explain, const struct explain_menu *menu, unsigned depth,
	     const struct entry *entry, struct text *text)
{
	const unsigned on_uefi = menu->clients & EXPLAIN_UEFI;
	struct explain_offer offer;

	append_title(text, depth, entry);
	append_origin(text, depth, entry);
	if (entry->kind == ENTRY_MENU || entry->kind == ENTRY_TEXT)
		return;
	explain_offer(explain, menu->clients, entry, &offer);
	append_offer(text, depth, menu->clients, &offer);
	if (explain_is_told(explain, menu, entry)) {
		explain_append_field(text, depth, "", "the same as for BIOS machines");
		return;
	}
	append_firmware(text, depth, entry);
	append_start(explain, depth, offer.clients != 0 ? offer.clients : menu->clients, entry,
		     text);
	/* A menu for a BIOS alone never meets UEFI firmware. */
	if (entry->on_uefi == NULL || on_uefi == 0)
		return;
	explain_append_field(text, depth, "on UEFI", "it starts otherwise:");
	append_start(explain, depth, on_uefi, entry->on_uefi, text);
}

static void
append_menu(const struct explain *explain, const struct explain_menu *menu, unsigned depth,
	    struct text *text)
{
	for (const struct entry *entry = menu->menu->entries; entry != NULL; entry = entry->next) {
		struct explain_menu inner = *menu;

		if (entry->kind == ENTRY_SEPARATOR)
			continue;
		append_entry(explain, menu, depth, entry, text);
		text_append_char(text, '\n');
		inner.menu = entry->submenu;
		if (entry->submenu != NULL)
			append_menu(explain, &inner, depth + 1, text);
	}
}

static void
append_before_menu(const struct explain *explain, struct text *text)
{
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct explain one = *explain;
		struct fetches fetches;

		one.clients = explain->clients & 1U << format;
		if (one.clients == 0)
			continue;
		text_printf(text, "Before the menu, %s:\n", explain_client(format));
		explain_fetch_menu(&one, &fetches);
		explain_append_fetches(&one, 0, one.clients, &fetches, text);
		text_append_char(text, '\n');
		text->error = text->error != 0 ? text->error : fetches.error;
		fetches_free(&fetches);
	}
}

void
explain_text(const struct explain *explain, struct text *text)
{
	const struct boot *boot = explain->image->boot;
	struct explain_menu menus[EXPLAIN_MENUS];
	unsigned count;

	explain_append_head(explain, text);
	if (boot == NULL)
		return;
	text_append_char(text, '\n');
	append_before_menu(explain, text);
	count = explain_menus(explain, menus);
	for (unsigned i = 0; i < count; i++) {
		text_printf(text, "Menu of %s machines (",
			    boot->uefi == NULL ? "all"
			    : menus[i].is_uefi ? "UEFI"
					       : "BIOS");
		explain_append_clients(text, menus[i].clients);
		text_append(text, "):\n\n");
		append_menu(explain, &menus[i], 0, text);
	}
}
