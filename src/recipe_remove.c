/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arguments that a recipe takes away: those that `remove` lists, and those that
 * `check` allows only with a file that the image has.
 */
#include <string.h>

#include "boot.h"
#include "entry_arguments.h"
#include "recipe_data.h"
#include "source.h"

/* What judges the arguments of one entry. */
struct judging {
	const struct recipe *recipe;
	struct recipe_files *files;
	const struct entry *entry;
	bool starts[256]; /* what words to remove begin with: most words do not */
};

/* Marks the bytes that what `list` matches can begin with. */
static void
mark_starts(const char *list, bool starts[256])
{
	char pattern[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, pattern)) {
		if (strchr("*?[\\", pattern[0]) != NULL)
			memset(starts, true, 256 * sizeof(starts[0]));
		starts[(unsigned char)pattern[0]] = true;
	}
}

/* Whether `word` is only allowed with a file that the image does not have. */
static bool
is_unfounded(const struct judging *judging, const char *word)
{
	const char *list = judging->recipe->check;
	char pattern[RECIPE_WORD_SIZE];
	char file[RECIPE_WORD_SIZE];
	struct source_node found;

	while (list != NULL && recipe_word(&list, pattern) && recipe_word(&list, file)) {
		if (recipe_matches(pattern, word, false) &&
		    recipe_find(judging->files, file, judging->entry, &found) == 0)
			return true;
	}
	return false;
}

static const char *
judge(void *context, const char *word)
{
	const struct judging *judging = context;
	const struct recipe *recipe = judging->recipe;

	if (judging->starts[(unsigned char)word[0]] && recipe_lists(recipe->remove, word))
		return recipe_why(recipe);
	if (is_unfounded(judging, word))
		return "the file it needs is not in the image";
	return NULL;
}

const char *
recipe_why(const struct recipe *recipe)
{
	return recipe->why != NULL ? recipe->why : "as its recipe says";
}

int
recipe_remove_arguments(const struct recipe *recipe, struct recipe_files *files,
			struct entry *entry)
{
	struct judging judging = {recipe, files, entry, {false}};

	mark_starts(recipe->remove, judging.starts);
	return entry_remove_arguments(entry, judge, &judging);
}
