/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a person's recipes: each mistake is told with its line, nothing
 * is lost or left behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "recipe.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *content = strndup((const char *)data, size);
	struct text problems = {0};
	struct recipes *recipes;

	if (content == NULL || recipes_new(NULL, &problems, &recipes) < 0 || problems.length > 0)
		abort();
	if (recipes_add(recipes, "own.ini", content, &problems) < 0)
		abort();
	if (problems.length > 0 && strncmp(text_string(&problems), "own.ini:", 8) != 0)
		abort();
	recipes_free(recipes);
	text_free(&problems);
	free(content);
	return 0;
}
