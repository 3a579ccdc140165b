/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot configuration of an image that systemd-boot starts: a file for each
 * entry, loader/entries/NAME.conf, and loader/loader.conf for all of them, as
 * the Boot Loader Specification has it. For UEFI.
 */
#ifndef LOADER_ENTRIES_H
#define LOADER_ENTRIES_H

#include <stdbool.h>

struct entry_note;
struct menu;
struct source;

/* Puts the entries of the image, or with `in_efi` of its EFI system partition,
   into `menu`, which is empty. Files that an entry names are looked for in the
   same file system. Remarks go to `notes`. 0; -ENOENT when there are none;
   -ENOMEM. */
int loader_entries_read(const struct source *, bool in_efi, struct menu *menu,
			struct entry_note **notes);

#endif
