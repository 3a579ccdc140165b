/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A recipe as it is written, and the list of them: what recipe.c reads and
 * recipe_apply.c carries out. For these files only.
 */
#ifndef RECIPE_DATA_H
#define RECIPE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot.h"

/* Values as in the file, lists joined by blanks. NULL: not given. */
struct recipe {
	char *section;
	char *name;
	char *argument, *kernel, *volume, *firmware, *files, *one, *without, *text, *smaller;
	char *initramfs, *no_initramfs, *guess, *driver, *shell;
	char *when;
	char *remove, *replace, *add, *check, *initrd, *instead;
	char *answers, *netboot;
	char *asks, *tries;
	char *why, *needs, *fetches, *ram, *warning, *skip, *unsupported, *no_entries;
	struct recipe *next;
};

/* What a user wants for the images whose names match `image`: a way, or a recipe
   by its section. */
struct recipe_choice {
	char *image, *word, *where;
	struct recipe_choice *next;
};

struct recipes {
	struct recipe *every;          /* [every], or NULL */
	struct recipe *first;          /* in the order in which they are tried */
	struct recipe **added;         /* where the next one of a user's goes */
	struct recipe_choice *choices; /* the last that matches holds */
	bool knows_firmware;           /* one of them has `firmware` */
};

/* The text of recipes.ini, with a NUL. */
extern const char recipe_builtin[];

/* What a formula of `ram` can speak of, in bytes. */
struct recipe_sizes {
	uint64_t file, iso, load;
};

struct source;
struct source_node;
struct text;

/* Looks into one image for all its entries: what a pattern matched is
   remembered, since a thousand entries ask for the same. */
struct recipe_files;

int recipe_files_new(const struct source *, struct recipe_files **ret_files);
void recipe_files_free(struct recipe_files *);
const struct source *recipe_files_source(const struct recipe_files *);

/* Whether there is something that could not be asked any more: then what was not
   found may be there. */
bool recipe_files_gave_up(const struct recipe_files *);

/* Whether `recipe` fits `entry` on a BIOS or on UEFI firmware, its initramfs aside. *ret_file is
   what its `files` or `one` found first, or has an empty path. */
bool recipe_fits(const struct recipe *, struct recipe_files *, const struct entry *,
		 enum entry_firmware, struct source_node *ret_file);

/* Whether the image, whatever its entries are, has what `recipe` asks for. */
bool recipe_fits_image(const struct recipe *, struct recipe_files *);

/* How many files match `pattern`, "a|b" and {arg:NAME} understood: 0, 1, or 2
   for more. The first is written to *ret_file if there is one. A value with a
   wildcard of its own matches nothing. */
unsigned recipe_find(struct recipe_files *, const char *pattern, const struct entry *,
		     struct source_node *ret_file);

/* Whether a line of the text file that matches `path` matches `pattern`, "a|b" in
   both: of one of 256 KiB at most. */
bool recipe_has_line(struct recipe_files *, const char *path, const char *pattern,
		     const struct entry *);

/* Whether `string` matches one of `patterns`, "a|b", in any case. */
bool recipe_matches_any(const char *patterns, const char *string);

/* What is in the initrds of an image's entries. */
struct recipe_initrds;

int recipe_initrds_new(const struct source *, struct recipe_initrds **ret_initrds);
void recipe_initrds_free(struct recipe_initrds *); /* NULL is allowed */

/* Whether the recipe's `initramfs` and `no-initramfs` hold for `entry`, or its
   `guess` where that cannot be known. Opens its initrds if they are asked for
   anything, which is slow the first time: the last condition to look at. */
bool recipe_initrds_fit(struct recipe_initrds *, const struct recipe *, const struct entry *);

/* Whether it is known that no initrd of `entry` has what matches `pattern`. None is
   opened for that: it is not known of those that nobody has asked. */
bool recipe_initrds_lack(struct recipe_initrds *, const struct entry *, const char *pattern);

/* The same, but one that nobody has asked is opened. */
bool recipe_initrds_lack_surely(struct recipe_initrds *, const struct entry *, const char *pattern);

/* Appends what was asked and answered since the last recipe_initrds_note. */
void recipe_initrds_tell(const struct recipe_initrds *, struct text *);

/* Adds to the entry's notes what was asked and answered since the last call. */
void recipe_initrds_note(struct recipe_initrds *, struct entry *);

/* The first files that `pattern` matches, "a|b" understood, {arg:NAME} not: at
   most `limit` are written to `ret_files`. -> how many. */
unsigned recipe_glob(struct recipe_files *, const char *pattern, struct source_node *ret_files,
		     unsigned limit);

/* Whether one of `arguments` (NULL: none) matches `pattern`, "a|b" understood. */
bool recipe_has_argument(const char *arguments, const char *pattern);

/* Whether `string` matches `pattern`, without regard to case if `fold`. */
bool recipe_matches(const char *pattern, const char *string, bool fold);

/* The reason for a recipe's changes, of its own words. */
const char *recipe_why(const struct recipe *);

/* Takes away the arguments that the recipe removes, with a note for each: 0 or
   -ENOMEM. */
int recipe_remove_arguments(const struct recipe *, struct recipe_files *, struct entry *);

/* Whether `word` matches a pattern of `list` (NULL: none). */
bool recipe_lists(const char *list, const char *word);

/* The value of the entry's first argument `name`=: NULL if it has none. It
   lies within the entry's arguments; *ret_length is its length. */
const char *recipe_argument(const struct entry *, const char *name, size_t length,
			    size_t *ret_length);

/* Cuts the next word of `list` off into `word`: false at its end. Words that
   do not fit are cut. */
enum { RECIPE_WORD_SIZE = 512 };
bool recipe_word(const char **list, char word[RECIPE_WORD_SIZE]);

/* The same for the next of "a|b". */
bool recipe_alternative(const char **list, char word[RECIPE_WORD_SIZE]);

/* A file of ours that a recipe can put into an initramfs: NULL, there is none
   of that name. */
struct recipe_text {
	const char *name, *text;
	unsigned mode; /* permissions */
};

const struct recipe_text *recipe_text(const char *name);

/* The program that does what text:wrapper does and needs no shell, for the
   processor that the kernel at `kernel`, a path in the image, is made for: false,
   there is none for that. Where the kernel does not say, it is taken for x86-64. */
struct recipe_helper {
	const char *bytes;
	size_t size;
};

bool recipe_helper(const struct source *, const char *kernel, struct recipe_helper *ret_helper);

/* Sets the key `name`, or goes on with its list: 0; -ENOENT, there is no such key;
   -EINVAL with what is wrong with the value; -ENOMEM. */
int recipe_set(struct recipe *, const char *name, const char *value, const char **ret_why);

void recipe_free(struct recipe *); /* NULL is allowed */

/* In the new argument of `replace`: what the '*' at the end of its pattern stands for. */
#define RECIPE_REST "{*}"

/* What is wrong with the {tokens} of `arguments`, or NULL. */
const char *recipe_check_tokens(const char *arguments);

/* What is wrong with the value of the key that is called so, or NULL. */
const char *recipe_check_text(const char *value);
const char *recipe_check_smaller(const char *value);
const char *recipe_check_needs(const char *value);
const char *recipe_check_instead(const char *value);
const char *recipe_check_fetches(const char *value);
const char *recipe_check_ram(const char *value);
const char *recipe_check_replace(const char *value);
const char *recipe_check_firmware(const char *value);
const char *recipe_check_when(const char *value);

/* The value of `needs` as a static text, or NULL when it is none. */
const char *recipe_protocol(const char *value);

/* What is wrong with a value of `initrd`, or NULL. */
const char *recipe_check_initrd(const char *value);

/* What a recipe is to be carried out with. */
struct recipe_wish {
	const struct recipe *recipe;
	const struct source *source;
	struct recipe_files *files;
	const struct source_node *file; /* that the recipe found */
	struct recipe_initrds *initrds; /* NULL: none is looked into */
	const char *shell;              /* files in an initramfs that can run a script, or NULL */
};

/* Makes the archive of the recipe's `initrd` and adds it to the entry's initrds.
   Refuses the entry when that cannot be. 0 or -ENOMEM. */
int recipe_make_initrd(const struct recipe_wish *, struct boot *, struct entry *);

/* Whether what `initrd` puts into one file, of the image or `file`, has less than
   the 4 GiB that the format has numbers for. */
bool recipe_initrd_has_room(const struct recipe *, const struct source *,
			    const struct source_node *file);

/* Whether there is an archive of the recipe's `initrd` for the entry. */
bool recipe_can_make_initrd(const struct recipe_wish *, const struct entry *);

/* Takes away, replaces and adds arguments as the recipe says. 0 or -ENOMEM. */
int recipe_change_arguments(const struct recipe_wish *, struct entry *);

/* What is wrong with a value of `answers`, or NULL. */
const char *recipe_check_answers(const char *value);

/* The next argument of `answers` whose files, "a,b", the folder beside the image
   has: false at the end. */
bool recipe_next_answer(const struct source *companion, const char **answers,
			char files[RECIPE_WORD_SIZE], char word[RECIPE_WORD_SIZE]);

/* Gives `entry` what its initramfs asks for: the recipe's `asks` and `tries`, and
   the files "a,b" of the folder beside the image. 0 or -ENOMEM. */
int recipe_ask(const struct recipe *, struct recipe_files *, struct entry *);
int recipe_ask_answers(const char *files, struct entry *);

/* Whether the folder beside the image has an initrd for the entry to take as
   `recipe` says (`netboot`). */
bool recipe_has_netboot(const struct recipe *, const struct source *, const struct entry *);

/* Whether the folder beside the image has an initrd for `recipe` to take
   (`netboot`). It then is the entry's, as is a kernel there, and *ret_changed is
   the recipe as it is to be carried out. 0, -ENOENT, -ENOMEM. */
int recipe_netboot(const struct recipe *, const struct source *, struct entry *,
		   struct recipe *ret_changed);

/* Where no entry of `boot` has a kernel, and a recipe says of such an image why it
   does not boot, a line that says so is added to its menus. 0 or -ENOMEM. */
int recipe_judge_image(const struct recipes *, struct recipe_files *, struct boot *);

/* Tells the user that no entry takes the initrd there, if there is one. */
int recipe_refuse_netboot(const struct source *, struct boot *);

/* The value of a formula: false if it is none. */
bool recipe_ram(const char *formula, const struct recipe_sizes *, uint64_t *ret_bytes);

#endif
