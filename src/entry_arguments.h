/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arguments of an entry: as its configuration has them, and changed a word
 * at a time, with a note of what was changed and why, by recipes and by what a
 * user wrote beside an image.
 */
#ifndef ENTRY_ARGUMENTS_H
#define ENTRY_ARGUMENTS_H

struct entry;
struct text;

/* Sets them to what `original` holds, which is emptied. 0 or -ENOMEM. */
int entry_set_arguments(struct entry *, struct text *original);

/* Why `word` shall go, or NULL: it stays. */
typedef const char *argument_judge(void *context, const char *word);

/* Appends what shall stand in place of `word`, and says why; NULL: it stays. */
typedef const char *argument_replacer(void *context, const char *word, struct text *);

/* Takes away each argument that `judge` wants to go. 0 or -ENOMEM. */
int entry_remove_arguments(struct entry *, argument_judge *judge, void *context);

/* Replaces each argument for which `replace` has another. 0 or -ENOMEM. */
int entry_replace_arguments(struct entry *, argument_replacer *replace, void *context);

/* Adds `word`, which is as struct entry holds it, unless the entry has it: before
   "---" or "--", behind which an installer copies them to the system it
   installs; else at the end. 0 or -ENOMEM. */
int entry_add_argument(struct entry *, const char *word, const char *why);

#endif
