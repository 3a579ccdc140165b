/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An entry of what is known of squashfs images: it is counted, and the last who
 * lets go of it frees it.
 */
#include "nested_entry.h"

#include <stdlib.h>

#include "nested.h"

const struct index *
squash_index(const struct squash *squash)
{
	return squash->index;
}

struct extent
squash_extent(const struct squash *squash)
{
	return squash->extent;
}

void
squash_unref(struct squash *squash)
{
	if (squash == NULL || atomic_fetch_sub(&squash->references, 1) != 1)
		return;
	index_close(squash->index);
	image_unref(squash->image);
	free(squash);
}
