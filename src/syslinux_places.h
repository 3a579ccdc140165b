/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the loaders of the SYSLINUX family look for their configuration (SYS-14).
 */
#ifndef SYSLINUX_PLACES_H
#define SYSLINUX_PLACES_H

#include "source.h"
#include "syslinux.h"

enum { SYSLINUX_PLACES_LIMIT = 16 };

/* The configurations of the image at those places, in the order in which a loader
   tries them: -> how many. */
unsigned syslinux_places(const struct source *, enum syslinux_place,
			 struct source_node ret_nodes[SYSLINUX_PLACES_LIMIT]);

#endif
