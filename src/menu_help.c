/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person should know before choosing: the image's own words about an
 * entry, how much the machine will download, how much memory it needs. The
 * same words for all menus and for explain.
 */
#include <stdio.h>
#include <string.h>

#include "boot.h"
#include "menu_part.h"
#include "text.h"

uint64_t
menu_load(const struct entry *entry)
{
	uint64_t bytes = entry->kernel.size;

	for (unsigned i = 0; i < entry->initrd_count; i++)
		bytes += entry->initrds[i].size;
	return bytes;
}

uint64_t
menu_download(const struct entry *entry)
{
	return menu_load(entry) + entry->root.size;
}

bool
menu_append_cost(const struct entry *entry, struct text *text)
{
	/* An initramfs that fetches something, and we do not know what. */
	bool is_least = entry->needs != NULL && entry->root.path == NULL;
	uint64_t bytes = menu_download(entry);

	if (bytes > 0) {
		text_append(text, is_least ? "downloads at least " : "downloads ");
		menu_append_size(text, bytes);
	}
	if (entry->ram > 0) {
		text_append(text, bytes > 0 ? ", needs about " : "needs about ");
		menu_append_size(text, entry->ram);
		text_append(text, " of memory");
	}
	return bytes > 0 || entry->ram > 0;
}

/* How much of `line` fits into `columns`: up to a blank if there is one. */
static size_t
fitting(const char *line, unsigned columns)
{
	size_t length = strlen(line);
	size_t end = columns;

	if (length <= columns)
		return length;
	while (end > 0 && line[end] != ' ')
		end--;
	return end > 0 ? end : columns;
}

void
menu_append_wrapped(struct text *text, const char *string, unsigned columns, unsigned limit)
{
	while (*string != '\0' && limit > 0) {
		size_t length = strcspn(string, "\n");
		struct text line = {0};
		struct text clean = {0};
		const char *rest;

		text_append_bytes(&line, string, length);
		menu_append_line(&clean, text_string(&line), (unsigned)length + 1);
		rest = text_string(&clean);
		for (; *rest != '\0' && limit > 0; limit--) {
			size_t count = fitting(rest, columns);

			if (limit == 1)
				menu_append_line(text, rest, columns);
			else
				text_append_bytes(text, rest, count);
			text_append_char(text, '\n');
			rest += count;
			rest += *rest == ' ';
		}
		text->error = text->error != 0 ? text->error : line.error;
		text->error = text->error != 0 ? text->error : clean.error;
		text_free(&line);
		text_free(&clean);
		string += length + (string[length] == '\n');
	}
}

void
menu_append_help(const struct entry *entry, unsigned columns, struct text *text)
{
	size_t start;

	if (entry->help != NULL)
		menu_append_wrapped(text, entry->help, columns, MENU_HELP_LINES);
	start = text->length;
	if (!menu_append_cost(entry, text))
		return;
	if (text->error == 0)
		text->bytes[start] = text->bytes[start] == 'd' ? 'D' : 'N';
	text_append(text, ".\n");
}

void
menu_append_image_help(const struct menu_image *image, struct text *text)
{
	unsigned count = image->boot->entry_count;

	text_printf(text, "%s.iso, ", image->name);
	menu_append_size(text, image->size);
	text_printf(text, ", %u %s", count, count == 1 ? "entry" : "entries");
}
