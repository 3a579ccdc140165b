/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the configuration of Limine, as it is written now and as it was
 * written before version 8.
 */
#include "fuzz_bootcfg.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"limine.conf",       "boot/limine/limine.cfg", "@efi/EFI/BOOT/limine.conf",
		".disk/info",        "live/x.squashfs",        "live/vmlinuz",
		"live/initrd",       "LiveOS/squashfs.img",    "arch/x86_64/airootfs.sfs",
		"@efi/live/vmlinuz", "EFI/tool.efi",           NULL,
	};

	fuzz_bootcfg(names, 4, data, size);
	return 0;
}
