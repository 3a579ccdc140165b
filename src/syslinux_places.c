/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places of configurations: see syslinux_places.h.
 */
#include "syslinux_places.h"

#include <stddef.h>

/* Names that a hostile image lets the patterns look at. */
enum { BUDGET = 20000 };

/* Of each kind; NULL ends them. */
static const char *const places[][11] = {
	[SYSLINUX_USUAL] = {"boot/isolinux/isolinux.cfg", "boot/isolinux/syslinux.cfg",
			    "isolinux/isolinux.cfg", "isolinux/syslinux.cfg",
			    "boot/syslinux/isolinux.cfg", "boot/syslinux/syslinux.cfg",
			    "syslinux/isolinux.cfg", "syslinux/syslinux.cfg", "isolinux.cfg",
			    "syslinux.cfg"},
	[SYSLINUX_ELSEWHERE] = {"boot/*/loader/isolinux.cfg", "*/boot/isolinux.cfg",
				"*/boot/syslinux.cfg"},
	[SYSLINUX_UEFI] = {"EFI/BOOT/syslx64.cfg", "EFI/BOOT/syslinux.cfg",
			   "EFI/syslinux/syslinux.cfg", "@efi/EFI/BOOT/syslx64.cfg",
			   "@efi/EFI/BOOT/syslinux.cfg"},
};

unsigned
syslinux_places(const struct source *source, enum syslinux_place place,
		struct source_node ret_nodes[SYSLINUX_PLACES_LIMIT])
{
	unsigned budget = BUDGET;
	unsigned count = 0;

	for (const char *const *pattern = places[place]; *pattern != NULL; pattern++)
		count += source_glob(source, *pattern, &budget, ret_nodes + count,
				     SYSLINUX_PLACES_LIMIT - count);
	return count;
}
