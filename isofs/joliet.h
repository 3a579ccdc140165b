/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joliet: names of directory records in big-endian UTF-16 (ISO-22).
 *
 * The standard says UCS-2 and 64 characters; real images have surrogate pairs
 * and up to 110 units, so both are read.
 */
#ifndef JOLIET_H
#define JOLIET_H

#include <stddef.h>

#include "bytes.h"

/* Three bytes of UTF-8 for each of the 111 units that a record has room for. */
enum { JOLIET_NAME_SIZE = 3 * 128 };

/* Writes a recorded name as UTF-8 without ";version": -> its length, which may
   be 0. No NUL is added. A unit of half a surrogate pair becomes U+FFFD. */
size_t joliet_name_decode(struct bytes name, char buffer[JOLIET_NAME_SIZE]);

#endif
