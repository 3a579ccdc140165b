/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of ours that recipes put into an initramfs: text:NAME in `initrd`.
 */
#include <string.h>

#include "recipe_data.h"

/* As with recipes.ini, the assembler reads the file. */
extern const char recipe_text_wrapper[];
__asm__(".section .rodata\n"
	".global recipe_text_wrapper\n"
	"recipe_text_wrapper:\n"
	".incbin \"src/initramfs/wrapper\"\n"
	".byte 0\n"
	".previous\n");

static const struct recipe_text texts[] = {
	{"wrapper", recipe_text_wrapper, 0755},
	/* initramfs-tools sources it before it looks for anything. */
	{"load-loop", "modprobe -q loop\nmodprobe -q isofs\n", 0644},
	/* Debian's installer reads it as answers. With its disc at hand already it does
	   not ask for these parts by itself. */
	{"installer-disc",
	 "d-i preseed/early_command string anna-install apt-cdrom-setup apt-mirror-setup\n"
	 "d-i cdrom-detect/eject boolean false\n",
	 0644},
};

const struct recipe_text *
recipe_text(const char *name)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].name, name) == 0)
			return &texts[i];
	}
	return NULL;
}
