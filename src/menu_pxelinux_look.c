/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How menus for vesamenu.c32 look: ours, and those of images as far as they
 * were kept (look.h). A picture comes out of the image over HTTP, as kernels do.
 */
#include <ctype.h>

#include "boot.h"
#include "look.h"
#include "menu_part.h"
#include "menu_pxelinux.h"
#include "text.h"

/* Columns of a screen of 640x480 pixels, of a terminal, and at both edges. */
enum { GRAPHIC_WIDTH = 78, TEXT_WIDTH = 80, OUR_MARGIN = 4 };

static const char MESSAGES[] =
	"MENU TABMSG Enter starts the line, Tab shows and edits its options.\n"
	"MENU AUTOBOOT The line starts by itself in # second{,s}. "
	"Any key stops this.\n";

/* A screen of 640x480 pixels: 28 lines. Fourteen entries, six lines of help. */
static const char GRAPHIC_LAYOUT[] = "MENU VSHIFT 1\n"
				     "MENU ROWS 14\n"
				     "MENU TABMSGROW 19\n"
				     "MENU CMDLINEROW 19\n"
				     "MENU TIMEOUTROW 20\n"
				     "MENU HELPMSGROW 22\n"
				     "MENU HELPMSGENDROW 28\n";

/* A terminal of 25 lines: twelve entries, six lines of help. */
static const char TEXT_LAYOUT[] = "MENU ROWS 12\n"
				  "MENU TABMSGROW 17\n"
				  "MENU CMDLINEROW 17\n"
				  "MENU TIMEOUTROW 18\n"
				  "MENU HELPMSGROW 20\n"
				  "MENU HELPMSGENDROW 25\n";

/* Also where an image sets none: vesamenu.c32's own is grey, and little can be
   read on it. */
static const char GROUND[] = "MENU BACKGROUND #ff16222c\n";

/* '*' leaves a terminal's colours as they are. */
static const char COLOURS[] = "MENU COLOR border * #ff3b5060 #00000000 none\n"
			      "MENU COLOR title * #ff8fd0ff #00000000 none\n"
			      "MENU COLOR unsel * #ffe6edf2 #00000000 none\n"
			      "MENU COLOR hotkey * #ff8fd0ff #00000000 none\n"
			      "MENU COLOR sel * #ff10181f #ffc4dcec none\n"
			      "MENU COLOR hotsel * #ff10181f #ffc4dcec none\n"
			      "MENU COLOR disabled * #ff7d8f9b #00000000 none\n"
			      "MENU COLOR scrollbar * #ff8fd0ff #00000000 none\n"
			      "MENU COLOR tabmsg * #ff90a2ae #00000000 none\n"
			      "MENU COLOR timeout_msg * #ffc0ccd4 #00000000 none\n"
			      "MENU COLOR timeout * #ff8fd0ff #00000000 none\n"
			      "MENU COLOR help * #ffc0ccd4 #00000000 none\n"
			      "MENU COLOR cmdline * #ffe6edf2 #00000000 none\n";

/* Appends `word` in capitals, as all our directives are. */
static void
append_word(struct text *text, const char *word)
{
	text_append(text, "MENU ");
	for (; *word != '\0'; word++)
		text_append_char(text, (char)toupper((unsigned char)*word));
	text_append_char(text, ' ');
}

static void
append_side(struct text *text, bool has_colour, uint32_t argb)
{
	if (has_colour)
		text_printf(text, " #%08x", argb);
	else
		text_append(text, " *");
}

/* Appends "FRONT BACK SHADOW". */
static void
append_pixels(struct text *text, const struct look_colour *colour)
{
	append_side(text, colour->has_front, colour->front);
	append_side(text, colour->has_back, colour->back);
	if (colour->shadow != NULL)
		text_printf(text, " %s", colour->shadow);
	text_append_char(text, '\n');
}

static void
append_background(const struct pxelinux_rendering *rendering, const struct look *look)
{
	struct text *text = rendering->text;

	if (look->width != 0)
		text_printf(text, "MENU RESOLUTION %u %u\n", look->width, look->height);
	if (look->picture[0] != '\0') {
		text_append(text, "MENU BACKGROUND ");
		menu_append_url(rendering->context, rendering->image, look->picture, text);
		text_append_char(text, '\n');
	} else if (look->has_background) {
		text_printf(text, "MENU BACKGROUND #%08x\n", look->background);
	} else {
		text_append(text, GROUND);
	}
	if (look->is_cleared)
		text_append(text, "MENU CLEAR\n");
}

/* Whether the look can be shown. */
static bool
is_possible(const struct pxelinux_rendering *rendering, const struct look *look)
{
	struct text url = {0};
	bool is_short;

	if (look == NULL || !pxelinux_is_graphic(rendering->context))
		return false;
	menu_append_url(rendering->context, rendering->image, look->picture, &url);
	is_short = url.error == 0 && url.length <= MENU_URL_LIMIT;
	text_free(&url);
	return is_short;
}

const char *
menu_pxelinux_picture(const struct menu_context *context, const struct menu_image *image,
		      const struct menu *menu)
{
	const struct pxelinux_rendering rendering = {.context = context, .image = image};

	return is_possible(&rendering, menu->look) && menu->look->picture[0] != '\0'
		       ? menu->look->picture
		       : NULL;
}

static void
append_colours(struct text *text, const struct look *look)
{
	if (look->text.is_set) {
		text_append(text, "MENU MSGCOLOR");
		append_pixels(text, &look->text);
	}
	for (unsigned i = 0; i < LOOK_ELEMENTS; i++) {
		const struct look_colour *colour = &look->colours[i];

		if (!colour->is_set)
			continue;
		text_printf(text, "MENU COLOR %s %s", look_element_word(i),
			    colour->ansi[0] != '\0' ? colour->ansi : "*");
		append_pixels(text, colour);
	}
}

bool
pxelinux_append_look(struct pxelinux_rendering *rendering, const struct menu *menu)
{
	const struct look *look = menu->look;
	struct text *text = rendering->text;
	const int *n;

	if (!is_possible(rendering, look))
		return false;
	n = look->numbers;
	rendering->help_indent = n[LOOK_HSHIFT] + n[LOOK_MARGIN] + 2;
	rendering->help_columns = n[LOOK_WIDTH] - 2 * n[LOOK_MARGIN] - 2;
	append_background(rendering, look);
	append_colours(text, look);
	for (enum look_number i = 0; i < LOOK_NUMBERS; i++) {
		append_word(text, look_number_word(i));
		text_printf(text, "%d\n", n[i]);
	}
	for (enum look_message i = 0; i < LOOK_MESSAGES; i++) {
		if (look->messages[i][0] == '\0')
			continue;
		append_word(text, look_message_word(i));
		text_printf(text, "%s\n", look->messages[i]);
	}
	return true;
}

void
pxelinux_append_our_look(struct pxelinux_rendering *rendering)
{
	struct text *text = rendering->text;
	bool is_graphic = pxelinux_is_graphic(rendering->context);
	int width = is_graphic ? GRAPHIC_WIDTH : TEXT_WIDTH;

	rendering->help_indent = OUR_MARGIN + 2;
	rendering->help_columns = width - 2 * OUR_MARGIN - 2;
	text_printf(text, "MENU WIDTH %d\nMENU MARGIN %d\n", width, OUR_MARGIN);
	text_append(text, is_graphic ? GRAPHIC_LAYOUT : TEXT_LAYOUT);
	text_append(text, MESSAGES);
	text_append(text, GROUND);
	text_append(text, COLOURS);
}
