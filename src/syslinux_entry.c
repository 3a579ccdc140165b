/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a label to an entry: kernel types (SYS-4), initrds (SYS-5, SYS-6),
 * modules (SYS-21), memdisk (SYS-22), what cannot work over a network (SYS-23).
 */
#include "syslinux_entry.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arguments.h"
#include "boot.h"
#include "entry_file.h"
#include "text.h"

static const char INITRD[] = "initrd=";

/* The character behind the first caret, in lower case; 0 for none. */
static char
hotkey_of(const char *title)
{
	const char *caret = strchr(title, '^');
	unsigned char c = caret != NULL ? (unsigned char)caret[1] : 0;

	return c > ' ' && c < 0x7f ? (char)tolower(c) : '\0';
}

int
syslinux_describe(const struct syslinux_item *item, struct entry *entry)
{
	const char *title = item->title != NULL ? item->title : item->label;

	entry->title = text_clean(title != NULL ? title : "", '^');
	if (entry->title == NULL || string_set(&entry->help, item->help) < 0 ||
	    string_set(&entry->password, item->password) < 0 ||
	    string_set(&entry->source_path, item->file) < 0)
		return -ENOMEM;
	if (item->title != NULL)
		entry->hotkey = hotkey_of(item->title);
	entry->source_line = item->line;
	entry->indent = item->indent;
	entry->is_default = item->is_default;
	entry->is_hidden = item->is_hidden;
	entry->is_disabled = item->is_disabled;
	return 0;
}

/* Finds `name` for `entry`, or refuses the entry. `role`: "kernel". */
static int
find_file(const struct syslinux_session *session, const struct syslinux_config *config,
	  const char *role, const char *name, struct entry *entry, struct entry_file *ret_file)
{
	struct source_node node;
	int error = syslinux_find(session->source, config->directory, name, &node);

	return entry_set_file(entry, role, name, error, &node, ret_file);
}

/* Adds the files of the comma list of `length` bytes. */
static int
add_initrds(const struct syslinux_session *session, const struct syslinux_config *config,
	    const char *list, size_t length, struct entry *entry)
{
	const char *end = list + length;
	int error = 0;

	while (list < end && error == 0) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		size_t count = (size_t)((comma != NULL ? comma : end) - list);
		struct entry_file *file = NULL;
		char *name = strndup(list, count);

		list += count + 1;
		if (name == NULL)
			return -ENOMEM;
		if (count > 0)
			error = entry_add_initrd(entry, &file);
		if (file != NULL)
			error = find_file(session, config, "initrd", name, entry, file);
		free(name);
	}
	return error;
}

/* Takes the initrd= words out of the arguments and the first of them as the
   files to load: that is what SYSLINUX does (SYS-6). Menus name them again. */
static int
read_arguments(const struct syslinux_session *session, const struct syslinux_config *config,
	       const struct syslinux_command *command, struct entry *entry)
{
	const size_t prefix = sizeof(INITRD) - 1;
	struct text original = {0};
	struct text kept = {0};
	const char *cursor;
	const char *word;
	size_t length;
	int error = 0;

	text_append(&original, command->arguments);
	if (command->initrd[0] != '\0')
		text_printf(&original, "%s%s%s", original.length > 0 ? " " : "", INITRD,
			    command->initrd);
	error = text_take(&original, &entry->original, NULL);
	cursor = command->arguments;
	while (error == 0 && arguments_next(&cursor, &word, &length)) {
		bool is_initrd = length > prefix && strncmp(word, INITRD, prefix) == 0;

		if (is_initrd && entry->initrds == NULL) {
			error = add_initrds(session, config, word + prefix, length - prefix, entry);
		} else if (is_initrd) {
			error = note_add(&entry->notes, "%.*s ignored: only the first counts",
					 (int)length, word);
		} else {
			if (kept.length > 0)
				text_append_char(&kept, ' ');
			arguments_escape(&kept, word, length);
		}
	}
	if (error == 0 && entry->initrds == NULL && command->initrd[0] != '\0')
		error = add_initrds(session, config, command->initrd, strlen(command->initrd),
				    entry);
	if (error < 0) {
		text_free(&kept);
		return error;
	}
	return text_take(&kept, &entry->arguments, NULL);
}

static int
read_linux(const struct syslinux_session *session, const struct syslinux_config *config,
	   const struct syslinux_command *command, struct entry *entry)
{
	bool is_memdisk = strcasecmp(syslinux_base_name(command->file), "memdisk") == 0;
	int error = read_arguments(session, config, command, entry);

	if (error < 0)
		return error;
	entry->sysappend = command->sysappend;
	if (is_memdisk)
		return entry_make_memdisk(entry);
	if (command->file[0] == '\0')
		return entry_refuse(entry, "no kernel is named");
	return find_file(session, config, "kernel", command->file, entry, &entry->kernel);
}

/* linux.c32 takes a command line of its own: "KERNEL ARGUMENTS". */
static int
read_linux_module(struct syslinux_session *session, const struct syslinux_config *config,
		  const struct syslinux_command *command, struct entry *entry)
{
	struct syslinux_command inner = *command;
	size_t length = strcspn(command->arguments, " \t");

	inner.file = arena_copy(&session->arena, command->arguments, length);
	inner.arguments = command->arguments + length + strspn(command->arguments + length, " \t");
	if (inner.file == NULL)
		return -ENOMEM;
	entry->kind = ENTRY_LINUX;
	return read_linux(session, config, &inner, entry);
}

/* A module that the loader's own set has too. Its arguments name files of the
   disc (hdt.c32) or nothing. */
static int
read_tool(const char *name, const struct syslinux_command *command, struct entry *entry)
{
	int length = (int)strcspn(name, ".");

	if (asprintf(&entry->module, "%.*s.c32", length, name) < 0) {
		entry->module = NULL;
		return -ENOMEM;
	}
	for (char *c = entry->module; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (command->arguments[0] == '\0')
		return 0;
	return note_add(&entry->notes, "arguments not kept, they are for the disc: %s",
			command->arguments);
}

static int
read_module(struct syslinux_session *session, const struct syslinux_config *config,
	    const struct syslinux_command *command, struct entry *entry)
{
	const char *name = syslinux_base_name(command->file);

	switch (syslinux_module(command)) {
	case MODULE_LINUX:
		return read_linux_module(session, config, command, entry);
	case MODULE_CHAIN:
		if (strncmp(command->arguments, "hd", 2) == 0 ||
		    strncmp(command->arguments, "boot", 4) == 0 || command->arguments[0] == '\0') {
			entry->kind = ENTRY_LOCAL;
			return 0;
		}
		return entry_refuse(entry, "chain.c32 starts a boot sector of the disc");
	case MODULE_MULTIBOOT:
		return entry_refuse(entry, "multiboot kernels are not offered");
	case MODULE_TOOL:
		return read_tool(name, command, entry);
	default:
		return entry_refuse(entry, "a module of the disc's own loader: %s", name);
	}
}

static int
read_command(struct syslinux_session *session, const struct syslinux_config *config,
	     const struct syslinux_command *command, struct entry *entry)
{
	switch (command->type) {
	case SYSLINUX_LINUX:
		return read_linux(session, config, command, entry);
	case SYSLINUX_COM32:
		entry->kind = ENTRY_MODULE;
		return read_module(session, config, command, entry);
	case SYSLINUX_LOCALBOOT:
		entry->kind = ENTRY_LOCAL;
		return 0;
	case SYSLINUX_PXE:
		entry->kind = ENTRY_PROGRAM;
		return entry_refuse(entry, "a network boot program of its own: %s", command->file);
	default:
		entry->kind = ENTRY_PROGRAM;
		return entry_refuse(entry, "a boot sector that needs its disc: %s", command->file);
	}
}

int
syslinux_entry(struct syslinux_session *session, const struct syslinux_config *config,
	       const struct syslinux_item *item, const struct syslinux_command *command,
	       struct entry **ret_entry)
{
	struct entry *entry;
	int error = entry_new(ENTRY_LINUX, item->label, &entry);

	if (error < 0)
		return error;
	error = syslinux_describe(item, entry);
	if (error == 0 && item->is_disabled)
		entry->kind = ENTRY_TEXT;
	else if (error == 0)
		error = read_command(session, config, command, entry);
	if (error < 0) {
		entry_free(entry);
		return error;
	}
	*ret_entry = entry;
	return 0;
}
