/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unified kernel images as entries. Their arguments cannot be changed, so only
 * one whose arguments name no disc is offered, as a program for UEFI.
 */
#ifndef LOADER_UKI_H
#define LOADER_UKI_H

struct entry;
struct menu;
struct source;

/* Makes of `entry` the image at `path`, as its configuration names it: offered, or
   refused with the reason. 0 or -ENOMEM. */
int loader_uki_set(const struct source *, const char *path, struct entry *);

/* Appends those that systemd-boot finds by itself below `folder`, "" or "@efi", in
   EFI/Linux. 0 or -ENOMEM. */
int loader_uki_add(const struct source *, const char *folder, struct menu *);

#endif
