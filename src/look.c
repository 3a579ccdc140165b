/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of a menu's look, and its layout on the screen.
 *
 * vesamenu.c32 draws, from the top: VSHIFT empty rows, a box of three rows and
 * ROWS entries and one row more, then messages and help at rows of their own. It
 * believes every number: a box that is too narrow hangs it, rows beyond the
 * screen are not seen, messages can lie upon entries. Rows count from 1; those of
 * messages are moved by VSHIFT, the ends are not.
 */
#include "look.h"

#include <string.h>

enum {
	CELL_WIDTH = 8,
	CELL_HEIGHT = 16,
	BORDER = 16,       /* pixels that stay empty, both sides together */
	FRAME_COLUMNS = 4, /* of the box: lines and blanks */
	FRAME_ROWS = 4,
	COLUMNS_MIN = 24,   /* for titles */
	ROWS_MIN = 5,       /* for entries */
	HELP_ROWS_MIN = 3,  /* for help */
	BELOW_ROWS = 5,     /* messages, then help */
	PASSWORD_ROWS = 3,  /* the box that asks for one */
	PASSWORD_FRAME = 5, /* its lines and blanks */
	PASSWORD_COLUMNS = 16,
};

static const struct {
	const char *word;
	int value; /* as vesamenu.c32 has it; below 0 from the bottom */
} numbers[LOOK_NUMBERS] = {
	[LOOK_WIDTH] = {"width", 0}, /* 0: the screen's */
	[LOOK_MARGIN] = {"margin", 10},
	[LOOK_ROWS] = {"rows", 12},
	[LOOK_VSHIFT] = {"vshift", 0},
	[LOOK_HSHIFT] = {"hshift", 0},
	[LOOK_TABMSGROW] = {"tabmsgrow", 18},
	[LOOK_CMDLINEROW] = {"cmdlinerow", 18},
	[LOOK_TIMEOUTROW] = {"timeoutrow", 20},
	[LOOK_HELPMSGROW] = {"helpmsgrow", 22},
	[LOOK_HELPMSGENDROW] = {"helpmsgendrow", -1},
	[LOOK_ENDROW] = {"endrow", -1},
	[LOOK_PASSWORDROW] = {"passwordrow", 11},
	[LOOK_PASSWORDMARGIN] = {"passwordmargin", 3},
};

const char *
look_number_word(enum look_number number)
{
	return numbers[number].word;
}

const char *
look_message_word(enum look_message message)
{
	static const char *const words[LOOK_MESSAGES] = {
		[LOOK_TABMSG] = "tabmsg",
		[LOOK_NOTABMSG] = "notabmsg",
		[LOOK_AUTOBOOT] = "autoboot",
		[LOOK_PASSPROMPT] = "passprompt",
	};

	return words[message];
}

const char *
look_element_word(unsigned element)
{
	static const char *const words[LOOK_ELEMENTS] = {
		"screen",    "border",    "title",       "unsel",   "hotkey",  "sel",
		"hotsel",    "disabled",  "scrollbar",   "tabmsg",  "cmdmark", "cmdline",
		"pwdborder", "pwdheader", "timeout_msg", "timeout", "help",    "pwdentry",
	};

	return words[element];
}

void
look_screen(const struct look *look, unsigned *ret_width, unsigned *ret_height)
{
	*ret_width = look->width != 0 ? look->width : 640;
	*ret_height = look->height != 0 ? look->height : 480;
}

bool
look_has_colours(const struct look *look)
{
	bool has_colours = look->picture[0] != '\0' || look->has_background || look->text.is_set;

	for (unsigned i = 0; i < LOOK_ELEMENTS; i++)
		has_colours |= look->colours[i].is_set;
	return has_colours;
}

/* A layout whose numbers are all known, on a screen of so many characters. */
struct layout {
	int *numbers;
	int columns, rows;
	int bottom; /* row of the lower edge of the box */
};

/* Puts in what is not set, and counts from the top what counts from the bottom. */
static void
resolve(struct look *look, int rows, int columns)
{
	for (unsigned i = 0; i < LOOK_NUMBERS; i++) {
		int value = look->has_number[i] ? look->numbers[i] : numbers[i].value;

		if (value < 0)
			value = value + rows > 0 ? value + rows : 0;
		look->numbers[i] = value;
		look->has_number[i] = true;
	}
	if (look->numbers[LOOK_WIDTH] == 0)
		look->numbers[LOOK_WIDTH] = columns;
}

/* Whether the box can stand where it is, with room for the least of all. One
   that is too wide is made narrower. */
static bool
fit_box(struct layout *layout)
{
	int *n = layout->numbers;
	int right = n[LOOK_HSHIFT] + n[LOOK_WIDTH] - n[LOOK_MARGIN];
	int least = FRAME_ROWS + ROWS_MIN + BELOW_ROWS;

	if (right > layout->columns)
		n[LOOK_WIDTH] -= right - layout->columns;
	return n[LOOK_WIDTH] - 2 * n[LOOK_MARGIN] - FRAME_COLUMNS >= COLUMNS_MIN &&
	       n[LOOK_VSHIFT] + least <= layout->rows;
}

/* Shortens the box so that messages and help have room below. */
static bool
fit_rows(struct layout *layout)
{
	int *n = layout->numbers;
	int most = layout->rows - n[LOOK_VSHIFT] - FRAME_ROWS - BELOW_ROWS;
	int before = n[LOOK_ROWS];

	if (n[LOOK_ROWS] > most)
		n[LOOK_ROWS] = most;
	if (n[LOOK_ROWS] < ROWS_MIN)
		n[LOOK_ROWS] = ROWS_MIN;
	layout->bottom = n[LOOK_VSHIFT] + FRAME_ROWS + n[LOOK_ROWS];
	return n[LOOK_ROWS] == before;
}

/* Whether rows `first` to `last` are on the screen and not in the box. */
static bool
is_free(const struct layout *layout, int first, int last)
{
	int top = layout->numbers[LOOK_VSHIFT] + 1;

	return first >= 1 && last <= layout->rows && (last < top || first > layout->bottom);
}

/* Puts messages and help below the box, if they cannot be where they are. */
static bool
fit_messages(struct layout *layout)
{
	static const enum look_number messages[] = {LOOK_TABMSGROW, LOOK_CMDLINEROW,
						    LOOK_TIMEOUTROW};
	int *n = layout->numbers;
	int shift = n[LOOK_VSHIFT];
	int help = n[LOOK_HELPMSGROW] + shift;
	int below = layout->bottom - shift;
	bool is_kept = is_free(layout, help, n[LOOK_HELPMSGENDROW]) &&
		       n[LOOK_HELPMSGENDROW] - help + 1 >= HELP_ROWS_MIN;

	for (unsigned i = 0; i < 3; i++) {
		int row = n[messages[i]] + shift;

		/* Help is gone while a command line is edited. */
		is_kept = is_kept && is_free(layout, row, row) &&
			  (messages[i] == LOOK_CMDLINEROW || row < help ||
			   row > n[LOOK_HELPMSGENDROW]);
	}
	if (is_kept)
		return true;
	n[LOOK_TABMSGROW] = n[LOOK_CMDLINEROW] = below + 1;
	n[LOOK_TIMEOUTROW] = below + 2;
	n[LOOK_HELPMSGROW] = below + 3;
	n[LOOK_HELPMSGENDROW] = layout->rows;
	return false;
}

static void
fit_password(struct layout *layout)
{
	int *n = layout->numbers;
	int room = n[LOOK_WIDTH] - 2 * n[LOOK_PASSWORDMARGIN] - PASSWORD_FRAME;
	int beyond = n[LOOK_WIDTH] - layout->columns;
	int least = numbers[LOOK_PASSWORDMARGIN].value;
	int last = n[LOOK_PASSWORDROW] + n[LOOK_VSHIFT] + PASSWORD_ROWS - 1;

	if (n[LOOK_PASSWORDROW] < 1 || last > layout->rows)
		n[LOOK_PASSWORDROW] = FRAME_ROWS;
	if (room < PASSWORD_COLUMNS || beyond > n[LOOK_PASSWORDMARGIN])
		n[LOOK_PASSWORDMARGIN] = beyond > least ? beyond : least;
	if (n[LOOK_ENDROW] < 1 || n[LOOK_ENDROW] > layout->rows)
		n[LOOK_ENDROW] = layout->rows;
}

const char *
look_arrange(struct look *look)
{
	struct layout layout = {.numbers = look->numbers};
	const char *why = NULL;
	unsigned width, height;

	look_screen(look, &width, &height);
	layout.columns = (int)(width - BORDER) / CELL_WIDTH;
	layout.rows = (int)(height - BORDER) / CELL_HEIGHT - 1;
	resolve(look, layout.rows, layout.columns);
	if (!fit_box(&layout)) {
		memset(look->has_number, 0, sizeof(look->has_number));
		resolve(look, layout.rows, layout.columns);
		why = "its box has no room on the screen: placed anew";
	}
	if (!fit_rows(&layout))
		why = why != NULL ? why : "messages and help need room below: entries scroll";
	if (!fit_messages(&layout))
		why = why != NULL ? why
				  : "messages and help have no room: placed below the entries";
	fit_password(&layout);
	return why;
}
