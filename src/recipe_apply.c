/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Carrying out recipes: which arguments go, which come, what the entry then
 * needs, and a note for each change.
 *
 * Tokens that the image answers ({file}, {arg:NAME}, {iso-kib}) are filled in
 * here; those that the request answers ({http}, {mac}) stay for the menu.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "entry_arguments.h"
#include "recipe.h"
#include "recipe_data.h"
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
	bool is_netboot_taken; /* an entry has the initrd of the user */
	size_t bytes_left;     /* of arguments, which are read again and again */
};

/* What {tokens} of `add` the image answers; the others stay as they are. */
struct filling {
	const struct source *source;
	const struct entry *entry;
	const struct source_node *file;
};

static bool
fill_token(const void *context, const char *name, size_t length, struct text *text)
{
	const struct filling *filling = context;

	if (length == 4 && memcmp(name, "file", 4) == 0) {
		text_append_url_path(text, filling->file->path);
	} else if (length == 7 && memcmp(name, "iso-kib", 7) == 0) {
		text_printf(text, "%" PRIu64, filling->source->image_size / 1024 + 4096);
	} else if (length > 4 && memcmp(name, "arg:", 4) == 0) {
		size_t value_length = 0;
		const char *value =
			recipe_argument(filling->entry, name + 4, length - 4, &value_length);

		if (value != NULL)
			text_append_bytes(text, value, value_length);
	} else {
		text_printf(text, "{%.*s}", (int)length, name);
	}
	return true;
}

/* Adds an argument of a recipe, with what the image answers filled in. */
static int
add_argument(struct application *application, const char *word, const struct source_node *file,
	     struct entry *entry, const char *why)
{
	const struct filling filling = {application->source, entry, file};
	struct text added = {0};
	int error;

	arguments_expand(word, fill_token, &filling, &added);
	error = added.error;
	if (error == 0)
		error = entry_add_argument(entry, text_string(&added), why);
	text_free(&added);
	return error;
}

/* Adds the arguments that the entry does not have already. */
static int
add_arguments(struct application *application, const struct recipe *recipe,
	      const struct source_node *file, struct entry *entry)
{
	const char *list = recipe->add != NULL ? recipe->add : "";
	char word[RECIPE_WORD_SIZE];
	int error = 0;

	while (error == 0 && recipe_word(&list, word))
		error = add_argument(application, word, file, entry, recipe_why(recipe));
	return error;
}

/* Adds the arguments that name the answer files of the user. */
static int
add_answers(struct application *application, const struct recipe *recipe,
	    const struct source_node *file, struct entry *entry)
{
	const struct source *companion = application->source->companion;
	const char *list = recipe->answers;
	char files[RECIPE_WORD_SIZE], word[RECIPE_WORD_SIZE], why[RECIPE_WORD_SIZE];
	int error = 0;

	if (companion == NULL || list == NULL)
		return 0;
	while (error == 0 && recipe_next_answer(companion, &list, files, word)) {
		snprintf(why, sizeof(why), "%.200s/%.200s is there", companion->name, files);
		error = add_argument(application, word, file, entry, why);
		if (error == 0)
			error = recipe_ask_answers(files, entry);
	}
	return error;
}

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
	entry->needs = recipe->needs;
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

/* Refuses an entry that needs another kind of server than this. The image's own
   words tell: what names that server may be gone from the others already. */
static int
check_skip(const struct recipe *recipe, struct entry *entry)
{
	const char *list = recipe->skip;
	char pattern[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, pattern)) {
		if (!recipe_has_argument(entry->original, pattern))
			continue;
		entry->is_hidden = true;
		return entry_refuse(entry, "it asks for another kind of server (%s)", pattern);
	}
	return 0;
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

static int
make_initrd(const struct application *application, const struct recipe *recipe,
	    const struct source_node *file, struct entry *entry)
{
	const struct recipe_wish wish = {
		.recipe = recipe,
		.source = application->source,
		.files = application->files,
		.file = file,
	};

	return recipe_make_initrd(&wish, application->boot, entry);
}

/* Changes the entry as `recipe` says. */
static int
change(struct application *application, const struct recipe *recipe, const struct source_node *file,
       struct entry *entry)
{
	int error = check_skip(recipe, entry);

	if (error == 0)
		error = check_driver(application, recipe, entry);
	if (error == 0)
		error = recipe_remove_arguments(recipe, application->files, entry);
	if (error == 0)
		error = add_arguments(application, recipe, file, entry);
	if (error == 0)
		error = add_answers(application, recipe, file, entry);
	if (error == 0 && recipe->initrd != NULL)
		error = make_initrd(application, recipe, file, entry);
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

static int
apply(struct application *application, const struct recipe *recipe, const struct source_node *file,
      struct entry *entry)
{
	const char *name = recipe->name != NULL ? recipe->name : recipe->section;
	struct recipe changed = *recipe;
	int error;

	entry->recipe = name;
	if (application->boot->family == NULL)
		application->boot->family = name;
	error = recipe_netboot(recipe, application->source, entry, &changed);
	if (error == -ENOMEM)
		return error;
	application->is_netboot_taken |= error == 0;
	/* The initrd that asks is the user's. */
	if (error < 0 && changed.netboot != NULL)
		changed.asks = changed.tries = NULL;
	if (changed.unsupported != NULL)
		return entry_refuse(entry, "%s", changed.unsupported);
	return change(application, &changed, file, entry);
}

/* The first recipe that fits: NULL if none does. One whose initrd cannot be made,
   since the image is too large for it, gives way to a later one, if there is one. */
static const struct recipe *
choose(struct application *application, const struct entry *entry, struct source_node *ret_file)
{
	const struct recipe *too_large = NULL;
	struct source_node file;

	for (const struct recipe *recipe = application->recipes->first; recipe != NULL;
	     recipe = recipe->next) {
		bool has_room;

		if (recipe->no_entries != NULL ||
		    !recipe_fits(recipe, application->files, entry, &file) ||
		    !recipe_initrds_fit(application->initrds, recipe, entry))
			continue;
		has_room = recipe_initrd_has_room(recipe, application->source, &file);
		if (has_room || too_large == NULL)
			*ret_file = file;
		if (has_room)
			return recipe;
		if (too_large == NULL)
			too_large = recipe;
	}
	return too_large;
}

static int
apply_to_entry(struct application *application, struct entry *entry)
{
	size_t length = entry->arguments != NULL ? strlen(entry->arguments) : 0;
	const struct recipe *recipe;
	struct source_node file;
	int error;

	if (length > application->bytes_left)
		return entry_refuse(entry, "the entries of its image have too many arguments");
	application->bytes_left -= length;
	if (application->recipes->every != NULL) {
		error = recipe_remove_arguments(application->recipes->every, application->files,
						entry);
		if (error < 0)
			return error;
	}
	recipe = choose(application, entry, &file);
	if (recipe != NULL)
		error = apply(application, recipe, &file, entry);
	else
		error = note_add(&entry->notes, "no recipe fits: the arguments are passed on");
	recipe_initrds_note(application->initrds, entry);
	return error;
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
		error = apply_to_menu(&application, boot->menu);
	if (error == 0 && boot->uefi != NULL)
		error = apply_to_menu(&application, boot->uefi);
	if (error == 0)
		error = recipe_judge_image(recipes, application.files, boot);
	if (error == 0 && !application.is_netboot_taken)
		error = recipe_refuse_netboot(source, boot);
	recipe_initrds_free(application.initrds);
	recipe_files_free(application.files);
	return error;
}
