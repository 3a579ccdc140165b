/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images without an entry that has a kernel for Linux: Windows, ESXi, the BSDs. A
 * recipe can say that they are known, and why they do not boot from a network; a
 * person finds that in the menu, instead of nothing.
 */
#include <stddef.h>

#include "boot.h"
#include "recipe_data.h"
#include "source.h"

static bool
has_kernel(const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind == ENTRY_LINUX ||
		    (entry->submenu != NULL && has_kernel(entry->submenu)))
			return true;
	}
	return false;
}

static int
add_line(const struct recipe *recipe, struct menu *menu)
{
	const char *name = recipe->name != NULL ? recipe->name : recipe->section;
	struct entry *entry;
	int error = entry_new(ENTRY_PROGRAM, recipe->section, &entry);

	if (error < 0)
		return error;
	menu_append(menu, entry);
	entry->recipe = name;
	error = string_set(&entry->title, name);
	return error == 0 ? entry_refuse(entry, "%s", recipe->no_entries) : error;
}

int
recipe_judge_image(const struct recipes *recipes, struct recipe_files *files, struct boot *boot)
{
	static const struct entry none = {.kind = ENTRY_LINUX};
	const struct recipe *recipe = recipes->first;
	struct source_node file;
	int error;

	if (has_kernel(boot->menu) || (boot->uefi != NULL && has_kernel(boot->uefi)))
		return 0;
	while (recipe != NULL && (recipe->no_entries == NULL ||
				  !recipe_fits(recipe, files, &none, ENTRY_FOR_BIOS, &file)))
		recipe = recipe->next;
	if (recipe == NULL)
		return 0;
	boot->family = recipe->name != NULL ? recipe->name : recipe->section;
	error = add_line(recipe, boot->menu);
	return error == 0 && boot->uefi != NULL ? add_line(recipe, boot->uefi) : error;
}
