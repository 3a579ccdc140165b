/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of recipes share: the built-in ones, and a boot to change.
 */
#ifndef RECIPE_UNIT_H
#define RECIPE_UNIT_H

#include "unit.h"

#include "recipe.h"
#include "tree_source.h"

static inline struct recipes *
builtin(void)
{
	struct text problems = {0};
	struct recipes *recipes;

	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	assert_string_equal(text_string(&problems), "");
	text_free(&problems);
	return recipes;
}

/* A boot with one Linux entry. */
static inline struct boot *
make_boot(const char *kernel, const char *arguments)
{
	struct boot *boot = boot_new();
	struct entry *entry;

	assert_int_equal(entry_new(ENTRY_LINUX, "live", &entry), 0);
	string_set(&entry->arguments, arguments);
	string_set(&entry->original, arguments);
	string_set(&entry->kernel.path, kernel);
	entry->kernel.size = 1000;
	menu_append(boot->menu, entry);
	return boot;
}

#endif
