/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes as the configuration wants them: those of its directory, and the ways of
 * its [image PATTERN] sections.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "recipe.h"

static int
choose(const struct config *config, const struct image_section *section, struct recipes *recipes)
{
	char *where;
	int error;

	if (section->way == NULL)
		return 0;
	if (asprintf(&where, "%s:%u: [image %s]", config->file != NULL ? config->file : "",
		     section->head.line, section->head.argument) < 0)
		return -ENOMEM;
	error = recipes_choose(recipes, section->head.argument, section->way, where);
	free(where);
	return error;
}

int
recipes_configure(const struct config *config, struct text *problems, struct recipes **ret_recipes)
{
	const struct image_section *sections = config->image_sections.items;
	struct recipes *recipes;
	int error = recipes_new(config->recipes_directory, problems, &recipes);

	if (error < 0)
		return error;
	for (size_t i = 0; i < config->image_sections.count && error == 0; i++)
		error = choose(config, &sections[i], recipes);
	if (error < 0) {
		recipes_free(recipes);
		return error;
	}
	*ret_recipes = recipes;
	return 0;
}
