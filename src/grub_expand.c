/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From words as written to words as they are run. A variable outside quotes
 * divides words at its blanks and is nothing when it is empty; one in quotes
 * is always one piece. "$@" gives a word for each argument.
 *
 * GRUB finds files by '*' once its module regexp is there. That is done here
 * for the last segment of a path, with a comparison that no pattern can make
 * slow.
 */
#include "grub_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { WORDS_LIMIT = 1000, FILES_FOUND_LIMIT = 100 };

/* A word in the making. */
struct making {
	struct grub_session *session;
	struct grub_words *words;
	struct text text;
	bool is_word;    /* even if the text is empty */
	bool has_star;   /* outside quotes */
	bool is_globbed; /* a star finds files */
};

bool
grub_add_word(struct grub_session *session, struct grub_words *words, const char *word)
{
	if (words->count == words->size) {
		unsigned size = words->size == 0 ? 8 : words->size * 2;
		const char **items = arena_alloc(&session->arena, size * sizeof(*items));

		if (items == NULL || words->count >= WORDS_LIMIT || !grub_spend(session, 1))
			return false;
		if (words->count > 0)
			memcpy(items, words->items, words->count * sizeof(*items));
		words->items = items;
		words->size = size;
	}
	words->items[words->count++] = word;
	return true;
}

/* Whether `name` is what `pattern` means: '*' is any run of bytes, '?' any one.
   The last star alone is gone back to, which is enough. */
static bool
matches(const char *pattern, const char *name)
{
	const char *star = NULL;
	const char *back = NULL;

	while (*name != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			back = name;
		} else if (*pattern == *name || *pattern == '?') {
			pattern++;
			name++;
		} else if (star != NULL) {
			pattern = star + 1;
			name = ++back;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

struct search {
	struct making *making;
	const char *pattern; /* of the whole path */
	size_t directory;    /* bytes of it before the last segment */
	unsigned found;
};

static bool
on_name(void *context, const char *name)
{
	struct search *search = context;
	struct grub_session *session = search->making->session;
	size_t length = strlen(name);
	char *path;

	if (!grub_spend(session, 1 + (unsigned)length / 16) || search->found >= FILES_FOUND_LIMIT)
		return false;
	if (name[0] == '.' || !matches(search->pattern + search->directory, name))
		return true;
	path = arena_alloc(&session->arena, search->directory + length + 1);
	if (path == NULL)
		return false;
	memcpy(path, search->pattern, search->directory);
	memcpy(path + search->directory, name, length);
	search->found++;
	return grub_add_word(session, search->making->words, path);
}

/* Adds the files that `pattern` finds: false if there are none. */
static bool
add_files(struct making *making, const char *pattern)
{
	struct search search = {.making = making, .pattern = pattern};
	const char *slash = strrchr(pattern, '/');
	struct source_node node;
	char directory[SOURCE_PATH_SIZE];

	if (slash == NULL || (size_t)(slash - pattern) >= sizeof(directory) - 1)
		return false;
	search.directory = (size_t)(slash - pattern) + 1;
	snprintf(directory, sizeof(directory), "%.*s", (int)search.directory, pattern);
	if (strcspn(directory, "*?") < search.directory ||
	    grub_find(making->session, directory, NULL, &node) < 0 || !node.is_directory)
		return false;
	source_list(making->session->source, node.path, on_name, &search);
	return search.found > 0;
}

/* Ends the word, if there is one. */
static bool
end_word(struct making *making)
{
	struct grub_session *session = making->session;
	const char *word;
	bool is_good = true;

	if (making->text.error != 0) {
		session->error = -ENOMEM;
		return false;
	}
	if (making->is_word || making->text.length > 0) {
		if (!grub_spend(session, 1 + (unsigned)(making->text.length / 256)))
			return false;
		if (making->text.length > session->text_left) {
			grub_note_full(session, "too much text");
			return false;
		}
		session->text_left -= making->text.length;
		word = arena_copy(&session->arena, text_string(&making->text), making->text.length);
		is_good = word != NULL &&
			  ((making->has_star && making->is_globbed && add_files(making, word)) ||
			   grub_add_word(session, making->words, word));
	}
	text_cut(&making->text, 0);
	making->is_word = false;
	making->has_star = false;
	return is_good;
}

/* Appends a value as a part of the word; outside quotes its blanks divide. */
static bool
add_value(struct making *making, const char *value, bool is_quoted)
{
	size_t length = strlen(value);

	if (length + making->text.length > making->session->text_left ||
	    !grub_spend(making->session, 1 + (unsigned)(length / 256)))
		return false;
	if (is_quoted) {
		text_append_bytes(&making->text, value, length);
		return true;
	}
	while (*value != '\0') {
		size_t blanks = strspn(value, " \t\n");

		if (blanks > 0 && !end_word(making))
			return false;
		value += blanks;
		length = strcspn(value, " \t\n");
		making->has_star |= memchr(value, '*', length) != NULL;
		text_append_bytes(&making->text, value, length);
		value += length;
	}
	return true;
}

/* Appends "$@" or $*: all arguments. */
static bool
add_arguments(struct making *making, const struct grub_part *part)
{
	const struct grub_words *arguments = making->session->arguments;
	bool is_apart = part->text[0] == '@' || !part->is_quoted;

	for (unsigned i = 0; arguments != NULL && i < arguments->count; i++) {
		if (i > 0 && is_apart) {
			if (!end_word(making))
				return false;
		} else if (i > 0) {
			text_append_char(&making->text, ' ');
		}
		making->is_word |= part->is_quoted;
		if (!add_value(making, arguments->items[i], part->is_quoted))
			return false;
	}
	return true;
}

static bool
add_variable(struct making *making, const struct grub_part *part)
{
	struct grub_session *session = making->session;
	const struct grub_words *arguments = session->arguments;
	unsigned count = arguments != NULL ? arguments->count : 0;
	const char *value = NULL;
	char number[16];

	making->is_word |= part->is_quoted && part->text[0] != '@';
	if (part->text[0] == '@' || part->text[0] == '*')
		return add_arguments(making, part);
	if (part->text[0] == '#' || part->text[0] == '?') {
		snprintf(number, sizeof(number), "%u",
			 part->text[0] == '#' ? count : session->result);
		value = number;
	} else if (part->text[0] >= '0' && part->text[0] <= '9') {
		unsigned long place = strtoul(part->text, NULL, 10);

		if (place > 0 && place <= count)
			value = arguments->items[place - 1];
	} else {
		value = grub_get(session, part->text);
	}
	return value == NULL || add_value(making, value, part->is_quoted);
}

bool
grub_expand(struct grub_session *session, const struct grub_word *word, bool glob,
	    struct grub_words *ret_words)
{
	struct grub_words words = {NULL, 0, 0};
	struct making making = {.session = session, .words = &words, .is_globbed = glob};
	bool is_good = true;

	for (; word != NULL && is_good; word = word->next) {
		for (const struct grub_part *part = word->parts; part != NULL && is_good;
		     part = part->next) {
			if (part->is_variable) {
				is_good = add_variable(&making, part);
				continue;
			}
			making.is_word |= part->is_quoted;
			making.has_star |= !part->is_quoted && strchr(part->text, '*') != NULL;
			text_append(&making.text, part->text);
		}
		is_good = is_good && end_word(&making);
	}
	text_free(&making.text);
	if (is_good)
		*ret_words = words;
	return is_good && session->error == 0;
}
