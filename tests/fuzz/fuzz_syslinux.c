/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a configuration of ISOLINUX and what it includes.
 */
#include "fuzz_bootcfg.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"isolinux/isolinux.cfg",
		"isolinux/a.cfg",
		"isolinux/b.cfg",
		".disk/info",
		"live/x.squashfs",
		"live/vmlinuz",
		"live/initrd",
		"LiveOS/squashfs.img",
		"arch/x86_64/airootfs.sfs",
		"isolinux/s.png",
		"isolinux/$(s)${x};'||.png",
		NULL,
	};

	fuzz_bootcfg(names, 4, data, size);
	return 0;
}
