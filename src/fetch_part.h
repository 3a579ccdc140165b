/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between fetch.c and fetch_arguments.c.
 */
#ifndef FETCH_PART_H
#define FETCH_PART_H

#include "fetch.h"

struct text;

/* A list while a kind of client is added to it. */
struct fetching {
	struct fetches *fetches;
	enum menu_format format;
	const struct menu_context *context;
	const struct menu_image *image;
	const struct fetch_tree *tree;
	bool is_optional; /* what is added now */
	const char *why;  /* that it is missing, or NULL */
};

/* Adds a URL, and frees the text; `path` is where the path begins in it, or 0:
   it is of another server. One that is there already is also this client's,
   however it is spelled. */
void fetches_add(const struct fetching *, enum fetch_stage, struct text *url, size_t path);

/* Adds the URLs that the entry's arguments have in them. */
void fetches_add_arguments(const struct fetching *, const struct entry *);

#endif
