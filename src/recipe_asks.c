/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an initramfs asks for by itself, beside what its arguments name: for
 * explain, which looks whether it is there.
 */
#include <stdio.h>
#include <string.h>

#include "boot.h"
#include "companion.h"
#include "recipe_data.h"

/* A file that is not there is kept as the recipe names it, its first alternative:
   explain says so. */
static int
ask_list(struct recipe_files *files, const char *list, bool is_optional, struct entry *entry)
{
	char pattern[RECIPE_WORD_SIZE];
	struct source_node found;
	int error = 0;

	while (error == 0 && list != NULL && recipe_word(&list, pattern)) {
		unsigned count = recipe_find(files, pattern, entry, &found);

		pattern[strcspn(pattern, "|")] = '\0';
		error = entry_ask(entry, count > 0 ? found.path : pattern, is_optional);
	}
	return error;
}

/* ARGUMENT FILE: the argument is there still, so the file is. */
static int
ask_checked(struct recipe_files *files, const char *list, struct entry *entry)
{
	char argument[RECIPE_WORD_SIZE], file[RECIPE_WORD_SIZE];
	int error = 0;

	while (error == 0 && list != NULL && recipe_word(&list, argument) &&
	       recipe_word(&list, file)) {
		if (recipe_has_argument(entry->arguments, argument))
			error = ask_list(files, file, false, entry);
	}
	return error;
}

int
recipe_ask(const struct recipe *recipe, struct recipe_files *files, struct entry *entry)
{
	int error = ask_checked(files, recipe->check, entry);

	if (error == 0)
		error = ask_list(files, recipe->asks, false, entry);
	return error == 0 ? ask_list(files, recipe->tries, true, entry) : error;
}

int
recipe_ask_answers(const char *files, struct entry *entry)
{
	int error = 0;

	while (*files != '\0' && error == 0) {
		size_t length = strcspn(files, ",");
		char path[RECIPE_WORD_SIZE];

		snprintf(path, sizeof(path), COMPANION_FOLDER "/%.*s", (int)length, files);
		error = entry_ask(entry, path, false);
		files += length + (files[length] == ',');
	}
	return error;
}
