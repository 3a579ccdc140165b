/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which way a recipe is, and which other ways an entry could take.
 *
 * What the initramfs said has no say here: who chooses another way than the one
 * that was found by looking knows better, or wants to see.
 */
#include "recipe_way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recipe_data.h"

/* Whether an init of ours is among what `initrd` puts into the initramfs. */
static bool
has_wrapper(const char *list)
{
	char path[RECIPE_WORD_SIZE], what[RECIPE_WORD_SIZE];

	while (recipe_word(&list, path) && recipe_word(&list, what)) {
		if (strcmp(what, "wrapper") == 0 || strcmp(what, "text:wrapper") == 0 ||
		    strcmp(what, "helper") == 0)
			return true;
	}
	return false;
}

enum entry_way
recipe_way(const struct recipe *recipe)
{
	if (recipe == NULL)
		return WAY_PASSTHROUGH;
	if (recipe->unsupported != NULL)
		return WAY_UNSUPPORTED;
	if (recipe->needs != NULL)
		return WAY_HTTP;
	if (recipe->initrd == NULL)
		return WAY_PASSTHROUGH;
	return has_wrapper(recipe->initrd) ? WAY_WRAPPER : WAY_CPIO;
}

/* --- what else there is ---------------------------------------------------- */

struct recipe_options {
	const struct source *source;
	struct recipe_files *files;
	size_t count;
	const struct recipe *recipes[]; /* that the image has files for */
};

static void
fill(struct recipe_options *options, const struct recipes *recipes, bool everything)
{
	options->count = 0;
	for (const struct recipe *recipe = recipes->first; recipe != NULL; recipe = recipe->next) {
		if (recipe->no_entries == NULL &&
		    (everything || recipe_fits_image(recipe, options->files)))
			options->recipes[options->count++] = recipe;
	}
}

int
recipe_options_new(const struct recipes *recipes, const struct source *source,
		   struct recipe_options **ret_options)
{
	struct recipe_options *options;
	size_t count = 0;
	int error;

	for (const struct recipe *recipe = recipes->first; recipe != NULL; recipe = recipe->next)
		count++;
	options = calloc(1, sizeof(*options) + count * sizeof(const struct recipe *));
	if (options == NULL)
		return -ENOMEM;
	options->source = source;
	error = recipe_files_new(source, &options->files);
	if (error < 0) {
		free(options);
		return error;
	}
	fill(options, recipes, false);
	if (recipe_files_gave_up(options->files))
		fill(options, recipes, true);
	*ret_options = options;
	return 0;
}

const struct recipe *const *
recipe_options_recipes(const struct recipe_options *options, size_t *ret_count)
{
	*ret_count = options->count;
	return options->recipes;
}

void
recipe_options_free(struct recipe_options *options)
{
	if (options == NULL)
		return;
	recipe_files_free(options->files);
	free(options);
}

/* The list that is made, and what is looked for in it. */
struct listing {
	const struct recipe_options *options;
	const struct recipe_own *own;
	struct entry *entry;
	unsigned seen;            /* ways, a bit for each */
	struct recipe_pick *pick; /* what is wanted, once it is found */
	bool is_found;
};

/* Whether the recipe could be carried out for the entry. */
static bool
is_possible(const struct listing *listing, struct recipe_pick *pick)
{
	const struct recipe_options *options = listing->options;
	const struct recipe_wish wish = {
		.recipe = pick->recipe,
		.source = options->source,
		.files = options->files,
		.file = &pick->file,
	};

	return recipe_fits(pick->recipe, options->files, listing->entry, listing->own->firmware,
			   &pick->file) &&
	       (pick->recipe->initrd == NULL || recipe_can_make_initrd(&wish, listing->entry));
}

/* Lists `name`, or finds that it is what is wanted. 0 or -ENOMEM. */
static int
list(struct listing *listing, const char *name, bool is_wanted, const struct recipe_pick *pick)
{
	if (is_wanted && !listing->is_found) {
		*listing->pick = *pick;
		listing->is_found = true;
		return 0;
	}
	return name != NULL ? note_add(&listing->entry->other_ways, "%s", name) : 0;
}

static int
list_recipe(struct listing *listing, const struct recipe *recipe)
{
	const struct recipe_own *own = listing->own;
	struct recipe_pick pick = {.recipe = recipe, .is_demanded = true};
	enum entry_way way = recipe_way(recipe);
	bool is_first = (listing->seen & 1U << way) == 0;
	bool is_like = way == own->way && way != WAY_WRAPPER;
	bool is_wanted = strcmp(own->wanted, recipe->section) == 0 ||
			 (is_first && strcmp(own->wanted, entry_way_name(way)) == 0);

	if (recipe == own->recipe || way == WAY_UNSUPPORTED ||
	    !(is_first || is_like || is_wanted) || !is_possible(listing, &pick))
		return 0;
	listing->seen |= 1U << way;
	return list(listing,
		    is_first  ? entry_way_name(way)
		    : is_like ? recipe->section
			      : NULL,
		    is_wanted, &pick);
}

int
recipe_options_list(const struct recipe_options *options, const struct recipe_own *own,
		    struct entry *entry, struct recipe_pick *ret_pick)
{
	const char *const none = entry_way_name(WAY_PASSTHROUGH);
	struct listing listing = {options, own, entry, 1U << own->way, ret_pick, false};
	int error = 0;

	/* A kernel without initrd needs no root. */
	if (entry->initrd_count == 0)
		return -ENOENT;
	for (size_t i = 0; i < options->count && error == 0; i++)
		error = list_recipe(&listing, options->recipes[i]);
	if (error == 0 && (listing.seen & 1U << WAY_PASSTHROUGH) == 0)
		error = list(&listing, none, strcmp(own->wanted, none) == 0,
			     &(const struct recipe_pick){.is_demanded = true});
	if (error == 0 && listing.is_found && own->way != WAY_UNSUPPORTED)
		error = note_add(&entry->other_ways, "%s", entry_way_name(own->way));
	if (error < 0)
		return error;
	return listing.is_found ? 0 : -ENOENT;
}
