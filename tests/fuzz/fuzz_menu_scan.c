/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a menu of PXELINUX and of iPXE, as another server may send it:
 * what is found fits where it is kept.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "menu_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(char list[][MENU_SCAN_PATH], size_t count, size_t most)
{
	if (count > most)
		abort();
	for (size_t i = 0; i < count; i++)
		if (memchr(list[i], '\0', MENU_SCAN_PATH) == NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum menu_format formats[] = {MENU_PXELINUX, MENU_IPXE};
	static struct menu_scan scan;
	char *text = calloc(1, size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	for (size_t i = 0; i < 2; i++) {
		menu_scan(formats[i], text, &scan);
		check(scan.menus, scan.menu_count, MENU_SCAN_MENUS);
		check(scan.files, scan.file_count, MENU_SCAN_FILES);
	}
	free(text);
	return 0;
}
