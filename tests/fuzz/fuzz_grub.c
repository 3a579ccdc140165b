/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a configuration of GRUB and what it sources: as scripts that
 * are run for both platforms.
 */
#include "fuzz_bootcfg.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"boot/grub/grub.cfg",
		"boot/grub/a.cfg",
		"@efi/EFI/BOOT/grub.cfg",
		".disk/info",
		"live/x.squashfs",
		"live/vmlinuz",
		"live/initrd",
		"LiveOS/squashfs.img",
		"arch/x86_64/airootfs.sfs",
		"EFI/BOOT/BOOTX64.EFI",
		NULL,
	};

	fuzz_bootcfg(names, 4, data, size);
	return 0;
}
