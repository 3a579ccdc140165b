/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One label of a SYSLINUX configuration made into an entry: its files found
 * in the image, its title and help cleaned, or the reason why it cannot be
 * offered.
 */
#ifndef SYSLINUX_ENTRY_H
#define SYSLINUX_ENTRY_H

#include "syslinux_command.h"

struct entry;

/* An entry for what `item` shows and `command` does; names are relative to the
   directory of `config`. A command that opens a configuration is not for this
   function. 0 or -ENOMEM. */
int syslinux_entry(struct syslinux_session *, const struct syslinux_config *config,
		   const struct syslinux_item *item, const struct syslinux_command *command,
		   struct entry **ret_entry);

/* Sets what every line of a menu has: title, hotkey, help, flags, where it is
   written. 0 or -ENOMEM. */
int syslinux_describe(const struct syslinux_item *item, struct entry *);

#endif
