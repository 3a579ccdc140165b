/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of Limine: a protocol says what kind of kernel is started, and a path
 * names a device of the loader's before the file: "boot():/vmlinuz", before
 * version 8 "boot:///vmlinuz".
 */
#include "limine_entry.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry_arguments.h"
#include "entry_file.h"
#include "source.h"
#include "text.h"

enum { MODULES_LIMIT = 40, HASH_LENGTH = 128 };

static bool
keep_module(struct limine_options *options, const char *value)
{
	if (options->modules == NULL)
		options->modules = calloc(MODULES_LIMIT, sizeof(*options->modules));
	if (options->modules == NULL)
		return false;
	/* One more than an entry can have refuses it: more say no more. */
	if (options->module_count == MODULES_LIMIT)
		return true;
	options->modules[options->module_count] = strdup(value);
	return options->modules[options->module_count++] != NULL;
}

bool
limine_option(struct limine_options *options, const char *name, const char *value, int *error)
{
	const struct {
		const char *name;
		char **place;
	} rows[] = {
		{"protocol", &options->protocol},  {"path", &options->kernel},
		{"kernel_path", &options->kernel}, {"image_path", &options->kernel},
		{"cmdline", &options->arguments},  {"kernel_cmdline", &options->arguments},
		{"comment", &options->comment},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((rows[i].name[0] | ' ') != (name[0] | ' ') ||
		    strcasecmp(rows[i].name, name) != 0)
			continue;
		if (string_set(rows[i].place, value) < 0)
			*error = -ENOMEM;
		return true;
	}
	if (strcasecmp(name, "drive") == 0 || strcasecmp(name, "mbr_id") == 0 ||
	    strcasecmp(name, "gpt_uuid") == 0 || strcasecmp(name, "gpt_guid") == 0)
		options->has_drive = true;
	else if (strcasecmp(name, "module_path") != 0)
		return false;
	else if (!keep_module(options, value))
		*error = -ENOMEM;
	return true;
}

void
limine_options_free(struct limine_options *options)
{
	for (unsigned i = 0; i < options->module_count; i++)
		free(options->modules[i]);
	free(options->modules);
	free(options->protocol);
	free(options->kernel);
	free(options->arguments);
	free(options->comment);
	*options = (struct limine_options){0};
}

/* Cuts "#HASH" off: what a file should be is for who loads it. */
static void
cut_hash(char *path)
{
	char *hash = strrchr(path, '#');

	if (hash != NULL && strlen(hash + 1) == HASH_LENGTH &&
	    strspn(hash + 1, "0123456789abcdefABCDEF") == HASH_LENGTH)
		*hash = '\0';
}

static bool
is_word(const char *bytes, size_t length, const char *word)
{
	return length > 0 && strlen(word) == length && strncasecmp(bytes, word, length) == 0;
}

/* Which device a path begins with: 0 for that of the configuration, 1 for the
   image, or -EXDEV, -EREMOTE. *path moves behind it. */
static int
find_device(const struct limine_place *place, const char **path)
{
	const struct source *source = place->source;
	const char *name = *path;
	size_t length = strcspn(name, "(:");
	bool is_new = name[length] == '(';
	const char *end = strstr(name, is_new ? "):" : "://");
	const char *value;
	size_t value_length;

	if (end == NULL)
		return 0;
	value = is_new ? name + length + 1 : end + 3;
	value_length = is_new ? (size_t)(end - value) : strcspn(value, "/");
	*path = is_new ? end + 2 : value + value_length;
	if (is_word(name, length, "boot"))
		return 0;
	if (is_word(name, length, "tftp"))
		return -EREMOTE;
	return is_word(name, length, "odd") ||
			       (is_word(name, length, "fslabel") &&
				is_word(value, value_length, source->volume_id)) ||
			       (is_word(name, length, "uuid") && source->fs_uuid != NULL &&
				is_word(value, value_length, source->fs_uuid))
		       ? 1
		       : -EXDEV;
}

/* Looks for what `name` means, as Limine has it: where the configuration is, or
   in the image. */
static int
find_path(const struct limine_place *place, const char *name, struct source_node *ret_node)
{
	char path[SOURCE_PATH_SIZE];
	int device = find_device(place, &name);
	int error = -ENOENT;

	if (device < 0)
		return device;
	if (device == 0 && place->in_efi &&
	    snprintf(path, sizeof(path), "@efi/%s", name) < (int)sizeof(path))
		error = source_find(place->source, path, ret_node);
	/* A disc's Limine in the small partition finds its files in the image. */
	return error == 0 ? 0 : source_find(place->source, name, ret_node);
}

static int
set_file(const struct limine_place *place, const char *role, char *name, struct entry *entry,
	 struct entry_file *ret_file)
{
	struct source_node node;
	int error;

	cut_hash(name);
	error = find_path(place, name, &node);
	return entry_set_file(entry, role, name, error, &node, ret_file);
}

static int
make_linux(const struct limine_place *place, const struct limine_options *options,
	   struct entry *entry)
{
	struct text original = {0};
	int error;

	text_append(&original, options->arguments != NULL ? options->arguments : "");
	error = entry_set_arguments(entry, &original);
	if (error == 0 && options->kernel == NULL)
		return entry_refuse(entry, "no kernel is named");
	if (error == 0)
		error = set_file(place, "kernel", options->kernel, entry, &entry->kernel);
	for (unsigned i = 0; i < options->module_count && error == 0; i++) {
		struct entry_file *file;

		error = entry_add_initrd(entry, &file);
		if (error == 0 && file != NULL)
			error = set_file(place, "initrd", options->modules[i], entry, file);
	}
	return error;
}

static int
make_program(const struct limine_place *place, const struct limine_options *options,
	     struct entry *entry)
{
	entry->kind = ENTRY_PROGRAM;
	entry->firmware = ENTRY_FOR_UEFI;
	if (options->kernel == NULL)
		return entry_refuse(entry, "no boot program is named");
	return set_file(place, "boot program", options->kernel, entry, &entry->kernel);
}

/* A boot sector: of a disk of the machine, or of the medium. */
static int
make_sector(const struct limine_options *options, struct entry *entry)
{
	entry->firmware = ENTRY_FOR_BIOS;
	if (options->has_drive && options->kernel == NULL) {
		entry->kind = ENTRY_LOCAL;
		return 0;
	}
	entry->kind = ENTRY_PROGRAM;
	return entry_refuse(entry, "a boot sector that needs its disc");
}

int
limine_make_entry(const struct limine_place *place, struct limine_options *options,
		  struct entry *entry)
{
	const char *protocol = options->protocol;
	int error = options->comment != NULL ? string_set(&entry->help, options->comment) : 0;

	if (error < 0)
		return error;
	if (protocol == NULL && options->kernel == NULL)
		entry->kind = ENTRY_TEXT;
	else if (protocol == NULL || strcasecmp(protocol, "linux") == 0)
		error = make_linux(place, options, entry);
	else if (strcasecmp(protocol, "efi") == 0 || strcasecmp(protocol, "uefi") == 0 ||
		 strcasecmp(protocol, "efi_chainload") == 0)
		error = make_program(place, options, entry);
	else if (strcasecmp(protocol, "bios") == 0 || strcasecmp(protocol, "bios_chainload") == 0 ||
		 strcasecmp(protocol, "chainload") == 0)
		error = make_sector(options, entry);
	else {
		entry->kind = ENTRY_PROGRAM;
		error = entry_refuse(entry, "a kernel that only Limine can start (%.40s)",
				     protocol);
	}
	limine_options_free(options);
	return error;
}
