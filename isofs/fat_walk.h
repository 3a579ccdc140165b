/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the directories of a FAT file system inside an image into a builder.
 *
 * As walk.h does, level by level and without recursion. It ends on any bytes:
 * a cluster that was read is taken out of the table, so that each belongs to
 * one chain and no chain or directory has a loop; the depth, the clusters and
 * the bytes of directories are limited. A file whose chain is broken, ends too
 * early, or leads into another is listed and never served; one whose chain is
 * longer than the file is whole, as for every driver. Rule: ET-3.
 */
#ifndef FAT_WALK_H
#define FAT_WALK_H

#include "builder.h"
#include "walk.h"
#include "window.h"

enum { FAT_WALK_BYTES_MAX = 16 * 1024 * 1024 }; /* of all directories */

/* Walks the file system in `place` of the image into `builder`, which holds
   the root and nothing else; extents are those in the image. 0, or -EBADMSG
   when it is no FAT file system, -ENOMEM, -EIO and others of pread, -EFBIG
   above the limits. */
int fat_walk(struct window *, struct extent place, struct builder *, struct damage *ret_damage);

#endif
