/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading and carrying out a user's kernel arguments: see companion_arguments.h.
 */
#include "companion_arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "entry_arguments.h"
#include "recipe_data.h"
#include "source.h"
#include "text.h"

enum { FILE_LIMIT = 16 * 1024, WHERE_SIZE = 320 };

static const char FILE_NAME[] = "arguments";

/* The file while it is read. */
struct reading {
	const struct source *companion;
	struct boot *boot;
	unsigned line;
	char where[WHERE_SIZE]; /* "debian-12.d/arguments:3" */
	const char *label;      /* of the entry that the line is for, or NULL: all */
	size_t label_length;
};

static int
complain(struct reading *reading, const char *what)
{
	return note_add(&reading->boot->problems, "%s: %s", reading->where, what);
}

/* --- one word -------------------------------------------------------------- */

struct wanted {
	const char *pattern, *where;
};

static const char *
judge_argument(void *context, const char *word)
{
	const struct wanted *wanted = context;

	return recipe_matches(wanted->pattern, word, false) ? wanted->where : NULL;
}

static int
change_entry(const struct reading *reading, struct entry *entry, const char *word)
{
	struct wanted wanted = {word + 1, reading->where};
	int error = word[0] == '-' ? entry_remove_arguments(entry, judge_argument, &wanted)
				   : entry_add_argument(entry, word, reading->where);

	return error == 0 && entry->on_uefi != NULL ? change_entry(reading, entry->on_uefi, word)
						    : error;
}

static bool
is_meant(const struct reading *reading, const struct entry *entry)
{
	char *label;
	bool is_called;

	if (reading->label == NULL)
		return true;
	label = strndup(reading->label, reading->label_length);
	is_called = label != NULL && entry_is_called(entry, label);
	free(label);
	return is_called;
}

static int
change_menu(const struct reading *reading, struct menu *menu, const char *word)
{
	int error = 0;

	for (struct entry *entry = menu->entries; entry != NULL && error == 0;
	     entry = entry->next) {
		if (entry->submenu != NULL)
			error = change_menu(reading, entry->submenu, word);
		else if (entry->kind == ENTRY_LINUX && is_meant(reading, entry))
			error = change_entry(reading, entry, word);
	}
	return error;
}

static bool
has_open_quote(const char *word)
{
	bool is_open = false;

	for (; *word != '\0'; word++)
		is_open ^= *word == '"';
	return is_open;
}

/* What is wrong with a word, or NULL. */
static const char *
check_word(const char *word)
{
	if (has_open_quote(word))
		return "a quote without its other";
	if (strcmp(word, "---") == 0 || strcmp(word, "--") == 0)
		return "the image's own; what is added comes before it by itself";
	if (word[0] == '-')
		return word[1] == '\0' ? "'-' without what shall go" : NULL;
	if (strstr(word, "{file") != NULL || strstr(word, "{arg:") != NULL ||
	    strstr(word, "{iso-kib}") != NULL)
		return "{file}, {files}, {arg:NAME} and {iso-kib} are for recipes only";
	return recipe_check_tokens(word);
}

static int
do_word(struct reading *reading, const char *word)
{
	const char *why = check_word(word);
	struct boot *boot = reading->boot;
	int error;

	if (why != NULL)
		return note_add(&boot->problems, "%s: %s: %s", reading->where, word, why);
	error = change_menu(reading, boot->menu, word);
	if (error == 0 && boot->uefi != NULL)
		error = change_menu(reading, boot->uefi, word);
	return error;
}

/* --- lines ----------------------------------------------------------------- */

/* Cuts "LABEL:" off the line: what lies before the first ':' with a blank, or
   nothing, behind it. In an argument such a ':' would stand behind '=' or in
   quotes. */
static const char *
cut_label(struct reading *reading, const char *line)
{
	size_t length = strcspn(line, ":=\"{");

	while (line[length] == ':' && line[length + 1] != '\0' &&
	       strchr(" \t", line[length + 1]) == NULL)
		length += 1 + strcspn(line + length + 1, ":=\"{");
	reading->label = NULL;
	if (line[length] != ':')
		return line;
	reading->label = line;
	reading->label_length = length;
	return line + length + 1;
}

/* Whether the label of the line is that of a kernel. */
static bool
is_label_known(const struct reading *reading)
{
	char *label = strndup(reading->label, reading->label_length);
	const struct entry *entry = label != NULL ? boot_find(reading->boot, label) : NULL;

	free(label);
	return entry != NULL && entry->kind == ENTRY_LINUX;
}

static bool
has_control_byte(const char *line)
{
	for (; *line != '\0'; line++)
		if (((unsigned char)*line < ' ' && *line != '\t') || *line == 0x7f)
			return true;
	return false;
}

static int
do_line(struct reading *reading, const char *line)
{
	const char *word;
	size_t length;
	int error = 0;

	line += strspn(line, " \t");
	if (has_control_byte(line))
		return complain(reading, "a control byte: the line is left out");
	if (line[0] == '#')
		return 0;
	line = cut_label(reading, line);
	if (reading->label != NULL && !is_label_known(reading))
		return note_add(&reading->boot->problems,
				"%s: %.*s: no entry with a kernel has this name", reading->where,
				(int)reading->label_length, reading->label);
	while (error == 0 && arguments_next(&line, &word, &length) && word[0] != '#') {
		char *copy = strndup(word, length);

		error = copy != NULL ? do_word(reading, copy) : -ENOMEM;
		free(copy);
	}
	return error;
}

static int
do_lines(struct reading *reading, char *content)
{
	char *line;
	int error = 0;

	while (error == 0 && (line = strsep(&content, "\n")) != NULL) {
		size_t length = strlen(line);

		/* an editor of Windows ends lines with both */
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		snprintf(reading->where, sizeof(reading->where), "%.255s/%s:%u",
			 reading->companion->name, FILE_NAME, ++reading->line);
		error = do_line(reading, line);
	}
	return error;
}

int
companion_arguments_apply(const struct source *companion, struct boot *boot)
{
	struct reading reading = {.companion = companion, .boot = boot};
	struct source_node node;
	size_t length = 0;
	char *content;
	int error;

	if (source_find(companion, FILE_NAME, &node) < 0 || node.is_directory)
		return 0;
	snprintf(reading.where, sizeof(reading.where), "%.255s/%s", companion->name, FILE_NAME);
	error = source_read(companion, node.path, FILE_LIMIT, &content, &length);
	if (error == -ENOMEM)
		return error;
	if (error < 0)
		return complain(&reading,
				error == -EFBIG ? "larger than 16 KiB" : strerror(-error));
	if (strlen(content) != length)
		error = complain(&reading, "a NUL byte: all behind it is left out");
	if (error == 0)
		error = do_lines(&reading, content);
	free(content);
	return error;
}
