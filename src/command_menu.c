/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso menu: the menus that clients would get, for each kind of client the
 * main menu first. Behind it come those of the images, each under a comment with
 * its path; a single image has its entries in the main menu already. With
 * --image, the menu of one image alone.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "offline.h"
#include "offline_menu.h"
#include "options.h"
#include "text.h"

/* Where a kind of client finds its menus, and what it is. */
static const struct {
	const char *title, *main, *ending;
} kinds[] = {
	[MENU_PXELINUX] = {"PXELINUX, on machines with a BIOS", "pxelinux.cfg/default", "cfg"},
	[MENU_IPXE] = {"iPXE, on machines with UEFI, and where it is started by hand", "boot.ipxe",
		       "ipxe"},
	[MENU_GRUB] = {"GRUB, where it is started by hand", "grub/grub.cfg", "grub"},
};

/* The image that --image names: NULL if there is none. */
static const struct menu_image *
find_image(const struct offline_menu *menu, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(menu->images[i].name, name) == 0)
			return &menu->images[i];
	}
	return NULL;
}

static void
render(const struct offline_menu *menu, size_t count, enum menu_format format, struct text *text)
{
	menu_render_main(format, &menu->context, menu->images, count, text);
	for (size_t i = 0; count > 1 && i < count; i++) {
		text_printf(text, "\n# /menus/%s.%s\n", menu->images[i].name, kinds[format].ending);
		menu_render_image(format, &menu->context, &menu->images[i], text);
	}
	if (format == MENU_PXELINUX) {
		text_append(text, "\n# /menus/@local.cfg\n");
		menu_render_local(&menu->context, text);
	}
}

/* For one kind of client as it is served; for several, each under a heading. */
static void
render_kinds(const struct offline_menu *menu, size_t count, unsigned clients,
	     const struct menu_image *only, struct text *text)
{
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) == 0)
			continue;
		if (clients != 1U << format) {
			text_printf(text, "%s# === %s: ", text->length > 0 ? "\n" : "",
				    kinds[format].title);
			if (only != NULL)
				text_printf(text, "/menus/%s.%s\n\n", only->name,
					    kinds[format].ending);
			else
				text_printf(text, "/%s\n\n", kinds[format].main);
		}
		if (only != NULL)
			menu_render_image(format, &menu->context, only, text);
		else
			render(menu, count, format, text);
	}
}

int
command_menu(const struct options *options)
{
	struct text text = {0};
	struct offline_menu menu;
	struct offline offline;
	const struct menu_image *only = NULL;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	if (offline_open_images(&offline) < 0 || offline_menu_init(&menu, &offline, options) < 0)
		return offline_finish(&offline);
	if (!menu_knows(offline.config.menu_default, menu.images, offline.image_count))
		offline_complain(&offline, offline.config.menu_default,
				 "the default names nothing that can be booted");
	if (options->image != NULL)
		only = find_image(&menu, offline.image_count, options->image);
	if (options->image != NULL && only == NULL)
		offline_complain(&offline, options->image,
				 "no image has this name; pxeiso list shows the names");
	else
		render_kinds(&menu, offline.image_count, offline_menu_clients(options), only,
			     &text);
	if (text.error < 0)
		offline_complain(&offline, "menu", strerror(-text.error));
	else
		fputs(text_string(&text), stdout);
	text_free(&text);
	offline_menu_free(&menu);
	return offline_finish(&offline);
}
