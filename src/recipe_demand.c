/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which way a user wants an image to go: the file "way" in the folder beside it,
 * or a section of the configuration that its name matches.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recipe_data.h"
#include "recipe_way.h"
#include "text.h"

enum { FILE_LIMIT = 4096 };

static const char FILE_NAME[] = "way";

/* --- where it is written --------------------------------------------------- */

/* Takes the first word of the file; what begins with '#' goes to the end of its
   line. */
static int
take_word(char *content, struct boot *boot, struct recipe_demand *demand)
{
	char *line;
	int error = 0;

	while ((line = strsep(&content, "\r\n")) != NULL && error == 0) {
		line[strcspn(line, "#")] = '\0';
		for (char *word; (word = strsep(&line, " \t")) != NULL && error == 0;) {
			if (*word == '\0')
				continue;
			if (demand->word[0] != '\0')
				error = note_add(&boot->problems, "%s: %s: one word is enough",
						 demand->where, word);
			else
				snprintf(demand->word, sizeof(demand->word), "%s", word);
		}
	}
	return error;
}

/* Reads the file in the folder, if there is one. */
static int
read_file(const struct source *companion, struct boot *boot, struct recipe_demand *demand)
{
	struct source_node node;
	size_t length;
	char *content;
	int error;

	if (companion == NULL || source_find(companion, FILE_NAME, &node) < 0)
		return 0;
	snprintf(demand->where, sizeof(demand->where), "%.255s/%s", companion->name, FILE_NAME);
	error = source_read(companion, node.path, FILE_LIMIT, &content, &length);
	if (error == -ENOMEM)
		return error;
	if (error < 0)
		return note_add(&boot->problems, "%s: %s", demand->where,
				error == -EFBIG ? "larger than 4 KiB" : strerror(-error));
	error = take_word(content, boot, demand);
	free(content);
	return error;
}

static void
find_choice(const struct recipes *recipes, const char *image, struct recipe_demand *demand)
{
	for (const struct recipe_choice *choice = recipes->choices; choice != NULL;
	     choice = choice->next) {
		if (!recipe_matches(choice->image, image, true))
			continue;
		snprintf(demand->word, sizeof(demand->word), "%s", choice->word);
		snprintf(demand->where, sizeof(demand->where), "%s", choice->where);
	}
}

/* --- what it means --------------------------------------------------------- */

static bool
is_known(const struct recipes *recipes, const char *word)
{
	static const enum entry_way ways[] = {WAY_HTTP, WAY_CPIO, WAY_WRAPPER, WAY_PASSTHROUGH};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(word, entry_way_name(ways[i])) == 0)
			return true;
	}
	for (const struct recipe *recipe = recipes->first; recipe != NULL; recipe = recipe->next) {
		if (strcmp(word, recipe->section) == 0)
			return true;
	}
	return false;
}

int
recipe_demand_read(const struct recipes *recipes, const struct source *source, struct boot *boot,
		   struct recipe_demand *ret_demand)
{
	int error;

	*ret_demand = (struct recipe_demand){0};
	error = read_file(source->companion, boot, ret_demand);
	if (error == 0 && ret_demand->word[0] == '\0')
		find_choice(recipes, source->name, ret_demand);
	if (error < 0 || ret_demand->word[0] == '\0' || is_known(recipes, ret_demand->word))
		return error;
	error = note_add(&boot->problems,
			 "%s: %s: no way and no recipe is called so; ways are http, cpio, wrapper "
			 "and passthrough",
			 ret_demand->where, ret_demand->word);
	ret_demand->word[0] = '\0';
	return error;
}

int
recipe_demand_refuse(struct recipe_demand *demand, const struct entry *entry)
{
	struct text text = {0};
	int error;

	if (demand->refused++ > 0)
		return 0;
	text_printf(&text, "%s; it can have", entry->label != NULL ? entry->label : entry->title);
	text_printf(&text, " its own, %s", entry_way_name(entry->way));
	for (const struct entry_note *way = entry->other_ways; way != NULL; way = way->next)
		text_printf(&text, ", %s", way->text);
	error = text.error;
	if (error == 0)
		error = string_set(&demand->example.text, text_string(&text));
	text_free(&text);
	return error;
}

int
recipe_demand_finish(struct recipe_demand *demand, struct boot *boot)
{
	int error = 0;

	if (demand->refused > 0)
		error = note_add(&boot->problems, "%s: %s is not possible for %u %s, such as %s",
				 demand->where, demand->word, demand->refused,
				 demand->refused == 1 ? "entry" : "entries", demand->example.text);
	free(demand->example.text);
	return error;
}
