/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tidies a boot that was read: each choice appears once, each label names one
 * entry, no sub-menu is empty.
 */
#ifndef BOOT_MERGE_H
#define BOOT_MERGE_H

struct boot;

/* Merges entries that come to the same: one kernel, the same initrds, the same
   arguments and password. The first stays (the first that is shown, if there
   is one), knows the labels of the others and says so in its notes. Removes
   sub-menus that are empty and separators that separate nothing.
   0 or -ENOMEM. */
int boot_merge(struct boot *);

/* Makes the labels unique without regard to case: the second "live" becomes
   "live~2"; an entry without a label is "entry". The same choice in the menu for
   UEFI has the label that it has in the one for BIOS. 0 or -ENOMEM. */
int boot_name_entries(struct boot *);

#endif
