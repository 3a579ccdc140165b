/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loader/loader.conf: see loader_settings.h.
 */
#include "loader_settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "boot_timeout.h"
#include "dropped.h"
#include "source.h"

enum { FILE_SIZE_LIMIT = 64 * 1024 };

static const char BLANKS[] = " \t";

/* What is being read, and what of it was told. */
struct reading {
	const char *path;
	unsigned line;
	struct menu *menu;
	struct entry_note **notes;
	char *chosen;
	unsigned dropped; /* kinds of keys, a bit each */
};

bool
loader_next_line(char **rest, char **ret_key, char **ret_value)
{
	char *line = *rest;
	char *end;

	if (line == NULL || *line == '\0')
		return false;
	*rest = line + strcspn(line, "\n");
	if (**rest == '\n')
		*(*rest)++ = '\0';
	line += strspn(line, BLANKS);
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	if (*line == '#')
		*line = '\0';
	*ret_key = line;
	line += strcspn(line, BLANKS);
	if (*line != '\0')
		*line++ = '\0';
	*ret_value = line + strspn(line, BLANKS);
	return true;
}

/* Seconds, or a word: "menu-force" waits, "menu-hidden" and "menu-disabled" do not
   show the menu. */
static int
read_timeout(struct reading *reading, const char *value)
{
	long seconds = strcasecmp(value, "menu-force") == 0 ? -1 : strtol(value, NULL, 10);

	return boot_timeout_set(reading->menu, seconds, reading->path, reading->notes);
}

static int
note_dropped(struct reading *reading, const char *key)
{
	static const struct dropped rows[] = {
		{"the look of the disc's own menu", {"console-mode", "beep"}},
		{"how the disc's own menu behaves",
		 {"editor", "auto-*", "reboot-*", "reboot", "log-level"}},
		{"the machine's own affair", {"secure-boot-*", "random-seed-*", "preferred"}},
		{NULL, {NULL}},
	};
	int row = dropped_find(rows, key);
	unsigned bit = 1U << (row < 0 ? 31 : (unsigned)row);
	bool was_told = (reading->dropped & bit) != 0;

	reading->dropped |= bit;
	if (was_told)
		return 0;
	return note_add_why(reading->notes, NOTE_CHANGE,
			    row < 0 ? "the key is not known" : rows[row].why,
			    "%s:1: %.60s not kept", reading->path, key);
}

static int
read_key(struct reading *reading, const char *key, const char *value)
{
	if (strcmp(key, "timeout") == 0)
		return read_timeout(reading, value);
	if (strcmp(key, "default") == 0)
		return string_set(&reading->chosen, value);
	return note_dropped(reading, key);
}

int
loader_settings_read(const struct source *source, const char *folder, struct menu *menu,
		     struct entry_note **notes, char **ret_default)
{
	struct reading reading = {.menu = menu, .notes = notes};
	struct source_node node;
	char path[64];
	size_t size;
	char *bytes;
	char *rest;
	char *key;
	char *value;
	int error;

	*ret_default = NULL;
	snprintf(path, sizeof(path), "%s/loader/loader.conf", folder);
	if (source_find(source, path, &node) < 0 || node.is_directory)
		return 0;
	reading.path = node.path;
	error = source_read(source, node.path, FILE_SIZE_LIMIT, &bytes, &size);
	if (error < 0)
		return error == -ENOMEM ? error : 0;
	rest = bytes;
	while (error == 0 && loader_next_line(&rest, &key, &value)) {
		reading.line++;
		if (*key != '\0' && *value != '\0')
			error = read_key(&reading, key, value);
	}
	free(bytes);
	*ret_default = reading.chosen;
	return error;
}
