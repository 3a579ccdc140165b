/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as GRUB reads them: the main menu with a line for each image, and the
 * menu of each image.
 *
 * Files come over HTTP where GRUB can read from it, else over TFTP: Debian's
 * signed netboot image has no http, and under Secure Boot none can be loaded.
 */
#include "menu_grub.h"

#include "boot.h"
#include "menu_part.h"
#include "text.h"

/* A quiet list, as PXELINUX's; a sub-menu sees what is exported, and nothing else. */
static const char LOOK[] = "set menu_color_normal=light-gray/black\n"
			   "set menu_color_highlight=black/light-gray\n"
			   "export menu_color_normal menu_color_highlight\n";

/* Has a machine with a BIOS go on with its own menu; `image` is NULL for the main
   menu. */
static void
append_firmware(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	text_printf(text,
		    "if [ \"$grub_platform\" = pc ]; then\n"
		    "configfile $pxeiso/" MENU_BIOS_FOLDER "%s%s%s%s\nfi\n",
		    menu_folder(context), image != NULL ? "menus/" : "grub/grub.cfg",
		    image != NULL ? image->name : "", image != NULL ? ".grub" : "");
}

/* Has the machine go on with the menu that is its own. */
static void
append_ask(const struct menu_context *context, struct text *text)
{
	text_printf(text,
		    "if [ -n \"$a\" ]; then\n"
		    "if insmod smbios; then smbios --type 1 --get-uuid 8 --set uuid; fi\n"
		    "configfile $pxeiso/%smachines/$mac,$uuid/grub/grub.cfg\n"
		    "fi\n",
		    menu_folder(context));
}

/* Begins the menu of `count` images, or of one, `image`. */
static void
append_head(const struct menu_context *context, const struct menu_image *images, size_t count,
	    const struct menu_image *image, struct text *text)
{
	text_printf(text, "set pxeiso=(tftp,%s)\n", context->server);
	text_printf(text, "set http=(http,%s", context->server);
	if (context->http_port != 80)
		text_printf(text, ":%u", context->http_port);
	/* insmod never fails; to read something does, also where GRUB is too old
	   for a port other than 80 */
	text_append(text, ")\n"
			  "insmod http\n"
			  "if [ -s $http/grub/grub.cfg ]; then set pxeiso=$http; fi\n"
			  "insmod regexp\n"
			  "regexp --set 1:a --set 2:b --set 3:c --set 4:d --set 5:e --set 6:f \\\n"
			  "  '(..):(..):(..):(..):(..):(..)' \"$net_default_mac\"\n"
			  "set mac=\"$a-$b-$c-$d-$e-$f\"\n"
			  /* a sub-menu sees what is exported, and nothing else */
			  "export pxeiso mac\n");
	if (menu_asks_firmware(context, images, count))
		append_firmware(context, image, text);
	if (context->asks_machine && image == NULL)
		append_ask(context, text);
	if (context->serial)
		text_append(text, "if serial --unit=0 --speed=115200; then\n"
				  "terminal_input --append serial\n"
				  "terminal_output --append serial\nfi\n");
	text_append(text, LOOK);
}

static void
append_local(bool is_default, struct text *text)
{
	if (is_default)
		text_append(text, "set default=local\n");
	text_printf(text, "menuentry 'Boot from local disk' --id local --hotkey=l {\n%s}\n",
		    grub_local);
}

static void
append_tail(const struct menu_context *context, bool is_local_default, struct text *text)
{
	append_local(is_local_default, text);
	if (menu_has_loader(context, "memtest"))
		text_append(text, "if [ \"$grub_platform\" = pc ]; then\n"
				  "menuentry 'Memory test' --hotkey=m {\n"
				  "\tlinux16 $pxeiso/memtest\n}\nfi\n");
	text_append(text, "menuentry 'Reboot' --hotkey=r {\n\treboot\n}\n"
			  "menuentry 'Power off' --hotkey=p {\n\thalt\n}\n");
}

static void
append_image(const struct menu_context *context, const struct menu_image *image, bool is_default,
	     struct text *text)
{
	if (image->boot == NULL) {
		grub_append_disabled(menu_image_title(image), menu_image_problem(image), text);
		return;
	}
	if (is_default)
		text_printf(text, "set default='%s'\n", image->name);
	text_append(text, "menuentry ");
	grub_append_title(text, menu_image_title(image));
	text_printf(text, " --id '%s' {\n\tconfigfile $pxeiso/%smenus/%s.grub\n}\n", image->name,
		    menu_folder(context), image->name);
}

/* The one thing that is booted without a menu. When it fails, GRUB shows the line
   and waits. */
static void
append_alone(const struct menu_context *context, const struct menu_self *self, struct text *text)
{
	const struct grub_rendering rendering = {context, self->image, 0, text};

	text_append(text, "set timeout=0\nset timeout_style=hidden\n");
	if (self->entry != NULL)
		grub_append_entry(&rendering, self->entry, true);
	else
		append_local(true, text);
}

void
menu_grub_main(const struct menu_context *context, const struct menu_image *images, size_t count,
	       struct text *text)
{
	struct menu_self self = menu_find_self(MENU_GRUB, context, images, count);
	bool is_only = count == 1 && images[0].boot != NULL;
	struct grub_rendering rendering = {context, self.image, context->timeout_ms, text};
	const struct entry *start = self.entry;
	const struct menu *only = is_only ? menu_of(MENU_GRUB, images[0].boot) : NULL;

	append_head(context, images, count, NULL, text);
	if (menu_boots_alone(MENU_GRUB, context, images, count, &self)) {
		append_alone(context, &self, text);
		return;
	}
	grub_append_timeout(context->timeout_ms, text);
	if (start != NULL && !(is_only && menu_holds(only, start)))
		grub_append_entry(&rendering, start, true);
	if (is_only) {
		rendering.image = &images[0];
		if (self.image != NULL && start == NULL)
			start = menu_first_choice(MENU_GRUB, context, &images[0], only);
		grub_append_entries(&rendering, only, start);
	}
	for (size_t i = 0; i < count && !is_only; i++)
		append_image(context, &images[i], start == NULL && self.image == &images[i], text);
	append_tail(context, self.image == NULL, text);
}

void
menu_grub_image(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	const struct grub_rendering rendering = {
		context, image, menu_image_timeout(MENU_GRUB, context, image), text};
	const struct menu *menu = image->boot != NULL ? menu_of(MENU_GRUB, image->boot) : NULL;
	const struct entry *start =
		menu != NULL ? menu_first_choice(MENU_GRUB, context, image, menu) : NULL;

	append_head(context, image, 1, image, text);
	grub_append_timeout(rendering.timeout_ms, text);
	if (start == NULL)
		text_append(text, "set default=back\n");
	if (menu != NULL)
		grub_append_entries(&rendering, menu, start);
	text_printf(text,
		    "menuentry 'Back to all images' --id back {\n\tconfigfile "
		    "$pxeiso/%sgrub/grub.cfg\n}\n",
		    menu_folder(context));
}
