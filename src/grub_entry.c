/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a block of a GRUB configuration has loaded, as an entry: its files found
 * in the image, or the reason why it cannot be offered.
 *
 * Superusers lock what is not marked unrestricted. No other menu can ask for
 * GRUB's password, so such entries are refused rather than given away (SYS-11).
 */
#include "grub_session.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry_arguments.h"
#include "entry_file.h"
#include "text.h"

/* Whether all of `id` can be typed as one word. */
static bool
is_typed(const char *id)
{
	const char *c = id;

	while (isalnum((unsigned char)*c) || (*c != '\0' && strchr("._+-", *c) != NULL))
		c++;
	return c > id && *c == '\0' && c - id < TEXT_LABEL_SIZE;
}

char *
grub_label(const struct grub_item *item)
{
	if (item->id != NULL && is_typed(item->id))
		return strdup(item->id);
	return text_label(item->arguments.items[0]);
}

/* Finds `name` for `entry`, or refuses the entry. `role`: "kernel". */
static int
find_file(struct grub_session *session, const char *role, const char *name, const char *root,
	  struct entry *entry, struct entry_file *ret_file)
{
	struct source_node node;
	int error = grub_find(session, name, root, &node);

	return entry_set_file(entry, role, name, error, &node, ret_file);
}

static int
add_initrds(struct grub_session *session, const struct grub_load *load, struct entry *entry)
{
	int error = 0;

	for (unsigned i = 0; i < load->initrds.count && error == 0; i++) {
		const char *name = load->initrds.items[i];
		struct entry_file *file = NULL;

		if (strncmp(name, "newc:", 5) == 0)
			error = entry_refuse(entry, "an initrd that GRUB would make: %.300s", name);
		if (error == 0)
			error = entry_add_initrd(entry, &file);
		if (error < 0 || file == NULL)
			break;
		error = find_file(session, "initrd", name, load->initrd_root, entry, file);
	}
	return error;
}

/* Appends a word as the kernel shall read it: one with blanks in quotes, unless it
   has its own. A quote that has no other cannot stand in them. */
static void
append_word(struct text *text, const char *word, bool *has_lost)
{
	unsigned quotes = 0;

	for (const char *c = word; *c != '\0'; c++)
		quotes += *c == '"';
	text_append(text, text->length > 0 ? " " : "");
	if (strpbrk(word, " \t\n") == NULL || (quotes > 0 && quotes % 2 == 0)) {
		text_append(text, word);
		return;
	}
	*has_lost |= quotes > 0;
	text_append_char(text, '"');
	for (; *word != '\0'; word++) {
		if (*word != '"')
			text_append_char(text, *word);
	}
	text_append_char(text, '"');
}

static int
set_arguments(const struct grub_load *load, struct entry *entry)
{
	struct text original = {0};
	bool has_lost = false;
	int error;

	for (unsigned i = 0; i < load->arguments.count; i++) {
		if (load->arguments.items[i][0] != '\0')
			append_word(&original, load->arguments.items[i], &has_lost);
	}
	error = entry_set_arguments(entry, &original);
	if (error == 0 && has_lost)
		error = note_add(&entry->notes, "a quote within an argument with blanks is not "
						"kept: a kernel has no word for it");
	return error;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int
make_linux(struct grub_session *session, const struct grub_load *load, struct entry *entry)
{
	bool is_memdisk = strcasecmp(base_name(load->kernel), "memdisk") == 0;
	int error = set_arguments(load, entry);

	if (load->kind == GRUB_LINUX16)
		entry->firmware = ENTRY_FOR_BIOS;
	if (error == 0 && !is_memdisk)
		error = find_file(session, "kernel", load->kernel, load->kernel_root, entry,
				  &entry->kernel);
	if (error == 0)
		error = add_initrds(session, load, entry);
	return error == 0 && is_memdisk ? entry_make_memdisk(entry) : error;
}

/* Fills in what the entry does. */
static int
fill(struct grub_session *session, const struct grub_load *load, struct entry *entry)
{
	switch (load->kind) {
	case GRUB_LINUX:
	case GRUB_LINUX16:
		return make_linux(session, load, entry);
	case GRUB_PROGRAM:
		entry->kind = ENTRY_PROGRAM;
		entry->firmware = ENTRY_FOR_UEFI;
		return find_file(session, "boot program", load->kernel, load->kernel_root, entry,
				 &entry->kernel);
	case GRUB_LOCAL:
		entry->kind = ENTRY_LOCAL;
		return 0;
	case GRUB_REBOOT:
	case GRUB_HALT:
		entry->kind = ENTRY_MODULE;
		return string_set(&entry->module,
				  load->kind == GRUB_REBOOT ? "reboot.c32" : "poweroff.c32");
	case GRUB_REFUSED:
		entry->kind = ENTRY_PROGRAM;
		return entry_refuse(entry, "%s", load->why);
	default:
		entry->kind = ENTRY_TEXT;
		return 0;
	}
}

int
grub_make_entry(struct grub_session *session, const struct grub_item *item,
		const struct grub_load *load, struct entry **ret_entry)
{
	char *label = grub_label(item);
	struct entry *entry;
	int error;

	if (label == NULL)
		return -ENOMEM;
	error = entry_new(ENTRY_LINUX, label, &entry);
	free(label);
	if (error < 0)
		return error;
	entry->title = text_clean(item->arguments.items[0], '\0');
	entry->hotkey = item->hotkey;
	entry->source_line = item->statement->line;
	error = entry->title == NULL ? -ENOMEM
				     : string_set(&entry->source_path, item->statement->file);
	if (error == 0)
		error = fill(session, load, entry);
	if (error == 0 && session->is_locked && !item->is_unrestricted && entry->kind != ENTRY_TEXT)
		error = entry_refuse(entry,
				     "it has a password, which only its own GRUB can ask for");
	/* A line of dashes, as some menus have between their parts. */
	if (error == 0 && entry->kind == ENTRY_TEXT && entry->title[0] != '\0' &&
	    entry->title[strspn(entry->title, " -_=*#.~+|")] == '\0')
		entry->kind = ENTRY_SEPARATOR;
	if (error < 0) {
		entry_free(entry);
		return error;
	}
	*ret_entry = entry;
	return 0;
}
