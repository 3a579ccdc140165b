/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model of menus and entries: making, finding, freeing. Sub-menus nest as
 * deep as their makers allow (a few dozen), so walking them by recursion is
 * safe.
 */
#include "boot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cpio.h"

int
string_set(char **string, const char *value)
{
	char *copy = NULL;

	if (value != NULL) {
		copy = strdup(value);
		if (copy == NULL)
			return -ENOMEM;
	}
	free(*string);
	*string = copy;
	return 0;
}

int
entry_refuse(struct entry *entry, const char *format, ...)
{
	va_list arguments;
	char *why;
	int length;

	if (entry->unavailable != NULL)
		return 0;
	va_start(arguments, format);
	length = vasprintf(&why, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	entry->unavailable = why;
	return 0;
}

const char *
entry_way_name(enum entry_way way)
{
	static const char *const names[] = {
		[WAY_NOT_KNOWN] = "not known",
		[WAY_HTTP] = "http",
		[WAY_CPIO] = "cpio",
		[WAY_WRAPPER] = "wrapper",
		[WAY_PASSTHROUGH] = "passthrough",
		[WAY_UNSUPPORTED] = "unsupported",
	};

	return names[way];
}

int
entry_new(enum entry_kind kind, const char *label, struct entry **ret_entry)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return -ENOMEM;
	entry->kind = kind;
	if (string_set(&entry->label, label) < 0) {
		free(entry);
		return -ENOMEM;
	}
	*ret_entry = entry;
	return 0;
}

void
entry_free(struct entry *entry)
{
	if (entry == NULL)
		return;
	while (entry->aliases != NULL) {
		struct entry_alias *alias = entry->aliases;

		entry->aliases = alias->next;
		free(alias->label);
		free(alias);
	}
	while (entry->asks != NULL) {
		struct entry_ask *ask = entry->asks;

		entry->asks = ask->next;
		free(ask->path);
		free(ask);
	}
	for (unsigned i = 0; i < entry->initrd_count; i++)
		free(entry->initrds[i].path);
	free(entry->initrds);
	free(entry->label);
	free(entry->title);
	free(entry->help);
	free(entry->password);
	free(entry->kernel.path);
	free(entry->root.path);
	free(entry->original);
	free(entry->arguments);
	free(entry->module);
	free(entry->unavailable);
	free(entry->source_path);
	notes_free(entry->notes);
	free(entry->way_why);
	free(entry->way_fact);
	notes_free(entry->other_ways);
	entry_free(entry->on_uefi);
	menu_free(entry->submenu);
	free(entry);
}

int
entry_ask(struct entry *entry, const char *path, bool is_optional)
{
	struct entry_ask **end = &entry->asks;
	struct entry_ask *ask;

	for (; *end != NULL; end = &(*end)->next) {
		if (strcmp((*end)->path, path) == 0)
			return 0;
	}
	ask = calloc(1, sizeof(*ask));
	if (ask == NULL || string_set(&ask->path, path) < 0) {
		free(ask);
		return -ENOMEM;
	}
	ask->is_optional = is_optional;
	*end = ask;
	return 0;
}

int
menu_new(struct menu **ret_menu)
{
	struct menu *menu = calloc(1, sizeof(*menu));

	if (menu == NULL)
		return -ENOMEM;
	*ret_menu = menu;
	return 0;
}

void
menu_free(struct menu *menu)
{
	if (menu == NULL)
		return;
	while (menu->entries != NULL) {
		struct entry *entry = menu->entries;

		menu->entries = entry->next;
		entry_free(entry);
	}
	free(menu->title);
	free(menu->password);
	free(menu->look);
	free(menu);
}

struct boot *
boot_new(void)
{
	struct boot *boot = calloc(1, sizeof(*boot));

	if (boot == NULL)
		return NULL;
	if (menu_new(&boot->menu) < 0) {
		free(boot);
		return NULL;
	}
	return boot;
}

void
boot_free(struct boot *boot)
{
	if (boot == NULL)
		return;
	menu_free(boot->menu);
	menu_free(boot->uefi);
	cpios_free(boot->archives);
	notes_free(boot->notes);
	notes_free(boot->read);
	notes_free(boot->unread);
	notes_free(boot->problems);
	free(boot->title);
	free(boot);
}

void
menu_append(struct menu *menu, struct entry *entry)
{
	struct entry **end = &menu->entries;

	while (*end != NULL)
		end = &(*end)->next;
	*end = entry;
}

bool
entry_is_called(const struct entry *entry, const char *label)
{
	if (entry->label != NULL && strcasecmp(entry->label, label) == 0)
		return true;
	for (const struct entry_alias *alias = entry->aliases; alias != NULL; alias = alias->next) {
		if (strcasecmp(alias->label, label) == 0)
			return true;
	}
	return false;
}

static const struct entry *
find_in(const struct menu *menu, const char *label)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		const struct entry *found = entry_is_called(entry, label) ? entry : NULL;

		if (found == NULL && entry->submenu != NULL)
			found = find_in(entry->submenu, label);
		if (found != NULL)
			return found;
	}
	return NULL;
}

const struct menu *
boot_menu(const struct boot *boot, enum entry_firmware firmware)
{
	return firmware == ENTRY_FOR_UEFI && boot->uefi != NULL ? boot->uefi : boot->menu;
}

const struct entry *
boot_find_for(const struct boot *boot, enum entry_firmware firmware, const char *label)
{
	const struct menu *first = boot_menu(boot, firmware);
	const struct menu *other = first == boot->menu ? boot->uefi : boot->menu;
	const struct entry *found = find_in(first, label);

	return found == NULL && other != NULL ? find_in(other, label) : found;
}

const struct entry *
boot_find(const struct boot *boot, const char *label)
{
	return boot_find_for(boot, ENTRY_FOR_ANY, label);
}

bool
entry_boots(const struct entry *entry)
{
	return entry->unavailable == NULL && !entry->is_disabled &&
	       (entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK ||
		entry->kind == ENTRY_PROGRAM);
}

unsigned
menu_count(const struct menu *menu)
{
	unsigned count = 0;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		count += entry_boots(entry);
		if (entry->submenu != NULL)
			count += menu_count(entry->submenu);
	}
	return count;
}

/* Counts the entries of `menu` that boot and have no like in `other`. */
static unsigned
count_others(const struct menu *menu, const struct menu *other)
{
	unsigned count = 0;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry_boots(entry)) {
			const struct entry *same = find_in(other, entry->label);

			count += same == NULL || !entry_boots(same);
		}
		if (entry->submenu != NULL)
			count += count_others(entry->submenu, other);
	}
	return count;
}

/* Whether the image can at least be read over the network as a disc. */
static bool
has_sanboot(const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind == ENTRY_SANBOOT && entry->unavailable == NULL)
			return true;
	}
	return false;
}

unsigned
boot_count(const struct boot *boot)
{
	unsigned count = menu_count(boot->menu);

	if (boot->uefi != NULL)
		count += count_others(boot->uefi, boot->menu);
	return count == 0 && has_sanboot(boot->menu) ? 1 : count;
}

static bool
string_equals(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

bool
entry_equals(const struct entry *a, const struct entry *b)
{
	if (a->kind != b->kind || a->firmware != b->firmware || a->is_default != b->is_default ||
	    a->initrd_count != b->initrd_count || (a->submenu == NULL) != (b->submenu == NULL) ||
	    !string_equals(a->title, b->title) || !string_equals(a->kernel.path, b->kernel.path) ||
	    !string_equals(a->arguments, b->arguments) || !string_equals(a->module, b->module) ||
	    !string_equals(a->unavailable, b->unavailable) ||
	    (a->on_uefi == NULL) != (b->on_uefi == NULL) ||
	    (a->on_uefi != NULL && !entry_equals(a->on_uefi, b->on_uefi)))
		return false;
	for (unsigned i = 0; i < a->initrd_count; i++) {
		if (!string_equals(a->initrds[i].path, b->initrds[i].path))
			return false;
	}
	return a->submenu == NULL || menu_equals(a->submenu, b->submenu);
}

bool
menu_equals(const struct menu *a, const struct menu *b)
{
	const struct entry *other = b->entries;

	for (const struct entry *entry = a->entries; entry != NULL; entry = entry->next) {
		if (other == NULL || !entry_equals(entry, other))
			return false;
		other = other->next;
	}
	return other == NULL && a->timeout_ms == b->timeout_ms;
}
