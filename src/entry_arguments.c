/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changing the arguments of an entry: see entry_arguments.h.
 */
#include "entry_arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "text.h"

int
entry_set_arguments(struct entry *entry, struct text *original)
{
	struct text arguments = {0};
	int error;

	free(entry->original);
	free(entry->arguments);
	entry->original = entry->arguments = NULL;
	arguments_escape(&arguments, text_string(original), original->length);
	error = text_take(original, &entry->original, NULL);
	if (error == 0)
		error = text_take(&arguments, &entry->arguments, NULL);
	text_free(&arguments);
	return error;
}

static bool
keep_token(const void *context, const char *name, size_t length, struct text *text)
{
	(void)context;
	text_printf(text, "{%.*s}", (int)length, name);
	return true;
}

/* Notes a change. A brace of the image's own is doubled in the model, not in a
   note. */
static int
note_change(struct entry *entry, const char *word, const char *new, const char *why)
{
	struct text plain = {0};
	int error;

	arguments_expand(word, keep_token, NULL, &plain);
	if (new != NULL) {
		text_append(&plain, " by ");
		arguments_expand(new, keep_token, NULL, &plain);
	}
	error = plain.error;
	if (error == 0)
		error = note_add_why(&entry->notes, NOTE_CHANGE, why, "%s %s",
				     new != NULL ? "replaced" : "removed", text_string(&plain));
	text_free(&plain);
	return error;
}

static void
append_word(struct text *text, const char *word)
{
	if (text->length > 0)
		text_append_char(text, ' ');
	text_append(text, word);
}

/* Appends to `kept` what `replace` says about one word. */
static int
change_word(struct entry *entry, const char *word, argument_replacer *replace, void *context,
	    struct text *kept)
{
	struct text new = {0};
	const char *why = replace(context, word, &new);
	const char *stays = why == NULL ? word : new.length > 0 ? text_string(&new) : NULL;
	int error = new.error;

	if (error == 0 && why != NULL)
		error = note_change(entry, word, stays, why);
	if (error == 0 && stays != NULL)
		append_word(kept, stays);
	text_free(&new);
	return error;
}

int
entry_replace_arguments(struct entry *entry, argument_replacer *replace, void *context)
{
	struct text kept = {0};
	const char *cursor = entry->arguments != NULL ? entry->arguments : "";
	const char *word;
	size_t length;
	int error = 0;

	while (error == 0 && arguments_next(&cursor, &word, &length)) {
		char *copy = strndup(word, length);

		error = copy != NULL ? change_word(entry, copy, replace, context, &kept) : -ENOMEM;
		free(copy);
	}
	if (error == 0) {
		free(entry->arguments);
		entry->arguments = NULL;
		return text_take(&kept, &entry->arguments, NULL);
	}
	text_free(&kept);
	return error;
}

/* To take an argument away is to replace it by nothing. */
struct removal {
	argument_judge *judge;
	void *context;
};

static const char *
remove_word(void *context, const char *word, struct text *text)
{
	const struct removal *removal = context;

	(void)text;
	return removal->judge(removal->context, word);
}

int
entry_remove_arguments(struct entry *entry, argument_judge *judge, void *context)
{
	struct removal removal = {judge, context};

	return entry_replace_arguments(entry, remove_word, &removal);
}

static bool
has_word(const char *list, const char *word)
{
	size_t word_length = strlen(word);
	const char *found;
	size_t length;

	while (arguments_next(&list, &found, &length)) {
		if (length == word_length && memcmp(found, word, length) == 0)
			return true;
	}
	return false;
}

static const char *
find_place(const char *arguments)
{
	const char *cursor = arguments;
	const char *word;
	size_t length;

	while (arguments_next(&cursor, &word, &length)) {
		if ((length == 2 || length == 3) && memcmp(word, "---", length) == 0)
			return word;
	}
	return arguments + strlen(arguments);
}

int
entry_add_argument(struct entry *entry, const char *word, const char *why)
{
	const char *arguments = entry->arguments != NULL ? entry->arguments : "";
	const char *place = find_place(arguments);
	struct text whole = {0};
	int error;

	if (has_word(arguments, word))
		return 0;
	error = note_add_why(&entry->notes, NOTE_CHANGE, why, "added %s", word);
	if (error < 0)
		return error;
	text_append_bytes(&whole, arguments, (size_t)(place - arguments));
	if (whole.length > 0 && whole.bytes[whole.length - 1] != ' ')
		text_append_char(&whole, ' ');
	text_append(&whole, word);
	if (*place != '\0')
		text_append_char(&whole, ' ');
	text_append(&whole, place);
	free(entry->arguments);
	entry->arguments = NULL;
	return text_take(&whole, &entry->arguments, NULL);
}
