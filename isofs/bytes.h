/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bounded views of hostile bytes.
 *
 * A view is a pointer and a length. A number read outside the view is 0 and a
 * slice is cut to what is there, so no parser can leave its bytes, however it
 * computes an offset. Where 0 would be a wrong answer the caller looks at the
 * length first.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t length;
};

/* Whether `length` bytes from `offset` lie inside the view. */
static inline bool
bytes_hold(struct bytes bytes, size_t offset, size_t length)
{
	return offset <= bytes.length && length <= bytes.length - offset;
}

/* The bytes from `offset` on, at most `length`; empty outside. */
static inline struct bytes
bytes_slice(struct bytes bytes, size_t offset, size_t length)
{
	if (offset >= bytes.length)
		return (struct bytes){bytes.at, 0};
	if (length > bytes.length - offset)
		length = bytes.length - offset;
	return (struct bytes){bytes.at + offset, length};
}

/* Numbers of 1, 2, 4 and 8 bytes, little-endian unless the name says big. */
static inline uint8_t
bytes_u8(struct bytes bytes, size_t offset)
{
	return bytes_hold(bytes, offset, 1) ? bytes.at[offset] : 0;
}

static inline uint16_t
bytes_u16(struct bytes bytes, size_t offset)
{
	if (!bytes_hold(bytes, offset, 2))
		return 0;
	return (uint16_t)(bytes.at[offset] | bytes.at[offset + 1] << 8);
}

static inline uint16_t
bytes_u16_big(struct bytes bytes, size_t offset)
{
	if (!bytes_hold(bytes, offset, 2))
		return 0;
	return (uint16_t)(bytes.at[offset] << 8 | bytes.at[offset + 1]);
}

static inline uint32_t
bytes_u32(struct bytes bytes, size_t offset)
{
	if (!bytes_hold(bytes, offset, 4))
		return 0;
	return bytes_u16(bytes, offset) | (uint32_t)bytes_u16(bytes, offset + 2) << 16;
}

static inline uint64_t
bytes_u64(struct bytes bytes, size_t offset)
{
	if (!bytes_hold(bytes, offset, 8))
		return 0;
	return bytes_u32(bytes, offset) | (uint64_t)bytes_u32(bytes, offset + 4) << 32;
}

/* Whether `text` (without its NUL) stands at `offset`. */
static inline bool
bytes_match(struct bytes bytes, size_t offset, const char *text)
{
	size_t length = strlen(text);

	return bytes_hold(bytes, offset, length) && memcmp(bytes.at + offset, text, length) == 0;
}

#endif
