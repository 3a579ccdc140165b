/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a recipe fits an entry: its conditions, the cheap ones first. Also: words
 * of a recipe, and how they are compared.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "recipe_data.h"
#include "source.h"

/* Copies `length` bytes, or as many as fit, as a string. */
static void
copy_word(char word[RECIPE_WORD_SIZE], const char *bytes, size_t length)
{
	if (length >= RECIPE_WORD_SIZE)
		length = RECIPE_WORD_SIZE - 1;
	memcpy(word, bytes, length);
	word[length] = '\0';
}

/* By hand: strspn() and strcspn() cost more than a word is long. */
static const char *
skip_blanks(const char *list)
{
	while (*list == ' ' || *list == '\t')
		list++;
	return list;
}

static const char *
skip_word(const char *list)
{
	while (*list != '\0' && *list != ' ' && *list != '\t')
		list++;
	return list;
}

bool
recipe_word(const char **list, char word[RECIPE_WORD_SIZE])
{
	const char *start = skip_blanks(*list);

	*list = skip_word(start);
	copy_word(word, start, (size_t)(*list - start));
	return *list > start;
}

/* Whether the word at `string` can match the pattern at `pattern`, of which only
   what comes before the first wildcard is looked at. Nearly all pairs cannot, and
   all else is slow: an image may have a hundred thousand words. */
static bool
can_match(const char *pattern, const char *string)
{
	for (;; pattern++, string++) {
		switch (*pattern) {
		case '*':
		case '?':
		case '[':
		case '\\':
			return true;
		case '\0':
		case '|':
		case ' ':
		case '\t':
			return (unsigned char)*string <= ' ' || *string == *pattern;
		default:
			if ((*pattern | ' ') != (*string | ' '))
				return false;
		}
	}
}

bool
recipe_matches(const char *pattern, const char *string, bool fold)
{
	return can_match(pattern, string) && fnmatch(pattern, string, fold ? FNM_CASEFOLD : 0) == 0;
}

bool
recipe_lists(const char *list, const char *word)
{
	char pattern[RECIPE_WORD_SIZE];

	while (list != NULL && *list != '\0') {
		if (!can_match(list, word))
			list = skip_word(list);
		else if (recipe_word(&list, pattern) && recipe_matches(pattern, word, false))
			return true;
		list = skip_blanks(list);
	}
	return false;
}

/* The same for one of "a|b". */
static bool
can_match_any(const char *patterns, const char *string)
{
	while (!can_match(patterns, string)) {
		patterns = strchr(patterns, '|');
		if (patterns == NULL)
			return false;
		patterns++;
	}
	return true;
}

bool
recipe_alternative(const char **list, char word[RECIPE_WORD_SIZE])
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

	while (recipe_alternative(&patterns, pattern)) {
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

		if (!can_match_any(pattern, word))
			continue;
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

/* Whether each pair of `list`, a file and a pattern, has its line. */
static bool
lines_fit(const char *list, struct recipe_files *files, const struct entry *entry)
{
	char path[RECIPE_WORD_SIZE], pattern[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, path) && recipe_word(&list, pattern)) {
		if (!recipe_has_line(files, path, pattern, entry))
			return false;
	}
	return true;
}

static uint64_t
read_size(const char *value)
{
	const struct recipe_sizes none = {0, 0, 0};
	uint64_t bytes;

	return recipe_ram(value, &none, &bytes) ? bytes : 0;
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

/* Whether each word of `list` finds a file, those aside that hang on arguments. */
static bool
files_fit_image(const char *list, struct recipe_files *files)
{
	static const struct entry none;
	struct source_node found;
	char word[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, word)) {
		if (strstr(word, "{arg:") == NULL && recipe_find(files, word, &none, &found) == 0)
			return false;
	}
	return true;
}

bool
recipe_fits_image(const struct recipe *recipe, struct recipe_files *files)
{
	const struct source *source = recipe_files_source(files);

	return (recipe->volume == NULL || recipe_matches_any(recipe->volume, source->volume_id)) &&
	       files_fit_image(recipe->one, files) && files_fit_image(recipe->files, files);
}

bool
recipe_fits(const struct recipe *recipe, struct recipe_files *files, const struct entry *entry,
	    enum entry_firmware firmware, struct source_node *ret_file)
{
	const char *kernel = entry->kernel.path != NULL ? entry->kernel.path : "";
	const struct source *source = recipe_files_source(files);
	struct source_node file = {.path = ""};
	struct source_node other;
	const char *without = recipe->without != NULL ? recipe->without : "";
	char word[RECIPE_WORD_SIZE];

	/* The one in the EFI system partition is laid out as the image is. */
	if (strncmp(kernel, "@efi/", 5) == 0)
		kernel += 5;
	if ((recipe->smaller != NULL && source->image_size >= read_size(recipe->smaller)) ||
	    (recipe->firmware != NULL &&
	     !recipe_lists(recipe->firmware, firmware == ENTRY_FOR_UEFI ? "uefi" : "bios")) ||
	    (recipe->volume != NULL && !recipe_matches_any(recipe->volume, source->volume_id)) ||
	    (recipe->kernel != NULL && !recipe_matches_any(recipe->kernel, kernel)) ||
	    !arguments_fit(recipe, entry) || !files_fit(recipe->one, true, files, entry, &file) ||
	    !files_fit(recipe->files, false, files, entry, &file))
		return false;
	while (recipe_word(&without, word)) {
		if (recipe_find(files, word, entry, &other) > 0)
			return false;
	}
	if (!lines_fit(recipe->text, files, entry))
		return false;
	*ret_file = file;
	return true;
}
