/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies of entries, for what is not the same for a BIOS and for UEFI.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"

static int
copy_aliases(const struct entry_alias *alias, struct entry_alias **ret_aliases)
{
	for (*ret_aliases = NULL; alias != NULL; alias = alias->next) {
		*ret_aliases = calloc(1, sizeof(**ret_aliases));
		if (*ret_aliases == NULL || string_set(&(*ret_aliases)->label, alias->label) < 0)
			return -ENOMEM;
		ret_aliases = &(*ret_aliases)->next;
	}
	return 0;
}

static int
copy_initrds(const struct entry *entry, struct entry *copy)
{
	int error = 0;

	copy->initrd_count = 0;
	copy->initrds = calloc(entry->initrd_count + 1, sizeof(*copy->initrds));
	if (copy->initrds == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < entry->initrd_count && error == 0; i++) {
		copy->initrds[i].size = entry->initrds[i].size;
		error = string_set(&copy->initrds[i].path, entry->initrds[i].path);
		copy->initrd_count++;
	}
	return error;
}

int
entry_copy(const struct entry *entry, struct entry **ret_copy)
{
	struct entry *copy = malloc(sizeof(*copy));
	int error = 0;

	if (copy == NULL)
		return -ENOMEM;
	*copy = *entry;
	copy->submenu = NULL;
	copy->on_uefi = copy->next = NULL;
	/* All pointers are the copy's own, or NULL, before anything can fail. */
	char **const strings[] = {&copy->label,       &copy->title,       &copy->help,
				  &copy->password,    &copy->kernel.path, &copy->original,
				  &copy->arguments,   &copy->module,      &copy->root.path,
				  &copy->unavailable, &copy->source_path, &copy->way_why,
				  &copy->way_fact};
	const char *values[sizeof(strings) / sizeof(strings[0])];

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		values[i] = *strings[i];
		*strings[i] = NULL;
	}
	copy->aliases = NULL;
	copy->initrds = NULL;
	copy->initrd_count = 0;
	copy->notes = copy->other_ways = NULL;
	copy->asks = NULL;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]) && error == 0; i++)
		error = string_set(strings[i], values[i]);
	if (error == 0)
		error = copy_aliases(entry->aliases, &copy->aliases);
	if (error == 0)
		error = copy_initrds(entry, copy);
	for (const struct entry_ask *ask = entry->asks; ask != NULL && error == 0; ask = ask->next)
		error = entry_ask(copy, ask->path, ask->is_optional);
	if (error == 0)
		error = notes_copy(entry->notes, &copy->notes);
	if (error == 0)
		error = notes_copy(entry->other_ways, &copy->other_ways);
	if (error < 0) {
		entry_free(copy);
		return error;
	}
	*ret_copy = copy;
	return 0;
}

/* Says in `entry` that only the firmware is left that `other` was not for. */
static int
limit(struct entry *entry, enum entry_firmware firmware, const struct entry *other)
{
	entry->firmware = firmware;
	return note_add(&entry->notes, "not offered to %s: %s",
			firmware == ENTRY_FOR_UEFI ? "a BIOS" : "UEFI firmware",
			other->unavailable);
}

int
entry_join(struct entry *entry, struct entry *on_uefi)
{
	struct entry *next = entry->next;
	int error = 0;

	if (!entry_equals(entry, on_uefi)) {
		if (entry->unavailable == NULL && on_uefi->unavailable == NULL) {
			entry->on_uefi = on_uefi;
			return 0;
		}
		if (on_uefi->unavailable == NULL) {
			const struct entry on_bios = *entry;

			error = limit(on_uefi, ENTRY_FOR_UEFI, &on_bios);
			*entry = *on_uefi;
			entry->next = next;
			*on_uefi = on_bios;
		} else if (entry->unavailable == NULL) {
			error = limit(entry, ENTRY_FOR_BIOS, on_uefi);
		}
	}
	entry_free(on_uefi);
	return error;
}
