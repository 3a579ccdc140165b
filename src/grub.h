/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot configuration of an image that GRUB starts, as menus and entries.
 *
 * grub.cfg is a script: it is run on the image for one platform, with the
 * variables that GRUB would have there, and what its menu entries would load
 * is what comes out. No argument is changed here: that is for the recipes.
 */
#ifndef GRUB_H
#define GRUB_H

#include "boot.h"

struct source;

/* Finds the configuration that GRUB of the platform starts with (GRUB-6), in
   the image, or with `in_efi` in its EFI system partition, and puts its entries
   into `menu`, which is empty. ENTRY_FOR_BIOS is GRUB's i386-pc, ENTRY_FOR_UEFI
   its x86_64-efi. Remarks go to `notes`. 0; -ENOENT when there is none with an
   entry in it; -ENOMEM. */
int grub_read(const struct source *, enum entry_firmware, bool in_efi, struct menu *menu,
	      struct entry_note **notes);

#endif
