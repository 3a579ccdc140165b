/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that would be served of the images that an offline command opened:
 * what a request for a path would find, without a request.
 */
#ifndef OFFLINE_TREE_H
#define OFFLINE_TREE_H

#include "fetch.h"

struct content;
struct image;
struct index;
struct offline;
struct offline_menu;

/* Points into itself: not to be copied. */
struct offline_tree {
	struct fetch_tree tree; /* for fetch.h */
	struct offline *offline;
	struct content *content;

	/* The squashfs that was looked into last: many entries ask for the same. */
	const struct image *image;
	uint32_t carrier;
	struct index *squash; /* NULL: it is none */
};

/* Fills it in. Takes over the loaders of `menu`, which can be used as long as the
   tree; the offline must outlive it. 0, or -ENOMEM after a complaint. */
int offline_tree_init(struct offline_tree *, struct offline *, struct offline_menu *);

void offline_tree_free(struct offline_tree *);

#endif
