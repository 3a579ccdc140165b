/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the entries of systemd-boot.
 */
#include "fuzz_bootcfg.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"loader/loader.conf",
		"loader/entries/a.conf",
		"loader/entries/b.conf",
		"@efi/loader/entries/c.conf",
		"live/x.squashfs",
		"live/vmlinuz",
		"live/initrd",
		"LiveOS/squashfs.img",
		"arch/x86_64/airootfs.sfs",
		"@efi/live/vmlinuz",
		"EFI/tool.efi",
		NULL,
	};

	fuzz_bootcfg(names, 4, data, size);
	return 0;
}
