/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An index: the whole tree of an image in one flat, relocatable, read-only
 * block of memory. The reader makes it, the daemon maps it and never changes
 * it, so that a request never parses an image and a lookup needs no lock.
 *
 *      ┌────────┬───────────────┬────────────────┬──────────────┬───────┐
 *      │ header │ nodes         │ case order     │ extents      │ names │
 *      │ volume │ 40 bytes each │ 4 bytes a node │ 16 bytes each│       │
 *      └────────┴───────────────┴────────────────┴──────────────┴───────┘
 *
 * Node 0 is the root directory. The children of a directory lie side by side,
 * sorted by name (bytes), so a name is found by bisection. The case order
 * holds the same children sorted by folded name, for clients that do not mind
 * the case (TFTP-44).
 *
 * The bytes are hostile until index_map has checked every offset, length and
 * link in them.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
	NODE_DIRECTORY = 1,
	NODE_FILE,
	NODE_LINK,  /* symbolic link */
	NODE_OTHER, /* listed, never served: device, interleaved file, zisofs, too many extents */
};

enum tree_kind {
	TREE_ROCK_RIDGE = 1,
	TREE_JOLIET,
	TREE_ISO9660,
	TREE_UDF,
	TREE_SQUASHFS,
	TREE_INITRAMFS,
};

/* The "image size" of the index of a squashfs, whose bytes lie nowhere: the one
   extent of a file is its inode and its size. Only the reader can read them. */
#define INDEX_OF_INODES UINT64_MAX

/* That of an initramfs: the one extent of a file is where it lies in what the
   archives unpack to. Nobody reads them. */
#define INDEX_OF_UNPACKED (UINT64_MAX - 1)

/* Where bytes lie in the image, in bytes. */
struct extent {
	uint64_t offset;
	uint64_t length;
};

enum { BOOT_IMAGES_MAX = 8 };

/* An El Torito boot image. `length` is the true one where it can be known
   (ET-2), else what the catalog's sector count says. */
struct boot_image {
	uint8_t platform; /* 0 x86 BIOS, 0xef EFI */
	uint8_t bootable; /* boot indicator was 0x88 */
	uint8_t media;    /* 0 no emulation, 1..3 floppy, 4 hard disk */
	uint8_t reserved[5];
	struct extent extent;
};

/* What an image says of itself. Strings are UTF-8, NUL-terminated, trimmed. */
struct volume {
	char volume_id[136];
	char system_id[136];
	char publisher[136];
	char application[136];
	char uuid[24];        /* YYYY-MM-DD-HH-MM-SS-CC, "" if no date (GRUB-3) */
	int64_t created;      /* seconds since 1970, 0 if not recorded */
	uint64_t image_size;  /* bytes of the file */
	uint64_t volume_size; /* bytes the volume descriptor claims */
	uint32_t tree;        /* enum tree_kind */
	uint32_t boot_image_count;
	struct boot_image boot_images[BOOT_IMAGES_MAX];
	char damage[120]; /* "" or what is wrong with the image although it can
	                            be used: "files past its end: 12" */
};

struct index;

/* Maps the sealed memfd `fd` (not taken over) and checks it against an image
   of `image_size` bytes, or as that of a squashfs (INDEX_OF_INODES) or
   an initramfs (INDEX_OF_UNPACKED). 0, or -EBADMSG with *ret_why (static text) when any
   offset, length or link leads astray; -errno of fstat and mmap. */
int index_map(int fd, uint64_t image_size, struct index **ret_index, const char **ret_why);

/* The same for bytes in memory that the caller keeps alive and unchanged. */
int index_open(const void *bytes, size_t length, uint64_t image_size, struct index **ret_index,
	       const char **ret_why);

/* The same for the bytes of any file, which are copied. */
int index_load(int fd, uint64_t image_size, struct index **ret_index, const char **ret_why);

/* Unmaps and frees. NULL is allowed. */
void index_close(struct index *);

const struct volume *index_volume(const struct index *);
uint32_t index_node_count(const struct index *);
const void *index_bytes(const struct index *); /* the whole block */
size_t index_length(const struct index *);     /* and how long it is */

/* Of one node; `node` must be below index_node_count. Names are UTF-8 as far
   as the image is, without '/' and NUL; the root's is "". */
enum node_kind index_kind(const struct index *, uint32_t node);
const char *index_name(const struct index *, uint32_t node);
uint32_t index_parent(const struct index *, uint32_t node); /* the root is its own */
uint64_t index_size(const struct index *, uint32_t node);   /* bytes, 0 but for files */
int64_t index_mtime(const struct index *, uint32_t node);   /* seconds since 1970, UTC */

/* The children of a directory are nodes *ret_first .. *ret_first + count - 1:
   -> count, 0 for anything else. */
uint32_t index_children(const struct index *, uint32_t node, uint32_t *ret_first);

/* The extents of a file, in order: -> the first, and how many, at most
   EXTENTS_PER_FILE_MAX of index_layout.h. */
const struct extent *index_extents(const struct index *, uint32_t node, uint32_t *ret_count);

/* Where a link points, as recorded; "" for anything else. */
const char *index_target(const struct index *, uint32_t node);

/* The node at `path`, which is relative to the root; '/' separates, empty and
   "." segments are skipped, ".." stops at the root. Links on the way are
   followed inside the image, at most 40 (HTTP-17); the last one too unless
   INDEX_NOFOLLOW. All in all there may be 4,096 segments, so that no image
   makes a lookup long. With INDEX_CASEFOLD a segment that does not match exactly
   matches the first name that differs only in ASCII case.
   0, or -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG. */
enum { INDEX_CASEFOLD = 1, INDEX_NOFOLLOW = 2 };
int index_lookup(const struct index *, const char *path, unsigned flags, uint32_t *ret_node);

/* Writes the path of `node` from the root, without a leading '/': 0, or
   -ENAMETOOLONG. */
int index_path(const struct index *, uint32_t node, char *buffer, size_t size);

#endif
