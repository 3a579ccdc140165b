/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as iPXE scripts (IPXE-1..9).
 *
 * A script has no quoting: words are split at blanks, then ${settings} are
 * filled in. So '$' out of an image is written as a setting of ours, "||" and
 * "&&" are broken up, and a text never begins a line, or ends one with '\'.
 * Labels are numbers, never an image's own.
 *
 * Only commands that Debian's build of 2019 has. A command that fails ends
 * the script unless "||" follows, so each one has it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "menu_part.h"
#include "text.h"

struct rendering {
	const struct menu_context *context;
	const struct menu_image *image;
	unsigned next; /* number for the next entry or menu */
	const struct entry *self;
	struct text *text;
};

/* Appends text that iPXE shows or hands on as it is. */
static void
append_escaped(struct text *text, const char *string)
{
	for (const char *c = string; *c != '\0'; c++) {
		if (*c == '$')
			text_append(text, "${dollar}");
		else if ((*c == '|' || *c == '&') && c > string && c[-1] == *c)
			text_printf(text, " %c", *c);
		else if (*c == '\\' && c[1] == '\0')
			text_append_char(text, '/');
		else if (*c == ' ' && c > string && c[-1] == ' ')
			text_append(text, "${space}");
		else
			text_append_char(text, *c);
	}
}

static void
append_title(struct text *text, const char *title)
{
	struct text line = {0};

	menu_append_line(&line, title, MENU_TITLE_COLUMNS);
	append_escaped(text, text_string(&line));
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

static void
append_head(struct text *text)
{
	text_append(text, "#!ipxe\n"
			  "set dollar:hex 24\n"
			  "set space:hex 20\n\n");
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

static void
append_linux(const struct rendering *rendering, const struct entry *entry, const char *arguments)
{
	struct text *text = rendering->text;

	text_append(text, "kernel ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		text_printf(text, " initrd=initrd%u.img", i);
	if (arguments[0] != '\0')
		text_append_char(text, ' ');
	text_append(text, arguments);
	text_append(text, " || goto failed\n");
	for (unsigned i = 0; i < entry->initrd_count; i++) {
		text_printf(text, "initrd --name initrd%u.img ", i);
		menu_append_url(rendering->context, rendering->image, entry->initrds[i].path, text);
		text_append(text, " || goto failed\n");
	}
	text_append(text, "boot || goto failed\n");
}

static void
append_memdisk(const struct rendering *rendering, const struct entry *entry, const char *arguments)
{
	struct text *text = rendering->text;

	text_append(text, "kernel ");
	menu_append_server(rendering->context, text);
	text_printf(text, "/memdisk %s || goto failed\ninitrd ", arguments);
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append(text, " || goto failed\nboot || goto failed\n");
}

/* Appends the arguments of `entry` as words of a script. {mac} is the address
   of the card that iPXE uses. */
static bool
append_arguments(const struct rendering *rendering, const struct entry *entry, struct text *text)
{
	/* A mark that no argument holds: control bytes are never in one. */
	static const char mark[] = "\001";
	struct text filled = {0};
	bool is_known =
		menu_append_arguments(rendering->context, rendering->image, entry, mark, &filled);
	const char *rest = text_string(&filled);

	while (*rest != '\0') {
		size_t length = strcspn(rest, mark);
		char *piece = strndup(rest, length);

		if (piece == NULL) {
			text->error = -ENOMEM;
			break;
		}
		append_escaped(text, piece);
		free(piece);
		rest += length;
		if (*rest == mark[0]) {
			text_append(text, "${netX/mac:hexhyp}");
			rest++;
		}
	}
	text->error = text->error != 0 ? text->error : filled.error;
	text_free(&filled);
	return is_known;
}

static void
append_local(struct text *text)
{
	text_append(text, "iseq ${platform} pcbios && sanboot --no-describe --drive 0x80 ||\n"
			  "exit\n");
}

static void
append_item(const struct rendering *rendering, const struct entry *entry, unsigned number)
{
	struct text *text = rendering->text;
	char buffer[MENU_WHY_SIZE];
	const char *why =
		menu_why_not(MENU_IPXE, rendering->context, rendering->image, entry, buffer);

	if (entry->kind == ENTRY_SEPARATOR) {
		text_append(text, "item --gap\n");
		return;
	}
	if (!menu_is_shown(entry, why))
		return;
	if (why != NULL || entry->kind == ENTRY_TEXT) {
		text_append(text, "item --gap -- ");
		append_title(text, entry->title);
		if (why != NULL) {
			text_append(text, ": ");
			append_title(text, why);
		}
		text_append_char(text, '\n');
		return;
	}
	if (entry->kind == ENTRY_MEMDISK)
		text_append(text, "iseq ${platform} pcbios && ");
	text_append(text, "item ");
	if (entry->hotkey >= 'a' && entry->hotkey <= 'z')
		text_printf(text, "--key %c ", entry->hotkey);
	text_printf(text, "-- e%u ", number);
	append_title(text, entry->title);
	text_append(text, entry->kind == ENTRY_MEMDISK ? " ||\n" : "\n");
}

/* Appends what entry `number` does. Of one that is not offered, nothing. */
static void
append_block(const struct rendering *rendering, const struct entry *entry, unsigned number)
{
	struct text *text = rendering->text;
	struct text arguments = {0};
	char buffer[MENU_WHY_SIZE];

	if (menu_why_not(MENU_IPXE, rendering->context, rendering->image, entry, buffer) != NULL ||
	    entry->kind == ENTRY_MENU || entry->kind == ENTRY_SEPARATOR ||
	    entry->kind == ENTRY_TEXT || entry->kind == ENTRY_PROGRAM)
		return;
	text_printf(text, "\n:e%u\n", number);
	if (!append_arguments(rendering, entry, &arguments))
		text_append(text, "goto failed\n");
	else if (entry->kind == ENTRY_LINUX)
		append_linux(rendering, entry, text_string(&arguments));
	else if (entry->kind == ENTRY_MEMDISK)
		append_memdisk(rendering, entry, text_string(&arguments));
	else if (entry->kind == ENTRY_LOCAL)
		append_local(text);
	else if (strcmp(entry->module, "reboot.c32") == 0)
		text_append(text, "reboot || goto failed\n");
	else
		text_append(text, "poweroff || goto failed\n");
	text->error = text->error != 0 ? text->error : arguments.error;
	text_free(&arguments);
}

/* Appends the items of `menu`, numbered from `first`: -> the number of the one
   that the menu starts with, or 0. */
static unsigned
append_items(struct rendering *rendering, const struct menu *menu, const struct entry *start,
	     unsigned first)
{
	unsigned number = first;
	unsigned chosen = 0;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		append_item(rendering, entry, number);
		if (entry == start)
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

/* Appends what the entries of `menu`, numbered from `first`, do. Sub-menus
   come behind it, each with its own way back to `label`. */
static void
append_blocks(struct rendering *rendering, const struct menu *menu, unsigned first,
	      const char *label)
{
	struct text *text = rendering->text;
	unsigned number = first;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		unsigned inner = rendering->next;
		unsigned chosen;
		char start[16] = "";
		char here[16];

		append_block(rendering, entry, number);
		snprintf(here, sizeof(here), "e%u", number++);
		if (entry->kind != ENTRY_MENU || entry->password != NULL)
			continue;
		text_printf(text, "\n:%s\nmenu -- ", here);
		append_title(text,
			     entry->submenu->title != NULL ? entry->submenu->title : entry->title);
		text_append_char(text, '\n');
		chosen = append_items(rendering, entry->submenu, menu_first_choice(entry->submenu),
				      inner);
		if (chosen != 0)
			snprintf(start, sizeof(start), "e%u", chosen);
		text_printf(text, "item --gap\nitem -- %s Back\n", label);
		append_choose(text, start, 0, label);
		append_blocks(rendering, entry->submenu, inner, here);
	}
}

/* Appends the lines at the end of the main menu that iPXE has words for. */
static void
append_tail_items(const struct menu_context *context, struct text *text)
{
	text_append(text, "item --gap\nitem --key l -- local Boot from local disk\n");
	if (menu_has_loader(context, "memtest"))
		text_append(text, "iseq ${platform} pcbios && item --key m -- memtest "
				  "Memory test ||\n");
	text_append(text, "item --key r -- reboot Reboot\nitem --key p -- poweroff Power off\n");
}

static void
append_tail_blocks(const struct menu_context *context, struct text *text)
{
	text_append(text, "\n:local\n");
	append_local(text);
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
append_only_image(struct rendering *rendering, unsigned timeout_ms)
{
	const struct menu *menu = rendering->image->boot->menu;
	struct text *text = rendering->text;
	char start[32] = "local";
	unsigned chosen = append_items(rendering, menu, rendering->self, 1);

	if (chosen != 0)
		snprintf(start, sizeof(start), "e%u", chosen);
	append_tail_items(rendering->context, text);
	append_choose(text, start, timeout_ms, "local");
	append_blocks(rendering, menu, 1, "start");
}

static void
append_images(const struct menu_context *context, const struct menu_image *images, size_t count,
	      const struct menu_self *self, struct text *text)
{
	char start[32] = "local";

	for (size_t i = 0; i < count; i++) {
		text_printf(text, images[i].boot != NULL ? "item -- i%zu " : "item --gap -- ", i);
		append_title(text, menu_image_title(&images[i]));
		if (images[i].boot == NULL) {
			text_append(text, ": ");
			append_title(text, images[i].problem != NULL ? images[i].problem : "");
		}
		text_append_char(text, '\n');
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
		text_append(text, "/menus/");
		text_append_url_path(text, images[i].name);
		text_append(text, ".ipxe || goto failed\n");
	}
}

void
menu_ipxe_main(const struct menu_context *context, const struct menu_image *images, size_t count,
	       struct text *text)
{
	struct menu_self self = menu_find_self(context->boot_self, images, count);
	bool is_only = count == 1 && images[0].boot != NULL;
	struct rendering rendering = {.context = context, .image = self.image, .text = text};
	const struct menu_image *only = is_only ? &images[0] : NULL;

	append_head(text);
	text_append(text, ":start\nmenu -- ");
	append_title(text, is_only                  ? menu_image_title(only)
			   : context->title != NULL ? context->title
						    : "pxeiso");
	text_append_char(text, '\n');
	if (self.entry != NULL && (only == NULL || !menu_holds(only->boot->menu, self.entry)))
		append_item(&rendering, self.entry, 0);
	if (is_only) {
		rendering.image = only;
		rendering.self = self.entry;
		if (self.image != NULL && self.entry == NULL)
			rendering.self = menu_first_choice(only->boot->menu);
		append_only_image(&rendering, context->timeout_ms);
	} else {
		append_images(context, images, count, &self, text);
	}
	if (self.entry != NULL && (only == NULL || !menu_holds(only->boot->menu, self.entry)))
		append_block(&rendering, self.entry, 0);
	append_tail_blocks(context, text);
	append_foot(text, "start");
}

void
menu_ipxe_image(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	struct menu_self self = menu_find_self(context->boot_self, image, 1);
	struct rendering rendering = {.context = context, .image = image, .text = text};
	unsigned timeout_ms = image->boot != NULL ? image->boot->menu->timeout_ms : 0;
	char start[16] = "";
	unsigned chosen;

	append_head(text);
	text_append(text, ":start\nmenu -- ");
	append_title(text, menu_image_title(image));
	text_append_char(text, '\n');
	if (image->boot != NULL) {
		chosen = append_items(&rendering, image->boot->menu,
				      menu_first_choice(image->boot->menu), 1);
		if (chosen != 0)
			snprintf(start, sizeof(start), "e%u", chosen);
	} else {
		text_append(text, "item --gap -- ");
		append_title(text, image->problem != NULL ? image->problem : "unreadable");
		text_append_char(text, '\n');
	}
	text_append(text, "item --gap\nitem -- main Back to all images\n");
	append_choose(text, start,
		      timeout_ms == 0 && self.image != NULL ? context->timeout_ms : timeout_ms,
		      "main");
	if (image->boot != NULL)
		append_blocks(&rendering, image->boot->menu, 1, "start");
	text_append(text, "\n:main\nchain --autofree --replace ");
	menu_append_server(context, text);
	text_append(text, "/boot.ipxe || goto failed\n");
	append_foot(text, "start");
}
