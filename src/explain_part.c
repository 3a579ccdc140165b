/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the text and the JSON of explain share: see explain_part.h. The answers
 * are asked of the renderers of menus and of fetch.h, for each kind of client.
 */
#include "explain_part.h"

#include <stddef.h>

#include "boot.h"
#include "text.h"

/* {mac} as a person reads it. */
static const char MAC[] = "MAC";

const char *
explain_client(enum menu_format format)
{
	static const char *const names[] = {"pxelinux", "ipxe", "grub"};

	return names[format];
}

const char *
explain_kind(const struct entry *entry)
{
	static const char *const names[] = {
		[ENTRY_LINUX] = "linux",     [ENTRY_MEMDISK] = "memdisk",
		[ENTRY_SANBOOT] = "sanboot", [ENTRY_MODULE] = "module",
		[ENTRY_PROGRAM] = "program", [ENTRY_LOCAL] = "local",
		[ENTRY_MENU] = "menu",       [ENTRY_SEPARATOR] = "separator",
		[ENTRY_TEXT] = "text",
	};

	return names[entry->kind];
}

const char *
explain_firmware(const struct entry *entry)
{
	static const char *const names[] = {"any", "BIOS", "UEFI"};

	return names[entry->firmware];
}

void
explain_arguments(const struct menu_context *context, const struct menu_image *image,
		  const struct entry *entry, struct text *text)
{
	menu_append_arguments(context, image, entry, context->mac != NULL ? context->mac : MAC,
			      text);
}

unsigned
explain_menus(const struct explain *explain, struct explain_menu ret_menus[EXPLAIN_MENUS])
{
	const struct boot *boot = explain->image->boot;
	unsigned count = 0;

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		const struct menu *menu = menu_of(format, boot);

		if ((explain->clients & 1U << format) == 0)
			continue;
		if (count == 0 || ret_menus[count - 1].menu != menu)
			ret_menus[count++] =
				(struct explain_menu){.menu = menu, .is_uefi = menu == boot->uefi};
		ret_menus[count - 1].clients |= 1U << format;
	}
	return count;
}

void
explain_offer(const struct explain *explain, unsigned clients, const struct entry *entry,
	      struct explain_offer *ret_offer)
{
	*ret_offer = (struct explain_offer){.clients = 0};
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) == 0)
			continue;
		ret_offer->why[format] = menu_why_not(format, explain->context, explain->image,
						      entry, ret_offer->buffers[format]);
		if (ret_offer->why[format] == NULL)
			ret_offer->clients |= 1U << format;
	}
}

unsigned
explain_fetchers(const struct explain *explain, unsigned clients, const struct entry *entry)
{
	struct explain_offer offer;

	explain_offer(explain, clients, entry, &offer);
	return offer.clients != 0 ? offer.clients : clients;
}

bool
explain_is_told(const struct explain *explain, const struct explain_menu *menu,
		const struct entry *entry)
{
	const struct entry *same;

	if (!menu->is_uefi || (explain->clients & EXPLAIN_PXELINUX) == 0)
		return false;
	same = boot_find_for(explain->image->boot, ENTRY_FOR_BIOS, entry->label);
	return same != NULL && same != entry && entry_equals(same, entry);
}

/* Adds what a kind of client fetches for `entry`, NULL: before the menu. What is left
   out is mostly the same for all kinds. */
static void
add_fetches(const struct explain *explain, enum menu_format format, const struct entry *entry,
	    struct fetches *fetches)
{
	size_t left_out = fetches->left_out;

	fetches->left_out = 0;
	if (entry != NULL)
		fetches_add_entry(fetches, format, explain->context, explain->image, entry,
				  explain->tree);
	else
		fetches_add_menu(fetches, format, explain->context, explain->image, explain->tree);
	if (fetches->left_out < left_out)
		fetches->left_out = left_out;
}

void
explain_fetch_menu(const struct explain *explain, struct fetches *ret_fetches)
{
	explain_fetch_entry(explain, explain->clients, NULL, ret_fetches);
}

void
explain_fetch_entry(const struct explain *explain, unsigned clients, const struct entry *entry,
		    struct fetches *ret_fetches)
{
	*ret_fetches = (struct fetches){.count = 0};
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) != 0)
			add_fetches(explain, format, entry, ret_fetches);
	}
}

void
explain_append_clients(struct text *text, unsigned clients)
{
	const char *between = "";

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) == 0)
			continue;
		text_printf(text, "%s%s", between, explain_client(format));
		between = ", ";
	}
}

/* Complains of what `entry` lacks. */
static void
check_entry(const struct explain *explain, unsigned clients, const struct entry *entry,
	    explain_complain *complain, void *context)
{
	struct fetches fetches;

	explain_fetch_entry(explain, clients, entry, &fetches);
	for (size_t i = 0; i < fetches.count; i++) {
		const struct fetch *fetch = &fetches.items[i];
		struct text what = {0};

		if (!fetch_is_missing(fetch) || fetch->is_optional)
			continue;
		text_printf(&what, "%s: %s", entry->label, fetch->url);
		complain(context, text_string(&what), fetch_why(fetch));
		text_free(&what);
	}
	fetches_free(&fetches);
}

static void
check_menu(const struct explain *explain, const struct explain_menu *menu,
	   explain_complain *complain, void *context)
{
	for (const struct entry *entry = menu->menu->entries; entry != NULL; entry = entry->next) {
		struct explain_menu inner = *menu;
		struct explain_offer offer;

		inner.menu = entry->submenu;
		if (entry->submenu != NULL)
			check_menu(explain, &inner, complain, context);
		if (entry->kind == ENTRY_MENU || entry->kind == ENTRY_SEPARATOR ||
		    entry->kind == ENTRY_TEXT || explain_is_told(explain, menu, entry))
			continue;
		explain_offer(explain, menu->clients, entry, &offer);
		check_entry(explain, offer.clients, entry, complain, context);
		if (entry->on_uefi != NULL)
			check_entry(explain, offer.clients & EXPLAIN_UEFI, entry->on_uefi, complain,
				    context);
	}
}

void
explain_check(const struct explain *explain, explain_complain *complain, void *context)
{
	struct explain_menu menus[EXPLAIN_MENUS];
	unsigned count = explain->image->boot != NULL ? explain_menus(explain, menus) : 0;

	for (unsigned i = 0; i < count; i++)
		check_menu(explain, &menus[i], complain, context);
}
