/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of a recipe: each is a row of the table here, with what its value
 * must be. The format is described at the head of recipes.ini.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "recipe_data.h"

enum { VALUE_LIMIT = 8192 };

/* Checks a value: NULL, or what is wrong with it. */
typedef const char *check_value(const char *value);

struct recipe_key {
	const char *name;
	size_t offset; /* in struct recipe */
	check_value *check;
};

#define KEY(name, check)                                                                           \
	{                                                                                          \
#name, offsetof(struct recipe, name), check                                        \
	}

static const struct recipe_key keys[] = {
	KEY(name, NULL),
	KEY(argument, NULL),
	KEY(kernel, NULL),
	KEY(volume, NULL),
	KEY(firmware, recipe_check_firmware),
	KEY(files, NULL),
	KEY(one, NULL),
	KEY(without, NULL),
	KEY(text, recipe_check_text),
	KEY(smaller, recipe_check_smaller),
	KEY(initramfs, NULL),
	{"no-initramfs", offsetof(struct recipe, no_initramfs), NULL},
	KEY(guess, NULL),
	KEY(driver, NULL),
	KEY(shell, NULL),
	KEY(when, recipe_check_when),
	KEY(remove, NULL),
	KEY(replace, recipe_check_replace),
	KEY(add, recipe_check_tokens),
	KEY(check, NULL),
	KEY(initrd, recipe_check_initrd),
	KEY(instead, recipe_check_instead),
	KEY(answers, recipe_check_answers),
	KEY(netboot, recipe_check_tokens),
	KEY(asks, NULL),
	KEY(tries, NULL),
	KEY(why, NULL),
	KEY(needs, recipe_check_needs),
	KEY(fetches, recipe_check_fetches),
	KEY(ram, recipe_check_ram),
	KEY(warning, NULL),
	KEY(skip, NULL),
	KEY(unsupported, NULL),
	{"no-entries", offsetof(struct recipe, no_entries), NULL},
};

static char **
recipe_value(struct recipe *recipe, const struct recipe_key *key)
{
	return (char **)(void *)((char *)recipe + key->offset);
}

/* A value that is given again, or goes on in the next line, is one longer list. */
static int
append_value(char **place, const char *value)
{
	char *longer;

	if (*place == NULL)
		return string_set(place, value);
	if (asprintf(&longer, "%s %s", *place, value) < 0)
		return -ENOMEM;
	free(*place);
	*place = longer;
	return 0;
}

int
recipe_set(struct recipe *recipe, const char *name, const char *value, const char **ret_why)
{
	const struct recipe_key *key = NULL;
	const char *why;
	char **place;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, name) == 0)
			key = &keys[i];
	}
	if (key == NULL)
		return -ENOENT;
	why = key->check != NULL ? key->check(value) : NULL;
	if (why != NULL) {
		*ret_why = why;
		return -EINVAL;
	}
	place = recipe_value(recipe, key);
	if (*place == NULL || strlen(*place) + strlen(value) <= VALUE_LIMIT)
		return append_value(place, value);
	*ret_why = "longer than 8192 characters";
	return -EINVAL;
}

void
recipe_free(struct recipe *recipe)
{
	if (recipe == NULL)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		free(*recipe_value(recipe, &keys[i]));
	free(recipe->section);
	free(recipe);
}
