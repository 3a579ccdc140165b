/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Macros of Limine: see limine_macro.h.
 */
#include "limine_macro.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { NAME_SIZE = 64 };

/* Where the name that begins with "${" at `text` ends: its '}', or NULL. */
static const char *
find_end(const char *text)
{
	return strncmp(text, "${", 2) == 0 ? memchr(text, '}', strnlen(text, NAME_SIZE)) : NULL;
}

int
limine_macro_read(struct limine_macros *macros, const char *line)
{
	const char *end = find_end(line);
	struct limine_macro *macro = &macros->items[macros->count];

	if (end == NULL || end[1] != '=')
		return -ENOENT;
	if (macros->count == LIMINE_MACROS_LIMIT)
		return -E2BIG;
	macros->count++;
	macro->name = strndup(line + 2, (size_t)(end - line - 2));
	macro->value = strdup(end + 2);
	return macro->name != NULL && macro->value != NULL ? 0 : -ENOMEM;
}

/* The value of the macro called as the `length` bytes at `name`: the newest, or
   what Limine presets; NULL if there is none. */
static const char *
find_value(const struct limine_macros *macros, const char *name, size_t length)
{
	for (unsigned i = macros->count; i-- > 0;) {
		const struct limine_macro *macro = &macros->items[i];

		if (strncmp(macro->name, name, length) == 0 && macro->name[length] == '\0')
			return macro->value;
	}
	if (length == 4 && strncmp(name, "ARCH", 4) == 0)
		return "x86-64";
	if (length == 7 && strncmp(name, "FW_TYPE", 7) == 0)
		return macros->firmware == ENTRY_FOR_UEFI ? "UEFI" : "BIOS";
	return NULL;
}

int
limine_macro_expand(const struct limine_macros *macros, const char *line, struct text *text)
{
	while (*line != '\0' && text->length < LIMINE_LINE_LIMIT) {
		size_t length = strcspn(line, "$");
		const char *end = find_end(line + length);
		const char *value = end == NULL ? NULL
						: find_value(macros, line + length + 2,
							     (size_t)(end - line) - length - 2);

		text_append_bytes(text, line, length);
		line += length;
		if (value != NULL)
			text_append(text, value);
		else if (*line != '\0')
			text_append_char(text, *line);
		line = value != NULL ? end + 1 : line + (*line != '\0');
	}
	if (text->error == -ENOMEM)
		return -ENOMEM;
	return text->error != 0 || text->length >= LIMINE_LINE_LIMIT ? -EFBIG : 0;
}

void
limine_macros_free(struct limine_macros *macros)
{
	for (unsigned i = 0; i < macros->count; i++) {
		free(macros->items[i].name);
		free(macros->items[i].value);
	}
	macros->count = 0;
}
