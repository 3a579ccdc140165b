/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MENU directives of a menu's look (SYS-8): what they say is checked here,
 * each by itself, and what is wrong is left out with a note. Sub-menus begin
 * with the look of the menu around them (SYS-9).
 *
 * A picture that cannot be shown takes the whole look with it: colours that
 * were chosen for a picture may not be readable without it.
 */
#include "syslinux_look.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "picture.h"

enum {
	NUMBER_LIMIT = 200, /* rows or columns, either way */
	PICTURE_LIMIT = 4 * 1024 * 1024,
};

/* The look of the current menu, to be changed: NULL when out of memory. */
static struct syslinux_look *
current_look(struct syslinux_parser *parser)
{
	const struct syslinux_menu *outer = parser->menu->parent;
	struct syslinux_look *look = parser->menu->look;

	if (look == NULL) {
		look = arena_alloc(&parser->session->arena, sizeof(*look));
		if (look == NULL)
			return NULL;
		while (outer != NULL && outer->look == NULL)
			outer = outer->parent;
		if (outer != NULL)
			*look = *outer->look;
		parser->menu->look = look;
	}
	look->file = parser->file;
	look->line = parser->line;
	return look;
}

static void
refuse(struct syslinux_parser *parser, const char *word, const char *why, const char *value)
{
	syslinux_note(parser->session, parser->file, parser->line, "menu %s not kept: %s: %s", word,
		      why, value);
}

/* Reads "#rrggbb" and the other forms that vesamenu.c32 knows: 3 or 4 channels
   of the same number of digits, of which the first two count. */
static bool
read_argb(const char *word, uint32_t *ret_argb)
{
	const char *digits = word + (word[0] == '#');
	size_t count = strspn(digits, "0123456789abcdefABCDEF");
	size_t channels = count == 4 || count == 8 || count == 16 ? 4 : 3;
	size_t size = count / channels;
	uint32_t argb = channels == 4 ? 0 : 0xff;

	if (digits[count] != '\0' || count % channels != 0 || size < 1 || size > 4)
		return false;
	for (size_t i = 0; i < channels; i++) {
		char channel[3] = {digits[i * size], digits[i * size + (size > 1)], '\0'};

		argb = argb << 8 | (uint32_t)strtoul(channel, NULL, 16);
	}
	*ret_argb = argb;
	return true;
}

/* Reads a colour, or '*' for that which vesamenu.c32 has. */
static void
read_side(struct syslinux_parser *parser, const char *word, const char *value, bool *ret_has,
	  uint32_t *ret_argb)
{
	uint32_t argb;

	if (value[0] == '\0' || strcmp(value, "*") == 0)
		return;
	if (read_argb(value, &argb)) {
		*ret_has = true;
		*ret_argb = argb;
	} else {
		refuse(parser, word, "not a colour", value);
	}
}

/* Reads "FRONT BACK SHADOW". */
static void
read_pixels(struct syslinux_parser *parser, const char *word, char *value,
	    struct look_colour *colour)
{
	static const char *const shadows[] = {"none", "std", "all", "rev"};
	char *back = syslinux_cut_word(value);
	char *shadow = syslinux_cut_word(back);

	colour->is_set = true;
	read_side(parser, word, value, &colour->has_front, &colour->front);
	read_side(parser, word, back, &colour->has_back, &colour->back);
	for (unsigned i = 0; i < 4; i++) {
		/* vesamenu.c32 looks at the first letter alone. */
		if (tolower((unsigned char)shadow[0]) == shadows[i][0])
			colour->shadow = shadows[i];
	}
}

/* MENU COLOR element ansi front back shadow */
static void
read_colour(struct syslinux_parser *parser, struct syslinux_look *look, char *value)
{
	char *ansi = syslinux_cut_word(value);
	char *rest = syslinux_cut_word(ansi);
	struct look_colour *colour = NULL;

	for (unsigned i = 0; i < LOOK_ELEMENTS && colour == NULL; i++) {
		if (strcasecmp(value, look_element_word(i)) == 0)
			colour = &look->look.colours[i];
	}
	if (colour == NULL) {
		refuse(parser, "color", "no such part of a menu", value);
		return;
	}
	if (strspn(ansi, "0123456789;") == strlen(ansi) && strlen(ansi) < LOOK_ANSI_SIZE)
		snprintf(colour->ansi, sizeof(colour->ansi), "%s", ansi);
	else if (strcmp(ansi, "*") != 0)
		refuse(parser, "color", "not a colour of a terminal", ansi);
	read_pixels(parser, "color", rest, colour);
}

/* MENU BACKGROUND: a colour, or a file that is looked up later. */
static void
read_background(struct syslinux_parser *parser, struct syslinux_look *look, char *value)
{
	syslinux_cut_word(value);
	look->background = NULL;
	look->look.has_background = false;
	if (value[0] == '#')
		read_side(parser, "background", value, &look->look.has_background,
			  &look->look.background);
	else if (value[0] != '\0')
		syslinux_keep(parser, &look->background, value);
}

static void
read_resolution(struct syslinux_parser *parser, struct syslinux_look *look, char *value)
{
	unsigned long width, height;
	char *rest;

	width = strtoul(value, &rest, 10);
	height = strtoul(rest, NULL, 10);
	if (width >= 640 && width <= 1920 && height >= 480 && height <= 1200) {
		look->look.width = (unsigned)width;
		look->look.height = (unsigned)height;
	} else {
		refuse(parser, "resolution", "not from 640 480 to 1920 1200", value);
	}
}

static void
read_clear(struct syslinux_parser *parser, struct syslinux_look *look, char *value)
{
	(void)parser;
	(void)value;
	look->look.is_cleared = true;
}

static void
read_text_colour(struct syslinux_parser *parser, struct syslinux_look *look, char *value)
{
	read_pixels(parser, "msgcolor", value, &look->look.text);
}

static bool
read_number(struct syslinux_parser *parser, const char *word, const char *value)
{
	struct syslinux_look *look;
	enum look_number number = 0;
	long n = strtol(value, NULL, 10);

	while (number < LOOK_NUMBERS && strcasecmp(word, look_number_word(number)) != 0)
		number++;
	if (number == LOOK_NUMBERS)
		return false;
	look = current_look(parser);
	if (n < -NUMBER_LIMIT || n > NUMBER_LIMIT) {
		refuse(parser, look_number_word(number), "beyond any screen", value);
	} else if (look != NULL) {
		look->look.numbers[number] = (int)n;
		look->look.has_number[number] = true;
	}
	return true;
}

static bool
read_message(struct syslinux_parser *parser, const char *word, const char *value)
{
	struct syslinux_look *look;
	enum look_message message = 0;
	char *clean;

	while (message < LOOK_MESSAGES && strcasecmp(word, look_message_word(message)) != 0)
		message++;
	if (message == LOOK_MESSAGES)
		return false;
	look = current_look(parser);
	clean = text_clean(value, '\0');
	if (clean == NULL)
		parser->session->error = -ENOMEM;
	else if (strlen(clean) >= LOOK_MESSAGE_SIZE)
		refuse(parser, look_message_word(message), "too long for the screen", clean);
	else if (look != NULL)
		snprintf(look->look.messages[message], LOOK_MESSAGE_SIZE, "%s", clean);
	free(clean);
	return true;
}

bool
syslinux_read_look(struct syslinux_parser *parser, const char *word, char *value)
{
	static const struct {
		const char *word;
		void (*read)(struct syslinux_parser *, struct syslinux_look *, char *value);
	} directives[] = {
		{"background", read_background}, {"clear", read_clear},
		{"color", read_colour},          {"colour", read_colour},
		{"msgcolor", read_text_colour},  {"msgcolour", read_text_colour},
		{"resolution", read_resolution},
	};

	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		struct syslinux_look *look;

		if (strcasecmp(directives[i].word, word) != 0)
			continue;
		look = current_look(parser);
		if (look != NULL)
			directives[i].read(parser, look, value);
		return true;
	}
	return read_number(parser, word, value) || read_message(parser, word, value);
}

void
syslinux_look_module(struct syslinux_session *session, const struct syslinux_command *command)
{
	if (syslinux_module(command) == MODULE_MENU)
		session->is_graphic =
			strncasecmp(syslinux_base_name(command->file), "vesamenu", 8) == 0;
}

/* Why vesamenu.c32 could not show the picture at `node` on the screen of `look`:
   NULL, or a static text. */
static const char *
why_not_shown(const struct syslinux_session *session, const struct source_node *node,
	      const struct look *look)
{
	struct picture picture;
	unsigned width, height;
	const char *why = NULL;
	uint8_t *head;
	int length;

	if (strlen(node->path) >= LOOK_PATH_SIZE)
		return "its path is too long";
	if (node->size > PICTURE_LIMIT)
		return "it has more than 4 MiB";
	head = malloc(PICTURE_HEAD_SIZE);
	if (head == NULL)
		return "no memory to look at it";
	length = source_head(session->source, node->path, head, PICTURE_HEAD_SIZE);
	look_screen(look, &width, &height);
	if (length < 0)
		why = "it cannot be read";
	else if (picture_read(head, (size_t)length, &picture, &why) == 0 &&
		 (picture.width > width || picture.height > height))
		why = "it is larger than the menu's screen";
	free(head);
	return why;
}

/* Says what is not as the image has it. Files that are included again and again
   say the same again. */
static void
note(struct syslinux_session *session, const struct syslinux_look *raw, const char *what,
     const char *name, const char *why)
{
	const struct syslinux_look *last = session->noted;

	if (last == NULL || last->line != raw->line || strcmp(last->file, raw->file) != 0)
		syslinux_note(session, raw->file, raw->line, "the menu's own %s: %s%s%s", what,
			      name, name[0] != '\0' ? ": " : "", why);
	session->noted = raw;
}

/* Finds the picture of `raw`: false, and a note, when it cannot be shown. */
static bool
find_picture(struct syslinux_session *session, const struct syslinux_config *config,
	     const struct syslinux_look *raw, struct look *look)
{
	struct source_node node;
	const char *why;

	if (raw->background == NULL)
		return true;
	if (syslinux_find(session->source, config->directory, raw->background, &node) < 0)
		why = "it is not in the image";
	else
		why = why_not_shown(session, &node, look);
	if (why == NULL)
		snprintf(look->picture, sizeof(look->picture), "%s", node.path);
	else
		note(session, raw, "look is not kept", raw->background, why);
	return why == NULL;
}

int
syslinux_look_set(struct syslinux_session *session, const struct syslinux_config *config,
		  const struct syslinux_menu *raw, struct menu *menu)
{
	const char *changed;
	struct look look;

	if (raw->look == NULL || menu->look != NULL)
		return 0;
	look = raw->look->look;
	if (!session->is_graphic) {
		note(session, raw->look, "look is not kept", "", "it is a text menu");
		return 0;
	}
	if (!find_picture(session, config, raw->look, &look))
		return 0;
	if (!look_has_colours(&look)) {
		note(session, raw->look, "look is not kept", "", "it has no colour and no picture");
		return 0;
	}
	changed = look_arrange(&look);
	if (changed != NULL)
		note(session, raw->look, "layout", "", changed);
	menu->look = malloc(sizeof(look));
	if (menu->look == NULL)
		return -ENOMEM;
	*menu->look = look;
	return 0;
}
