/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FAT12, FAT16 and FAT32 on disk: the first sector, the table of clusters,
 * directory entries and their two kinds of names.
 *
 * Bytes in, structs out; nothing here reads a file or follows a chain: that is
 * fat_walk.h. Short names with bytes above 0x7f are kept as recorded, since
 * nothing says in which character set they are. exFAT is no FAT.
 *
 * Rules: ET-2, ET-3; Microsoft's "FAT32 File System Specification" 1.03, UEFI
 * 13.3.
 */
#ifndef FAT_H
#define FAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum {
	FAT_SECTOR_SIZE = 512, /* bytes of a first sector that are looked at */
	FAT_ENTRY_SIZE = 32,   /* of a directory */
	FAT_FIRST_CLUSTER = 2,
	FAT_CLUSTERS_MAX = 4 * 1024 * 1024, /* of a file system that is read at all */
	/* Entries that a long name takes, and the bytes of UTF-8 it may have. */
	FAT_NAME_PIECES = 20,
	FAT_NAME_UNITS = FAT_NAME_PIECES * 13,
	FAT_NAME_SIZE = FAT_NAME_UNITS * 3,
};

/* In a table: free, and the last cluster of a chain. Other values are the
   number of the next cluster, if there is such a cluster. */
#define FAT_FREE 0u
#define FAT_END UINT32_MAX

/* Where everything is, in bytes from the first sector. */
struct fat {
	unsigned bits;         /* of an entry of the table: 12, 16 or 32 */
	uint64_t length;       /* of the whole file system */
	uint64_t table;        /* the table that is in use */
	uint64_t root;         /* 12 and 16 bits: the root directory */
	uint32_t root_length;  /* its bytes; 0 when it has clusters */
	uint32_t root_cluster; /* 32 bits: its first cluster, else 0 */
	uint64_t data;         /* cluster number 2 */
	uint32_t cluster_size;
	uint32_t cluster_count; /* that the table has entries for */
};

/* A file or directory in a directory, but for its name. */
struct fat_entry {
	bool is_directory;
	uint32_t cluster; /* the first; 0 when there is none */
	uint32_t size;    /* bytes, 0 for directories */
	int64_t mtime;    /* seconds since 1970, taken as UTC; 0 when not recorded */
};

/* The pieces of a long name, which come before the entry it belongs to. */
struct fat_name {
	uint16_t units[FAT_NAME_UNITS]; /* UTF-16 */
	unsigned pieces;                /* the name has, 0 when there is none */
	unsigned missing;               /* pieces still to come */
	uint8_t checksum;               /* of the short name it belongs to */
};

enum fat_entry_kind {
	FAT_ENTRY_LAST, /* the directory ends before it */
	FAT_ENTRY_SKIP, /* deleted, ".", "..", or the volume's label */
	FAT_ENTRY_NAME, /* a piece of a long name */
	FAT_ENTRY_FILE, /* a file or a directory */
};

/* Decodes the first sector: 0, or -EBADMSG when it is not that of a FAT file
   system which makes sense. */
int fat_decode(struct bytes sector, struct fat *ret_fat);

/* The bytes of the file system whose first sector this is; 0 when it is none
   (ET-2). */
uint64_t fat_length(struct bytes sector);

/* The entry `i` of a piece of the table that begins at a whole byte. */
uint32_t fat_table_entry(const struct fat *, struct bytes piece, uint32_t i);

enum fat_entry_kind fat_entry_kind(struct bytes entry);

/* Decodes an entry of the kind FAT_ENTRY_FILE. */
struct fat_entry fat_entry_decode(const struct fat *, struct bytes entry);

/* Takes a piece of a long name; one out of its order forgets the name. A name
   begins as zeros. */
void fat_name_add(struct fat_name *, struct bytes entry);

/* Writes the name of an entry of the kind FAT_ENTRY_FILE as UTF-8, without a
   NUL: -> its length. It is the long name if that is whole and belongs to this
   entry, else the short one. The long name is forgotten. */
size_t fat_name_finish(struct fat_name *, struct bytes entry, char buffer[FAT_NAME_SIZE]);

#endif
