/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way that an entry takes, and the choice of another by the user: for the
 * recipes only.
 */
#ifndef RECIPE_WAY_H
#define RECIPE_WAY_H

#include "boot.h"
#include "source.h"

struct recipe;
struct recipes;

/* The way of an entry with this recipe, or (NULL) with none. */
enum entry_way recipe_way(const struct recipe *);

/* A recipe for an entry, and what its `files` or `one` found first. */
struct recipe_pick {
	const struct recipe *recipe; /* NULL: none, the arguments are passed on */
	struct source_node file;
	bool is_demanded; /* by the user */
};

/* --- what else there is ---------------------------------------------------- */

/* The recipes that entries of an image could have, and what its files said to them:
   apart from those that choose by themselves, which must not be answered less since
   others asked too much. */
struct recipe_options;

int recipe_options_new(const struct recipes *, const struct source *,
		       struct recipe_options **ret_options);

/* Those recipes, in the order in which they are tried: all where it is not known
   what the image has. */
const struct recipe *const *recipe_options_recipes(const struct recipe_options *,
						   size_t *ret_count);

void recipe_options_free(struct recipe_options *); /* NULL is allowed */

/* What an entry takes by itself, and what is wanted for it. */
struct recipe_own {
	enum entry_firmware firmware;
	const struct recipe *recipe; /* or NULL */
	enum entry_way way;
	const char *wanted; /* a way or the section of a recipe; "": nothing */
};

/* Lists in entry->other_ways what a user could have instead: a way stands for the
   first recipe of that way whose conditions hold, its initramfs aside; the section
   for another one of its own way. What is wanted is written, and its own way listed
   in its place: 0; -ENOENT, it is not possible, or is what it takes by itself;
   -ENOMEM. */
int recipe_options_list(const struct recipe_options *, const struct recipe_own *, struct entry *,
			struct recipe_pick *ret_pick);

/* --- what the user wants --------------------------------------------------- */

struct recipe_demand {
	char word[64];             /* a way, or the section of a recipe; "": nothing */
	char where[320];           /* it is written */
	unsigned refused;          /* so many entries cannot have it */
	struct entry_note example; /* the first of them, and what it can have */
};

/* What the user wants for this image: in the folder beside it, or else in the
   configuration. A word that means nothing is told in boot->problems and is none.
   recipe_demand_finish must follow. 0 or -ENOMEM. */
int recipe_demand_read(const struct recipes *, const struct source *, struct boot *,
		       struct recipe_demand *ret_demand);

/* Counts an entry that cannot have it. 0 or -ENOMEM. */
int recipe_demand_refuse(struct recipe_demand *, const struct entry *);

/* Tells in boot->problems for which entries it is not possible. 0 or -ENOMEM. */
int recipe_demand_finish(struct recipe_demand *, struct boot *);

#endif
