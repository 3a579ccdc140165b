/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus for lpxelinux.0: the main menu with a line for each image, and the
 * menu of each image. Kernels and initrds come by HTTP; modules, memdisk and
 * other menus by name from the directory that PXELINUX itself came from, the
 * root of the tree.
 */
#include "menu_pxelinux.h"

#include <string.h>

#include "boot.h"
#include "menu_part.h"
#include "text.h"

enum { TITLE_BEFORE_SIZE = MENU_TITLE_COLUMNS - 10 };

const char *
menu_pxelinux_module(const struct menu_context *context)
{
	/* Over a serial line the text menu is the safe one. */
	if (!context->serial && menu_has_loader(context, "vesamenu.c32"))
		return "vesamenu.c32";
	if (menu_has_loader(context, "menu.c32"))
		return "menu.c32";
	return menu_has_loader(context, "vesamenu.c32") ? "vesamenu.c32" : NULL;
}

static void
append_serial(const struct menu_context *context, struct text *text)
{
	if (context->serial)
		text_append(text, "SERIAL 0 115200\n");
}

bool
pxelinux_is_graphic(const struct menu_context *context)
{
	const char *module = menu_pxelinux_module(context);

	return module != NULL && strcmp(module, "vesamenu.c32") == 0;
}

/* `start` is the label that boots by itself, or NULL; `menu` the image's whose
   look is to be shown, or NULL for ours. */
static void
append_head(struct pxelinux_rendering *rendering, const char *title, unsigned timeout_ms,
	    const char *start, const struct menu *menu)
{
	const struct menu_context *context = rendering->context;
	const char *module = menu_pxelinux_module(context);
	struct text *text = rendering->text;

	append_serial(context, text);
	if (module != NULL)
		text_printf(text, "UI %s\n", module);
	else
		text_append(text, "SAY menu.c32 is missing on the server. Type the name of an "
				  "image, or press Enter.\n");
	text_printf(text, "PROMPT %d\n", module == NULL);
	if (start != NULL)
		text_printf(text, "DEFAULT %s\n", start);
	text_printf(text, "TIMEOUT %u\n", timeout_ms / 100);
	text_append(text, "MENU TITLE ");
	menu_append_line(text, title, MENU_TITLE_COLUMNS);
	text_append_char(text, '\n');
	if (menu == NULL || !pxelinux_append_look(rendering, menu))
		pxelinux_append_our_look(rendering);
	text_append_char(text, '\n');
}

/* Appends one line of text as help. */
static void
append_help(const struct pxelinux_rendering *rendering, struct text *help)
{
	struct text *text = rendering->text;

	pxelinux_append_help(rendering, help->bytes);
	text_append_char(text, '\n');
	text->error = text->error != 0 ? text->error : help->error;
	text_free(help);
}

static void
append_tail_line(const struct pxelinux_rendering *rendering, enum menu_tail line, bool is_default)
{
	const struct menu_context *context = rendering->context;
	const struct menu_tail_line *facts = menu_tail_line(line);
	struct text *text = rendering->text;
	struct text help = {0};

	if ((facts->module != NULL && !menu_has_loader(context, facts->module)) ||
	    (line == TAIL_MEMTEST && !menu_has_loader(context, "memtest")))
		return;
	text_printf(text, "LABEL %s\n  MENU LABEL ", facts->label);
	pxelinux_append_title(text, facts->title, facts->hotkey, MENU_TITLE_COLUMNS);
	text_append_char(text, '\n');
	if (is_default)
		text_append(text, "  MENU DEFAULT\n");
	if (line == TAIL_LOCAL) {
		pxelinux_append_local(context, text);
	} else if (line == TAIL_MEMTEST) {
		text_append(text, "  LINUX ");
		menu_append_server(context, text);
		text_append(text, "/memtest\n");
	} else {
		text_printf(text, "  COM32 %s\n", facts->module);
	}
	text_append(&help, facts->help);
	append_help(rendering, &help);
}

static void
append_tail(const struct pxelinux_rendering *rendering, bool is_local_default)
{
	text_append(rendering->text, "MENU SEPARATOR\n\n");
	for (enum menu_tail line = 0; line < TAIL_COUNT; line++)
		append_tail_line(rendering, line, line == TAIL_LOCAL && is_local_default);
}

/* The entry that boots by itself, as the first line of a menu that does not
   show it itself. */
static void
append_self(const struct pxelinux_rendering *main, const struct menu_self *self)
{
	struct pxelinux_rendering rendering = *main;
	struct text *text = main->text;
	struct text title = {0};

	rendering.image = self->image;
	rendering.self = self->entry;
	text_printf(&title, "%s: %s", menu_image_title(self->image), self->entry->title);
	pxelinux_append_entry(&rendering, self->entry, text_string(&title));
	text_append(text, "MENU SEPARATOR\n\n");
	text->error = text->error != 0 ? text->error : title.error;
	text_free(&title);
}

/* The label that a menu begins with: none for a sub-menu, which has no label, and is
   marked as the default itself. */
static void
append_start(const struct menu_context *context, const struct menu_self *self, bool is_only,
	     struct text *start)
{
	const struct entry *entry = self->entry;

	if (entry == NULL && self->image != NULL && is_only)
		entry = menu_first_choice(MENU_PXELINUX, context, self->image,
					  menu_of(MENU_PXELINUX, self->image->boot));
	if (entry != NULL && entry->submenu == NULL)
		pxelinux_append_label(start, self->image, entry->label);
	else if (entry == NULL)
		text_append(start, self->image != NULL ? self->image->name
						       : menu_tail_line(TAIL_LOCAL)->label);
}

/* The menu of one image, which is the main menu when there is no other. */
static void
append_only_image(struct pxelinux_rendering *rendering, const struct menu_self *self)
{
	const struct menu *menu = menu_of(MENU_PXELINUX, rendering->image->boot);

	if (self->entry != NULL && menu_holds(menu, self->entry))
		rendering->self = self->entry;
	else if (self->entry != NULL)
		append_self(rendering, self);
	else if (self->image != NULL)
		rendering->self = menu_first_choice(MENU_PXELINUX, rendering->context,
						    rendering->image, menu);
	pxelinux_append_master(rendering->text, menu);
	pxelinux_append_entries(rendering, menu);
}

/* Appends the title, and at the right edge of our menu the image's size. */
static void
append_image_line(const struct menu_image *image, struct text *text)
{
	struct text size = {0};
	size_t start = text->length;

	menu_append_size(&size, image->size);
	menu_append_line(text, menu_image_title(image), TITLE_BEFORE_SIZE);
	text_printf(text, "%*s", (int)(start + MENU_TITLE_COLUMNS - text->length),
		    text_string(&size));
	text->error = text->error != 0 ? text->error : size.error;
	text_free(&size);
}

/* A line that opens the menu of an image. */
static void
append_image(const struct pxelinux_rendering *rendering, const struct menu_image *image,
	     bool is_default)
{
	struct text *text = rendering->text;
	struct text help = {0};

	if (image->boot == NULL) {
		pxelinux_append_disabled(text, menu_image_title(image), menu_image_problem(image));
		return;
	}
	text_printf(text, "LABEL %s\n  MENU LABEL ", image->name);
	append_image_line(image, text);
	text_append_char(text, '\n');
	if (is_default)
		text_append(text, "  MENU DEFAULT\n");
	text_printf(text, "  CONFIG %smenus/%s.cfg\n", menu_folder(rendering->context),
		    image->name);
	menu_append_image_help(image, &help);
	append_help(rendering, &help);
}

static void
append_images(const struct pxelinux_rendering *rendering, const struct menu_image *images,
	      size_t count, const struct menu_self *self)
{
	if (self->entry != NULL)
		append_self(rendering, self);
	for (size_t i = 0; i < count; i++) {
		bool is_self = self->image != NULL && self->image == &images[i];
		append_image(rendering, &images[i], is_self && self->entry == NULL);
	}
	if (count == 0)
		pxelinux_append_disabled(rendering->text, "No images yet", NULL);
}

/* Begins a configuration without a menu: `start` is run at once. When that fails,
   PXELINUX says why and has a prompt; left alone there it tells the ROM that it
   failed, and the firmware goes on with its next device. So nothing is tried
   for ever, as it would be by a menu that comes back and has a timeout, or by
   NOESCAPE 1, which has no prompt to wait at. */
static void
append_head_alone(const struct menu_context *context, const char *start, struct text *text)
{
	append_serial(context, text);
	text_printf(text,
		    "PROMPT 0\nDEFAULT %s\nTIMEOUT 100\nONTIMEOUT @firmware\n\n"
		    "LABEL @firmware\n  LOCALBOOT -1\n\n",
		    start);
}

void
menu_pxelinux_local(const struct menu_context *context, struct text *text)
{
	append_head_alone(context, "@disk", text);
	if (menu_has_loader(context, "chain.c32"))
		text_append(text, "LABEL @disk\n  COM32 chain.c32\n  APPEND hd0\n");
	else
		text_append(text, "LABEL @disk\n  LOCALBOOT 0\n");
}

/* The one thing that is booted without a menu. */
static void
append_alone(const struct pxelinux_rendering *main, const struct menu_self *self)
{
	struct pxelinux_rendering rendering = *main;
	struct text *text = main->text;
	struct text start = {0};

	if (self->entry == NULL) {
		menu_pxelinux_local(main->context, text);
		return;
	}
	rendering.image = self->image;
	rendering.self = self->entry;
	append_start(main->context, self, false, &start);
	append_head_alone(main->context, text_string(&start), text);
	pxelinux_append_entry(&rendering, self->entry, self->entry->title);
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}

void
menu_pxelinux_main(const struct menu_context *context, const struct menu_image *images,
		   size_t count, struct text *text)
{
	struct menu_self self = menu_find_self(MENU_PXELINUX, context, images, count);
	bool is_only = count == 1 && images[0].boot != NULL;
	struct pxelinux_rendering rendering = {.context = context,
					       .image = images,
					       .is_main = true,
					       .help_columns = MENU_HELP_COLUMNS,
					       .text = text};
	struct text start = {0};

	if (menu_boots_alone(MENU_PXELINUX, context, images, count, &self)) {
		append_alone(&rendering, &self);
		return;
	}
	append_start(context, &self, is_only, &start);
	append_head(&rendering,
		    is_only                  ? menu_image_title(&images[0])
		    : context->title != NULL ? context->title
					     : "pxeiso",
		    context->timeout_ms, start.length > 0 ? text_string(&start) : NULL,
		    is_only ? menu_of(MENU_PXELINUX, images[0].boot) : NULL);
	if (is_only)
		append_only_image(&rendering, &self);
	else
		append_images(&rendering, images, count, &self);
	append_tail(&rendering, self.image == NULL);
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}

void
menu_pxelinux_image(const struct menu_context *context, const struct menu_image *image,
		    struct text *text)
{
	struct pxelinux_rendering rendering = {.context = context, .image = image, .text = text};
	struct menu_self self = {image, NULL};
	struct text start = {0};

	if (image->boot != NULL)
		self.entry = menu_first_choice(MENU_PXELINUX, context, image,
					       menu_of(MENU_PXELINUX, image->boot));
	rendering.self = self.entry;
	if (self.entry != NULL)
		append_start(context, &self, true, &start);
	else
		text_append(&start, "@main");
	append_head(&rendering, menu_image_title(image),
		    menu_image_timeout(MENU_PXELINUX, context, image),
		    start.length > 0 ? text_string(&start) : NULL,
		    image->boot != NULL ? menu_of(MENU_PXELINUX, image->boot) : NULL);
	if (image->boot != NULL)
		pxelinux_append_master(text, menu_of(MENU_PXELINUX, image->boot));
	if (image->boot != NULL)
		pxelinux_append_entries(&rendering, menu_of(MENU_PXELINUX, image->boot));
	else
		pxelinux_append_disabled(text, menu_image_title(image), menu_image_problem(image));
	text_printf(text,
		    "MENU SEPARATOR\n\nLABEL @main\n  MENU LABEL ^Back to all images\n"
		    "  CONFIG %spxelinux.cfg/default\n",
		    menu_folder(context));
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}
