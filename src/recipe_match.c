/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a recipe fits an entry: its conditions, the cheap ones first.
 *
 * Patterns are the recipes', what they are compared with is an image's: its
 * words never become part of a pattern as wildcards. What the files of an
 * image answered is remembered by pattern; an image whose entries ask for too
 * many different ones, or for too much work, gets no more answers.
 */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "recipe_data.h"
#include "source.h"

enum { ANSWERS_LIMIT = 256 };

/* What the files of the image said to a pattern. */
struct answer {
	char *pattern;
	unsigned count; /* 0, 1, or 2 for more */
	struct source_node first;
	struct answer *next;
};

struct recipe_files {
	const struct source *source;
	struct answer *answers;
	unsigned answer_count;
	unsigned budget; /* of source_glob, for all patterns */
};

int
recipe_files_new(const struct source *source, struct recipe_files **ret_files)
{
	struct recipe_files *files = calloc(1, sizeof(*files));

	if (files == NULL)
		return -ENOMEM;
	files->source = source;
	files->budget = SOURCE_GLOB_BUDGET;
	*ret_files = files;
	return 0;
}

void
recipe_files_free(struct recipe_files *files)
{
	while (files->answers != NULL) {
		struct answer *next = files->answers->next;

		free(files->answers->pattern);
		free(files->answers);
		files->answers = next;
	}
	free(files);
}

bool
recipe_files_gave_up(const struct recipe_files *files)
{
	return files->budget == 0 || files->answer_count == ANSWERS_LIMIT;
}

/* Copies `length` bytes, or as many as fit, as a string. */
static void
copy_word(char word[RECIPE_WORD_SIZE], const char *bytes, size_t length)
{
	if (length >= RECIPE_WORD_SIZE)
		length = RECIPE_WORD_SIZE - 1;
	memcpy(word, bytes, length);
	word[length] = '\0';
}

bool
recipe_word(const char **list, char word[RECIPE_WORD_SIZE])
{
	size_t length;

	*list += strspn(*list, " \t");
	length = strcspn(*list, " \t");
	if (length == 0)
		return false;
	copy_word(word, *list, length);
	*list += length;
	return true;
}

bool
recipe_matches(const char *pattern, const char *string, bool fold)
{
	/* Nearly all pairs differ in their first byte, and fnmatch is slow. */
	if (strchr("*?[\\", pattern[0]) == NULL &&
	    tolower((unsigned char)pattern[0]) != tolower((unsigned char)string[0]))
		return false;
	return fnmatch(pattern, string, fold ? FNM_CASEFOLD : 0) == 0;
}

/* Cuts the next of "a|b" off `list` into `word`. */
static bool
next_alternative(const char **list, char word[RECIPE_WORD_SIZE])
{
	size_t length = strcspn(*list, "|");

	if (**list == '\0')
		return false;
	copy_word(word, *list, length);
	*list += length + ((*list)[length] == '|');
	return true;
}

bool
recipe_matches_any(const char *patterns, const char *string)
{
	char pattern[RECIPE_WORD_SIZE];

	while (next_alternative(&patterns, pattern)) {
		if (recipe_matches(pattern, string, true))
			return true;
	}
	return false;
}

bool
recipe_has_argument(const char *arguments, const char *pattern)
{
	const char *cursor = arguments != NULL ? arguments : "";
	const char *word;
	size_t length;

	/* Patterns speak of the start of a word; what is cut off no pattern names. */
	while (arguments_next(&cursor, &word, &length)) {
		char copy[RECIPE_WORD_SIZE];

		copy_word(copy, word, length);
		if (recipe_matches_any(pattern, copy))
			return true;
	}
	return false;
}

const char *
recipe_argument(const struct entry *entry, const char *name, size_t length, size_t *ret_length)
{
	const char *cursor = entry->arguments != NULL ? entry->arguments : "";
	const char *word;
	size_t word_length;

	while (arguments_next(&cursor, &word, &word_length)) {
		if (word_length <= length || strncmp(word, name, length) != 0 ||
		    word[length] != '=')
			continue;
		*ret_length = word_length - length - 1;
		return word + length + 1;
	}
	return NULL;
}

/* The value of the entry's argument that stands for itself in a pattern: NULL
   if there is none, or it holds a wildcard. */
static const char *
literal_argument(const struct entry *entry, const char *name, size_t length, size_t *ret_length)
{
	size_t value_length;
	const char *value = recipe_argument(entry, name, length, &value_length);

	if (value == NULL || strcspn(value, "*?[]\\") < value_length)
		return NULL;
	*ret_length = value_length;
	return value;
}

/* Writes `pattern` with its {arg:NAME} filled in: false when the entry has no
   such argument, or it is too long or no literal. */
static bool
fill_in(const char *pattern, const struct entry *entry, char *buffer, size_t size)
{
	size_t used = 0;

	while (*pattern != '\0') {
		size_t length = strcspn(pattern, "{");
		const char *piece = pattern;
		size_t piece_length = length;

		if (length == 0 && strncmp(pattern, "{arg:", 5) == 0) {
			length = strcspn(pattern, "}");
			piece = literal_argument(entry, pattern + 5, length - 5, &piece_length);
			length += pattern[length] == '}';
		} else if (length == 0) {
			piece_length = length = 1;
		}
		if (piece == NULL || used + piece_length >= size)
			return false;
		memcpy(buffer + used, piece, piece_length);
		used += piece_length;
		pattern += length;
	}
	buffer[used] = '\0';
	return true;
}

/* Asks the image, or remembers what it said. */
static const struct answer *
ask(struct recipe_files *files, const char *pattern)
{
	struct source_node nodes[2];
	struct answer *answer;

	for (answer = files->answers; answer != NULL; answer = answer->next) {
		if (strcmp(answer->pattern, pattern) == 0)
			return answer;
	}
	if (files->answer_count == ANSWERS_LIMIT)
		return NULL;
	answer = calloc(1, sizeof(*answer));
	if (answer == NULL)
		return NULL;
	answer->pattern = strdup(pattern);
	if (answer->pattern == NULL) {
		free(answer);
		return NULL;
	}
	answer->count = source_glob(files->source, pattern, &files->budget, nodes, 2);
	if (answer->count > 0)
		answer->first = nodes[0];
	answer->next = files->answers;
	files->answers = answer;
	files->answer_count++;
	return answer;
}

unsigned
recipe_find(struct recipe_files *files, const char *pattern, const struct entry *entry,
	    struct source_node *ret_file)
{
	char alternative[RECIPE_WORD_SIZE];
	char filled[SOURCE_PATH_SIZE];

	while (next_alternative(&pattern, alternative)) {
		const struct answer *answer;

		if (!fill_in(alternative, entry, filled, sizeof(filled)))
			continue;
		answer = ask(files, filled);
		if (answer == NULL || answer->count == 0)
			continue;
		*ret_file = answer->first;
		return answer->count;
	}
	return 0;
}

unsigned
recipe_glob(struct recipe_files *files, const char *pattern, struct source_node *ret_files,
	    unsigned limit)
{
	char alternative[RECIPE_WORD_SIZE];
	unsigned count = 0;

	while (count == 0 && next_alternative(&pattern, alternative))
		count = source_glob(files->source, alternative, &files->budget, ret_files, limit);
	return count;
}

static bool
arguments_fit(const struct recipe *recipe, const struct entry *entry)
{
	const char *list = recipe->argument != NULL ? recipe->argument : "";
	char word[RECIPE_WORD_SIZE];

	while (recipe_word(&list, word)) {
		if (!recipe_has_argument(entry->arguments, word))
			return false;
	}
	return true;
}

/* Whether each word of `list` finds a file: exactly one, if `exactly`. The
   first file of all goes to *file. */
static bool
files_fit(const char *list, bool exactly, struct recipe_files *files, const struct entry *entry,
	  struct source_node *file)
{
	char word[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, word)) {
		struct source_node found;
		unsigned count = recipe_find(files, word, entry, &found);

		if (count == 0 || (exactly && count != 1))
			return false;
		if (file->path[0] == '\0')
			*file = found;
	}
	return true;
}

bool
recipe_fits(const struct recipe *recipe, struct recipe_files *files, const struct entry *entry,
	    struct source_node *ret_file)
{
	const char *kernel = entry->kernel.path != NULL ? entry->kernel.path : "";
	struct source_node file = {.path = ""};
	struct source_node other;
	const char *without = recipe->without != NULL ? recipe->without : "";
	char word[RECIPE_WORD_SIZE];

	/* The one in the EFI system partition is laid out as the image is. */
	if (strncmp(kernel, "@efi/", 5) == 0)
		kernel += 5;
	if (!arguments_fit(recipe, entry) ||
	    (recipe->kernel != NULL && !recipe_matches_any(recipe->kernel, kernel)) ||
	    (recipe->volume != NULL &&
	     !recipe_matches_any(recipe->volume, files->source->volume_id)) ||
	    !files_fit(recipe->one, true, files, entry, &file) ||
	    !files_fit(recipe->files, false, files, entry, &file))
		return false;
	while (recipe_word(&without, word)) {
		if (recipe_find(files, word, entry, &other) > 0)
			return false;
	}
	*ret_file = file;
	return true;
}
