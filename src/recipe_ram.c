/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formula of a recipe's `ram`: a sum of terms without blanks, each a
 * number of bytes, a size by name, or a number times a size.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "recipe_data.h"

/* Numbers that no formula needs, so that sums cannot overflow. */
static const uint64_t NUMBER_LIMIT = UINT64_C(1) << 48;

/* The size that *cursor names; moves on behind it. */
static bool
read_size(const char **cursor, const struct recipe_sizes *sizes, uint64_t *ret_bytes)
{
	const struct {
		const char *name;
		uint64_t bytes;
	} names[] = {{"file", sizes->file}, {"iso", sizes->iso}, {"load", sizes->load}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i].name);

		if (strncmp(*cursor, names[i].name, length) != 0)
			continue;
		*cursor += length;
		*ret_bytes = names[i].bytes < NUMBER_LIMIT ? names[i].bytes : NUMBER_LIMIT;
		return true;
	}
	return false;
}

/* "700M", "2*file" or "iso". */
static bool
read_term(const char **cursor, const struct recipe_sizes *sizes, uint64_t *ret_bytes)
{
	uint64_t number;
	uint64_t bytes;
	char *end;

	if (read_size(cursor, sizes, ret_bytes))
		return true;
	if (!isdigit((unsigned char)**cursor))
		return false;
	number = strtoull(*cursor, &end, 10);
	*cursor = end;
	if (number >= NUMBER_LIMIT)
		return false;
	if (**cursor == '*') {
		++*cursor;
		if (number > 100 || !read_size(cursor, sizes, &bytes))
			return false;
		*ret_bytes = number * bytes;
		return true;
	}
	for (unsigned i = 0; i < 3; i++) {
		if (**cursor != "KMG"[i])
			continue;
		if (number >= 1000000)
			return false;
		number <<= 10 * (i + 1);
		++*cursor;
		break;
	}
	*ret_bytes = number;
	return true;
}

bool
recipe_ram(const char *formula, const struct recipe_sizes *sizes, uint64_t *ret_bytes)
{
	uint64_t sum = 0;

	for (;;) {
		uint64_t bytes;

		if (!read_term(&formula, sizes, &bytes))
			return false;
		sum += bytes;
		if (*formula == '\0')
			break;
		if (*formula++ != '+')
			return false;
	}
	*ret_bytes = sum;
	return true;
}
