/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which entries can be offered to the clients of a format, why not the others,
 * and which of them a menu starts with.
 */
#include <stdio.h>
#include <string.h>

#include "boot.h"
#include "menu_part.h"
#include "menu_pxelinux.h"
#include "text.h"

/* Whether the URL of one of the entry's files is longer than PXELINUX takes. */
static bool
is_url_too_long(const struct menu_context *context, const struct menu_image *image,
		const struct entry *entry)
{
	bool is_too_long = false;

	for (unsigned i = 0; i <= entry->initrd_count; i++) {
		const struct entry_file *file = i == 0 ? &entry->kernel : &entry->initrds[i - 1];
		struct text url = {0};

		if (file->path != NULL)
			menu_append_url(context, image, file->path, &url);
		is_too_long |= url.length > MENU_URL_LIMIT;
		text_free(&url);
	}
	return is_too_long;
}

/* GRUB asks for a name as it is written, over TFTP and HTTP alike: one that
   needs encoding in a URL cannot be written for both. */
static bool
is_plain(const struct entry *entry)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/@";

	for (unsigned i = 0; i <= entry->initrd_count; i++) {
		const char *path = i == 0 ? entry->kernel.path : entry->initrds[i - 1].path;

		if (path != NULL && path[strspn(path, plain)] != '\0')
			return false;
	}
	return entry->on_uefi == NULL || is_plain(entry->on_uefi);
}

bool
menu_goes_by_ipxe(const struct entry *entry)
{
	return menu_load(entry) > MENU_PXELINUX_LOAD;
}

void
menu_append_start_path(const struct menu_context *context, const struct menu_image *image,
		       const struct entry *entry, struct text *text)
{
	text_printf(text, MENU_BIOS_FOLDER "%smenus/", menu_folder(context));
	text_append_url_path(text, image->name);
	text_append_char(text, '/');
	text_append_url_path(text, entry->label);
	text_append(text, ".ipxe");
}

/* Whether PXELINUX can be told where the script for iPXE is. */
static bool
has_start_url(const struct menu_context *context, const struct menu_image *image,
	      const struct entry *entry)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._~+";
	struct text url = {0};
	bool fits;

	menu_append_server(context, &url);
	text_append_char(&url, '/');
	menu_append_start_path(context, image, entry, &url);
	fits = url.error == 0 && url.length <= MENU_URL_LIMIT;
	text_free(&url);
	return fits && entry->label[strspn(entry->label, letters)] == '\0';
}

/* Why iPXE cannot start for PXELINUX what is too large for that, or NULL. */
static const char *
why_too_large(const struct menu_context *context, const struct menu_image *image,
	      const struct entry *entry, char buffer[MENU_WHY_SIZE])
{
	if (menu_load(entry) > MENU_BIOS_LOAD)
		return "more than the 1.75 GiB that a boot loader has room for on a BIOS";
	if (!menu_has_loader(context, "ipxe.lkrn"))
		return "PXELINUX cannot load more than 768 MiB, and ipxe.lkrn, which can, is not "
		       "installed on the server";
	if (entry->password != NULL)
		return "PXELINUX cannot load more than 768 MiB, and iPXE, which can, asks for no "
		       "password";
	if (!has_start_url(context, image, entry))
		return "PXELINUX cannot load more than 768 MiB, and the entry's label cannot be "
		       "written in a URL for iPXE, which can";
	return menu_why_not(MENU_IPXE, context, image, entry, buffer);
}

/* Whether it is more than a line or a sub-menu. */
static bool
is_run(const struct entry *entry)
{
	return entry->kind != ENTRY_MENU && entry->kind != ENTRY_SEPARATOR &&
	       entry->kind != ENTRY_TEXT;
}

const char *
menu_why_not(enum menu_format format, const struct menu_context *context,
	     const struct menu_image *image, const struct entry *entry, char buffer[MENU_WHY_SIZE])
{
	if (entry->unavailable != NULL)
		return entry->unavailable;
	if (entry->needs != NULL && strcmp(entry->needs, ENTRY_NEEDS_PORT_80) == 0 &&
	    context->http_port != 80)
		return "it takes no port in a URL, and HTTP is not on port 80 here (--http-port)";
	if (entry->password != NULL && format != MENU_PXELINUX)
		return "it has a password, which only PXELINUX menus can ask for";
	if (entry->firmware == ENTRY_FOR_UEFI && format == MENU_PXELINUX)
		return "only UEFI firmware can start it";
	if (entry->kind == ENTRY_MEMDISK && !menu_has_loader(context, "memdisk"))
		return "memdisk is not installed on the server";
	/* the brace of an image is doubled */
	if (format == MENU_IPXE && entry->arguments != NULL &&
	    strstr(entry->arguments, "${{") != NULL)
		return "iPXE would fill in the \"${\" of its arguments";
	if (entry->kind == ENTRY_SANBOOT && format != MENU_IPXE)
		return "only iPXE can read a disc over HTTP";
	if (entry->kind == ENTRY_MODULE && format != MENU_PXELINUX &&
	    strcmp(entry->module, "reboot.c32") != 0 && strcmp(entry->module, "poweroff.c32") != 0)
		return "a module of PXELINUX";
	if (entry->kind == ENTRY_MODULE && format == MENU_PXELINUX &&
	    !menu_has_loader(context, entry->module)) {
		snprintf(buffer, MENU_WHY_SIZE, "%s is not installed on the server", entry->module);
		return buffer;
	}
	if (format == MENU_PXELINUX && menu_goes_by_ipxe(entry))
		return why_too_large(context, image, entry, buffer);
	if (format == MENU_PXELINUX && is_url_too_long(context, image, entry))
		return "a file's URL is longer than PXELINUX takes";
	if (format == MENU_PXELINUX && is_run(entry) && !pxelinux_has_words(context, image, entry))
		return "its arguments cannot be written for PXELINUX";
	if (format == MENU_GRUB && !is_plain(entry))
		return "a file's name has characters that GRUB cannot ask for";
	return NULL;
}

bool
menu_is_shown(const struct entry *entry, const char *why_not)
{
	if (entry->is_hidden)
		return false;
	return why_not == NULL || entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK ||
	       entry->recipe != NULL;
}

bool
menu_has_lines(enum menu_format format, const struct menu_context *context,
	       const struct menu_image *image, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		char buffer[MENU_WHY_SIZE];
		const char *why = menu_why_not(format, context, image, entry, buffer);

		if (entry->kind == ENTRY_SEPARATOR || !menu_is_shown(entry, why))
			continue;
		if (entry->submenu == NULL ||
		    menu_has_lines(format, context, image, entry->submenu))
			return true;
	}
	return false;
}

/* Whether a person sees it as something to choose, offered or not. */
static bool
is_line(const struct entry *entry)
{
	return entry->kind != ENTRY_SEPARATOR && entry->kind != ENTRY_TEXT && !entry->is_hidden &&
	       !entry->is_fallback;
}

bool
menu_is_choice(const struct entry *entry)
{
	return is_line(entry) && entry->unavailable == NULL;
}

const struct entry *
menu_first_choice(enum menu_format format, const struct menu_context *context,
		  const struct menu_image *image, const struct menu *menu)
{
	const struct entry *first = NULL;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		/* better one that every firmware can start */
		bool is_better = first == NULL || entry->is_default ||
				 (first->firmware == ENTRY_FOR_UEFI && !first->is_default);
		char buffer[MENU_WHY_SIZE];

		if (is_better && menu_is_choice(entry) &&
		    menu_why_not(format, context, image, entry, buffer) == NULL &&
		    (entry->submenu == NULL ||
		     menu_first_choice(format, context, image, entry->submenu) != NULL))
			first = entry;
	}
	return first;
}

bool
menu_keeps_start(enum menu_format format, const struct menu_context *context,
		 const struct menu_image *image, const struct menu *menu)
{
	const struct entry *first = menu_first_choice(format, context, image, menu);
	bool is_other = false;

	if (first == NULL || first->is_default || first->kind == ENTRY_LOCAL)
		return first != NULL;
	for (const struct entry *entry = menu->entries; entry != first; entry = entry->next)
		is_other |= is_line(entry) && entry->firmware != ENTRY_FOR_UEFI;
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next)
		is_other |= is_line(entry) && entry->is_default;
	return !is_other;
}
