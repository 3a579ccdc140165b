/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that the members of cpio archives make, one after the other, as
 * Linux does it (init/initramfs.c): what comes later goes over what was there
 * before, a path may lead through links, and a member whose directory is not
 * there is lost.
 *
 * Names come in any order, so the tree is grown here and handed over to a
 * builder, which wants it level by level, at the end.
 */
#ifndef INITRAMFS_TREE_H
#define INITRAMFS_TREE_H

#include <stdint.h>

#include "builder.h"
#include "bytes.h"

/* More names than that are in no initramfs. */
enum { INITRAMFS_NODES_MAX = 1000 * 1000 };

struct initramfs_node;

struct initramfs_tree {
	struct initramfs_node *nodes; /* 0 is the root */
	uint32_t node_count;
	uint32_t node_room;
	char *texts; /* names and targets, each with a NUL; 0 is "" */
	size_t text_bytes;
	size_t text_room;
	uint32_t *slots;     /* nodes by parent and name; 0: free */
	uint32_t slot_count; /* a power of two */
	uint32_t bad_paths;  /* through "..", too deep, or over too many links */
};

/* What an archive says of a path. */
struct initramfs_member {
	struct bytes path;
	enum node_kind kind;
	int64_t mtime;
	struct extent extent; /* of a file: where in the unpacked bytes it lies */
	struct bytes target;  /* of a link */
};

/* 0 or -ENOMEM. */
int initramfs_tree_init(struct initramfs_tree *);
void initramfs_tree_clear(struct initramfs_tree *);

/* Adds a member, or leaves out one that leads nowhere: 0, -ENOMEM, or -EFBIG
   above INITRAMFS_NODES_MAX. */
int initramfs_tree_add(struct initramfs_tree *, const struct initramfs_member *);

/* Puts the tree into a builder that has only its root: 0, -ENOMEM, -EFBIG. */
int initramfs_tree_build(const struct initramfs_tree *, struct builder *);

#endif
