/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text out of images, which is in any character set or none.
 *
 * File names are kept as recorded. What is shown to people (the names of a
 * volume) becomes proper UTF-8 without control characters.
 */
#ifndef ENCODING_H
#define ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Writes one code point as UTF-8 (at most 4 bytes, no NUL): -> their number. */
size_t utf8_encode(uint32_t code_point, char *buffer);

/* The code point that `unit` of UTF-16 and the `next` one make, and how many
   bytes of them it takes: 2 or 4. Half a pair becomes U+FFFD. */
uint32_t utf16_join(uint32_t unit, uint32_t next, size_t *ret_size);

/* The number of leading bytes of `text` that a cut to `size` bytes may keep
   without cutting a character of UTF-8 in two. */
size_t utf8_cut(const char *text, size_t size);

/* A field padded with spaces or NULs as UTF-8, NUL-terminated, the padding
   trimmed. Bytes that are not UTF-8 are taken as Latin-1, control characters
   become '?'. Cut to `size` bytes. */
void text_from_padded(struct bytes field, char *buffer, size_t size);

#endif
