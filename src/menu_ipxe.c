/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as iPXE scripts: the main menu with a line for each image, and a
 * script for the menu of each image, its sub-menus in it.
 *
 * Only commands that Debian's build of 2019 has. A command that fails ends
 * the script unless "||" follows, so each one has it (IPXE-4).
 */
#include "menu_ipxe.h"

#include <stdio.h>

#include "menu_part.h"
#include "text.h"

/* Text white on black, the bar black on cyan. Builds without the command, as
   Debian's is, say so; so it is tried once and not in each menu. */
static const char LOOK[] = "isset ${look} && goto start ||\n"
			   "set look ours\n"
			   "cpair --foreground 7 --background 0 1 && "
			   "cpair --foreground 0 --background 6 2 ||\n";

/* `asks` has the machine go on with the menu that is its own, by what it knows
   of itself: the card that it boots from and its UUID (IPXE-8). */
/* Appends what has a machine with a BIOS go on with its own menu; `image` is NULL
   for the main menu. */
static void
append_firmware(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	text_append(text, "iseq ${platform} pcbios && chain --autofree --replace ");
	menu_append_server(context, text);
	text_printf(text, "/" MENU_BIOS_FOLDER "%s", menu_folder(context));
	if (image != NULL) {
		text_append(text, "menus/");
		text_append_url_path(text, image->name);
		text_append(text, ".ipxe ||\n");
	} else {
		text_append(text, "boot.ipxe ||\n");
	}
}

/* Begins a main menu. */
static void
append_head(const struct menu_context *context, const struct menu_image *images, size_t count,
	    struct text *text)
{
	text_append(text, "#!ipxe\n");
	if (menu_asks_firmware(context, images, count))
		append_firmware(context, NULL, text);
	if (context->asks_machine) {
		text_append(text, "chain --autofree --replace ");
		menu_append_server(context, text);
		text_printf(text, "/%smachines/${netX/mac:hexhyp},${uuid}/boot.ipxe ||\n",
			    menu_folder(context));
	}
	text_append(text, "set space:hex 20\n\n");
}

/* What follows a failed start: the message, and back to the menu `label`. */
static void
append_foot(struct text *text, const char *label)
{
	text_printf(text,
		    "\n:failed\n"
		    "echo That did not start.\n"
		    "prompt --timeout 10000 Press a key for the menu ||\n"
		    "imgfree ||\n"
		    "goto %s\n",
		    label);
}

/* Appends the items of `menu`, numbered from `first`: -> the number of the one
   that the menu starts with, or 0. */
static unsigned
append_items(struct ipxe_rendering *rendering, const struct menu *menu, const struct entry *start,
	     unsigned first)
{
	unsigned number = first;
	unsigned chosen = 0;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		bool can_be_chosen = ipxe_append_item(rendering, entry, number);

		/* `start` may be a module of SYSLINUX, which is not shown here. */
		if (can_be_chosen && (entry == start || (start != NULL && chosen == 0)))
			chosen = number;
		number++;
	}
	rendering->next = number;
	return chosen;
}

static void
append_choose(struct text *text, const char *label, unsigned timeout_ms, const char *back)
{
	text_append(text, "choose ");
	if (timeout_ms > 0)
		text_printf(text, "--timeout %u ", timeout_ms);
	if (label[0] != '\0')
		text_printf(text, "--default %s ", label);
	text_printf(text, "selected || goto %s\ngoto ${selected}\n", back);
}

/* Appends the line that shows or hides what the entries are and need. `label`:
   of the menu that it stands in. */
static void
append_details_item(struct text *text, const char *label)
{
	text_printf(text, "item --key ? -- details-%s What these are and need\n", label);
}

static void
append_details_block(struct text *text, const char *label)
{
	text_printf(text,
		    "\n:details-%s\n"
		    "isset ${details} && clear details || set details yes\n"
		    "goto %s\n",
		    label, label);
}

/* Appends what the entries of `menu`, numbered from `first`, do. Sub-menus
   come behind it, each with its own way back to `label`. */
static void
append_blocks(struct ipxe_rendering *rendering, const struct menu *menu, unsigned first,
	      const char *label)
{
	struct text *text = rendering->text;
	unsigned number = first;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		unsigned inner = rendering->next;
		unsigned chosen;
		char start[16] = "";
		char here[16];

		ipxe_append_block(rendering, entry, number);
		snprintf(here, sizeof(here), "e%u", number++);
		if (entry->kind != ENTRY_MENU || entry->password != NULL)
			continue;
		text_printf(text, "\n:%s\nmenu -- ", here);
		ipxe_append_title(text, entry->submenu->title != NULL ? entry->submenu->title
								      : entry->title);
		text_append_char(text, '\n');
		chosen = append_items(rendering, entry->submenu,
				      menu_first_choice(MENU_IPXE, rendering->context,
							rendering->image, entry->submenu),
				      inner);
		if (chosen != 0)
			snprintf(start, sizeof(start), "e%u", chosen);
		text_append(text, "item --gap\n");
		append_details_item(text, here);
		text_printf(text, "item -- %s Back\n", label);
		append_choose(text, start, rendering->timeout_ms, label);
		append_details_block(text, here);
		append_blocks(rendering, entry->submenu, inner, here);
	}
}

/* Appends `help` below an item, and frees it. */
static void
append_details(struct text *text, enum entry_firmware firmware, struct text *help)
{
	ipxe_append_details(text, firmware, help->bytes);
	text->error = text->error != 0 ? text->error : help->error;
	text_free(help);
}

/* Appends a line at the end of the main menu, and what it does. `firmware`: what
   can start it. */
static void
append_tail_item(enum menu_tail line, enum entry_firmware firmware, const char *label,
		 struct text *text)
{
	const struct menu_tail_line *facts = menu_tail_line(line);
	struct text help = {0};

	if (firmware == ENTRY_FOR_BIOS)
		text_append(text, "iseq ${platform} pcbios && ");
	text_printf(text, "item --key %c -- %s %s%s\n", facts->hotkey, label, facts->title,
		    firmware == ENTRY_FOR_BIOS ? " ||" : "");
	text_append(&help, facts->help);
	append_details(text, firmware, &help);
}

/* Appends the lines at the end of the main menu that iPXE has words for. */
static void
append_tail_items(const struct menu_context *context, struct text *text)
{
	text_append(text, "item --gap\n");
	append_tail_item(TAIL_LOCAL, ENTRY_FOR_ANY, "local", text);
	if (menu_has_loader(context, "memtest"))
		append_tail_item(TAIL_MEMTEST, ENTRY_FOR_BIOS, "memtest", text);
	append_tail_item(TAIL_REBOOT, ENTRY_FOR_ANY, "reboot", text);
	append_tail_item(TAIL_POWEROFF, ENTRY_FOR_ANY, "poweroff", text);
	append_details_item(text, "start");
}

static void
append_tail_blocks(const struct menu_context *context, struct text *text)
{
	text_append(text, "\n:local\n");
	ipxe_append_local(text);
	if (menu_has_loader(context, "memtest")) {
		text_append(text, "\n:memtest\nkernel ");
		menu_append_server(context, text);
		text_append(text, "/memtest || goto failed\nboot || goto failed\n");
	}
	text_append(text, "\n:reboot\nreboot || goto failed\n"
			  "\n:poweroff\npoweroff || goto failed\n");
}

/* The main menu when there is one image. `self` is its default or NULL. */
static void
append_only_image(struct ipxe_rendering *rendering)
{
	const struct menu *menu = menu_of(MENU_IPXE, rendering->image->boot);
	struct text *text = rendering->text;
	char start[32] = "local";
	unsigned chosen = append_items(rendering, menu, rendering->self, 1);

	if (chosen != 0)
		snprintf(start, sizeof(start), "e%u", chosen);
	append_tail_items(rendering->context, text);
	append_choose(text, start, rendering->timeout_ms, "local");
	append_blocks(rendering, menu, 1, "start");
}

static void
append_image_details(const struct menu_image *image, struct text *text)
{
	struct text help = {0};

	if (image->boot != NULL)
		menu_append_image_help(image, &help);
	append_details(text, ENTRY_FOR_ANY, &help);
}

static void
append_images(const struct menu_context *context, const struct menu_image *images, size_t count,
	      const struct menu_self *self, struct text *text)
{
	char start[32] = "local";

	for (size_t i = 0; i < count; i++) {
		if (images[i].boot == NULL) {
			ipxe_append_disabled(text, menu_image_title(&images[i]),
					     menu_image_problem(&images[i]));
			continue;
		}
		text_printf(text, "item -- i%zu ", i);
		ipxe_append_title(text, menu_image_title(&images[i]));
		text_append_char(text, '\n');
		append_image_details(&images[i], text);
		if (&images[i] == self->image)
			snprintf(start, sizeof(start), "i%zu", i);
	}
	append_tail_items(context, text);
	append_choose(text, self->entry != NULL ? "e0" : start, context->timeout_ms, "local");
	for (size_t i = 0; i < count; i++) {
		if (images[i].boot == NULL)
			continue;
		text_printf(text, "\n:i%zu\nchain --autofree --replace ", i);
		menu_append_server(context, text);
		text_printf(text, "/%smenus/", menu_folder(context));
		text_append_url_path(text, images[i].name);
		text_append(text, ".ipxe || goto failed\n");
	}
}

/* The one thing that is booted without a menu. When it fails, the machine says
   so and goes on as its firmware wants. */
static void
append_alone(const struct menu_context *context, const struct menu_self *self, struct text *text)
{
	const struct ipxe_rendering rendering = {
		.context = context, .image = self->image, .text = text};

	if (self->entry != NULL)
		ipxe_append_block(&rendering, self->entry, 0);
	else
		ipxe_append_local(text);
	text_append(text, "\n:failed\n"
			  "echo That did not start.\n"
			  "prompt --timeout 10000 Press a key to go on ||\n"
			  "exit 1\n");
}

void
menu_ipxe_start(const struct menu_context *context, const struct menu_image *image,
		const struct entry *entry, struct text *text)
{
	const struct menu_self self = {image, entry};

	text_append(text, "#!ipxe\nset space:hex 20\ndhcp || goto failed\n");
	append_alone(context, &self, text);
}

void
menu_ipxe_main(const struct menu_context *context, const struct menu_image *images, size_t count,
	       struct text *text)
{
	struct menu_self self = menu_find_self(MENU_IPXE, context, images, count);
	struct ipxe_rendering rendering = {.context = context,
					   .image = self.image,
					   .timeout_ms = context->timeout_ms,
					   .text = text};
	const struct menu_image *only = count == 1 && images[0].boot != NULL ? &images[0] : NULL;
	const struct menu *menu = only != NULL ? menu_of(MENU_IPXE, only->boot) : NULL;

	append_head(context, images, count, text);
	if (menu_boots_alone(MENU_IPXE, context, images, count, &self)) {
		append_alone(context, &self, text);
		return;
	}
	text_append(text, LOOK);
	text_append(text, ":start\nmenu -- ");
	ipxe_append_title(text, only != NULL             ? menu_image_title(only)
				: context->title != NULL ? context->title
							 : "pxeiso");
	text_append_char(text, '\n');
	if (self.entry != NULL && (menu == NULL || !menu_holds(menu, self.entry)))
		ipxe_append_item(&rendering, self.entry, 0);
	if (only != NULL) {
		rendering.image = only;
		rendering.self = self.entry;
		if (self.image != NULL && self.entry == NULL)
			rendering.self = menu_first_choice(MENU_IPXE, context, only, menu);
		append_only_image(&rendering);
	} else {
		append_images(context, images, count, &self, text);
	}
	if (self.entry != NULL && (menu == NULL || !menu_holds(menu, self.entry)))
		ipxe_append_block(&rendering, self.entry, 0);
	append_tail_blocks(context, text);
	append_details_block(text, "start");
	append_foot(text, "start");
}

void
menu_ipxe_image(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	struct ipxe_rendering rendering = {.context = context,
					   .image = image,
					   .timeout_ms =
						   menu_image_timeout(MENU_IPXE, context, image),
					   .text = text};
	const struct menu *menu = image->boot != NULL ? menu_of(MENU_IPXE, image->boot) : NULL;
	char start[16] = "main";
	unsigned chosen;

	text_append(text, "#!ipxe\n");
	if (menu_asks_firmware(context, image, 1))
		append_firmware(context, image, text);
	text_append(text, "set space:hex 20\n\n");
	text_append(text, LOOK);
	text_append(text, ":start\nmenu -- ");
	ipxe_append_title(text, menu_image_title(image));
	text_append_char(text, '\n');
	if (menu != NULL) {
		chosen = append_items(&rendering, menu,
				      menu_first_choice(MENU_IPXE, context, image, menu), 1);
		if (chosen != 0)
			snprintf(start, sizeof(start), "e%u", chosen);
	} else {
		text_append(text, "item --gap -- ");
		ipxe_append_title(text, image->problem != NULL ? image->problem : "unreadable");
		text_append_char(text, '\n');
	}
	text_append(text, "item --gap\n");
	append_details_item(text, "start");
	text_append(text, "item -- main Back to all images\n");
	append_choose(text, start, rendering.timeout_ms, "main");
	if (menu != NULL)
		append_blocks(&rendering, menu, 1, "start");
	text_append(text, "\n:main\nchain --autofree --replace ");
	menu_append_server(context, text);
	text_printf(text, "/%sboot.ipxe || goto failed\n", menu_folder(context));
	append_details_block(text, "start");
	append_foot(text, "start");
}
