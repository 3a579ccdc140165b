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

enum syslinux_place {
	SYSLINUX_USUAL,     /* where ISOLINUX and SYSLINUX look (SYS-14) */
	SYSLINUX_ELSEWHERE, /* where changed ones look, beside themselves: openSUSE's, Slax's */
	SYSLINUX_UEFI,      /* where syslinux.efi looks */
};

/* Finds the configuration at such a place, and fills the menu of `boot`, which is
   empty, with it; for UEFI the other one. 0; -ENOENT when the image has none with
   an entry in it; -ENOMEM. */
int syslinux_read_at(const struct source *, enum syslinux_place, struct boot *);

/* The same at the usual places. */
int syslinux_read(const struct source *, struct boot *);

#endif
