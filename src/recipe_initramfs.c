/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in the initrds of an entry, where a recipe asks for it.
 *
 * To list an initramfs is slow, so one is opened when a recipe asks that fits
 * otherwise, and what it said is remembered for all entries. The answer to a
 * pattern is yes, no, or not known: an initrd cannot be read, or there is none. Then
 * the recipe's `guess` decides. What was asked for an entry becomes its notes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "recipe_data.h"
#include "source.h"
#include "text.h"

struct recipe_initramfs {
	char *path;
	const char *why;            /* it cannot be listed, or NULL */
	bool is_not_asked;          /* nobody can list one here, which is not its fault */
	struct recipe_files *files; /* that it holds: NULL if it cannot */
	struct recipe_initramfs *next;
};

struct recipe_initrds {
	const struct source *source;
	struct recipe_initramfs *opened;
	struct entry_note *asked; /* of one entry */
};

enum answer { NO, YES, NOT_KNOWN };

int
recipe_initrds_new(const struct source *source, struct recipe_initrds **ret_initrds)
{
	struct recipe_initrds *initrds = calloc(1, sizeof(*initrds));

	if (initrds == NULL)
		return -ENOMEM;
	initrds->source = source;
	*ret_initrds = initrds;
	return 0;
}

void
recipe_initrds_free(struct recipe_initrds *initrds)
{
	if (initrds == NULL)
		return;
	while (initrds->opened != NULL) {
		struct recipe_initramfs *next = initrds->opened->next;

		if (initrds->opened->files != NULL)
			recipe_files_free(initrds->opened->files);
		free(initrds->opened->path);
		free(initrds->opened);
		initrds->opened = next;
	}
	notes_free(initrds->asked);
	free(initrds);
}

static struct recipe_initramfs *
find_opened(const struct recipe_initrds *initrds, const char *path)
{
	struct recipe_initramfs *initramfs = initrds->opened;

	while (initramfs != NULL && strcmp(initramfs->path, path) != 0)
		initramfs = initramfs->next;
	return initramfs;
}

/* Opens the initramfs at `path`, or finds it opened: NULL when out of memory. */
static struct recipe_initramfs *
open_initramfs(struct recipe_initrds *initrds, const char *path)
{
	struct recipe_initramfs *initramfs = find_opened(initrds, path);
	const struct source *tree;
	const char *why;
	int error;

	if (initramfs != NULL)
		return initramfs;
	initramfs = calloc(1, sizeof(*initramfs));
	if (initramfs == NULL || string_set(&initramfs->path, path) < 0) {
		free(initramfs);
		return NULL;
	}
	error = source_initramfs(initrds->source, path, &tree, &why);
	initramfs->is_not_asked = error == -ENOTSUP;
	if (error < 0)
		initramfs->why = why;
	else if (recipe_files_new(tree, &initramfs->files) < 0)
		initramfs->why = "out of memory";
	initramfs->next = initrds->opened;
	initrds->opened = initramfs;
	return initramfs;
}

/* Keeps a remark, once for an entry. Want of memory costs a remark and no more. */
static void
keep(struct recipe_initrds *initrds, struct entry_note *note)
{
	const struct entry_note *known = initrds->asked;

	while (known != NULL && note != NULL && strcmp(known->text, note->text) != 0)
		known = known->next;
	if (known == NULL)
		notes_move(&initrds->asked, &note);
	notes_free(note);
}

/* Notes what was asked of the initramfs `name`, and the answer. */
static void
note_answer(struct recipe_initrds *initrds, const char *name, const char *answer,
	    const char *pattern)
{
	struct entry_note *note = NULL;
	char *why;

	if (asprintf(&why, "%s%s", answer, pattern) < 0)
		return;
	note_add_why(&note, NOTE_LOOKED, why, "initramfs %s", name);
	keep(initrds, note);
	free(why);
}

/* Asks one initrd. */
static enum answer
ask_one(struct recipe_initrds *initrds, const struct entry *entry, const char *path,
	const char *pattern)
{
	const struct recipe_initramfs *initramfs = open_initramfs(initrds, path);
	struct source_node found;

	if (initramfs == NULL || initramfs->is_not_asked)
		return NOT_KNOWN;
	if (initramfs->files == NULL) {
		note_answer(initrds, path, "cannot be read: ", initramfs->why);
		return NOT_KNOWN;
	}
	if (recipe_find(initramfs->files, pattern, entry, &found) > 0) {
		note_answer(initrds, path, "has ", found.path);
		return YES;
	}
	if (!recipe_files_gave_up(initramfs->files))
		return NO;
	note_answer(initrds, path, "too many files to look for ", pattern);
	return NOT_KNOWN;
}

/* Asks all initrds of the entry, which make one initramfs together. */
static enum answer
ask(struct recipe_initrds *initrds, const struct entry *entry, const char *pattern)
{
	enum answer answer = entry->initrd_count > 0 ? NO : NOT_KNOWN;
	struct text text = {0};

	for (unsigned i = 0; i < entry->initrd_count && answer != YES; i++) {
		enum answer one = ask_one(initrds, entry, entry->initrds[i].path, pattern);

		answer = one == NO ? answer : one;
	}
	if (answer != NO)
		return answer;
	for (unsigned i = 0; i < entry->initrd_count; i++)
		text_printf(&text, "%s%s", i > 0 ? ", " : "", entry->initrds[i].path);
	if (text.error == 0)
		note_answer(initrds, text_string(&text), "no ", pattern);
	text_free(&text);
	return NO;
}

/* Asks for each word of `list`; all have to be `wanted`. */
static enum answer
ask_all(struct recipe_initrds *initrds, const struct entry *entry, const char *list,
	enum answer wanted)
{
	enum answer all = YES;
	char word[RECIPE_WORD_SIZE];

	while (list != NULL && all != NO && recipe_word(&list, word)) {
		enum answer one = ask(initrds, entry, word);

		if (one == NOT_KNOWN)
			all = NOT_KNOWN;
		else if (one != wanted)
			all = NO;
	}
	return all;
}

bool
recipe_initrds_fit(struct recipe_initrds *initrds, const struct recipe *recipe,
		   const struct entry *entry)
{
	enum answer has = ask_all(initrds, entry, recipe->initramfs, YES);
	enum answer has_not = has == NO ? NO : ask_all(initrds, entry, recipe->no_initramfs, NO);
	struct entry_note *note = NULL;

	if (has == NO || has_not == NO)
		return false;
	if (has == YES && has_not == YES)
		return true;
	if (recipe->guess == NULL || !recipe_matches_any(recipe->guess, initrds->source->volume_id))
		return false;
	note_add(&note, "[%s] is a guess by the volume id, %s", recipe->section,
		 initrds->source->volume_id);
	keep(initrds, note);
	return true;
}

bool
recipe_initrds_lack(struct recipe_initrds *initrds, const struct entry *entry, const char *pattern)
{
	for (unsigned i = 0; i < entry->initrd_count; i++) {
		if (find_opened(initrds, entry->initrds[i].path) == NULL)
			return false;
	}
	return ask(initrds, entry, pattern) == NO;
}

bool
recipe_initrds_lack_surely(struct recipe_initrds *initrds, const struct entry *entry,
			   const char *pattern)
{
	return ask(initrds, entry, pattern) == NO;
}

void
recipe_initrds_tell(const struct recipe_initrds *initrds, struct text *text)
{
	for (const struct entry_note *note = initrds->asked; note != NULL; note = note->next)
		text_printf(text, "%s%s", text->length > 0 ? "; " : "", note->text);
}

void
recipe_initrds_note(struct recipe_initrds *initrds, struct entry *entry)
{
	notes_move(&entry->notes, &initrds->asked);
}
