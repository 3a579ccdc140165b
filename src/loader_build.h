/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether PXELINUX's core and its modules are of one build (SYS-17).
 *
 * That is certain for a package and likely for a folder. ldlinux.c32 carries no
 * version, but sysdump.c32 does.
 */
#ifndef LOADER_BUILD_H
#define LOADER_BUILD_H

#include <stdbool.h>

#include "loader_folder.h"

/* Whether the set goes together as far as its files say. */
bool loader_is_one_build(const struct loader_folder *core, const struct loader_folder *modules);

#endif
