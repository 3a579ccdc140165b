/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NAME.d/initramfs/...: what a user wants in the initramfs of an image's
 * entries. NAME.d/initramfs/etc/motd is /etc/motd there, over a file of the
 * image's own: a key, a driver, a corrected script, an answer file that an
 * installer looks for.
 */
#ifndef COMPANION_INITRAMFS_H
#define COMPANION_INITRAMFS_H

struct boot;
struct source;

/* Adds an initrd with these files to each entry that has an initrd; without the
   folder nothing happens. What cannot be added goes to boot->problems. 0 or
   -ENOMEM. */
int companion_initramfs_apply(const struct source *companion, struct boot *);

#endif
