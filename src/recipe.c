/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes as text: keys, sections, and what is wrong with them. The format is
 * described at the head of recipes.ini; each key is a row of the table here.
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

/* Of a file: its bytes, the recipes in it, a value; and the mistakes that are told,
   behind which nothing of it is read. */
enum { FILE_LIMIT = 1024 * 1024, RECIPES_LIMIT = 500, VALUE_LIMIT = 8 * 1024, MISTAKES_LIMIT = 50 };

/* Checks a value: NULL, or what is wrong with it. */
typedef const char *check_value(const char *value);

struct recipe_key {
	const char *name;
	size_t offset; /* in struct recipe */
	check_value *check;
};

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

#define KEY(name, check)                                                                           \
	{                                                                                          \
#name, offsetof(struct recipe, name), check                                        \
	}

static const struct recipe_key keys[] = {
	KEY(name, NULL),
	KEY(argument, NULL),
	KEY(kernel, NULL),
	KEY(volume, NULL),
	KEY(files, NULL),
	KEY(one, NULL),
	KEY(without, NULL),
	KEY(text, recipe_check_text),
	KEY(smaller, recipe_check_smaller),
	KEY(initramfs, NULL),
	{"no-initramfs", offsetof(struct recipe, no_initramfs), NULL},
	KEY(guess, NULL),
	KEY(driver, NULL),
	KEY(remove, NULL),
	KEY(add, recipe_check_tokens),
	KEY(check, NULL),
	KEY(initrd, recipe_check_initrd),
	KEY(answers, recipe_check_answers),
	KEY(netboot, recipe_check_tokens),
	KEY(asks, NULL),
	KEY(tries, NULL),
	KEY(why, NULL),
	KEY(needs, recipe_check_needs),
	KEY(fetches, recipe_check_fetches),
	KEY(ram, recipe_check_ram),
	KEY(warning, NULL),
	KEY(skip, NULL),
	KEY(unsupported, NULL),
	{"no-entries", offsetof(struct recipe, no_entries), NULL},
};

static char **
recipe_value(struct recipe *recipe, const struct recipe_key *key)
{
	return (char **)(void *)((char *)recipe + key->offset);
}

static void
recipe_free(struct recipe *recipe)
{
	if (recipe == NULL)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		free(*recipe_value(recipe, &keys[i]));
	free(recipe->section);
	free(recipe);
}

/* Puts a finished recipe into the list: in place of one of the same name, else
   behind the user's others. */
static void
keep_recipe(struct recipes *recipes, struct recipe *recipe)
{
	struct recipe **place;

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

/* A value that is given again, or goes on in the next line, is one longer list. */
static int
append_value(char **place, const char *value)
{
	char *longer;

	if (*place == NULL)
		return string_set(place, value);
	if (asprintf(&longer, "%s %s", *place, value) < 0)
		return -ENOMEM;
	free(*place);
	*place = longer;
	return 0;
}

/* Called by inih for each key: -> 1 to go on without complaint of its own. */
static int
on_key(void *user, const char *section, const char *name, const char *value)
{
	struct recipe_file *file = user;
	const struct recipe_key *key = NULL;
	const char *why;
	char **place;

	if (file->error != 0 || file->mistakes >= MISTAKES_LIMIT)
		return 1;
	if ((file->current == NULL || strcmp(file->current->section, section) != 0) &&
	    !begin_recipe(file, section))
		return 1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, name) == 0)
			key = &keys[i];
	}
	if (key == NULL) {
		complain(file, "[%s] has no key \"%s\"", section, name);
		return 1;
	}
	why = key->check != NULL ? key->check(value) : NULL;
	if (why != NULL)
		complain(file, "[%s] %s: %s", section, name, why);
	place = recipe_value(file->current, key);
	if (*place != NULL && strlen(*place) + strlen(value) > VALUE_LIMIT)
		complain(file, "[%s] %s: longer than %d characters", section, name, VALUE_LIMIT);
	else
		file->error = append_value(place, value);
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

void
recipes_free(struct recipes *recipes)
{
	if (recipes == NULL)
		return;
	recipe_free(recipes->every);
	while (recipes->first != NULL) {
		struct recipe *next = recipes->first->next;

		recipe_free(recipes->first);
		recipes->first = next;
	}
	free(recipes);
}
