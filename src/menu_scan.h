/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A menu as a machine reads it, as far as to know what it would fetch next:
 * the menus that it leads to, and the files of its first entry that has some.
 *
 * Pure. For looking at a server from outside; the text may be anything.
 */
#ifndef MENU_SCAN_H
#define MENU_SCAN_H

#include <stddef.h>

#include "menu.h"

enum { MENU_SCAN_MENUS = 16, MENU_SCAN_FILES = 8, MENU_SCAN_PATH = 512 };

/* Paths and URLs as they stand in the menu. */
struct menu_scan {
	char menus[MENU_SCAN_MENUS][MENU_SCAN_PATH]; /* of images; the first ones */
	size_t menu_count;
	char files[MENU_SCAN_FILES][MENU_SCAN_PATH]; /* the kernel, then the initrds */
	size_t file_count;
};

/* Reads the menu of PXELINUX or of iPXE. Names that a machine would fill in
   first (${mac}) are left out. */
void menu_scan(enum menu_format, const char *text, struct menu_scan *ret_scan);

#endif
