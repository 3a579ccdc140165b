/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets to netascii, the text form of TFTP: LF becomes CR LF, CR becomes
 * CR NUL (RFC 764 and 854, by way of RFC 1350 section 1; TFTP-28).
 *
 * A pair may be cut by the end of a block. So the place where a block starts
 * is a byte of the file and possibly the second half of a pair: together a
 * struct netascii. Whoever keeps the one a block started with can make the
 * same bytes again.
 */
#ifndef NETASCII_H
#define NETASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in the converted text. All zero is its start. */
struct netascii {
	uint64_t offset; /* in the file, of the next byte to convert */
	bool has_carry;  /* `carry` comes first: the second half of a pair */
	uint8_t carry;
};

/* Converts from `*place` until `size` bytes of `out` are filled or `length`
   bytes of `raw`, which begin at place->offset in the file, are used up.
   Moves `*place` behind what was written; -> bytes written. With `length` at
   least `size`, or `raw` reaching to the end of the file, a result below
   `size` means that the end of the text is reached. */
size_t netascii_convert(struct netascii *place, const uint8_t *raw, size_t length, uint8_t *out,
			size_t size);

#endif
