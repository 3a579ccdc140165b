/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The look of an image's own menu, as far as vesamenu.c32 can show it again:
 * its background, colours, layout and messages. Plain memory that can be copied;
 * an all zero look has nothing set.
 *
 * Pure. The words are those of SYSLINUX's MENU directives (SYS-8).
 */
#ifndef LOOK_H
#define LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum look_number {
	LOOK_WIDTH,
	LOOK_MARGIN,
	LOOK_ROWS,
	LOOK_VSHIFT,
	LOOK_HSHIFT,
	LOOK_TABMSGROW,
	LOOK_CMDLINEROW,
	LOOK_TIMEOUTROW,
	LOOK_HELPMSGROW,
	LOOK_HELPMSGENDROW,
	LOOK_ENDROW,
	LOOK_PASSWORDROW,
	LOOK_PASSWORDMARGIN,
	LOOK_NUMBERS,
};

enum look_message {
	LOOK_TABMSG,
	LOOK_NOTABMSG,
	LOOK_AUTOBOOT,
	LOOK_PASSPROMPT,
	LOOK_MESSAGES,
};

enum {
	LOOK_ELEMENTS = 18, /* of a menu that have a colour */
	LOOK_ANSI_SIZE = 20,
	LOOK_MESSAGE_SIZE = 72,
	LOOK_PATH_SIZE = 256,
};

/* How an element is drawn; what is not set stays as vesamenu.c32 has it. */
struct look_colour {
	bool is_set;
	bool has_front, has_back;
	uint32_t front, back;      /* alpha, red, green, blue */
	char ansi[LOOK_ANSI_SIZE]; /* "1;36;44", for text screens, or "" */
	const char *shadow;        /* "none", "std", "all", "rev", or NULL */
};

struct look {
	char picture[LOOK_PATH_SIZE]; /* path in the image, or "" */
	bool has_background;          /* a colour instead */
	uint32_t background;
	unsigned width, height; /* of the screen in pixels; 0: 640x480 */
	bool is_cleared;        /* MENU CLEAR */
	bool has_number[LOOK_NUMBERS];
	int numbers[LOOK_NUMBERS];
	struct look_colour colours[LOOK_ELEMENTS];
	struct look_colour text; /* MENU MSGCOLOR: only its pixels */
	char messages[LOOK_MESSAGES][LOOK_MESSAGE_SIZE];
};

/* The words, in lower case. */
const char *look_number_word(enum look_number);
const char *look_message_word(enum look_message);
const char *look_element_word(unsigned element);

/* The size of the screen in pixels. */
void look_screen(const struct look *, unsigned *ret_width, unsigned *ret_height);

/* Whether it has a background or a colour: else there is nothing to keep, and
   our own look is the better one. */
bool look_has_colours(const struct look *);

/* Makes all numbers of the layout definite, so that each entry can be seen and
   chosen and its help has room: as they are where that is so, moved or cut where
   not. NULL, or what was changed, as a static text. */
const char *look_arrange(struct look *);

#endif
