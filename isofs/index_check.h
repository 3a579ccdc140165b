/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the bytes of an index, which come from a process that met hostile
 * images and may have been taken over by one.
 */
#ifndef INDEX_CHECK_H
#define INDEX_CHECK_H

#include "index_layout.h"

/* Checks `length` bytes at `header` (8-byte aligned) against an image of
   `image_size` bytes: NULL, or what is wrong, as static text. */
const char *index_check(const struct index_header *header, size_t length, uint64_t image_size);

#endif
