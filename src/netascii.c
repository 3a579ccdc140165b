/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets to netascii: see netascii.h.
 *
 * Each byte of the file gives one or two bytes. When only the first of two
 * fits, the second waits as the carry and is the first byte of the next block
 * (TFTP-28, RFC 764).
 */
#include "netascii.h"

size_t
netascii_convert(struct netascii *place, const uint8_t *raw, size_t length, uint8_t *out,
		 size_t size)
{
	size_t used = 0;
	size_t written = 0;

	while (written < size) {
		if (place->has_carry) {
			out[written++] = place->carry;
			place->has_carry = false;
			continue;
		}
		if (used == length)
			break;
		uint8_t byte = raw[used++];
		place->has_carry = byte == '\n' || byte == '\r';
		place->carry = byte == '\n' ? '\n' : '\0';
		out[written++] = place->has_carry ? '\r' : byte;
	}
	place->offset += used;
	return written;
}
