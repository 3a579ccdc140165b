/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image for `pxeiso explain`: every entry found, from which
 * file and line, its arguments before and after, each change and its reason,
 * what it needs, and why one is not offered. As text for people, as JSON for
 * scripts.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "menu.h"

struct text;

/* Appends the story of one image. Of `context`, server and ports are used for
   the URLs; the format and its loaders decide what can be offered. */
void explain_text(enum menu_format, const struct menu_context *, const struct menu_image *,
		  struct text *);

/* Appends one JSON object, without a newline behind it. The fields are named
   in pxeiso(8). 0, or -ENOMEM. */
int explain_json(enum menu_format, const struct menu_context *, const struct menu_image *,
		 struct text *);

#endif
