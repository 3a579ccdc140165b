/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot configuration of an image that Limine starts, as menus and entries:
 * limine.conf, and limine.cfg as it was called and written before version 8.
 */
#ifndef LIMINE_H
#define LIMINE_H

#include <stdbool.h>

#include "boot.h"

struct source;

/* Finds the configuration where Limine of the firmware (ENTRY_FOR_BIOS or
   ENTRY_FOR_UEFI) looks for it, in the image, or with `in_efi` in its EFI
   system partition, and puts its entries into `menu`, which is empty. Remarks
   go to `notes`. 0; -ENOENT when there is none with an entry in it; -ENOMEM. */
int limine_read(const struct source *, enum entry_firmware, bool in_efi, struct menu *menu,
		struct entry_note **notes);

#endif
