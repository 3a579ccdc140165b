/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of an ISO 9660 tree into a builder.
 *
 * The walk is level by level and uses no recursion: the builder's node table
 * is its queue. It ends on any image: each directory extent is read once
 * (loops and shared extents are damage), the depth and the number of nodes are
 * limited, and so are the bytes of directories and continuation areas read
 * altogether. What is damaged is left out and counted. Rules: ISO-4, ISO-5,
 * ISO-8..14, ISO-19, ISO-20.
 */
#ifndef WALK_H
#define WALK_H

#include <stdint.h>

#include "builder.h"
#include "index.h"
#include "iso9660.h"
#include "window.h"

/* Bytes of directories, and of continuation areas: these cost more to look at,
   and a million files have enough of them. */
enum { WALK_BYTES_MAX = 1 << 30, WALK_CONTINUATIONS_MAX = 1 << 28 };

/* A tree to walk. */
struct iso_tree {
	enum tree_kind kind; /* TREE_ROCK_RIDGE, TREE_JOLIET or TREE_ISO9660 */
	bool keeps_names;    /* ISO 9660:1999: names have no version to cut off */
	size_t susp_skip;    /* TREE_ROCK_RIDGE: see rockridge.h */
	uint64_t offset;     /* of the root directory in the image, bytes */
	uint32_t size;       /* bytes of the root directory */
	int64_t mtime;       /* of the root directory */
};

/* What is wrong with a tree that was walked. */
struct damage {
	uint32_t lost_files;       /* with bytes past the end of the image */
	uint32_t unfinished_files; /* whose last section is missing (ISO-11) */
	uint32_t lost_directories; /* past the end of the image, in whole or in part */
	uint32_t bad_directories;  /* loops, too deep, or a broken record in them */
	uint32_t bad_entries;      /* UDF: files whose entry makes no sense */
	uint32_t sparse_files;     /* UDF: files with holes, which are nowhere in the image */
};

/* Walks `tree` into `builder`, which holds the root and nothing else. 0, or
   -ENOMEM, -EIO and others of pread, -EFBIG above the limits with *ret_why. */
int walk_tree(const struct iso_tree *tree, struct window *window, struct builder *builder,
	      struct damage *ret_damage, const char **ret_why);

#endif
