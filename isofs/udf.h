/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF on disk: descriptors, file entries, names and dates (ECMA-167, UDF 1.02
 * to 2.60).
 *
 *      anchor -> logical volume, partitions -> file set -> file entries
 *
 * Bytes in, structs out; nothing here reads a file. Each descriptor begins
 * with a tag that has its kind, its place and checksums: a decoder refuses a
 * descriptor whose tag is wrong (UDF-2). Where things lie is udf_volume.h, the
 * bytes of one file are udf_file.h, the walk over a tree is udf_walk.h.
 *
 * Rules: UDF-2..6.
 */
#ifndef UDF_H
#define UDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index.h"

enum { UDF_BLOCK_SIZE = 2048, UDF_MAPS_MAX = 8 };

/* The kinds of descriptors, by the number in their tags. */
enum udf_tag {
	UDF_ANCHOR = 2,
	UDF_POINTER = 3, /* to the rest of a sequence */
	UDF_PARTITION = 5,
	UDF_LOGICAL_VOLUME = 6,
	UDF_TERMINATOR = 8,
	UDF_FILE_SET = 256,
	UDF_FILE_IDENTIFIER = 257,
	UDF_EXTENT_CONTINUATION = 258,
	UDF_FILE_ENTRY = 261,
	UDF_EXTENDED_FILE_ENTRY = 266,
};

/* A block of a partition, by the number of its map. */
struct udf_address {
	uint32_t block;
	uint16_t partition;
};

/* How the blocks of a partition are found. */
enum udf_map_kind {
	UDF_MAP_PLAIN,    /* one after the other */
	UDF_MAP_SPARABLE, /* ... but for those that the sparing table moves */
	UDF_MAP_METADATA, /* in a file of another partition */
	UDF_MAP_VIRTUAL,  /* by a table that grows with each session */
	UDF_MAP_UNKNOWN,
};

struct udf_map {
	enum udf_map_kind kind;
	uint16_t number;        /* of the partition descriptor */
	uint32_t file, mirror;  /* metadata: blocks of the files' entries */
	uint32_t sparing_table; /* sparable: sector of the first */
};

struct udf_logical_volume {
	uint32_t sequence; /* the highest is the one that counts */
	uint32_t block_size;
	struct udf_address file_set;
	uint32_t map_count;
	struct udf_map maps[UDF_MAPS_MAX];
	char id[136]; /* as volume_id in index.h */
};

struct udf_partition {
	uint32_t sequence;
	uint16_t number;
	struct extent extent; /* in the image, bytes */
};

struct udf_file_set {
	struct udf_address root;
	int64_t created;
};

enum udf_file_kind {
	UDF_KIND_UNKNOWN = 0,
	UDF_KIND_DIRECTORY = 4,
	UDF_KIND_FILE = 5,
	UDF_KIND_REAL_TIME = 249, /* a file too */
	UDF_KIND_METADATA = 250,
	UDF_KIND_METADATA_MIRROR = 251,
};

/* How a file entry says where the bytes are. */
enum udf_allocation_form {
	UDF_FORM_SHORT,
	UDF_FORM_LONG,
	UDF_FORM_EXTENDED, /* never used by UDF */
	UDF_FORM_EMBEDDED, /* they are in the entry itself */
};

struct udf_entry {
	uint8_t kind; /* enum udf_file_kind or another number */
	enum udf_allocation_form form;
	uint64_t size; /* bytes of the file */
	int64_t mtime; /* seconds since 1970, UTC */
	struct bytes allocations;
	size_t allocations_offset; /* of them in the block */
};

/* What an allocation descriptor says of its bytes. */
enum udf_allocation_kind {
	UDF_RECORDED,
	UDF_NOT_RECORDED, /* there is a place, but nothing was written: zeros */
	UDF_NOT_ALLOCATED,
	UDF_CONTINUATION, /* there are further allocation descriptors */
};

struct udf_allocation {
	enum udf_allocation_kind kind;
	uint32_t length; /* bytes */
	struct udf_address at;
};

/* An entry of a directory. */
struct udf_identifier {
	bool is_deleted;
	bool is_parent; /* ".." */
	struct udf_address entry;
	struct bytes name; /* as recorded */
};

/* Room for a name: 254 characters, of which each may need two bytes. */
enum { UDF_NAME_SIZE = 512 };
enum { UDF_IDENTIFIER_SIZE = 38 }; /* the part before its name */

/* The checksum CRC-ITU (also known as XMODEM's). */
uint16_t udf_crc(struct bytes bytes);

/* Whether the tag at the start of `bytes` is whole, and what it covers too. Its
   kind and its place are not looked at. */
bool udf_tag_check(struct bytes bytes);

/* The bytes that a tag covers, its own included. */
size_t udf_tag_length(struct bytes bytes);

/* These decode the descriptor in a block that is number `location` of the
   image or of its partition: 0, or -EBADMSG when the tag is wrong, is of
   another kind, or what it covers makes no sense. */
int udf_anchor_decode(struct bytes block, uint32_t location, struct extent *ret_main,
		      struct extent *ret_reserve);
int udf_pointer_decode(struct bytes block, uint32_t location, struct extent *ret_next);
int udf_partition_decode(struct bytes block, uint32_t location, struct udf_partition *ret);
int udf_logical_volume_decode(struct bytes block, uint32_t location,
			      struct udf_logical_volume *ret);
int udf_file_set_decode(struct bytes block, uint32_t location, struct udf_file_set *ret);
int udf_entry_decode(struct bytes block, uint32_t location, struct udf_entry *ret);

/* The allocation descriptors in a continuation block. */
int udf_continuation_decode(struct bytes block, uint32_t location, struct bytes *ret_allocations);

/* Decodes the allocation descriptor at the start of `list`, of an entry in
   `partition`: -> its bytes, 0 when there is none or it ends the list. */
size_t udf_allocation_decode(struct bytes list, enum udf_allocation_form form, uint16_t partition,
			     struct udf_allocation *ret);

/* The bytes of the directory entry that begins with these
   UDF_IDENTIFIER_SIZE, with its padding. */
size_t udf_identifier_length(struct bytes start);

/* Decodes a directory entry, all of its bytes: 0 or -EBADMSG. Its place is not
   looked at: writers disagree about it, and other readers do not mind. */
int udf_identifier_decode(struct bytes bytes, struct udf_identifier *ret);

/* A name or a text in UDF's character set as UTF-8: -> its length, 0 when it
   cannot be decoded. Nothing is made harmless. */
size_t udf_name_decode(struct bytes name, char buffer[UDF_NAME_SIZE]);

/* Whether the sparing table moves no block elsewhere: 0, -EBADMSG when it is no
   table or not whole, -ENOTSUP when it moves one. */
int udf_sparing_check(struct bytes table, uint32_t location);

#endif
