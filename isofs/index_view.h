/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of struct index: pointers into the checked block. For index.c and
 * index_lookup.c only.
 */
#ifndef INDEX_VIEW_H
#define INDEX_VIEW_H

#include "index_layout.h"

struct index {
	const struct index_header *header;
	const struct index_node *nodes;
	const uint32_t *case_order;
	const struct extent *extents;
	const char *names;
	size_t mapped_length; /* 0: the bytes are the caller's */
};

#endif
