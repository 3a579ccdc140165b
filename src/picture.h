/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What kind of picture a file is, by how it begins, and whether vesamenu.c32
 * can draw it: PNG, plain JPEG, or LSS16. Nothing is decoded here.
 *
 * Pure.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stddef.h>
#include <stdint.h>

/* How much of a file is looked at: JPEG may have a preview before its size. */
enum { PICTURE_HEAD_SIZE = 64 * 1024 };

struct picture {
	unsigned width, height; /* pixels */
};

/* Reads the first `length` bytes of a file: 0; or -ENOTSUP, with the reason as a
   static text, "a progressive JPEG, ...". */
int picture_read(const uint8_t *bytes, size_t length, struct picture *ret_picture,
		 const char **ret_why);

#endif
