/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus read from outside: see menu_scan.h. Only the words that name files are
 * known; a label begins another entry.
 */
#include "menu_scan.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 16 };

/* One line, cut into words. */
struct line {
	char text[1024];
	char *words[WORDS_MAX];
	size_t count;
};

static void
cut(const char *text, size_t length, struct line *line)
{
	char *rest = line->text, *word;

	length = length < sizeof(line->text) ? length : sizeof(line->text) - 1;
	memcpy(line->text, text, length);
	line->text[length] = '\0';
	line->count = 0;
	while (line->count < WORDS_MAX && (word = strsep(&rest, " \t\r")) != NULL)
		if (*word != '\0')
			line->words[line->count++] = word;
}

static void
add(char list[][MENU_SCAN_PATH], size_t *count, size_t most, const char *path)
{
	if (*count < most && strstr(path, "${") == NULL && strlen(path) < MENU_SCAN_PATH)
		snprintf(list[(*count)++], MENU_SCAN_PATH, "%s", path);
}

static void
add_file(struct menu_scan *scan, const char *path)
{
	add(scan->files, &scan->file_count, MENU_SCAN_FILES, path);
}

/* Menus whose names begin with '@' are of no image. */
static void
add_menu(struct menu_scan *scan, const char *path)
{
	const char *name = strstr(path, "menus/");

	if (name != NULL && name[strlen("menus/")] != '@')
		add(scan->menus, &scan->menu_count, MENU_SCAN_MENUS, path);
}

static void
add_list(struct menu_scan *scan, char *paths)
{
	char *path;

	while ((path = strsep(&paths, ",")) != NULL)
		add_file(scan, path);
}

static bool
is_module(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && strcasecmp(path + length - 4, ".c32") == 0;
}

/* -> whether the line begins another entry. */
static bool
read_pxelinux(const struct line *line, struct menu_scan *scan, bool is_done)
{
	const char *word = line->words[0];

	if (strcasecmp(word, "LABEL") == 0)
		return true;
	if (line->count < 2)
		return false;
	if (strcasecmp(word, "CONFIG") == 0)
		add_menu(scan, line->words[1]);
	if (is_done)
		return false;
	if ((strcasecmp(word, "KERNEL") == 0 || strcasecmp(word, "LINUX") == 0) &&
	    scan->file_count == 0 && !is_module(line->words[1]))
		add_file(scan, line->words[1]);
	else if (strcasecmp(word, "INITRD") == 0 && scan->file_count > 0)
		add_list(scan, line->words[1]);
	return false;
}

/* The first word behind the command that is no option; NULL: none. */
static const char *
operand(const struct line *line)
{
	for (size_t i = 1; i < line->count; i++)
		if (line->words[i][0] != '-')
			return line->words[i];
	return NULL;
}

static bool
read_ipxe(const struct line *line, struct menu_scan *scan, bool is_done)
{
	const char *word = line->words[0], *path = operand(line);

	if (word[0] == ':')
		return true;
	if (path == NULL)
		return false;
	if (strcmp(word, "chain") == 0)
		add_menu(scan, path);
	else if (!is_done && (strcmp(word, "initrd") == 0
				      ? scan->file_count > 0
				      : strcmp(word, "kernel") == 0 && scan->file_count == 0))
		add_file(scan, path);
	return false;
}

void
menu_scan(enum menu_format format, const char *text, struct menu_scan *ret_scan)
{
	bool is_done = false; /* the first entry with files is behind us */
	struct line line;

	ret_scan->menu_count = ret_scan->file_count = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		cut(text, length, &line);
		text += length + (text[length] == '\n');
		if (line.count == 0)
			continue;
		if (format == MENU_PXELINUX ? read_pxelinux(&line, ret_scan, is_done)
					    : read_ipxe(&line, ret_scan, is_done))
			is_done = ret_scan->file_count > 0;
	}
}
