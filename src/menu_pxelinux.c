/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus for lpxelinux.0: the main menu with a line for each image, and the
 * menu of each image. Kernels and initrds come by HTTP; modules, memdisk and
 * other menus by name from the directory that PXELINUX itself came from, the
 * root of the tree.
 */
#include "menu_pxelinux.h"

#include "boot.h"
#include "menu_part.h"
#include "text.h"

/* The layout of 80 columns by 25 lines: twelve entries, room for six lines of
   help. The colours are for vesamenu.c32; '*' leaves a terminal's as they are. */
static const char LOOK[] = "MENU WIDTH 80\n"
			   "MENU MARGIN 4\n"
			   "MENU ROWS 12\n"
			   "MENU TABMSGROW 17\n"
			   "MENU CMDLINEROW 17\n"
			   "MENU TIMEOUTROW 18\n"
			   "MENU HELPMSGROW 20\n"
			   "MENU HELPMSGENDROW 25\n"
			   "MENU BACKGROUND #ff16222c\n"
			   "MENU COLOR border * #ff3b5060 #00000000 none\n"
			   "MENU COLOR title * #ff8fd0ff #00000000 none\n"
			   "MENU COLOR unsel * #ffe6edf2 #00000000 none\n"
			   "MENU COLOR hotkey * #ff8fd0ff #00000000 none\n"
			   "MENU COLOR sel * #ff10181f #ffc4dcec none\n"
			   "MENU COLOR hotsel * #ff10181f #ffc4dcec none\n"
			   "MENU COLOR disabled * #ff71838f #00000000 none\n"
			   "MENU COLOR scrollbar * #ff8fd0ff #00000000 none\n"
			   "MENU COLOR tabmsg * #ff71838f #00000000 none\n"
			   "MENU COLOR timeout_msg * #ffc0ccd4 #00000000 none\n"
			   "MENU COLOR timeout * #ff8fd0ff #00000000 none\n"
			   "MENU COLOR help * #ffc0ccd4 #00000000 none\n"
			   "MENU COLOR cmdline * #ffe6edf2 #00000000 none\n\n";

static const char *
menu_module(const struct menu_context *context)
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

/* `start` is the label that boots by itself, or NULL. */
static void
append_head(const struct menu_context *context, const char *title, unsigned timeout_ms,
	    const char *start, struct text *text)
{
	const char *module = menu_module(context);

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
	text_append(text, LOOK);
}

static void
append_tail_line(const struct menu_context *context, enum menu_tail line, bool is_default,
		 struct text *text)
{
	const struct menu_tail_line *facts = menu_tail_line(line);

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
	text_printf(text, "  TEXT HELP\n  %s\n  ENDTEXT\n\n", facts->help);
}

static void
append_tail(const struct menu_context *context, bool is_local_default, struct text *text)
{
	text_append(text, "MENU SEPARATOR\n\n");
	for (enum menu_tail line = 0; line < TAIL_COUNT; line++)
		append_tail_line(context, line, line == TAIL_LOCAL && is_local_default, text);
}

/* The entry that boots by itself, as the first line of a menu that does not
   show it itself. */
static void
append_self(const struct menu_context *context, const struct menu_self *self, struct text *text)
{
	const struct pxelinux_rendering rendering = {context, self->image, self->entry, true, text};
	struct text title = {0};

	text_printf(&title, "%s: %s", menu_image_title(self->image), self->entry->title);
	pxelinux_append_entry(&rendering, self->entry, text_string(&title));
	text_append(text, "MENU SEPARATOR\n\n");
	text->error = text->error != 0 ? text->error : title.error;
	text_free(&title);
}

/* The label that boots by itself. */
static void
append_start(const struct menu_self *self, bool is_only, struct text *start)
{
	const struct entry *entry = self->entry;

	if (entry == NULL && self->image != NULL && is_only)
		entry = menu_first_choice(menu_of(MENU_PXELINUX, self->image->boot));
	if (entry != NULL)
		pxelinux_append_label(start, self->image, entry->label);
	else
		text_append(start, self->image != NULL ? self->image->name
						       : menu_tail_line(TAIL_LOCAL)->label);
}

/* The menu of one image, which is the main menu when there is no other. */
static void
append_only_image(const struct menu_context *context, const struct menu_image *image,
		  const struct menu_self *self, struct text *text)
{
	struct pxelinux_rendering rendering = {context, image, NULL, true, text};

	if (self->entry != NULL && menu_holds(menu_of(MENU_PXELINUX, image->boot), self->entry))
		rendering.self = self->entry;
	else if (self->entry != NULL)
		append_self(context, self, text);
	else if (self->image != NULL)
		rendering.self = menu_first_choice(menu_of(MENU_PXELINUX, image->boot));
	pxelinux_append_master(text, menu_of(MENU_PXELINUX, image->boot));
	pxelinux_append_entries(&rendering, menu_of(MENU_PXELINUX, image->boot));
}

/* A line that opens the menu of an image. */
static void
append_image(const struct menu_context *context, const struct menu_image *image, bool is_default,
	     struct text *text)
{
	if (image->boot == NULL) {
		pxelinux_append_disabled(text, menu_image_title(image),
					 image->problem != NULL ? image->problem : "unreadable");
		return;
	}
	text_printf(text, "LABEL %s\n  MENU LABEL ", image->name);
	menu_append_line(text, menu_image_title(image), MENU_TITLE_COLUMNS);
	text_append_char(text, '\n');
	if (is_default)
		text_append(text, "  MENU DEFAULT\n");
	text_printf(text, "  CONFIG %smenus/%s.cfg\n  TEXT HELP\n  ", menu_folder(context),
		    image->name);
	menu_append_image_help(image, text);
	text_append(text, "\n  ENDTEXT\n\n");
}

static void
append_images(const struct menu_context *context, const struct menu_image *images, size_t count,
	      const struct menu_self *self, struct text *text)
{
	if (self->entry != NULL)
		append_self(context, self, text);
	for (size_t i = 0; i < count; i++) {
		bool is_self = self->image != NULL && self->image == &images[i];
		append_image(context, &images[i], is_self && self->entry == NULL, text);
	}
	if (count == 0)
		pxelinux_append_disabled(text, "No images yet", NULL);
}

/* The one thing that is booted without a menu: nobody at the machine is asked,
   not even by the Shift key. When it fails, PXELINUX says why and waits. */
static void
append_alone(const struct menu_context *context, const struct menu_self *self, struct text *text)
{
	const struct pxelinux_rendering rendering = {context, self->image, self->entry, true, text};
	struct text start = {0};

	append_start(self, false, &start);
	append_serial(context, text);
	text_printf(text, "PROMPT 0\nNOESCAPE 1\nDEFAULT %s\n\n", text_string(&start));
	if (self->entry != NULL)
		pxelinux_append_entry(&rendering, self->entry, self->entry->title);
	else
		append_tail_line(context, TAIL_LOCAL, true, text);
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}

void
menu_pxelinux_main(const struct menu_context *context, const struct menu_image *images,
		   size_t count, struct text *text)
{
	struct menu_self self = menu_find_self(MENU_PXELINUX, context->boot_self, images, count);
	bool is_only = count == 1 && images[0].boot != NULL;
	struct text start = {0};

	if (menu_boots_alone(MENU_PXELINUX, context, images, count, &self)) {
		append_alone(context, &self, text);
		return;
	}
	append_start(&self, is_only, &start);
	append_head(context,
		    is_only                  ? menu_image_title(&images[0])
		    : context->title != NULL ? context->title
					     : "pxeiso",
		    context->timeout_ms, text_string(&start), text);
	if (is_only)
		append_only_image(context, &images[0], &self, text);
	else
		append_images(context, images, count, &self, text);
	append_tail(context, self.image == NULL, text);
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}

void
menu_pxelinux_image(const struct menu_context *context, const struct menu_image *image,
		    struct text *text)
{
	struct pxelinux_rendering rendering = {context, image, NULL, false, text};
	struct text start = {0};

	if (image->boot != NULL) {
		rendering.self = menu_first_choice(menu_of(MENU_PXELINUX, image->boot));
		if (rendering.self != NULL)
			pxelinux_append_label(&start, image, rendering.self->label);
	}
	append_head(context, menu_image_title(image),
		    menu_image_timeout(MENU_PXELINUX, context, image),
		    start.length > 0 ? text_string(&start) : NULL, text);
	if (image->boot != NULL)
		pxelinux_append_master(text, menu_of(MENU_PXELINUX, image->boot));
	if (image->boot != NULL)
		pxelinux_append_entries(&rendering, menu_of(MENU_PXELINUX, image->boot));
	else
		pxelinux_append_disabled(text, menu_image_title(image),
					 image->problem != NULL ? image->problem : "unreadable");
	text_printf(text,
		    "MENU SEPARATOR\n\nLABEL @main\n  MENU LABEL ^Back to all images\n"
		    "  CONFIG %spxelinux.cfg/default\n",
		    menu_folder(context));
	text->error = text->error != 0 ? text->error : start.error;
	text_free(&start);
}
