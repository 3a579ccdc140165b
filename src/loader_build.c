/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which build PXELINUX and its modules say they are of: see loader_build.h.
 */
#include "loader_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUILD_LENGTH = 64, SCAN_SIZE = 512 * 1024 };

/* The build that a file says it is of, found behind `keyword`: from
   "PXELINUX 6.04 lwIP 20200816 " comes "6.04 20200816". "" if it says none. */
static void
read_build(const struct loader *loader, const char *keyword, char ret_build[BUILD_LENGTH])
{
	char *bytes = malloc(SCAN_SIZE + 1);
	const char *found = NULL;
	char line[BUILD_LENGTH], first[BUILD_LENGTH] = "", last[BUILD_LENGTH] = "", *rest;

	ret_build[0] = '\0';
	if (bytes) {
		size_t length = loader_read(loader, bytes, SCAN_SIZE);
		bytes[length] = '\0';
		found = memmem(bytes, length, keyword, strlen(keyword));
	}
	if (found) {
		snprintf(line, sizeof(line), "%s", found + strlen(keyword));
		line[strcspn(line, "\r\n")] = '\0';
		for (char *word = strtok_r(line, " ", &rest); word;
		     word = strtok_r(NULL, " ", &rest)) {
			memcpy(first[0] ? last : first, word, strlen(word) + 1);
		}
		snprintf(ret_build, BUILD_LENGTH, "%.31s %.31s", first, last);
	}
	free(bytes);
}

bool
loader_is_one_build(const struct loader_folder *core, const struct loader_folder *modules)
{
	char core_build[BUILD_LENGTH] = "", module_build[BUILD_LENGTH] = "";
	struct loader loader;

	if (folder_open(core, "lpxelinux.0", "", &loader) == 0) {
		read_build(&loader, "PXELINUX ", core_build);
		loader_close(&loader);
	}
	if (folder_open(modules, "sysdump.c32", "", &loader) == 0) {
		read_build(&loader, "SYSDUMP ", module_build);
		loader_close(&loader);
	}
	return core_build[0] == '\0' || module_build[0] == '\0' ||
	       strcmp(core_build, module_build) == 0;
}
