/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limine's configuration: lines of "name: value", entries that begin with "/"
 * and their title, deeper ones with more of them, "/+" for a directory that is
 * shown open. Before version 8: "NAME=value", and ":" for "/".
 *
 * An entry is in its menu as soon as it begins, and made when the next begins:
 * only then is known whether it is a directory.
 *
 * Everything is bounded: bytes, what macros come to, entries, depth, remarks.
 */
#include "limine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot_timeout.h"
#include "dropped.h"
#include "limine_entry.h"
#include "limine_macro.h"
#include "source.h"
#include "text.h"

enum {
	BYTES_LIMIT = 1024 * 1024,
	TEXT_LEFT = 2 * 1024 * 1024, /* of lines, macros put in */
	ENTRIES_LIMIT = 1000,
	DEPTH_LIMIT = 8,
	NOTES_LIMIT = 50,
	DEFAULT_SECONDS = 5, /* where none are configured */
};

static const char BLANKS[] = " \t\r";

/* A menu on the way to the current entry, and its last entry. */
struct level {
	struct menu *menu;
	struct entry *entry;
	bool is_shown; /* with all directories above it open */
};

struct reading {
	struct limine_place place;
	const char *path; /* of the file */
	bool is_old;      /* written as before version 8 */
	unsigned line;
	struct level levels[DEPTH_LIMIT + 1];
	unsigned depth; /* of the current entry; 0: none yet */
	struct limine_options options;
	char *chosen;  /* default_entry, or NULL */
	unsigned rows; /* shown so far */
	struct limine_macros macros;
	struct text text; /* of the line, with macros put in */
	size_t text_left;
	unsigned entries_left;
	struct entry_note **notes;
	unsigned note_count;
	unsigned dropped; /* kinds that a note told of */
	bool is_skipping; /* an entry that is left out */
	int error;        /* 0 or -ENOMEM */
};

static const struct dropped dropped[] = {
	{"the look of the disc's own menu",
	 {"term_*", "interface_*", "wallpaper*", "backdrop", "graphics", "resolution", "textmode",
	  "background_*", "theme_*", "margin*"}},
	{"how the disc's own menu behaves",
	 {"quiet", "verbose", "editor_enabled", "remember_last_entry", "hash_mismatch_panic",
	  "serial*", "randomise_*", "randomize_*"}},
	{"how Limine loads a kernel",
	 {"kaslr", "dtb_path", "global_dtb", "module_string", "module_cmdline", "max_paging_mode",
	  "min_paging_mode", "paging_mode", "partition"}},
	{NULL, {NULL}},
};

static void __attribute__((format(printf, 2, 3)))
note(struct reading *reading, const char *format, ...)
{
	char place[NOTE_PLACE_SIZE];
	va_list arguments;
	char text[512];

	if (reading->note_count++ >= NOTES_LIMIT)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (note_once(reading->notes, "%s: %s", note_place(reading->path, reading->line, place),
		      text) < 0)
		reading->error = -ENOMEM;
}

/* Makes what the current entry has become. */
static void
finish_entry(struct reading *reading)
{
	struct entry *entry = reading->depth > 0 ? reading->levels[reading->depth].entry : NULL;

	if (entry != NULL && reading->error == 0)
		reading->error = limine_make_entry(&reading->place, &reading->options, entry);
	limine_options_free(&reading->options);
}

/* Makes a directory of the current entry: what follows is in it. */
static void
open_entry(struct reading *reading)
{
	struct entry *entry = reading->levels[reading->depth].entry;

	entry->kind = ENTRY_MENU;
	reading->error = menu_new(&entry->submenu);
	if (reading->error == 0 && reading->options.comment != NULL)
		reading->error = string_set(&entry->help, reading->options.comment);
	limine_options_free(&reading->options);
	reading->levels[reading->depth + 1].menu = entry->submenu;
}

/* Whether default_entry means the current entry: its number among those that
   are shown at first, or its title behind those of its directories. */
static bool
is_chosen(const struct reading *reading, bool is_shown)
{
	const char *rest = reading->chosen;
	char *end;

	if (rest == NULL)
		return false;
	if (is_shown && strtoul(rest, &end, 10) == reading->rows && *end == '\0')
		return true;
	for (unsigned i = 1; i <= reading->depth; i++) {
		const char *title = reading->levels[i].entry->title;
		size_t length = strlen(title);

		if (strncmp(rest, title, length) != 0 ||
		    rest[length] != (i < reading->depth ? '/' : '\0'))
			return false;
		rest += length + 1;
	}
	return true;
}

static void
add_entry(struct reading *reading, unsigned depth, const char *title)
{
	struct level *level = &reading->levels[depth];
	bool is_open = title[0] == '+';
	char *label = text_label(title + is_open);

	level->entry = NULL;
	reading->depth = 0;
	if (label == NULL || entry_new(ENTRY_LINUX, label, &level->entry) < 0) {
		free(label);
		reading->error = -ENOMEM;
		return;
	}
	free(label);
	menu_append(level->menu, level->entry);
	reading->depth = depth;
	reading->entries_left--;
	level->entry->title = text_clean(title + is_open, '\0');
	level->entry->source_line = reading->line;
	if (level->entry->title == NULL ||
	    string_set(&level->entry->source_path, reading->path) < 0) {
		reading->error = -ENOMEM;
		return;
	}
	reading->rows += level->is_shown;
	for (unsigned i = 1; i <= depth && is_chosen(reading, level->is_shown); i++)
		reading->levels[i].entry->is_default = true;
	if (depth < DEPTH_LIMIT)
		level[1].is_shown = level->is_shown && is_open;
}

/* "/Title", "//+Title". */
static void
begin_entry(struct reading *reading, const char *line)
{
	unsigned depth = (unsigned)strspn(line, reading->is_old ? ":" : "/");
	unsigned deepest = reading->depth + 1 < DEPTH_LIMIT ? reading->depth + 1 : DEPTH_LIMIT;
	const char *title = line + depth;

	reading->is_skipping = reading->entries_left == 0 || depth > deepest;
	if (reading->is_skipping) {
		note(reading, reading->entries_left == 0 ? "too many entries: the rest is left out"
							 : "left out: too deep in its menu");
		return;
	}
	if (depth > reading->depth && reading->depth > 0)
		open_entry(reading);
	else
		finish_entry(reading);
	if (reading->error == 0)
		add_entry(reading, depth, title + strspn(title, BLANKS));
}

static void
read_global(struct reading *reading, const char *name, const char *value)
{
	struct menu *menu = reading->levels[1].menu;

	if (strcasecmp(name, "timeout") == 0)
		reading->error = boot_timeout_set(
			menu, strcasecmp(value, "no") == 0 ? -1 : strtol(value, NULL, 10),
			reading->path, reading->notes);
	else if (strcasecmp(name, "default_entry") == 0 && string_set(&reading->chosen, value) < 0)
		reading->error = -ENOMEM;
}

static void
read_option(struct reading *reading, char *line)
{
	char *value = line + strcspn(line, reading->is_old ? "=" : ":");
	char *end = value;
	char what[SOURCE_PATH_SIZE + 80];
	unsigned kind;
	int row;

	if (*value == '\0' || reading->is_skipping)
		return;
	*value++ = '\0';
	while (end > line && strchr(BLANKS, end[-1]) != NULL)
		*--end = '\0';
	value += strspn(value, BLANKS);
	if (strcasecmp(line, "timeout") == 0 || strcasecmp(line, "default_entry") == 0) {
		read_global(reading, line, value);
		return;
	}
	if (reading->depth > 0 && limine_option(&reading->options, line, value, &reading->error))
		return;
	row = dropped_find(dropped, line);
	kind = row < 0 ? 31 : (unsigned)row;
	snprintf(what, sizeof(what), "%s:%u: %.60s not kept", reading->path, reading->line, line);
	if ((reading->dropped & 1U << kind) == 0 &&
	    note_once_why(reading->notes, NOTE_CHANGE,
			  row < 0 ? "it is not understood" : dropped[row].why, what) < 0)
		reading->error = -ENOMEM;
	reading->dropped |= 1U << kind;
}

static void
read_line(struct reading *reading, char *line)
{
	char *end = line + strlen(line);
	struct text *text = &reading->text;
	int error;

	line += strspn(line, BLANKS);
	while (end > line && strchr(BLANKS, end[-1]) != NULL)
		*--end = '\0';
	if (*line == '\0' || *line == '#')
		return;
	text_cut(text, 0);
	error = limine_macro_read(&reading->macros, line);
	if (error == -ENOENT)
		error = limine_macro_expand(&reading->macros, line, text);
	if (error == -ENOMEM) {
		reading->error = error;
	} else if (error < 0 || text->length > reading->text_left) {
		note(reading, "left out: %s", error == -E2BIG ? "too many macros" : "too long");
		text_free(text);
	} else if (text->length > 0) {
		reading->text_left -= text->length;
		if (text->bytes[0] == (reading->is_old ? ':' : '/'))
			begin_entry(reading, text->bytes);
		else
			read_option(reading, text->bytes);
	}
}

/* Reads the file at `path`, which source_find gave. */
static int
read_file(struct reading *reading, const char *path, struct menu *menu)
{
	char *bytes;
	char *line;
	size_t length;
	int error = source_read(reading->place.source, path, BYTES_LIMIT, &bytes, &length);

	reading->path = path;
	if (error < 0) {
		note(reading, "cannot be read: %s", strerror(-error));
		return error == -ENOMEM ? error : 0;
	}
	reading->levels[1] = (struct level){.menu = menu, .is_shown = true};
	menu->timeout_ms = DEFAULT_SECONDS * 1000;
	line = bytes;
	while (*line != '\0' && reading->error == 0) {
		size_t end = strcspn(line, "\n");
		char *next = line + end + (line[end] == '\n');

		line[end] = '\0';
		reading->line++;
		read_line(reading, line);
		line = next;
	}
	finish_entry(reading);
	free(bytes);
	return reading->error;
}

int
limine_read(const struct source *source, enum entry_firmware firmware, bool in_efi,
	    struct menu *menu, struct entry_note **notes)
{
	static const char *const folders[] = {"EFI/BOOT/", "EFI/limine/", "boot/limine/",
					      "boot/",     "limine/",     ""};
	int error = 0;

	for (unsigned i = 0; i < 12 && menu->entries == NULL && error == 0; i++) {
		const char *folder = folders[i / 2];
		struct reading reading = {
			.place = {source, in_efi, firmware},
			.is_old = i % 2 == 1,
			.text_left = TEXT_LEFT,
			.entries_left = ENTRIES_LIMIT,
			.macros = {.firmware = firmware},
			.notes = notes,
		};
		struct source_node node;
		char path[64];

		snprintf(path, sizeof(path), "%s%slimine.%s", in_efi ? "@efi/" : "", folder,
			 reading.is_old ? "cfg" : "conf");
		if (source_find(source, path, &node) == 0 && !node.is_directory)
			error = read_file(&reading, node.path, menu);
		limine_macros_free(&reading.macros);
		text_free(&reading.text);
		free(reading.chosen);
	}
	if (error == 0 && menu->entries == NULL) {
		menu->timeout_ms = 0;
		error = -ENOENT;
	}
	return error;
}
