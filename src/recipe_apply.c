/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Carrying out recipes: which one an entry gets, by itself or since its user wants
 * it; what it then needs, and a note for each change.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "recipe.h"
#include "recipe_data.h"
#include "recipe_way.h"
#include "source.h"
#include "text.h"

/* Bytes of arguments an image, of all entries. */
enum { ARGUMENTS_LIMIT = 384 * 1024 };

struct application {
	const struct recipes *recipes;
	const struct source *source;
	struct recipe_files *files;
	struct recipe_initrds *initrds;
	struct boot *boot;
	struct recipe_options *options;
	struct recipe_demand demand;
	bool is_netboot_taken; /* an entry has the initrd of the user */
	size_t bytes_left;     /* of arguments, which are read again and again */
};

/* What a machine needs for the entry: memory, and what it fetches. */
static int
set_needs(const struct application *application, const struct recipe *recipe,
	  const struct source_node *file, struct entry *entry)
{
	struct recipe_sizes sizes = {.file = file->size,
				     .iso = application->source->image_size,
				     .load = entry->kernel.size};

	for (unsigned i = 0; i < entry->initrd_count; i++)
		sizes.load += entry->initrds[i].size;
	if (recipe->ram != NULL)
		recipe_ram(recipe->ram, &sizes, &entry->ram);
	/* an entry may outlive its recipe */
	entry->needs = recipe->needs == NULL ? NULL : recipe_protocol(recipe->needs);
	if (recipe->fetches == NULL)
		return 0;
	if (strcmp(recipe->fetches, "iso") == 0) {
		entry->root.size = sizes.iso;
		return string_set(&entry->root.path, "");
	}
	entry->root.size = sizes.file;
	return string_set(&entry->root.path, file->path);
}

static int
add_warning(const char *warning, struct entry *entry)
{
	char *help;

	if (asprintf(&help, "%s%s\n", entry->help != NULL ? entry->help : "", warning) < 0)
		return -ENOMEM;
	free(entry->help);
	entry->help = help;
	return note_add(&entry->notes, "%s", warning);
}

/* Whether the entry needs another kind of server than this; then `pattern` (or NULL)
   is what tells. The image's own words do: what names that server may be gone from
   the others already. */
static bool
find_skip(const struct recipe *recipe, const struct entry *entry, char pattern[RECIPE_WORD_SIZE])
{
	const char *list = recipe->skip;
	char word[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, word)) {
		if (!recipe_has_argument(entry->original, word))
			continue;
		if (pattern != NULL)
			memcpy(pattern, word, RECIPE_WORD_SIZE);
		return true;
	}
	return false;
}

static int
check_skip(const struct recipe *recipe, struct entry *entry)
{
	char pattern[RECIPE_WORD_SIZE];

	if (!find_skip(recipe, entry, pattern))
		return 0;
	entry->is_hidden = true;
	return entry_refuse(entry, "it asks for another kind of server (%s)", pattern);
}

/* An initramfs that fetches something needs a driver for the network card. */
static int
check_driver(struct application *application, const struct recipe *recipe, struct entry *entry)
{
	const struct recipe *every = application->recipes->every;

	if (recipe->needs == NULL || every == NULL || every->driver == NULL ||
	    !recipe_initrds_lack(application->initrds, entry, every->driver))
		return 0;
	return add_warning("Its initramfs has no driver for a network card: only one\n"
			   "that is built into the kernel can work.",
			   entry);
}

/* The file of the image that matches `pattern`, in place of one of the entry's. */
static int
replace_file(const struct recipe_wish *wish, const char *pattern, struct entry_file *file,
	     struct entry *entry)
{
	struct source_node node;
	int error;

	if (recipe_find(wish->files, pattern, entry, &node) == 0)
		return entry_refuse(entry, "the image has no %s", pattern);
	error = note_add_why(&entry->notes, NOTE_CHANGE, recipe_why(wish->recipe),
			     "replaced %s by %s", file->path, node.path);
	file->size = node.size;
	return error < 0 ? error : string_set(&file->path, node.path);
}

/* The kernel and the initrd of `instead`: they go together. */
static int
replace_files(const struct recipe_wish *wish, struct entry *entry)
{
	const char *list = wish->recipe->instead;
	char pattern[RECIPE_WORD_SIZE];
	int error = 0;

	if (list == NULL || entry->initrd_count == 0 || entry->kernel.path == NULL)
		return 0;
	if (recipe_word(&list, pattern))
		error = replace_file(wish, pattern, &entry->kernel, entry);
	if (error == 0 && recipe_word(&list, pattern))
		error = replace_file(wish, pattern, &entry->initrds[0], entry);
	return error;
}

/* Changes the entry as `recipe` says. */
static int
change(struct application *application, const struct recipe *recipe, const struct source_node *file,
       struct entry *entry)
{
	const struct recipe *every = application->recipes->every;
	const struct recipe_wish wish = {
		.recipe = recipe,
		.source = application->source,
		.files = application->files,
		.file = file,
		.initrds = application->initrds,
		.shell = every != NULL ? every->shell : NULL,
	};
	int error = check_skip(recipe, entry);

	if (error == 0)
		error = replace_files(&wish, entry);
	if (error == 0)
		error = check_driver(application, recipe, entry);
	if (error == 0)
		error = recipe_change_arguments(&wish, entry);
	if (error == 0 && recipe->initrd != NULL)
		error = recipe_make_initrd(&wish, application->boot, entry);
	if (error == 0)
		error = set_needs(application, recipe, file, entry);
	if (error == 0)
		error = recipe_ask(recipe, application->files, entry);
	if (error == 0 && recipe->warning != NULL)
		error = add_warning(recipe->warning, entry);
	if (recipe->add != NULL)
		entry->sysappend = 0;
	return error;
}

static const char *
name_of(const struct recipe *recipe)
{
	return recipe->name != NULL ? recipe->name : recipe->section;
}

/* Says which way the entry goes, and why. */
static int
set_way(const struct application *application, const struct recipe *recipe, bool is_demanded,
	struct entry *entry)
{
	const char *why = recipe == NULL ? "no recipe fits: its arguments are passed on"
			  : recipe->unsupported != NULL ? recipe->unsupported
			  : recipe->why != NULL         ? recipe->why
							: "";
	struct text text = {0};

	entry->way = recipe_way(recipe);
	if (recipe == NULL && is_demanded)
		why = "its arguments are passed on";
	if (is_demanded)
		text_printf(&text, "chosen in %s%s", application->demand.where,
			    why[0] != '\0' ? ": " : "");
	text_append(&text, why);
	free(entry->way_why);
	entry->way_why = NULL;
	return text_take(&text, &entry->way_why, NULL);
}

static int
apply(struct application *application, const struct recipe_pick *pick, struct entry *entry)
{
	struct recipe changed;
	int error;

	if (pick->recipe == NULL)
		return set_way(application, NULL, pick->is_demanded, entry);
	changed = *pick->recipe;
	entry->recipe = name_of(pick->recipe);
	error = recipe_netboot(pick->recipe, application->source, entry, &changed);
	if (error == -ENOMEM)
		return error;
	application->is_netboot_taken |= error == 0;
	/* The initrd that asks is the user's. */
	if (error < 0 && changed.netboot != NULL)
		changed.asks = changed.tries = NULL;
	error = set_way(application, &changed, pick->is_demanded, entry);
	if (error < 0)
		return error;
	if (changed.unsupported != NULL)
		return entry_refuse(entry, "%s", changed.unsupported);
	return change(application, &changed, &pick->file, entry);
}

/* The first recipe that fits, or none. One whose initrd cannot be made, since the
   image is too large for it, gives way to a later one, if there is one. */
static struct recipe_pick
choose(struct application *application, const struct entry *entry, enum entry_firmware firmware)
{
	struct recipe_pick too_large = {.recipe = NULL};
	size_t count;
	const struct recipe *const *recipes = recipe_options_recipes(application->options, &count);

	for (size_t i = 0; i < count; i++) {
		const struct recipe *recipe = recipes[i];
		struct recipe_pick pick = {.recipe = recipe};

		if (recipe->when != NULL ||
		    !recipe_fits(recipe, application->files, entry, firmware, &pick.file) ||
		    !recipe_initrds_fit(application->initrds, recipe, entry))
			continue;
		if (recipe_initrd_has_room(recipe, application->source, &pick.file))
			return pick;
		if (too_large.recipe == NULL)
			too_large = pick;
	}
	return too_large;
}

/* Puts what the user wants instead into *pick, where it can be. */
static int
take_demand(struct application *application, enum entry_firmware firmware, struct entry *entry,
	    struct recipe_pick *pick)
{
	const struct recipe *recipe = pick->recipe;
	struct recipe_own own = {
		.firmware = firmware,
		.recipe = recipe,
		.way = recipe != NULL && recipe_has_netboot(recipe, application->source, entry)
			       ? WAY_HTTP
			       : recipe_way(recipe),
		.wanted = application->demand.word,
	};
	int error;

	/* One for another kind of server is none for this one in any way. */
	if ((recipe != NULL &&
	     (find_skip(recipe, entry, NULL) || strcmp(own.wanted, recipe->section) == 0)) ||
	    strcmp(own.wanted, entry_way_name(own.way)) == 0)
		own.wanted = "";
	error = recipe_options_list(application->options, &own, entry, pick);
	/* What is told of a BIOS need not be told again. */
	if (error != -ENOENT || own.wanted[0] == '\0' || entry->initrd_count == 0 ||
	    (firmware == ENTRY_FOR_UEFI && entry->firmware == ENTRY_FOR_ANY))
		return error == -ENOENT ? 0 : error;
	entry->way = own.way;
	return recipe_demand_refuse(&application->demand, entry);
}

static int
apply_for(struct application *application, enum entry_firmware firmware, struct entry *entry)
{
	struct recipe_pick pick = choose(application, entry, firmware);
	struct text fact = {0};
	int error;

	if (pick.recipe != NULL && application->boot->family == NULL)
		application->boot->family = name_of(pick.recipe);
	recipe_initrds_tell(application->initrds, &fact);
	error = fact.length > 0 ? text_take(&fact, &entry->way_fact, NULL) : 0;
	if (error == 0)
		error = take_demand(application, firmware, entry, &pick);
	if (error == 0)
		error = apply(application, &pick, entry);
	recipe_initrds_note(application->initrds, entry);
	return error;
}

/* Only a recipe that is for one firmware makes a difference between the two. */
static int
apply_for_both(struct application *application, struct entry *entry)
{
	struct entry *on_uefi;
	int error = entry_copy(entry, &on_uefi);

	if (error < 0)
		return error;
	error = apply_for(application, ENTRY_FOR_BIOS, entry);
	if (error == 0)
		error = apply_for(application, ENTRY_FOR_UEFI, on_uefi);
	if (error == 0)
		return entry_join(entry, on_uefi);
	entry_free(on_uefi);
	return error;
}

static int
apply_to_entry(struct application *application, struct entry *entry)
{
	const struct recipe *every = application->recipes->every;
	size_t length = entry->arguments != NULL ? strlen(entry->arguments) : 0;
	int error = 0;

	if (length > application->bytes_left)
		return entry_refuse(entry, "the entries of its image have too many arguments");
	application->bytes_left -= length;
	if (every != NULL)
		error = recipe_remove_arguments(every, application->files, entry);
	if (error < 0)
		return error;
	if (entry->firmware == ENTRY_FOR_ANY && application->recipes->knows_firmware)
		return apply_for_both(application, entry);
	return apply_for(application, entry->firmware, entry);
}

static int
apply_to_menu(struct application *application, struct menu *menu)
{
	int error = 0;

	for (struct entry *entry = menu->entries; entry != NULL && error == 0;
	     entry = entry->next) {
		if (entry->submenu != NULL)
			error = apply_to_menu(application, entry->submenu);
		else if (entry->kind == ENTRY_LINUX)
			error = apply_to_entry(application, entry);
	}
	return error;
}

int
recipes_apply(const struct recipes *recipes, const struct source *source, struct boot *boot)
{
	struct application application = {
		.recipes = recipes, .source = source, .boot = boot, .bytes_left = ARGUMENTS_LIMIT};
	int error;

	if (recipes == NULL)
		return 0;
	error = recipe_files_new(source, &application.files);
	if (error < 0)
		return error;
	error = recipe_initrds_new(source, &application.initrds);
	if (error == 0)
		error = recipe_options_new(recipes, source, &application.options);
	if (error == 0)
		error = recipe_demand_read(recipes, source, boot, &application.demand);
	if (error == 0)
		error = apply_to_menu(&application, boot->menu);
	if (error == 0 && boot->uefi != NULL)
		error = apply_to_menu(&application, boot->uefi);
	if (error == 0)
		error = recipe_judge_image(recipes, application.files, boot);
	if (error == 0 && !application.is_netboot_taken)
		error = recipe_refuse_netboot(source, boot);
	if (recipe_demand_finish(&application.demand, boot) < 0)
		error = -ENOMEM;
	recipe_initrds_free(application.initrds);
	recipe_options_free(application.options);
	recipe_files_free(application.files);
	return error;
}
