/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of the command line: for options.c alone.
 */
#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H

#include <stddef.h>

#include "options.h"

struct option_row {
	const char *name;
	char letter;          /* 0: none */
	const char *argument; /* as the help calls it; NULL: takes none */
	unsigned commands;
	const char *section; /* the key that it sets; NULL: a field of struct options */
	const char *key;
	const char *value; /* what an option without argument sets */
	const char *help;  /* NULL: not shown */
};

struct command_row {
	const char *name;
	enum command command;
	size_t least, most; /* arguments behind it */
	const char *arguments;
	const char *help;
};

enum { OPTION_ROWS = 31, COMMAND_ROWS = 8 };
extern const struct option_row option_rows[OPTION_ROWS];
extern const struct command_row command_rows[COMMAND_ROWS];

#endif
