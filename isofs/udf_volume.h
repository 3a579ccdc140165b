/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A UDF volume: where the blocks of its partitions lie in the image.
 *
 * Opening it finds the anchor, reads the sequence of volume descriptors it
 * names (or the reserve one), and the map of each partition. A block is then
 * known by its number and that of its partition.
 *
 * Plain partitions are one piece of the image, metadata partitions (UDF 2.50)
 * are the pieces of a file. Sparable ones are plain as long as nothing was
 * moved. A virtual partition is not read: its table is where a recorder
 * stopped, which an image file does not tell.
 *
 * Rules: UDF-1..3. The bounds of all are the image's (ISO-4).
 */
#ifndef UDF_VOLUME_H
#define UDF_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "udf.h"
#include "udf_extents.h"
#include "window.h"

enum { UDF_BYTES_MAX = 1 << 28 };

struct udf_place {
	enum udf_map_kind kind;      /* plain or metadata */
	uint64_t offset;             /* plain: of block 0 in the image */
	struct udf_extents metadata; /* metadata: the bytes of its blocks */
};

struct udf_volume {
	struct window *window; /* on descriptors and file entries; not owned */
	uint64_t bytes_left;   /* of UDF_BYTES_MAX, which all reading uses up */
	uint32_t place_count;
	struct udf_place places[UDF_MAPS_MAX];
	struct udf_address root; /* the root directory's entry */
	int64_t created;         /* seconds since 1970 */
	uint64_t end;            /* where the last partition ends, bytes */
	char id[136];
};

/* Opens the volume in the image behind `window`. 0, or -EBADMSG and -EFBIG with
   *ret_why (static text), -ENOMEM, errno of pread. */
int udf_volume_open(struct udf_volume *ret_volume, struct window *window, const char **ret_why);
void udf_volume_clear(struct udf_volume *);

/* Where the `length` bytes from the address on lie: the first piece of them,
   whose offset may be UDF_HOLE or past the end of the image. 0 or -EBADMSG
   when they are in no partition. */
int udf_volume_locate(const struct udf_volume *, struct udf_address address, uint64_t skip,
		      uint64_t length, struct extent *ret_piece);

/* Shows a block and tells its offset in the image: 0, -EBADMSG when it is
   nowhere, -EFBIG when bytes_left is used up, errno of pread. */
int udf_volume_read(struct udf_volume *, struct udf_address address, struct bytes *ret_block,
		    uint64_t *ret_offset);

/* Takes `bytes` from bytes_left: 0, or -EFBIG when there are not so many. */
int udf_volume_charge(struct udf_volume *, uint64_t bytes);

#endif
