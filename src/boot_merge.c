/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each choice once. Entries are compared by a hash first, since an image can
 * have a thousand with long arguments.
 *
 * Linux and memdisk entries are the same choice wherever in the image they
 * stand; a local disk or a tool only within one menu, where it is at hand. The
 * menus for BIOS and for UEFI are tidied each by itself, since a machine is
 * shown one of them; what is the same choice in both has one label.
 */
#include "boot_merge.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "hash.h"

/* An entry, and where it stands. */
struct place {
	uint64_t hash;
	struct entry *entry;
	const struct menu *menu;
	bool is_gone;
};

struct places {
	struct place *items;
	size_t count;
	size_t size;
};

/* The NUL included, so that "a","b" is not "ab","". */
static uint64_t
hash_string(uint64_t hash, const char *string)
{
	if (string == NULL)
		string = "";
	return hash_bytes(hash, string, strlen(string) + 1);
}

/* A path without the name of the file system: the kernel in the EFI system
   partition is the one that is in the image. */
static const char *
plain(const char *path)
{
	return path != NULL && strncmp(path, "@efi/", 5) == 0 ? path + 5 : path;
}

static uint64_t
hash_entry(const struct entry *entry)
{
	uint64_t hash = hash_string(HASH_START + entry->kind, entry->arguments);

	hash = hash_string(hash_string(hash, plain(entry->kernel.path)), entry->module);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		hash = hash_string(hash, plain(entry->initrds[i].path));
	return entry->on_uefi != NULL ? hash * 31 + hash_entry(entry->on_uefi) : hash;
}

static bool
is_equal(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Whether two entries start the same. */
static bool
starts_same(const struct entry *a, const struct entry *b)
{
	if (a->kind != b->kind || a->initrd_count != b->initrd_count ||
	    !is_equal(plain(a->kernel.path), plain(b->kernel.path)) ||
	    a->kernel.size != b->kernel.size || !is_equal(a->arguments, b->arguments) ||
	    !is_equal(a->module, b->module) || a->sysappend != b->sysappend ||
	    (a->on_uefi == NULL) != (b->on_uefi == NULL))
		return false;
	for (unsigned i = 0; i < a->initrd_count; i++) {
		if (!is_equal(plain(a->initrds[i].path), plain(b->initrds[i].path)) ||
		    a->initrds[i].size != b->initrds[i].size)
			return false;
	}
	return a->on_uefi == NULL || starts_same(a->on_uefi, b->on_uefi);
}

/* Whether two entries with the same hash stand for the same choice. */
static bool
is_same(const struct place *first, const struct place *second)
{
	const struct entry *a = first->entry;
	bool is_anywhere = a->kind == ENTRY_LINUX || a->kind == ENTRY_MEMDISK;

	return starts_same(a, second->entry) && is_equal(a->password, second->entry->password) &&
	       (is_anywhere || first->menu == second->menu);
}

/* Which of two that are the same shall stay: one that is offered and shown. */
static bool
is_better(const struct entry *a, const struct entry *b)
{
	bool a_is_offered = a->unavailable == NULL && !a->is_hidden;
	bool b_is_offered = b->unavailable == NULL && !b->is_hidden;

	return a_is_offered && !b_is_offered;
}

static int
gather(struct places *places, const struct menu *menu, bool everything)
{
	int error = 0;

	for (struct entry *entry = menu->entries; entry != NULL && error == 0;
	     entry = entry->next) {
		bool is_choice = entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK ||
				 entry->kind == ENTRY_LOCAL || entry->kind == ENTRY_MODULE;

		if (places->count == places->size) {
			size_t size = places->size == 0 ? 64 : places->size * 2;
			struct place *items = realloc(places->items, size * sizeof(*items));

			if (items == NULL)
				return -ENOMEM;
			places->items = items;
			places->size = size;
		}
		if (is_choice || (everything && entry->kind != ENTRY_SEPARATOR))
			places->items[places->count++] =
				(struct place){.hash = everything ? 0 : hash_entry(entry),
					       .entry = entry,
					       .menu = menu};
		if (entry->submenu != NULL)
			error = gather(places, entry->submenu, everything);
	}
	return error;
}

static int
add_alias(struct entry *entry, const char *label)
{
	struct entry_alias *alias = calloc(1, sizeof(*alias));
	struct entry_alias **end = &entry->aliases;

	if (alias == NULL)
		return -ENOMEM;
	alias->label = strdup(label);
	if (alias->label == NULL) {
		free(alias);
		return -ENOMEM;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = alias;
	return 0;
}

/* Whether both come of the same line: a file that several others include. */
static bool
is_same_place(const struct entry *a, const struct entry *b)
{
	return a->source_path != NULL && a->source_line == b->source_line &&
	       is_equal(a->source_path, b->source_path);
}

/* Lets `kept` stand for `gone` as well. */
static int
merge(const struct place *kept, struct place *gone)
{
	struct entry *entry = kept->entry;
	struct entry *other = gone->entry;
	struct entry_alias **end = &entry->aliases;
	int error = 0;

	gone->is_gone = true;
	if (gone->menu == kept->menu)
		entry->is_default |= other->is_default;
	while (*end != NULL)
		end = &(*end)->next;
	*end = other->aliases;
	other->aliases = NULL;
	if (other->label != NULL)
		error = add_alias(entry, other->label);
	if (error == 0 && !is_same_place(entry, other))
		error = note_add(&entry->notes, "also stands for \"%s\" (%s:%u), which is the same",
				 other->title != NULL ? other->title : "",
				 other->source_path != NULL ? other->source_path : "",
				 other->source_line);
	return error;
}

static bool
is_gone(const struct places *places, const struct entry *entry)
{
	for (size_t i = 0; i < places->count; i++) {
		if (places->items[i].entry == entry)
			return places->items[i].is_gone;
	}
	return false;
}

/* Removes from `menu` what is gone, and what has become empty. `places` are
   those of the whole boot that are gone. */
static void
prune(const struct places *places, struct menu *menu)
{
	struct entry **place = &menu->entries;
	struct entry **last = NULL;

	while (*place != NULL) {
		struct entry *entry = *place;
		bool is_useless = is_gone(places, entry);

		if (entry->submenu != NULL) {
			prune(places, entry->submenu);
			is_useless |= entry->submenu->entries == NULL;
		}
		is_useless |= entry->kind == ENTRY_SEPARATOR &&
			      (last == NULL || (*last)->kind == ENTRY_SEPARATOR);
		if (is_useless) {
			*place = entry->next;
			entry_free(entry);
		} else {
			last = place;
			place = &entry->next;
		}
	}
	if (last != NULL && (*last)->kind == ENTRY_SEPARATOR) {
		entry_free(*last);
		*last = NULL;
	}
}

static int
merge_menu(struct menu *menu)
{
	struct places places = {0};
	size_t gone = 0;
	int error = gather(&places, menu, false);

	for (size_t i = 1; i < places.count && error == 0; i++) {
		for (size_t j = 0; j < i && error == 0; j++) {
			struct place *first = &places.items[j];
			struct place *second = &places.items[i];

			if (first->is_gone || second->is_gone || first->hash != second->hash ||
			    !is_same(first, second))
				continue;
			error = is_better(second->entry, first->entry) ? merge(second, first)
								       : merge(first, second);
		}
	}
	for (size_t i = 0; i < places.count; i++) {
		if (places.items[i].is_gone)
			places.items[gone++] = places.items[i];
	}
	places.count = gone;
	if (error == 0)
		prune(&places, menu);
	free(places.items);
	return error;
}

int
boot_merge(struct boot *boot)
{
	int error = merge_menu(boot->menu);

	return error == 0 && boot->uefi != NULL ? merge_menu(boot->uefi) : error;
}

/* How many of the first `count` entries are called `label`, or `label`~N. */
static unsigned
count_label(const struct places *places, size_t count, const char *label)
{
	size_t length = strlen(label);
	unsigned found = 0;

	for (size_t i = 0; i < count; i++) {
		const char *other = places->items[i].entry->label;

		found += strncasecmp(other, label, length) == 0 &&
			 (other[length] == '\0' || other[length] == '~');
	}
	return found;
}

/* The label of an entry, among those of the first `count`. */
static int
make_label(const struct places *places, size_t count, const char *label, char **ret_label)
{
	unsigned before;

	if (label != NULL && label[0] == '^')
		label++;
	if (label == NULL || !isgraph((unsigned char)label[0]) || strcmp(label, "-") == 0)
		label = "entry";
	/* Counting "x~1~2" for "x" too only leaves a gap in the numbers. */
	before = count_label(places, count, label);
	if ((before == 0 ? asprintf(ret_label, "%s", label)
			 : asprintf(ret_label, "%s~%u", label, before + 1)) < 0)
		return -ENOMEM;
	return 0;
}

/* Whether a label is given already to one of those from `first` up to `count`. */
static bool
is_taken(const struct places *places, size_t first, size_t count, const char *label)
{
	for (size_t i = first; i < count; i++) {
		if (strcasecmp(places->items[i].entry->label, label) == 0)
			return true;
	}
	return false;
}

/* The entry among the first `count` that is the same choice as the one at
   `place`, in the other menu: NULL if there is none. What is no kernel must be
   called the same, too. */
static const struct entry *
find_same(const struct places *places, size_t count, size_t place)
{
	const struct place *own = &places->items[place];
	const struct entry *entry = own->entry;
	bool has_kernel = entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK;

	for (size_t i = 0; i < count; i++) {
		const struct place *other = &places->items[i];
		const char *label = other->entry->label;

		if (has_kernel ? other->hash == own->hash && is_same(other, own)
			       : other->entry->kind == entry->kind && entry->label != NULL &&
					 strcasecmp(label, entry->label) == 0 &&
					 is_equal(other->entry->module, entry->module))
			return is_taken(places, count, place, label) ? NULL : other->entry;
	}
	return NULL;
}

/* Gives the entry at `place` its label: that of the same choice, whose own then
   becomes another name for it if nothing else is called so. */
static int
name_entry(const struct places *places, size_t place, const struct entry *same)
{
	struct entry *entry = places->items[place].entry;
	char *unique = NULL;
	int error = 0;

	if (same == NULL) {
		error = make_label(places, place, entry->label, &unique);
	} else {
		if (entry->label != NULL && strcasecmp(entry->label, same->label) != 0 &&
		    count_label(places, place, entry->label) == 0)
			error = add_alias(entry, entry->label);
		if (error == 0)
			error = string_set(&unique, same->label);
	}
	if (error < 0)
		return error;
	free(entry->label);
	entry->label = unique;
	return 0;
}

int
boot_name_entries(struct boot *boot)
{
	struct places places = {0};
	int error = gather(&places, boot->menu, true);
	size_t first = places.count; /* of the menu for UEFI */

	if (error == 0 && boot->uefi != NULL)
		error = gather(&places, boot->uefi, true);
	for (size_t i = 0; boot->uefi != NULL && i < places.count; i++)
		places.items[i].hash = hash_entry(places.items[i].entry);
	for (size_t i = 0; i < places.count && error == 0; i++)
		error = name_entry(&places, i, i < first ? NULL : find_same(&places, first, i));
	free(places.items);
	return error;
}
