/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words that are not kept: see dropped.h.
 */
#include "dropped.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool
is_same(const char *pattern, const char *word)
{
	size_t length;

	/* nearly all pairs differ in their first letter */
	if ((pattern[0] | ' ') != (word[0] | ' '))
		return false;
	length = strcspn(pattern, "*");
	return strncasecmp(pattern, word, length) == 0 &&
	       (pattern[length] == '*' || word[length] == '\0');
}

int
dropped_find(const struct dropped *rows, const char *word)
{
	for (int row = 0; rows[row].why != NULL; row++) {
		const char *const *words = rows[row].words;

		for (size_t i = 0; i < DROPPED_WORDS && words[i] != NULL; i++) {
			if (is_same(words[i], word))
				return row;
		}
	}
	return -1;
}
