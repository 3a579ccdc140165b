/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the text of explain is laid out: fields with their names in one column,
 * tables whose columns are as wide as what is in them, nothing beyond 100
 * columns that can be broken at a blank.
 */
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "explain_part.h"
#include "text.h"
#include "text_table.h"

enum { NAME_COLUMNS = 13, TABLE_COLUMNS = 64, CHANGE_COLUMNS = 52, LINE_LIMIT = 8192 };

static const char DITTO[] = "\"";

/* Where values begin. */
static unsigned
value_column(unsigned depth)
{
	return 2 * depth + 2 + NAME_COLUMNS;
}

static void
append_blanks(struct text *text, unsigned count)
{
	text_printf(text, "%*s", (int)count, "");
}

/* Appends the words of `value`, which begins at `column`, and lines of them. */
static void
append_words(struct text *text, unsigned column, const char *value)
{
	struct text line = {0};
	unsigned used = column;
	const char *word;

	menu_append_line(&line, value, LINE_LIMIT);
	word = text_string(&line);
	while (*word != '\0') {
		size_t length = strcspn(word, " ");

		if (used > column && used + 1 + length > EXPLAIN_COLUMNS) {
			text_append_char(text, '\n');
			append_blanks(text, column);
			used = column;
		} else if (used > column) {
			text_append_char(text, ' ');
			used++;
		}
		text_append_bytes(text, word, length);
		used += (unsigned)length;
		word += length + (word[length] == ' ');
	}
	text_append_char(text, '\n');
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

static void
append_name(struct text *text, unsigned depth, const char *name)
{
	append_blanks(text, 2 * depth + 2);
	text_printf(text, "%-*s", NAME_COLUMNS, name);
}

void
explain_append_field(struct text *text, unsigned depth, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	append_name(text, depth, name);
	append_words(text, value_column(depth), value);
}

/* --- what is fetched ------------------------------------------------------- */

/* Appends the URL without what is the same in all of them, as it is read. */
static void
append_short(const struct explain *explain, const struct fetch *fetch, struct text *text)
{
	struct text tree = {0}, line = {0};
	const char *path = fetch->path;
	size_t length;

	text_printf(&tree, "images/%s", explain->image->name);
	length = tree.length;
	if (path == NULL)
		text_append(&line, fetch->url);
	else if (strncmp(path, text_string(&tree), length) != 0 ||
		 (path[length] != '/' && path[length] != '\0' &&
		  strcmp(path + length, ".iso") != 0))
		text_printf(&line, "%s /%s", fetch->is_tftp ? "TFTP" : "HTTP", path);
	else if (strcmp(path + length, ".iso") == 0)
		text_append(&line, "{iso}");
	else
		text_printf(&line, "{http}%s", path + length);
	menu_append_line(text, text_string(&line), LINE_LIMIT);
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&tree);
	text_free(&line);
}

static void
append_result(const struct fetch *fetch, struct text *text)
{
	char size[TEXT_SIZE_SIZE];

	if (fetch->path == NULL) {
		text_append(text, "elsewhere: not looked at");
	} else if (fetch->result == 0) {
		text_size(fetch->size, size);
		text_printf(text, "ok %s", size);
	} else if (fetch->is_optional) {
		text_append(text, "not there, which does no harm");
	} else {
		text_printf(text, "MISSING: %s", fetch_why(fetch));
	}
}

/* A directory is where others begin: they are in the table themselves. */
static bool
is_row(const struct fetch *fetch)
{
	return fetch->path == NULL || fetch->result == 0 || fetch_is_missing(fetch);
}

static unsigned
widest(const struct explain *explain, const struct fetches *fetches)
{
	unsigned columns = 0;

	for (size_t i = 0; i < fetches->count; i++) {
		struct text url = {0};

		append_short(explain, &fetches->items[i], &url);
		if (is_row(&fetches->items[i]) && url.length > columns &&
		    url.length <= TABLE_COLUMNS)
			columns = (unsigned)url.length;
		text_free(&url);
	}
	return columns;
}

void
explain_append_fetches(const struct explain *explain, unsigned depth, unsigned clients,
		       const struct fetches *fetches, struct text *text)
{
	unsigned columns = widest(explain, fetches);
	const char *last = "";

	for (size_t i = 0; i < fetches->count; i++) {
		const struct fetch *fetch = &fetches->items[i];
		const char *name = fetch_stage_name(fetch->stage);
		struct text url = {0};

		if (!is_row(fetch))
			continue;
		append_short(explain, fetch, &url);
		append_name(text, depth, strcmp(name, last) == 0 ? "" : name);
		text_printf(text, "%-*s  ", (int)columns, text_string(&url));
		append_result(fetch, text);
		if (fetch->clients != clients) {
			text_append(text, " (");
			explain_append_clients(text, fetch->clients);
			text_append_char(text, ')');
		}
		text_append_char(text, '\n');
		text->error = text->error != 0 ? text->error : url.error;
		text_free(&url);
		last = name;
	}
	if (fetches->left_out == 0)
		return;
	append_name(text, depth, "and more");
	text_printf(text, "%zu that are not listed\n", fetches->left_out);
}

/* --- what was changed ------------------------------------------------------ */

/* How wide what was changed is, without its reason. */
static size_t
width(const struct entry_note *note)
{
	return note->why - strlen(": ");
}

void
explain_append_changes(struct text *text, unsigned depth, const struct entry_note *notes)
{
	const struct entry_note *last = NULL;
	size_t columns = 0;

	for (const struct entry_note *note = notes; note != NULL; note = note->next) {
		if (note->kind == NOTE_CHANGE && width(note) > columns &&
		    width(note) <= CHANGE_COLUMNS)
			columns = width(note);
	}
	for (const struct entry_note *note = notes; note != NULL; note = note->next) {
		unsigned column = value_column(depth) + (unsigned)columns + 2;
		size_t start;

		if (note->kind != NOTE_CHANGE)
			continue;
		append_name(text, depth, last == NULL ? "changes" : "");
		start = text->length;
		text_append_bytes(text, note->text, width(note));
		if (text->length - start <= columns)
			append_blanks(text, (unsigned)(columns - (text->length - start)) + 2);
		else
			text_printf(text, "\n%*s", (int)column, "");
		append_words(
			text, column,
			last != NULL && strcmp(last->text + last->why, note->text + note->why) == 0
				? DITTO
				: note->text + note->why);
		last = note;
	}
}
