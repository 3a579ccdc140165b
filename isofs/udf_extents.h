/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pieces of an image that the bytes of something are in, in order: of a
 * file, a directory or a metadata partition.
 */
#ifndef UDF_EXTENTS_H
#define UDF_EXTENTS_H

#include <stdint.h>

#include "index.h"

/* The offset of bytes that are nowhere: a hole, which reads as zeros. */
#define UDF_HOLE UINT64_MAX

/* Starts zeroed. */
struct udf_extents {
	struct extent *list;
	uint32_t count;
	uint32_t room;
};

/* Adds a piece, joined with the one before when they touch: 0, -ENOMEM, or
   -EFBIG above the limit of an index. */
int udf_extents_add(struct udf_extents *, struct extent piece);

/* The first piece of the `length` bytes from `offset` on: 0, or -EBADMSG when
   there is no byte at `offset`. */
int udf_extents_find(const struct udf_extents *, uint64_t offset, uint64_t length,
		     struct extent *ret_piece);

void udf_extents_clear(struct udf_extents *);

#endif
