/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the text and the JSON of explain share.
 */
#ifndef EXPLAIN_PART_H
#define EXPLAIN_PART_H

struct entry;
struct menu_context;
struct menu_image;
struct text;

/* "linux", "memdisk", ... */
const char *explain_kind(const struct entry *);

/* "BIOS", "UEFI", or "any": what can start it. */
const char *explain_firmware(const struct entry *);

/* Appends the arguments as they are sent; the machine's address is "MAC" where
   none is known. */
void explain_arguments(const struct menu_context *, const struct menu_image *, const struct entry *,
		       struct text *);

#endif
