/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any path: what is accepted is clean, stays clean, and never holds "..". Any
 * name of a machine in one: what is accepted is as we write it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
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

static void
check_name(const char *name)
{
	struct machine machine, again;

	if (machine_parse(name, strlen(name), &machine) != 0)
		return;
	if (strspn(machine.mac, "0123456789abcdef:") != strlen(machine.mac) ||
	    strspn(machine.uuid, "0123456789abcdef-") != strlen(machine.uuid))
		abort();
	if (machine.mac[0] != '\0' &&
	    (machine_parse(machine.mac, strlen(machine.mac), &again) != 0 ||
	     machine_rank(machine.mac, &again) == 0))
		abort();
	if (machine.uuid[0] != '\0' && machine_rank(machine.uuid, &machine) == 0)
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
	check_name(raw);
	free(raw);
	return 0;
}
