/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Macros of a Limine configuration: a line "${NAME}=value" makes one, and its
 * value is put in wherever ${NAME} stands in the lines behind it.
 */
#ifndef LIMINE_MACRO_H
#define LIMINE_MACRO_H

#include "boot.h"

struct text;

enum { LIMINE_MACROS_LIMIT = 32, LIMINE_LINE_LIMIT = 16 * 1024 };

struct limine_macros {
	enum entry_firmware firmware; /* that Limine runs on: ${FW_TYPE} */
	unsigned count;
	struct limine_macro {
		char *name;
		char *value;
	} items[LIMINE_MACROS_LIMIT];
};

/* Remembers the macro that `line` makes. 0; -ENOENT when it makes none; -E2BIG
   when there are too many; -ENOMEM. */
int limine_macro_read(struct limine_macros *, const char *line);

/* Appends `line` with macros put in, not those in their values; one that is not
   known stays as it is written. 0; -EFBIG above LIMINE_LINE_LIMIT; -ENOMEM. */
int limine_macro_expand(const struct limine_macros *, const char *line, struct text *text);

void limine_macros_free(struct limine_macros *);

#endif
