/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes as text: keys, sections, and what is wrong with them. The format is
 * described at the head of recipes.ini, the keys are in recipe_key.c.
 *
 * A mistake is reported with its file and line, its recipe is left out, and
 * all others are used. inih splits lines and sections; we count the lines for
 * it, since it only tells the first bad one.
 */
#include "recipe.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "recipe_data.h"
#include "text.h"

/* Of a file: its bytes, the recipes in it; and the mistakes that are told,
   behind which nothing of it is read. */
enum { FILE_LIMIT = 1024 * 1024, RECIPES_LIMIT = 500, MISTAKES_LIMIT = 50 };

/* One file being read. */
struct recipe_file {
	struct recipes *recipes;
	const char *name;
	const char *rest; /* of the text */
	unsigned line;
	struct recipe *current;
	bool is_wrong; /* the current recipe */
	struct text *problems;
	int error;
	unsigned recipe_count;
	unsigned mistakes;
};

/* Puts a finished recipe into the list: in place of one of the same name, else
   behind the user's others. */
static void
keep_recipe(struct recipes *recipes, struct recipe *recipe)
{
	struct recipe **place;

	recipes->knows_firmware |= recipe->firmware != NULL;
	if (strcmp(recipe->section, "every") == 0) {
		recipe_free(recipes->every);
		recipes->every = recipe;
		return;
	}
	for (place = &recipes->first; *place != NULL; place = &(*place)->next) {
		struct recipe *old = *place;

		if (strcmp(old->section, recipe->section) != 0)
			continue;
		recipe->next = old->next;
		*place = recipe;
		if (recipes->added == &old->next)
			recipes->added = &recipe->next;
		recipe_free(old);
		return;
	}
	recipe->next = *recipes->added;
	*recipes->added = recipe;
	recipes->added = &recipe->next;
}

static void
end_recipe(struct recipe_file *file)
{
	if (file->current != NULL && !file->is_wrong)
		keep_recipe(file->recipes, file->current);
	else
		recipe_free(file->current);
	file->current = NULL;
	file->is_wrong = false;
}

static void __attribute__((format(printf, 2, 3)))
complain(struct recipe_file *file, const char *format, ...)
{
	va_list arguments;

	file->is_wrong = true;
	if (++file->mistakes > MISTAKES_LIMIT)
		return;
	text_printf(file->problems, "%s:%u: ", file->name, file->line);
	va_start(arguments, format);
	text_vprintf(file->problems, format, arguments);
	va_end(arguments);
	text_append_char(file->problems, '\n');
	if (file->mistakes == MISTAKES_LIMIT)
		text_printf(file->problems, "%s:%u: too many mistakes: the rest is not read\n",
			    file->name, file->line);
}

static int
begin_recipe(struct recipe_file *file, const char *section)
{
	end_recipe(file);
	file->current = calloc(1, sizeof(*file->current));
	if (file->current == NULL || string_set(&file->current->section, section) < 0) {
		file->error = -ENOMEM;
		return 0;
	}
	if (section[0] == '\0')
		complain(file, "a key before the first [section]");
	if (++file->recipe_count > RECIPES_LIMIT)
		complain(file, "[%s]: more than %d recipes in a file", section, RECIPES_LIMIT);
	return 1;
}

/* Called by inih for each key: -> 1 to go on without complaint of its own. */
static int
on_key(void *user, const char *section, const char *name, const char *value)
{
	struct recipe_file *file = user;
	const char *why;
	int error;

	if (file->error != 0 || file->mistakes >= MISTAKES_LIMIT)
		return 1;
	if ((file->current == NULL || strcmp(file->current->section, section) != 0) &&
	    !begin_recipe(file, section))
		return 1;
	error = recipe_set(file->current, name, value, &why);
	if (error == -ENOENT)
		complain(file, "[%s] has no key \"%s\"", section, name);
	else if (error == -EINVAL)
		complain(file, "[%s] %s: %s", section, name, why);
	else
		file->error = error;
	return 1;
}

/* Hands inih a line, as fgets(3) would, and counts it. */
static char *
read_line(char *buffer, int size, void *stream)
{
	struct recipe_file *file = stream;
	size_t length = strcspn(file->rest, "\n");
	bool has_end = file->rest[length] == '\n';

	if (file->rest[0] == '\0')
		return NULL;
	file->line++;
	if (length + has_end >= (size_t)size) {
		complain(file, "longer than the %d characters of a line", size - 2);
		length = (size_t)size - 2;
		memcpy(buffer, file->rest, length);
		buffer[length] = '\n';
		buffer[length + 1] = '\0';
		file->rest += strcspn(file->rest, "\n");
		file->rest += *file->rest == '\n';
		return buffer;
	}
	memcpy(buffer, file->rest, length + has_end);
	buffer[length + has_end] = '\0';
	file->rest += length + has_end;
	return buffer;
}

int
recipes_add(struct recipes *recipes, const char *name, const char *content, struct text *problems)
{
	struct recipe_file file = {
		.recipes = recipes, .name = name, .rest = content, .problems = problems};
	int line = ini_parse_stream(read_line, &file, on_key, &file);

	end_recipe(&file);
	if (line == -2)
		file.error = -ENOMEM;
	if (line > 0) {
		file.line = (unsigned)line;
		complain(&file, "neither [section] nor \"key = value\"");
	}
	return file.error;
}

/* Reads one file of a user's directory. */
static int
add_file(struct recipes *recipes, const char *path, struct text *problems)
{
	FILE *stream = fopen(path, "re");
	char *content = malloc(FILE_LIMIT + 1);
	size_t length = 0;
	int error = 0;

	if (content == NULL) {
		error = -ENOMEM;
	} else if (stream == NULL) {
		text_printf(problems, "%s: %s\n", path, strerror(errno));
	} else {
		length = fread(content, 1, FILE_LIMIT + 1, stream);
		if (ferror(stream) || length > FILE_LIMIT)
			text_printf(problems, "%s: cannot be read, or larger than 1 MiB\n", path);
		else
			content[length] = '\0';
		if (!ferror(stream) && length <= FILE_LIMIT)
			error = recipes_add(recipes, path, content, problems);
	}
	free(content);
	if (stream != NULL)
		fclose(stream);
	return error;
}

static int
is_recipe_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 4 &&
	       strcmp(entry->d_name + length - 4, ".ini") == 0;
}

static int
add_directory(struct recipes *recipes, const char *directory, struct text *problems)
{
	struct dirent **names;
	int count = scandir(directory, &names, is_recipe_file, alphasort);
	int error = 0;

	if (count < 0) {
		text_printf(problems, "%s: %s\n", directory, strerror(errno));
		return 0;
	}
	for (int i = 0; i < count; i++) {
		char *path;

		if (error == 0 && asprintf(&path, "%s/%s", directory, names[i]->d_name) < 0)
			error = -ENOMEM;
		else if (error == 0) {
			error = add_file(recipes, path, problems);
			free(path);
		}
		free(names[i]);
	}
	free(names);
	return error;
}

int
recipes_new(const char *directory, struct text *problems, struct recipes **ret_recipes)
{
	struct recipes *recipes = calloc(1, sizeof(*recipes));
	int error;

	if (recipes == NULL)
		return -ENOMEM;
	recipes->added = &recipes->first;
	error = recipes_add(recipes, "built-in recipes", recipe_builtin, problems);
	recipes->added = &recipes->first;
	if (error == 0 && directory != NULL)
		error = add_directory(recipes, directory, problems);
	if (error == 0)
		error = problems->error;
	if (error < 0) {
		recipes_free(recipes);
		return error;
	}
	*ret_recipes = recipes;
	return 0;
}

int
recipes_choose(struct recipes *recipes, const char *image, const char *word, const char *where)
{
	struct recipe_choice *choice = calloc(1, sizeof(*choice));
	struct recipe_choice **end = &recipes->choices;

	if (choice == NULL)
		return -ENOMEM;
	while (*end != NULL)
		end = &(*end)->next;
	*end = choice; /* freed with the recipes, whole or not */
	return string_set(&choice->image, image) < 0 || string_set(&choice->word, word) < 0 ||
			       string_set(&choice->where, where) < 0
		       ? -ENOMEM
		       : 0;
}

void
recipes_free(struct recipes *recipes)
{
	if (recipes == NULL)
		return;
	recipe_free(recipes->every);
	while (recipes->choices != NULL) {
		struct recipe_choice *next = recipes->choices->next;

		free(recipes->choices->image);
		free(recipes->choices->word);
		free(recipes->choices->where);
		free(recipes->choices);
		recipes->choices = next;
	}
	while (recipes->first != NULL) {
		struct recipe *next = recipes->first->next;

		recipe_free(recipes->first);
		recipes->first = next;
	}
	free(recipes);
}
