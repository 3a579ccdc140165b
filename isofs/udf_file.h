/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file of a UDF volume: what its entry says and where its bytes lie.
 *
 * Directories and the metadata file are files too, so all that needs bytes of
 * a volume asks here. Bytes that are embedded in the entry are an extent of
 * the image like any other.
 *
 * Rules: UDF-4, UDF-5. Strategy 4096 (write-once discs) is not read.
 */
#ifndef UDF_FILE_H
#define UDF_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "udf_volume.h"

struct udf_file {
	uint8_t kind;               /* enum udf_file_kind, or one that is never served */
	int64_t mtime;              /* seconds since 1970, UTC */
	uint64_t size;              /* bytes */
	uint64_t offset;            /* of its entry in the image */
	bool has_holes;             /* some of its extents are UDF_HOLE */
	bool is_lost;               /* some lie past the end of the image */
	bool is_unfinished;         /* its extents end before its size */
	struct udf_extents extents; /* reused from file to file, freed by the caller */
};

/* Reads the entry at `address` and all its extents into `file`. 0, or -EBADMSG
   when they make no sense, -ENOMEM, -EFBIG above the limits, errno of pread. */
int udf_file_read(struct udf_volume *, struct udf_address address, struct udf_file *file);

#endif
