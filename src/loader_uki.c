/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unified kernel images: see loader_uki.h.
 */
#include "loader_uki.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "entry_file.h"
#include "source.h"
#include "text.h"
#include "uki.h"

enum { IMAGES_LIMIT = 16, NAME_SIZE = 128 };

/* The word of `arguments` that names a medium: NULL if none does. */
static const char *
find_medium(const char *arguments)
{
	static const char *const words[] = {"label=",  "uuid=",   "/dev/",  "root=",  "boot=",
					    "device=", "findiso", "cdroot", "stage2", "inst.repo"};
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *found = strcasestr(arguments, words[i]);

		if (found != NULL && (first == NULL || found < first))
			first = found;
	}
	while (first != NULL && first > arguments && first[-1] != ' ')
		first--;
	return first;
}

/* Judges the image by its sealed arguments. */
static int
judge(struct entry *entry, const char *sealed, size_t length)
{
	char *copy = strndup(sealed, length);
	char *arguments = copy != NULL ? text_clean(copy, '\0') : NULL;
	const char *medium;
	int error;

	free(copy);
	if (arguments == NULL)
		return -ENOMEM;
	medium = find_medium(arguments);
	error = medium != NULL
			? entry_refuse(entry,
				       "a unified kernel image: its arguments are sealed in it, "
				       "and look for a disc: %.*s",
				       (int)strcspn(medium, " "), medium)
			: note_add(&entry->notes,
				   "a unified kernel image: its arguments are sealed in it: %s",
				   arguments[0] != '\0' ? arguments : "none");
	free(arguments);
	return error;
}

/* Reads how the image at `path` begins: NULL when that fails, or out of memory. */
static unsigned char *
read_head(const struct source *source, const char *path, size_t *ret_length)
{
	unsigned char *bytes = malloc(UKI_HEAD_SIZE);
	int length = bytes != NULL ? source_head(source, path, bytes, UKI_HEAD_SIZE) : -ENOMEM;

	if (length < 0) {
		free(bytes);
		return NULL;
	}
	*ret_length = (size_t)length;
	return bytes;
}

/* Takes "PRETTY_NAME=" out of the system's own description as the title. */
static int
set_title(struct entry *entry, const char *text, size_t length)
{
	static const char key[] = "PRETTY_NAME=";
	char *copy = strndup(text, length);
	char *name = copy != NULL ? strstr(copy, key) : NULL;

	if (name != NULL) {
		name += sizeof(key) - 1;
		name[strcspn(name, "\n")] = '\0';
		free(entry->title);
		entry->title = text_clean(name, '"');
	}
	free(copy);
	return copy == NULL || entry->title == NULL ? -ENOMEM : 0;
}

int
loader_uki_set(const struct source *source, const char *path, struct entry *entry)
{
	struct source_node node;
	int error = strstr(path, "://") != NULL ? -EREMOTE : source_find(source, path, &node);
	unsigned char *bytes = NULL;
	const char *text;
	size_t length;
	size_t text_length;

	entry->firmware = ENTRY_FOR_UEFI;
	error = entry_set_file(entry, "kernel", path, error, &node, &entry->kernel);
	if (error < 0 || entry->unavailable != NULL)
		return error;
	bytes = read_head(source, node.path, &length);
	if (bytes == NULL)
		return entry_refuse(entry, "a unified kernel image whose arguments cannot be read");
	if (entry->title == NULL &&
	    uki_find_section(bytes, length, ".osrel", &text, &text_length) == 0)
		error = set_title(entry, text, text_length);
	if (error == 0) {
		int found = uki_find_section(bytes, length, ".cmdline", &text, &text_length);

		if (found == -EBADMSG)
			error = entry_refuse(entry, "a unified kernel image whose arguments "
						    "cannot be read");
		else
			error = judge(entry, found == 0 ? text : "", found == 0 ? text_length : 0);
	}
	free(bytes);
	/* one that is refused is shown, as a kernel is */
	if (entry->unavailable == NULL)
		entry->kind = ENTRY_PROGRAM;
	return error;
}

struct images {
	char names[IMAGES_LIMIT][NAME_SIZE];
	unsigned count;
};

static bool
on_name(void *context, const char *name)
{
	struct images *images = context;
	size_t length = strlen(name);

	if (length > 4 && length < NAME_SIZE && strcasecmp(name + length - 4, ".efi") == 0)
		memcpy(images->names[images->count++], name, length + 1);
	return images->count < IMAGES_LIMIT;
}

static int
add_image(const struct source *source, const char *path, const char *name, struct menu *menu)
{
	struct entry *entry;
	char *label;
	int error;

	label = strndup(name, strlen(name) - 4);
	if (label == NULL)
		return -ENOMEM;
	error = entry_new(ENTRY_LINUX, label, &entry);
	if (error == 0) {
		menu_append(menu, entry);
		error = loader_uki_set(source, path, entry);
		entry->source_line = 1;
	}
	if (error == 0 && entry->title == NULL)
		error = (entry->title = text_clean(label, '\0')) != NULL ? 0 : -ENOMEM;
	if (error == 0)
		error = string_set(&entry->source_path, entry->kernel.path);
	free(label);
	return error;
}

/* Whether an entry of the menu boots it: its configuration names it, too. */
static bool
is_there(const struct menu *menu, const char *path)
{
	const struct entry *entry = menu->entries;

	while (entry != NULL &&
	       (entry->kernel.path == NULL || strcasecmp(entry->kernel.path, path) != 0))
		entry = entry->next;
	return entry != NULL;
}

int
loader_uki_add(const struct source *source, const char *folder, struct menu *menu)
{
	struct images images = {.count = 0};
	struct source_node node;
	char path[SOURCE_PATH_SIZE + NAME_SIZE + 1];
	int error = 0;

	snprintf(path, sizeof(path), "%s/EFI/Linux", folder);
	if (source_find(source, path, &node) < 0 || !node.is_directory)
		return 0;
	source_list(source, node.path, on_name, &images);
	for (unsigned i = 0; i < images.count && error == 0; i++) {
		snprintf(path, sizeof(path), "%s/%s", node.path, images.names[i]);
		if (!is_there(menu, path))
			error = add_image(source, path, images.names[i], menu);
	}
	return error;
}
