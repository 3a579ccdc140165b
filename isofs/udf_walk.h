/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of a UDF tree into a builder.
 *
 * As walk.h: level by level, the builder's node table is the queue, each
 * directory is read once, depth, nodes and bytes are limited, and what is
 * damaged is left out and counted. A file with holes is listed and never
 * served, since an extent of zeros is nowhere in the image; so is a symbolic
 * link, which no boot medium has in UDF.
 *
 * Rules: UDF-4..6, ISO-13.
 */
#ifndef UDF_WALK_H
#define UDF_WALK_H

#include "builder.h"
#include "udf_volume.h"
#include "walk.h"

/* Walks the tree of `volume` into `builder`, which holds the root and nothing
   else. 0, or -EBADMSG when there is no root directory, -ENOMEM, errno of
   pread, -EFBIG above the limits; the first and the last with *ret_why. */
int udf_walk_tree(struct udf_volume *volume, struct builder *builder, struct damage *ret_damage,
		  const char **ret_why);

#endif
