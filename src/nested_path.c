/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths that lead into a squashfs: where the file lies that they go through.
 */
#include <errno.h>
#include <string.h>

#include "nested.h"

enum { PATH_LIMIT = 1024 };

int
nested_extent(const struct index *index, uint32_t node, struct extent *ret_extent)
{
	const struct extent *extents;
	uint32_t count;

	if (index_kind(index, node) != NODE_FILE)
		return -ENOTDIR;
	extents = index_extents(index, node, &count);
	if (count != 1)
		return -ENOTDIR;
	*ret_extent = extents[0];
	return 0;
}

int
nested_find_carrier(const struct index *index, const char *path, uint32_t *ret_node,
		    const char **ret_rest)
{
	char prefix[PATH_LIMIT];
	size_t length = strlen(path);

	if (length >= sizeof(prefix))
		return -ENOENT;
	memcpy(prefix, path, length + 1);
	for (size_t end = 0; end <= length; end++) {
		uint32_t node;

		if (path[end] != '/' && path[end] != '\0')
			continue;
		prefix[end] = '\0';
		if (index_lookup(index, prefix, INDEX_CASEFOLD, &node) < 0)
			return -ENOENT;
		prefix[end] = path[end];
		if (index_kind(index, node) == NODE_FILE) {
			*ret_node = node;
			*ret_rest = path + end + strspn(path + end, "/");
			return 0;
		}
	}
	return -ENOENT;
}
