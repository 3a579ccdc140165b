/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO 9660 on disk: volume descriptors, directory records, names and dates.
 *
 * Bytes in, structs out; nothing here reads a file, follows a pointer of the
 * image or believes a length without looking. The walk over a whole tree is
 * walk.h, Rock Ridge is rockridge.h, Joliet's names are joliet.h.
 *
 * Numbers recorded in both byte orders are taken from the little-endian half
 * (ISO-2). Rules: ISO-1..3, ISO-7, ISO-9, ISO-10, ISO-14, GRUB-3.
 */
#ifndef ISO9660_H
#define ISO9660_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index.h"

enum {
	SECTOR_SIZE = 2048,
	SYSTEM_AREA_SIZE = 16 * SECTOR_SIZE, /* before the first descriptor */
	DESCRIPTORS_MAX = 64,                /* sectors looked at (ISO-1) */
};

enum descriptor_kind {
	DESCRIPTOR_FOREIGN, /* no descriptor of ISO 9660 */
	DESCRIPTOR_OTHER,   /* one that does not matter here */
	DESCRIPTOR_BOOT,    /* El Torito's boot record */
	DESCRIPTOR_PRIMARY,
	DESCRIPTOR_JOLIET,   /* supplementary, with Joliet's escape sequences */
	DESCRIPTOR_ENHANCED, /* ISO 9660:1999 */
	DESCRIPTOR_END,
};

/* A directory record. `name` and `system_use` point into the bytes decoded. */
struct iso_record {
	size_t length;   /* bytes of the record */
	uint64_t offset; /* of the data in the image, bytes, after the extended
	                        attribute record (ISO-9) */
	uint32_t size;   /* bytes of data */
	int64_t mtime;   /* seconds since 1970, UTC; 0 when not recorded */
	bool is_directory;
	bool is_associated;  /* never listed (ISO-10) */
	bool is_interleaved; /* listed, never served (ISO-10) */
	bool has_more;       /* the file goes on in the next record (ISO-11) */
	struct bytes name;   /* as recorded; one byte 0 or 1 for "." and ".." */
	struct bytes system_use;
};

/* What the descriptor in `sector` (2048 bytes) is. */
enum descriptor_kind descriptor_kind(struct bytes sector);

/* Of a boot record: the block of El Torito's catalog. */
uint32_t descriptor_catalog(struct bytes sector);

/* Of a primary or supplementary descriptor: bytes of a block, and the record
   of the root directory: 0 or -EBADMSG. */
uint16_t descriptor_block_size(struct bytes sector);
int descriptor_root(struct bytes sector, struct iso_record *ret_root);

/* Writes what a primary descriptor says of the volume: the names, the dates,
   uuid and volume_size. The other fields stay as they are. */
void descriptor_volume(struct bytes sector, struct volume *volume);

/* Decodes the record at the start of `bytes`, which end where its sector or
   its directory ends. 0, or -EBADMSG when it does not hold together. */
int iso_record_decode(struct bytes bytes, struct iso_record *ret_record);

/* Whether the record is "." or "..". */
bool iso_record_is_dots(const struct iso_record *);

/* The part of a plain name that people know: without ";version" and without
   the dot that then ends a name that has no extension (ISO-14). */
struct bytes iso_name_trim(struct bytes name);

/* Dates: 7 bytes (directory records) and 17 bytes (descriptors, Rock Ridge).
   -> seconds since 1970, UTC; 0 when not recorded or not a date. */
int64_t iso_date_short(struct bytes date);
int64_t iso_date_long(struct bytes date);

#endif
