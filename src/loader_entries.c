/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of systemd-boot: lines of a key and its value. Unknown keys and
 * comments are nothing; "initrd" and "options" may come several times.
 *
 * Order: entries with a sort-key first, by it, then the newest version; the
 * others by their names. An image's own names ("01-archiso") put them so that
 * the first is meant first, so names go up, other than in systemd-boot, where
 * those of an installed system go down to the newest kernel.
 *
 * Everything is bounded: files, their size, lines, entries.
 */
#include "loader_entries.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "dropped.h"
#include "entry_arguments.h"
#include "entry_file.h"
#include "loader_settings.h"
#include "loader_uki.h"
#include "source.h"
#include "text.h"

enum { FILES_LIMIT = 64, FILE_SIZE_LIMIT = 64 * 1024, NAME_SIZE = 128 };

/* The names of the entries' files. */
struct names {
	char items[FILES_LIMIT][NAME_SIZE];
	unsigned count;
};

/* An entry being read. */
struct reading {
	const struct source *source;
	const char *folder; /* of the file system: "" or "@efi" */
	struct entry *entry;
	struct text options;
	char *sort_key;
	char *version;
	char *title;
	bool has_kernel;
	bool is_foreign;  /* of another processor */
	unsigned dropped; /* kinds of keys that a note told of, a bit each */
	int error;
};

/* One that was read, to be put in order. */
struct candidate {
	struct entry *entry;
	char *sort_key;
	char *version;
	char name[NAME_SIZE];
};

static bool
on_name(void *context, const char *name)
{
	struct names *names = context;
	size_t length = strlen(name);

	if (length > 5 && length < NAME_SIZE && strcasecmp(name + length - 5, ".conf") == 0 &&
	    name[0] != '.')
		memcpy(names->items[names->count++], name, length + 1);
	return names->count < FILES_LIMIT;
}

static void
keep(struct reading *reading, char **place, const char *value)
{
	int error = string_set(place, value);

	if (error < 0)
		reading->error = error;
}

/* Finds the file `name` for the entry, or refuses the entry. */
static void
find_file(struct reading *reading, const char *role, const char *name, struct entry_file *ret_file)
{
	struct source_node node = {.size = 0};
	char path[SOURCE_PATH_SIZE];
	int length = snprintf(path, sizeof(path), "%s/%s", reading->folder, name);
	int error = length > 0 && (size_t)length < sizeof(path) ? 0 : -ENAMETOOLONG;

	for (char *c = path; *c != '\0'; c++)
		*c = *c == '\\' ? '/' : *c;
	if (error == 0)
		error = source_find(reading->source, path, &node);
	reading->error = entry_set_file(reading->entry, role, name, error, &node, ret_file);
}

static void
read_linux(struct reading *reading, const char *value)
{
	reading->has_kernel = true;
	reading->entry->kind = ENTRY_LINUX;
	find_file(reading, "kernel", value, &reading->entry->kernel);
}

static void
read_initrd(struct reading *reading, const char *value)
{
	struct entry_file *file;

	reading->error = entry_add_initrd(reading->entry, &file);
	if (reading->error == 0 && file != NULL)
		find_file(reading, "initrd", value, file);
}

static void
read_options(struct reading *reading, const char *value)
{
	if (reading->options.length > 0)
		text_append_char(&reading->options, ' ');
	text_append(&reading->options, value);
}

static void
read_efi(struct reading *reading, const char *value)
{
	if (reading->has_kernel)
		return;
	reading->has_kernel = true;
	reading->entry->kind = ENTRY_PROGRAM;
	reading->entry->firmware = ENTRY_FOR_UEFI;
	find_file(reading, "boot program", value, &reading->entry->kernel);
}

static void
read_uki(struct reading *reading, const char *value)
{
	char path[SOURCE_PATH_SIZE];

	reading->has_kernel = true;
	if (strstr(value, "://") != NULL)
		snprintf(path, sizeof(path), "%s", value);
	else
		snprintf(path, sizeof(path), "%s/%s", reading->folder, value + strspn(value, "/"));
	reading->error = loader_uki_set(reading->source, path, reading->entry);
}

static void
read_title(struct reading *reading, const char *value)
{
	keep(reading, &reading->title, value);
}

static void
read_version(struct reading *reading, const char *value)
{
	keep(reading, &reading->version, value);
}

static void
read_sort_key(struct reading *reading, const char *value)
{
	keep(reading, &reading->sort_key, value);
}

static void
read_architecture(struct reading *reading, const char *value)
{
	reading->is_foreign = strcasecmp(value, "x64") != 0;
}

/* Says, at the entry, that the key is not kept. */
static void
note_dropped(struct reading *reading, const char *key, const char *value)
{
	static const struct dropped rows[] = {
		{"no loader for the network is told of one", {"devicetree*"}},
		{"it is for systemd-boot and its tools", {"machine-id", "grub_*", "id"}},
		{"it is for unified kernel images", {"profile", "extra"}},
		{NULL, {NULL}},
	};
	int row = dropped_find(rows, key);
	unsigned kind = row < 0 ? 31 : (unsigned)row;

	if ((reading->dropped & 1U << kind) == 0 &&
	    note_add_why(&reading->entry->notes, NOTE_REMARK,
			 row < 0 ? "the key is not known" : rows[row].why, "%.40s %.100s not kept",
			 key, value) < 0)
		reading->error = -ENOMEM;
	reading->dropped |= 1U << kind;
}

/* Carries out the line of `key`. */
static void
read_line(struct reading *reading, const char *key, const char *value)
{
	static const struct {
		const char *key;
		void (*read)(struct reading *, const char *value);
	} rows[] = {
		{"linux", read_linux},
		{"initrd", read_initrd},
		{"options", read_options},
		{"efi", read_efi},
		{"uki", read_uki},
		{"uki-url", read_uki},
		{"architecture", read_architecture},
		{"title", read_title},
		{"version", read_version},
		{"sort-key", read_sort_key},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].key, key) == 0) {
			rows[i].read(reading, value);
			return;
		}
	}
	note_dropped(reading, key, value);
}

/* The text on one line, without control bytes; in the string itself. */
static void
clean(char *text)
{
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
}

/* Title, label and arguments, when all lines are read. */
static int
finish(struct reading *reading, const char *name)
{
	struct entry *entry = reading->entry;
	int length = (int)strlen(name) - 5;
	char label[NAME_SIZE];
	int error;

	snprintf(label, sizeof(label), "%.*s", length, name);
	for (char *c = label; *c != '\0'; c++)
		*c = isgraph((unsigned char)*c) ? *c : '-';
	error = string_set(&entry->label, label);
	if (error == 0)
		error = string_set(&entry->title, reading->title != NULL ? reading->title : label);
	if (error < 0)
		return error;
	clean(entry->title);
	error = entry_set_arguments(entry, &reading->options);
	if (error == 0 && !reading->has_kernel)
		error = entry_refuse(entry, "no kernel is named");
	return error;
}

/* Reads the file of an entry. *ret_entry is NULL when there is nothing in it
   for us. */
static int
read_file(const struct source *source, const char *folder, const char *name,
	  struct entry_note **notes, struct candidate *ret_candidate)
{
	struct reading reading = {.source = source, .folder = folder};
	struct source_node node;
	char path[NAME_SIZE + 64];
	size_t size;
	char *bytes;
	char *rest;
	char *key;
	char *value;
	int error;

	snprintf(path, sizeof(path), "%s/loader/entries/%s", folder, name);
	if (source_find(source, path, &node) < 0 || node.is_directory)
		return 0;
	error = source_read(source, node.path, FILE_SIZE_LIMIT, &bytes, &size);
	if (error < 0)
		return error == -ENOMEM ? error : 0;
	error = entry_new(ENTRY_LINUX, NULL, &reading.entry);
	rest = bytes;
	while (error == 0 && loader_next_line(&rest, &key, &value)) {
		if (*key != '\0' && *value != '\0')
			read_line(&reading, key, value);
		error = reading.error;
	}
	free(bytes);
	if (error == 0)
		error = string_set(&reading.entry->source_path, node.path);
	if (error == 0) {
		reading.entry->source_line = 1;
		error = finish(&reading, name);
	}
	if (error == 0 && reading.is_foreign)
		error = note_once(notes, "%s: left out: it is for another processor", node.path);
	if (error == 0 && !reading.is_foreign) {
		*ret_candidate =
			(struct candidate){reading.entry, reading.sort_key, reading.version, ""};
		memcpy(ret_candidate->name, name, strlen(name) + 1);
		reading.entry = NULL;
		reading.sort_key = NULL;
		reading.version = NULL;
	}
	entry_free(reading.entry);
	free(reading.sort_key);
	free(reading.version);
	free(reading.title);
	text_free(&reading.options);
	return error;
}

static int
compare(const void *a, const void *b)
{
	const struct candidate *first = a;
	const struct candidate *second = b;
	int order = (first->sort_key == NULL) - (second->sort_key == NULL);

	if (order == 0 && first->sort_key != NULL)
		order = strcmp(first->sort_key, second->sort_key);
	if (order == 0 && first->sort_key != NULL && first->version != NULL &&
	    second->version != NULL)
		order = strverscmp(second->version, first->version);
	return order != 0 ? order : strcmp(first->name, second->name);
}

/* Whether `value`, the default of loader.conf, means the file `name`: its name, or
   that without ".conf", or how it begins, with a star behind. A stranger's pattern
   with stars elsewhere can be slow to compare, and is not understood. */
static bool
is_meant(const char *value, const char *name)
{
	size_t length = strlen(value);

	return strcasecmp(value, name) == 0 ||
	       (strncasecmp(value, name, length) == 0 && strcasecmp(name + length, ".conf") == 0) ||
	       (length > 0 && value[length - 1] == '*' &&
		strncasecmp(value, name, length - 1) == 0);
}

/* Marks the first entry that is meant as the default. */
static int
mark_default(const char *value, const struct candidate *candidates, unsigned count,
	     const char *folder, struct entry_note **notes)
{
	unsigned i = 0;

	while (i < count && !is_meant(value, candidates[i].name))
		i++;
	if (i == count)
		return note_once(notes, "%s/loader/loader.conf: no entry is the default: %.200s",
				 folder, value);
	candidates[i].entry->is_default = true;
	return 0;
}

int
loader_entries_read(const struct source *source, bool in_efi, struct menu *menu,
		    struct entry_note **notes)
{
	const char *folder = in_efi ? "@efi" : "";
	struct candidate candidates[FILES_LIMIT] = {0};
	struct names names = {.count = 0};
	struct source_node node;
	char *chosen = NULL;
	char path[64];
	unsigned count = 0;
	int error = 0;

	snprintf(path, sizeof(path), "%s/loader/entries", folder);
	if (source_find(source, path, &node) < 0 || !node.is_directory)
		return -ENOENT;
	source_list(source, node.path, on_name, &names);
	if (names.count == FILES_LIMIT)
		error = note_add(notes, "%s: too many entries: the rest is left out", node.path);
	for (unsigned i = 0; i < names.count && error == 0; i++) {
		error = read_file(source, folder, names.items[i], notes, &candidates[count]);
		count += candidates[count].entry != NULL;
	}
	qsort(candidates, count, sizeof(candidates[0]), compare);
	if (error == 0)
		error = loader_settings_read(source, folder, menu, notes, &chosen);
	if (error == 0 && chosen != NULL)
		error = mark_default(chosen, candidates, count, folder, notes);
	free(chosen);
	for (unsigned i = 0; i < count; i++) {
		menu_append(menu, candidates[i].entry);
		free(candidates[i].sort_key);
		free(candidates[i].version);
	}
	if (error == 0)
		error = loader_uki_add(source, folder, menu);
	return error == 0 && menu->entries == NULL ? -ENOENT : error;
}
