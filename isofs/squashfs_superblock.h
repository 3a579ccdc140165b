/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The superblock of a squashfs: the 96 bytes that say where its tables are.
 *
 * libsquashfuse believes it, and divides by a block size of 0; so it is checked
 * before the library sees it (SQ-1, SQ-6).
 */
#ifndef SQUASHFS_SUPERBLOCK_H
#define SQUASHFS_SUPERBLOCK_H

#include <stdint.h>

#include "bytes.h"

enum { SQUASHFS_SUPERBLOCK_SIZE = 96 };

/* Bytes of a block of metadata once it is decompressed. */
enum { SQUASHFS_METADATA_BLOCK = 8192 };

/* Whether `bytes`, the first of a squashfs in at most `room` bytes, are those
   of one that can be read: 0, -ENOTDIR when it is none, -EBADMSG with *ret_why
   (static text). */
int squashfs_superblock_check(struct bytes bytes, uint64_t room, const char **ret_why);

#endif
