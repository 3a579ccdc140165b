/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree of an open squashfs, node by node: what squashfs.c shows to
 * squashfs_walk.c.
 *
 * An inode is named by where it lies in the table of inodes (48 bits). Any
 * number may be asked for; one that leads astray is -EBADMSG.
 */
#ifndef SQUASHFS_TREE_H
#define SQUASHFS_TREE_H

#include <stdint.h>

#include "bytes.h"
#include "index.h"
#include "squashfs.h"

/* The most bytes that a name may have. */
enum { SQUASHFS_NAME_MAX = 256 };

struct squashfs_status {
	enum node_kind kind;
	int64_t mtime; /* seconds since 1970 */
	uint64_t size; /* bytes of a file */
};

uint64_t squashfs_root(const struct squashfs *);
uint64_t squashfs_bytes_used(const struct squashfs *);

/* When it was made, seconds since 1970. */
int64_t squashfs_made(const struct squashfs *);

/* 0 or -EBADMSG. */
int squashfs_status(struct squashfs *, uint64_t inode, struct squashfs_status *ret_status);

/* The target of a link, NUL-terminated: 0, or -EBADMSG, also when it does not
   fit into `size` bytes. */
int squashfs_target(struct squashfs *, uint64_t inode, char *buffer, size_t size);

/* Begins to read a directory; another one that was being read is forgotten.
   0 or -EBADMSG. */
int squashfs_directory_open(struct squashfs *, uint64_t inode);

/* Its next entry: 1, 0 at the end, or -EBADMSG, after which there are no more.
   The name stays valid until the next call; it has no NUL behind it. */
int squashfs_directory_next(struct squashfs *, struct bytes *ret_name, uint64_t *ret_inode);

#endif
