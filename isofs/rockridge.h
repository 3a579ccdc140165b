/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rock Ridge (RRIP 1.09 to 1.12) in the system use area of directory records
 * (SUSP 1.12): POSIX names, types, times, symbolic links, deep directories.
 *
 * A record has room for 255 bytes; longer attributes go on in a continuation
 * area elsewhere in the image, which only the caller can read. Rules:
 * ISO-15..20.
 */
#ifndef ROCKRIDGE_H
#define ROCKRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index_layout.h"

enum {
	ROCK_NAME_MAX = 255,
	CONTINUATIONS_MAX = 32, /* of one record (ISO-16) */
	CONTINUATION_SIZE_MAX = 64 * 1024,
};

/* Reads a continuation area: `length` bytes at `offset` of the image, which
   stay valid until the next call. Fewer bytes at the end of the image. 0 or
   negative errno, which ends the decoding. */
struct continuation_source {
	int (*read)(void *context, uint64_t offset, size_t length, struct bytes *ret_bytes);
	void *context;
};

/* What Rock Ridge says of a record. */
struct rock_ridge {
	bool is_present;              /* at least one attribute of Rock Ridge was there */
	char name[ROCK_NAME_MAX + 1]; /* "" when there is none */
	uint32_t mode;                /* as in struct stat, 0 when not recorded */
	bool has_mtime;
	int64_t mtime; /* seconds since 1970, UTC */
	bool is_link;
	char target[INDEX_TARGET_MAX + 1]; /* "" when it is too long */
	bool is_elsewhere;                 /* CL: the directory itself lies at child_offset */
	uint64_t child_offset;             /* bytes in the image */
	bool is_relocated;                 /* RE: shown elsewhere, hidden here */
	bool is_encoded;                   /* ZF or SF: the bytes are not the file's (ISO-20) */
};

/* Of the root's "." record: bytes to skip in every other system use area
   (ISO-15), 0 when the image does not say. */
size_t susp_skip(struct bytes system_use);

/* Decodes the system use area of a record, without its first `skip` bytes.
   Malformed attributes are passed over. 0 or the negative errno of `source`. */
int rock_ridge_decode(struct bytes system_use, size_t skip,
		      const struct continuation_source *source, struct rock_ridge *rock);

#endif
