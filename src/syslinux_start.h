/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a SYSLINUX configuration boots by itself: ONTIMEOUT, MENU DEFAULT,
 * DEFAULT (SYS-7, SYS-10).
 */
#ifndef SYSLINUX_START_H
#define SYSLINUX_START_H

#include "syslinux_config.h"

struct menu;

/* Marks it in `menu`, which the configuration was read into, as the default of
   each menu on the way to it. A configuration that has no label, only a command
   line as its DEFAULT, gets an entry for that. 0 or -ENOMEM. */
int syslinux_start(struct syslinux_session *, const struct syslinux_config *, struct menu *menu);

#endif
