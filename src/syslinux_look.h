/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the look that a SYSLINUX configuration asks for to the one that a menu
 * keeps: only what vesamenu.c32 can show.
 */
#ifndef SYSLINUX_LOOK_H
#define SYSLINUX_LOOK_H

#include "syslinux_command.h"

struct menu;

/* Remembers which module shows what is read from now on, if `command` is one. */
void syslinux_look_module(struct syslinux_session *, const struct syslinux_command *command);

/* Gives `menu` the look of `raw`, with the picture found in the image and the
   layout made to fit. Where it has none, or one that cannot be shown as it was
   meant, ours holds, and a note says why. 0 or -ENOMEM. */
int syslinux_look_set(struct syslinux_session *, const struct syslinux_config *,
		      const struct syslinux_menu *raw, struct menu *menu);

#endif
