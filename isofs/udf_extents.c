/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pieces that the bytes of something are in; see udf_extents.h.
 */
#include "udf_extents.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "index_layout.h"

int
udf_extents_add(struct udf_extents *extents, struct extent piece)
{
	struct extent *last = extents->count > 0 ? &extents->list[extents->count - 1] : NULL;
	bool is_hole = piece.offset == UDF_HOLE;

	if (last && is_hole == (last->offset == UDF_HOLE) &&
	    (is_hole || last->offset + last->length == piece.offset)) {
		last->length += piece.length;
		return 0;
	}
	if (extents->count == INDEX_EXTENTS_MAX)
		return -EFBIG;
	if (!extents->list || extents->count == extents->room) {
		uint32_t room = extents->room + extents->room / 2 + 64;
		struct extent *list = realloc(extents->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		extents->list = list;
		extents->room = room;
	}
	extents->list[extents->count++] = piece;
	return 0;
}

void
udf_extents_clear(struct udf_extents *extents)
{
	free(extents->list);
	*extents = (struct udf_extents){0};
}

int
udf_extents_find(const struct udf_extents *extents, uint64_t offset, uint64_t length,
		 struct extent *ret_piece)
{
	for (uint32_t i = 0; i < extents->count; i++) {
		struct extent piece = extents->list[i];

		if (offset >= piece.length) {
			offset -= piece.length;
			continue;
		}
		if (length > piece.length - offset)
			length = piece.length - offset;
		ret_piece->offset = piece.offset == UDF_HOLE ? UDF_HOLE : piece.offset + offset;
		ret_piece->length = length;
		return 0;
	}
	return -EBADMSG;
}
