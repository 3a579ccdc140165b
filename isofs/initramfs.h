/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in an initramfs: the names, kinds and sizes of its files. Runs only in
 * the reader process.
 *
 * It is read as Linux reads it (Documentation/driver-api/early-userspace/
 * buffer-format): cpio archives of the form newc (070701) or crc (070702), one
 * behind the other, each as it is or inside a compressed stream, zeros between
 * them. An archive that is not compressed begins at a multiple of 4.
 *
 * Its index has the same form as that of an image (TREE_INITRAMFS). The one
 * extent of a file is where it lies in the unpacked bytes, all archives together,
 * and its size: nobody reads them.
 *
 * What is damaged or unknown anywhere makes the whole unreadable: of half a
 * list nobody could say what is not in it.
 */
#ifndef INITRAMFS_H
#define INITRAMFS_H

struct extent;

/* Writes the index of the initramfs in the bytes `where` of `fd` to a new
   sealed memfd: 0, -EBADMSG with *ret_why (static text) when it is none or
   damaged, -EFBIG with it above the limits on names and bytes, -ENOMEM, -EIO. */
int initramfs_index(int fd, const struct extent *where, int *ret_memfd, const char **ret_why);

#endif
