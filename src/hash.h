/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FNV-1a with 64 bits: tells one run of bytes from another. Not against an
 * adversary, who can make two that are the same to it.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* `hash`, HASH_START at first, gone on with `length` bytes. */
static inline uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
