/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso menu: the menus that a client would get, the main one first. Behind
 * it come those of the images, each under a comment with its path; a single
 * image has its entries in the main menu already.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "offline.h"
#include "offline_menu.h"
#include "options.h"
#include "text.h"

static void
render(const struct offline_menu *menu, size_t count, enum menu_format format, struct text *text)
{
	static const char *const endings[] = {
		[MENU_PXELINUX] = "cfg", [MENU_IPXE] = "ipxe", [MENU_GRUB] = "grub"};

	menu_render_main(format, &menu->context, menu->images, count, text);
	for (size_t i = 0; count > 1 && i < count; i++) {
		text_printf(text, "\n# /menus/%s.%s\n", menu->images[i].name, endings[format]);
		menu_render_image(format, &menu->context, &menu->images[i], text);
	}
}

int
command_menu(const struct options *options)
{
	struct text text = {0};
	struct offline_menu menu;
	struct offline offline;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	if (offline_open_images(&offline) < 0 || offline_menu_init(&menu, &offline, options) < 0)
		return offline_finish(&offline);
	if (!menu_knows(offline.config.menu_default, menu.images, offline.image_count))
		offline_complain(&offline, offline.config.menu_default,
				 "the default names nothing that can be booted");
	render(&menu, offline.image_count, offline_menu_format(options), &text);
	if (text.error < 0)
		offline_complain(&offline, "menu", strerror(-text.error));
	else
		fputs(text_string(&text), stdout);
	text_free(&text);
	offline_menu_free(&menu);
	return offline_finish(&offline);
}
