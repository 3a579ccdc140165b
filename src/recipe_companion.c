/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What recipes do with the folder that a user put beside an image: arguments for
 * its answer files (`answers`), and its initrd in place of one that cannot use a
 * network (`netboot`).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "companion.h"
#include "netboot_package.h"
#include "recipe_data.h"
#include "source.h"

/* --- answers --------------------------------------------------------------- */

const char *
recipe_check_answers(const char *value)
{
	char files[RECIPE_WORD_SIZE], argument[RECIPE_WORD_SIZE];
	const char *why = NULL;

	while (why == NULL && recipe_word(&value, files))
		why = recipe_word(&value, argument)
			      ? recipe_check_tokens(argument)
			      : "a file without the argument that is added for it";
	return why;
}

/* Whether the folder has all files of "a,b". */
static bool
has_all(const struct source *companion, const char *files)
{
	struct source_node node;
	bool has_all = true;

	while (*files != '\0' && has_all) {
		size_t length = strcspn(files, ",");
		char name[RECIPE_WORD_SIZE];

		snprintf(name, sizeof(name), "%.*s", (int)length, files);
		has_all = source_find(companion, name, &node) == 0 && !node.is_directory;
		files += length + (files[length] == ',');
	}
	return has_all;
}

bool
recipe_next_answer(const struct source *companion, const char **answers,
		   char files[RECIPE_WORD_SIZE], char word[RECIPE_WORD_SIZE])
{
	while (recipe_word(answers, files) && recipe_word(answers, word)) {
		if (has_all(companion, files))
			return true;
	}
	return false;
}

/* --- netboot --------------------------------------------------------------- */

static const char *const INITRDS[] = {"initrd", "initrd.gz", "initrd.img", NULL};
static const char *const KERNELS[] = {"linux", "vmlinuz", NULL};

/* The first of `names` that is in the folder, in its sub-folder gtk/ for an entry
   whose own initrd lies in one. */
static bool
find_first(const struct source *files, const struct entry *entry, const char *const *names,
	   struct source_node *ret_node)
{
	const bool is_gtk = entry != NULL && entry->initrd_count > 0 &&
			    strstr(entry->initrds[0].path, "gtk/") != NULL;
	char path[64];

	for (unsigned i = is_gtk ? 0 : 1; i < 2 && files != NULL; i++) {
		for (const char *const *name = names; *name != NULL; name++) {
			snprintf(path, sizeof(path), "%s%s", i == 0 ? "gtk/" : "", *name);
			if (source_find(files, path, ret_node) == 0 && !ret_node->is_directory)
				return true;
		}
	}
	return false;
}

/* Who has an initrd that can use a network. */
struct giver {
	const struct source *files;
	const char *folder; /* where they lie in the tree of the image */
	const char *why;
};

static int
take_file(const struct giver *giver, const struct source_node *node, const char *what,
	  struct entry_file *file, struct entry *entry)
{
	char *path;

	if (asprintf(&path, "%s/%s", giver->folder, node->path) < 0)
		return -ENOMEM;
	free(file->path);
	*file = (struct entry_file){path, node->size};
	return note_add_why(&entry->notes, NOTE_CHANGE, giver->why, "replaced %s by %s/%s", what,
			    giver->files->name, node->path);
}

/* The user's files go before a package's. */
static bool
find_giver(const struct source *source, const struct entry *entry, struct giver *ret_giver,
	   struct source_node *ret_initrd)
{
	const struct giver user = {source->companion, COMPANION_FOLDER,
				   "the user put it beside the image"};
	const struct giver package = {source->package, NETBOOT_FOLDER,
				      "it can use a network, and its kernel is the image's"};

	*ret_giver = user;
	if (find_first(user.files, entry, INITRDS, ret_initrd))
		return true;
	*ret_giver = package;
	return package.files != NULL && entry->kernel.path != NULL &&
	       strcmp(entry->kernel.path, source->package_kernel) == 0 &&
	       find_first(package.files, entry, INITRDS, ret_initrd);
}

bool
recipe_has_netboot(const struct recipe *recipe, const struct source *source,
		   const struct entry *entry)
{
	struct source_node initrd;
	struct giver giver;

	return recipe->netboot != NULL && entry->initrd_count > 0 &&
	       find_giver(source, entry, &giver, &initrd);
}

int
recipe_netboot(const struct recipe *recipe, const struct source *source, struct entry *entry,
	       struct recipe *ret_changed)
{
	static char why[] = "for an initrd that can use a network", needs[] = "http";
	struct source_node initrd, kernel;
	struct giver giver;
	bool has_kernel;
	int error = 0;

	if (recipe->netboot == NULL || entry->initrd_count == 0 ||
	    !find_giver(source, entry, &giver, &initrd))
		return -ENOENT;
	has_kernel = find_first(giver.files, entry, KERNELS, &kernel);
	while (entry->initrd_count > 1)
		free(entry->initrds[--entry->initrd_count].path);
	if (has_kernel)
		error = take_file(&giver, &kernel, "kernel", &entry->kernel, entry);
	if (error == 0)
		error = take_file(&giver, &initrd, "initrd", &entry->initrds[0], entry);
	if (error < 0)
		return error;
	*ret_changed = *recipe;
	ret_changed->add = recipe->netboot;
	ret_changed->why = why;
	ret_changed->unsupported = ret_changed->warning = ret_changed->initrd = NULL;
	ret_changed->needs = needs;
	ret_changed->fetches = NULL;
	return 0;
}

int
recipe_refuse_netboot(const struct source *source, struct boot *boot)
{
	struct source_node initrd;

	if (!find_first(source->companion, NULL, INITRDS, &initrd))
		return 0;
	return note_add(&boot->problems, "%s/%s: not used: no entry is of a system that takes one",
			source->companion->name, initrd.path);
}
