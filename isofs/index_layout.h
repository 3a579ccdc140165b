/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of an index, shared by the builder that writes them and the code
 * that checks and reads them; see index.h for the picture.
 *
 * The parts follow one another without gaps (but the case order is rounded up
 * to 8 bytes), so the counts in the header say where everything is and no
 * offset has to be believed. The order of the nodes is that of a walk by
 * levels: the children of node 0, then those of node 1, and so on. So ranges
 * of children ascend with their parents, and so do ranges of extents with
 * their files: one cursor each is enough to check that none overlap.
 *
 * A request costs as much as its file has extents, so a file has few, joined
 * where they touch. Formats split what lies in one piece only where a length
 * field ends: ISO 9660 after 4 GiB, UDF after 1 GiB. With one extent for each,
 * EXTENTS_PER_FILE_MAX is a file of a TiB; nobody scatters files in an image.
 */
#ifndef INDEX_LAYOUT_H
#define INDEX_LAYOUT_H

#include <stdint.h>

#include "index.h"

enum {
	INDEX_NODES_MAX = 4 * 1000 * 1000,
	INDEX_EXTENTS_MAX = 16 * 1000 * 1000,
	EXTENTS_PER_FILE_MAX = 1024,
	INDEX_NAMES_MAX = 1 << 30, /* bytes of all names and link targets */
	INDEX_NAME_MAX = 511,      /* bytes of one name */
	INDEX_TARGET_MAX = 4095,   /* bytes of one link target */
	INDEX_DEPTH_MAX = 64,      /* directories above a node (ISO-13) */
};

#define INDEX_MAGIC "pxeiso\0001"

struct index_header {
	char magic[8];
	uint32_t node_count;
	uint32_t extent_count;
	uint32_t name_bytes; /* of the name arena; its last byte is NUL */
	uint32_t reserved;   /* 0 */
	struct volume volume;
};

struct index_node {
	uint64_t size;     /* bytes of a file, else 0 */
	int64_t mtime;     /* seconds since 1970, UTC */
	uint32_t name;     /* offset in the name arena */
	uint32_t parent;   /* node */
	uint32_t first;    /* directory: child; file: extent; link: target's offset in the arena */
	uint32_t count;    /* directory: children; file: extents */
	uint32_t kind;     /* enum node_kind */
	uint32_t reserved; /* 0 */
};

_Static_assert(sizeof(struct index_node) == 40, "the layout of a node is fixed");
_Static_assert(sizeof(struct index_header) % 8 == 0, "nodes are aligned to 8 bytes");
_Static_assert(sizeof(struct extent) == 16, "the layout of an extent is fixed");

/* Where the parts begin, in bytes from the header; `end` is the whole length. */
struct index_layout {
	uint64_t nodes;
	uint64_t case_order;
	uint64_t extents;
	uint64_t names;
	uint64_t end;
};

static inline struct index_layout
index_layout(const struct index_header *header)
{
	struct index_layout layout;

	layout.nodes = sizeof(*header);
	layout.case_order = layout.nodes + header->node_count * sizeof(struct index_node);
	layout.extents = layout.case_order + (header->node_count * sizeof(uint32_t) + 7) / 8 * 8;
	layout.names = layout.extents + header->extent_count * sizeof(struct extent);
	layout.end = layout.names + header->name_bytes;
	return layout;
}

/* Compares as index_lookup folds: ASCII letters only, bytes otherwise. */
static inline int
index_fold(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

static inline int
index_compare_folded(const char *a, const char *b)
{
	while (*a && index_fold(*a) == index_fold(*b)) {
		a++;
		b++;
	}
	return index_fold(*a) - index_fold(*b);
}

#endif
