/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot configuration of an image that ISOLINUX or SYSLINUX starts, as
 * menus and entries.
 *
 * Every label that leads somewhere becomes an entry, in its order and its
 * sub-menu; files are looked up in the image, modules are understood
 * (SYS-19..23), what only makes sense on a disc is dropped with a note. No
 * argument is changed here: that is for the recipes.
 */
#ifndef SYSLINUX_H
#define SYSLINUX_H

struct boot;
struct source;

/* Finds the configuration where ISOLINUX and SYSLINUX look for it (SYS-14),
   and fills the menu of `boot`, which is empty, with it. 0; -ENOENT when the
   image has none with an entry in it; -ENOMEM. */
int syslinux_read(const struct source *, struct boot *);

#endif
