/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folders of a companion. Only its files are kept, sorted by path, so a
 * folder is what begins the paths of files that follow each other.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "companion.h"

/* What of `path` is below the folder `folder`: NULL, nothing. */
static const char *
below(const char *folder, const char *path)
{
	size_t length = strlen(folder);

	if (length == 0)
		return path;
	return strncasecmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1
									     : NULL;
}

bool
companion_is_folder(const struct companion *companion, const char *path)
{
	bool is_one = path[0] == '\0';

	for (size_t i = 0; i < companion->file_count && !is_one; i++)
		is_one = below(path, companion->files[i].path) != NULL;
	return is_one;
}

int
companion_list(const struct companion *companion, const char *path, companion_visit *visit,
	       void *context)
{
	size_t last_length = 0;
	const char *last = "";

	if (!companion_is_folder(companion, path))
		return companion_find(companion, path) != NULL ? -ENOTDIR : -ENOENT;
	for (size_t i = 0; i < companion->file_count; i++) {
		const struct companion_file *file = &companion->files[i];
		const char *name = below(path, file->path);
		size_t length = name != NULL ? strcspn(name, "/") : 0;

		if (name == NULL || (length == last_length && strncmp(name, last, length) == 0))
			continue;
		if (!visit(context, name, length, name[length] == '/' ? NULL : file))
			return 0;
		last = name;
		last_length = length;
	}
	return 0;
}
