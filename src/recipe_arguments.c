/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which arguments of an entry a recipe replaces and adds.
 *
 * Tokens that the image answers ({file}, {files}, {arg:NAME}, {iso-kib}, {*}) are filled in
 * here; those that the request answers ({http}, {mac}) stay for the menu.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "entry_arguments.h"
#include "recipe_data.h"
#include "source.h"
#include "text.h"

enum { NAMES_LIMIT = 32 };

/* What is filled into new arguments of an entry. */
struct changing {
	const struct recipe_wish *wish;
	const struct entry *entry;
	const char *rest; /* of the argument that is replaced: {*} */
};

/* {files}: the names, without their folders, of all that the first pattern of `files`
   matches. */
static void
append_names(const struct recipe_wish *wish, struct text *text)
{
	struct source_node nodes[NAMES_LIMIT];
	const char *list = wish->recipe->files != NULL ? wish->recipe->files : "";
	char pattern[RECIPE_WORD_SIZE];
	unsigned count = 0;

	if (recipe_word(&list, pattern))
		count = recipe_glob(wish->files, pattern, nodes, NAMES_LIMIT);
	for (unsigned i = 0; i < count; i++) {
		const char *slash = strrchr(nodes[i].path, '/');

		text_append(text, i > 0 ? "," : "");
		text_append_url_path(text, slash != NULL ? slash + 1 : nodes[i].path);
	}
}

static bool
fill_token(const void *context, const char *name, size_t length, struct text *text)
{
	const struct changing *changing = context;
	const struct recipe_wish *wish = changing->wish;

	if (length == 1 && name[0] == '*' && changing->rest != NULL) {
		text_append(text, changing->rest);
	} else if (length == 4 && memcmp(name, "file", 4) == 0) {
		text_append_url_path(text, wish->file->path);
	} else if (length == 5 && memcmp(name, "files", 5) == 0) {
		append_names(wish, text);
	} else if (length == 7 && memcmp(name, "iso-kib", 7) == 0) {
		text_printf(text, "%" PRIu64, wish->source->image_size / 1024 + 4096);
	} else if (length > 4 && memcmp(name, "arg:", 4) == 0) {
		size_t value_length = 0;
		const char *value =
			recipe_argument(changing->entry, name + 4, length - 4, &value_length);

		if (value != NULL)
			text_append_bytes(text, value, value_length);
	} else {
		text_printf(text, "{%.*s}", (int)length, name);
	}
	return true;
}

/* What of `word` the '*' at the end of `pattern` stands for: as much as can be. It is
   known that the word matches. */
static const char *
find_rest(const char *pattern, const char *word)
{
	char head[RECIPE_WORD_SIZE], start[RECIPE_WORD_SIZE];
	size_t length = strlen(word);

	memcpy(head, pattern, strlen(pattern));
	head[strlen(pattern) - 1] = '\0';
	for (size_t i = 0; i <= length; i++) {
		memcpy(start, word, i);
		start[i] = '\0';
		if (recipe_matches(head, start, false))
			return word + i;
	}
	return word + length;
}

static const char *
replace_argument(void *context, const char *word, struct text *text)
{
	struct changing *changing = context;
	const char *list = changing->wish->recipe->replace;
	char pattern[RECIPE_WORD_SIZE], new[RECIPE_WORD_SIZE];

	/* Nobody writes longer ones, and finding what a '*' stands for takes long in them. */
	if (strlen(word) >= RECIPE_WORD_SIZE)
		return NULL;
	while (list != NULL && recipe_word(&list, pattern) && recipe_word(&list, new)) {
		if (!recipe_matches(pattern, word, false))
			continue;
		changing->rest = strstr(new, RECIPE_REST) != NULL ? find_rest(pattern, word) : NULL;
		arguments_expand(new, fill_token, changing, text);
		return recipe_why(changing->wish->recipe);
	}
	return NULL;
}

/* Adds an argument of a recipe, with what the image answers filled in. */
static int
add_argument(const struct recipe_wish *wish, const char *word, struct entry *entry, const char *why)
{
	const struct changing changing = {.wish = wish, .entry = entry};
	struct text added = {0};
	int error;

	arguments_expand(word, fill_token, &changing, &added);
	error = added.error;
	if (error == 0)
		error = entry_add_argument(entry, text_string(&added), why);
	text_free(&added);
	return error;
}

/* Adds the arguments that the entry does not have already. */
static int
add_arguments(const struct recipe_wish *wish, struct entry *entry)
{
	const char *list = wish->recipe->add != NULL ? wish->recipe->add : "";
	char word[RECIPE_WORD_SIZE];
	int error = 0;

	while (error == 0 && recipe_word(&list, word))
		error = add_argument(wish, word, entry, recipe_why(wish->recipe));
	return error;
}

/* Adds the arguments that name the answer files of the user. */
static int
add_answers(const struct recipe_wish *wish, struct entry *entry)
{
	const struct source *companion = wish->source->companion;
	const char *list = wish->recipe->answers;
	char files[RECIPE_WORD_SIZE], word[RECIPE_WORD_SIZE], why[RECIPE_WORD_SIZE];
	int error = 0;

	if (companion == NULL || list == NULL)
		return 0;
	while (error == 0 && recipe_next_answer(companion, &list, files, word)) {
		snprintf(why, sizeof(why), "%.200s/%.200s is there", companion->name, files);
		error = add_argument(wish, word, entry, why);
		if (error == 0)
			error = recipe_ask_answers(files, entry);
	}
	return error;
}

int
recipe_change_arguments(const struct recipe_wish *wish, struct entry *entry)
{
	struct changing changing = {.wish = wish, .entry = entry};
	int error = recipe_remove_arguments(wish->recipe, wish->files, entry);

	if (error == 0 && wish->recipe->replace != NULL)
		error = entry_replace_arguments(entry, replace_argument, &changing);
	if (error == 0)
		error = add_arguments(wish, entry);
	if (error == 0)
		error = add_answers(wish, entry);
	return error;
}
