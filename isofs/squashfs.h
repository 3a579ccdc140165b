/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A squashfs that lies in an image, read through libsquashfuse. Runs only in
 * the reader process: crafted bytes make that library crash (SQ-6).
 *
 * Its index has the same form as that of an image (TREE_SQUASHFS), but the one
 * extent of a file is {inode, size}: squashfs_read finds the bytes.
 *
 * What a squashfs holds that is itself an image stays a file (SQ-13).
 */
#ifndef SQUASHFS_H
#define SQUASHFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct extent;
struct squashfs;

/* Opens the squashfs in the bytes `where` of `fd`, which stays the caller's and
   must outlive it. 0, -ENOTDIR when there is none, -EBADMSG with *ret_why
   (static text) for one that cannot be read (SQ-1, SQ-4), -EIO, -ENOMEM. */
int squashfs_open(int fd, const struct extent *where, struct squashfs **ret_squashfs,
		  const char **ret_why);

/* NULL is allowed. */
void squashfs_close(struct squashfs *);

/* Reads up to `length` bytes from `offset` of the file `inode`: -> how many, 0
   at its end; -EBADMSG with *ret_why when the squashfs is damaged there. */
ssize_t squashfs_read(struct squashfs *, uint64_t inode, uint64_t offset, void *buffer,
		      size_t length, const char **ret_why);

/* Writes the index of its whole tree to a new sealed memfd: 0, -EBADMSG with
   *ret_why, -ENOMEM, -EFBIG above the limits on nodes. */
int squashfs_index(struct squashfs *, int *ret_memfd, const char **ret_why);

#endif
