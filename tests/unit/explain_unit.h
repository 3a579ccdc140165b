/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests of explain: a tree in which everything is there but what is called
 * "gone", and what an image says for all kinds of client.
 */
#ifndef EXPLAIN_UNIT_H
#define EXPLAIN_UNIT_H

#include <errno.h>
#include <string.h>

#include "explain.h"

static inline int
explain_unit_find(void *data, const char *path, uint64_t *ret_size)
{
	size_t length = strlen(path);

	(void)data;
	if (strstr(path, "gone") != NULL)
		return -ENOENT;
	if (length == 0 || path[length - 1] == '/')
		return -EISDIR;
	*ret_size = 2048;
	return 0;
}

static const struct fetch_tree explain_unit_tree = {explain_unit_find, NULL};

static inline struct explain
explain_unit(const struct menu_context *context, const struct menu_image *image)
{
	return (struct explain){.context = context,
				.image = image,
				.tree = &explain_unit_tree,
				.clients = EXPLAIN_ALL};
}

#endif
