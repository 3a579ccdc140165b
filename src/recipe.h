/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes: what a family of systems needs so that its entries boot from the
 * network. They are data, read from INI text: the built-in ones are
 * recipes.ini, compiled in; a person adds or replaces one in a file of their
 * own. The head of recipes.ini is the manual of the format.
 *
 * A recipe is chosen for each entry by itself, the first that fits: an image
 * can hold a live system and an installer.
 *
 * A recipe never invents an entry and never touches kernel and initrds of the
 * image; it changes arguments, may add an initrd made around the image (see
 * archive.h), and says what they are going to need.
 */
#ifndef RECIPE_H
#define RECIPE_H

struct boot;
struct config;
struct recipes;
struct source;
struct text;

/* The built-in recipes, with those of `directory` (NULL: none) before them:
   files whose names end in ".ini", in the order of their names. What is wrong
   is appended to `problems`, one line each, "FILE:LINE: what"; a recipe with a
   mistake is left out and stops nothing else. 0, or -ENOMEM. */
int recipes_new(const char *directory, struct text *problems, struct recipes **ret_recipes);

/* Adds the recipes of `content`; a section known already replaces it in its place, a new
   one goes behind those that were added since recipes_new. `file` stands for
   the text in problems. 0, or -ENOMEM. */
int recipes_add(struct recipes *, const char *file, const char *content, struct text *problems);

/* Has the images whose names match `image`, in any case, go the way `word`, or take
   the recipe of that section, where they can; the last that matches holds. The file
   "way" in the folder beside an image has more weight. `where` says in problems
   where the user wrote it. 0, or -ENOMEM. */
int recipes_choose(struct recipes *, const char *image, const char *word, const char *where);

/* recipes_new, and recipes_choose for each section of the configuration. */
int recipes_configure(const struct config *, struct text *problems, struct recipes **ret_recipes);

/* NULL is allowed. */
void recipes_free(struct recipes *);

/* Changes the entries of `boot` for the network: removes what every loader
   adds or no network boot can use, applies the first recipe that fits, notes
   each change and why. NULL recipes change nothing. 0, or -ENOMEM. */
int recipes_apply(const struct recipes *, const struct source *, struct boot *);

/* Appends the processors that pxeiso has its helper for initramfs for, separated
   by blanks. */
void recipes_list_helpers(struct text *);

#endif
