/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be wrong with the values of a recipe's keys. `initrd` and `answers` are
 * checked where they are carried out.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "recipe_data.h"

const char *
recipe_check_tokens(const char *value)
{
	static const char *const tokens[] = {"http", "iso", "tftp", "path",  "server",
					     "port", "mac", "file", "files", "iso-kib"};

	for (const char *open = strchr(value, '{'); open != NULL; open = strchr(open + 1, '{')) {
		size_t length = strcspn(open + 1, "}");
		bool is_known = strncmp(open + 1, "arg:", 4) == 0 && length > 4;

		if (open[1 + length] == '\0')
			return "a '{' without its '}'";
		for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
			is_known |= strlen(tokens[i]) == length &&
				    strncmp(tokens[i], open + 1, length) == 0;
		if (!is_known)
			return "no such {token}; known are http, iso, tftp, path, server, port, "
			       "mac, file, files, iso-kib and arg:NAME";
	}
	return NULL;
}

const char *
recipe_check_instead(const char *value)
{
	char word[RECIPE_WORD_SIZE];
	unsigned count = 0;

	while (recipe_word(&value, word))
		count++;
	return count == 2 ? NULL : "is a kernel and an initrd, two words";
}

const char *
recipe_check_ram(const char *value)
{
	const struct recipe_sizes sizes = {0, 0, 0};
	uint64_t bytes;

	return recipe_ram(value, &sizes, &bytes)
		       ? NULL
		       : "not a sum of N, N*file, N*iso and N*load, such as 2*file+700M";
}

const char *
recipe_check_fetches(const char *value)
{
	return strcmp(value, "file") == 0 || strcmp(value, "iso") == 0 ? NULL
								       : "is \"file\" or \"iso\"";
}

const char *
recipe_protocol(const char *value)
{
	static const char *const protocols[] = {"http", ENTRY_NEEDS_PORT_80, "tftp"};

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(value, protocols[i]) == 0)
			return protocols[i];
	return NULL;
}

const char *
recipe_check_needs(const char *value)
{
	return recipe_protocol(value) != NULL ? NULL : "is \"http\", \"http:80\" or \"tftp\"";
}

const char *
recipe_check_text(const char *value)
{
	char path[RECIPE_WORD_SIZE], pattern[RECIPE_WORD_SIZE];

	while (recipe_word(&value, path)) {
		if (!recipe_word(&value, pattern))
			return "a file without the pattern of a line in it";
	}
	return NULL;
}

const char *
recipe_check_smaller(const char *value)
{
	const struct recipe_sizes none = {0, 0, 0};
	uint64_t bytes;

	return recipe_ram(value, &none, &bytes) ? NULL : "not a size, such as 1500M";
}

/* What is wrong with NEW of `replace`, or NULL. It is spoiled. */
static const char *
check_new(char *new, bool has_rest)
{
	for (char *rest; (rest = strstr(new, RECIPE_REST)) != NULL;) {
		if (!has_rest)
			return "{*} is what the '*' at the end of the pattern stands for: there is "
			       "none";
		memset(rest, '-', strlen(RECIPE_REST));
	}
	return recipe_check_tokens(new);
}

const char *
recipe_check_replace(const char *value)
{
	char pattern[RECIPE_WORD_SIZE], new[RECIPE_WORD_SIZE];
	const char *why = NULL;

	while (why == NULL && recipe_word(&value, pattern)) {
		size_t length = strlen(pattern);

		if (!recipe_word(&value, new))
			return "a pattern without the argument that comes in place of what matches";
		why = check_new(new, pattern[length - 1] == '*' &&
					     (length == 1 || pattern[length - 2] != '\\'));
	}
	return why;
}

const char *
recipe_check_firmware(const char *value)
{
	return strcmp(value, "bios") == 0 || strcmp(value, "uefi") == 0 ? NULL
									: "is \"bios\" or \"uefi\"";
}

const char *
recipe_check_when(const char *value)
{
	return strcmp(value, "chosen") == 0 ? NULL : "is \"chosen\", or not there";
}
