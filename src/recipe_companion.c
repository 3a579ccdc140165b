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
find_first(const struct source *source, const struct entry *entry, const char *const *names,
	   struct source_node *ret_node)
{
	const bool is_gtk = entry != NULL && entry->initrd_count > 0 &&
			    strstr(entry->initrds[0].path, "gtk/") != NULL;
	char path[64];

	for (unsigned i = is_gtk ? 0 : 1; i < 2 && source->companion != NULL; i++) {
		for (const char *const *name = names; *name != NULL; name++) {
			snprintf(path, sizeof(path), "%s%s", i == 0 ? "gtk/" : "", *name);
			if (source_find(source->companion, path, ret_node) == 0 &&
			    !ret_node->is_directory)
				return true;
		}
	}
	return false;
}

static int
take_file(const struct source *source, const struct source_node *node, const char *what,
	  struct entry_file *file, struct entry *entry)
{
	char *path;

	if (asprintf(&path, COMPANION_FOLDER "/%s", node->path) < 0)
		return -ENOMEM;
	free(file->path);
	*file = (struct entry_file){path, node->size};
	return note_add_why(&entry->notes, NOTE_CHANGE, "the user put it beside the image",
			    "replaced %s by %s/%s", what, source->companion->name, node->path);
}

bool
recipe_has_netboot(const struct recipe *recipe, const struct source *source,
		   const struct entry *entry)
{
	struct source_node initrd;

	return recipe->netboot != NULL && entry->initrd_count > 0 &&
	       find_first(source, entry, INITRDS, &initrd);
}

int
recipe_netboot(const struct recipe *recipe, const struct source *source, struct entry *entry,
	       struct recipe *ret_changed)
{
	static char why[] = "for the initrd beside the image", needs[] = "http";
	struct source_node initrd, kernel;
	bool has_kernel;
	int error = 0;

	if (recipe->netboot == NULL || entry->initrd_count == 0 ||
	    !find_first(source, entry, INITRDS, &initrd))
		return -ENOENT;
	has_kernel = find_first(source, entry, KERNELS, &kernel);
	while (entry->initrd_count > 1)
		free(entry->initrds[--entry->initrd_count].path);
	if (has_kernel)
		error = take_file(source, &kernel, "kernel", &entry->kernel, entry);
	if (error == 0)
		error = take_file(source, &initrd, "initrd", &entry->initrds[0], entry);
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

	if (!find_first(source, NULL, INITRDS, &initrd))
		return 0;
	return note_add(&boot->problems, "%s/%s: not used: no entry is of a system that takes one",
			source->companion->name, initrd.path);
}
