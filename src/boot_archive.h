/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives that are made for an image's entries (cpio.h) join their initrds
 * here. Those of a boot with the same members are one, which machines that boot
 * different entries then fetch from the same pages of memory.
 */
#ifndef BOOT_ARCHIVE_H
#define BOOT_ARCHIVE_H

struct boot;
struct cpio;
struct entry;

/* Makes `cpio`, which it takes over, an archive of `boot`. Bytes of its name that
   cannot stand in a URL become '_'; a second archive of a name gets "~2". *ret_cpio
   is the boot's, with the same members. 0 or -ENOMEM. */
int boot_keep_archive(struct boot *, struct cpio *cpio, const struct cpio **ret_cpio);

/* Puts an archive of its boot behind the initrds of an entry, under the path that
   it has in the tree of the image. 0 or -ENOMEM. */
int entry_add_archive(struct entry *, const struct cpio *);

#endif
