/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any path: what is accepted is clean, stays clean, and never holds "..".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_clean(const char *clean)
{
	char again[PATH_SIZE];

	if (path_clean(clean, again, sizeof(again)) != 0 || strcmp(clean, again) != 0)
		abort();
	if (clean[0] == '/' || strstr(clean, "//") || strchr(clean, '\\'))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char clean[PATH_SIZE], tail[PATH_SIZE];
	char *raw = strndup((const char *)data, size);

	if (raw == NULL)
		abort();
	if (path_clean(raw, clean, sizeof(clean)) == 0)
		check_clean(clean);
	if (path_split_double_slash(raw, clean, tail, sizeof(tail)) == 0) {
		check_clean(clean);
		check_clean(tail);
	}
	if (path_clean(raw, clean, size % 32) == 0 && strlen(clean) >= size % 32)
		abort();
	free(raw);
	return 0;
}
