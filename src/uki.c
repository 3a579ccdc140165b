/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The headers of a PE program, as far as its sections: see uki.h. Every offset is
 * the image's own, and checked.
 */
#include "uki.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum {
	PE_OFFSET = 0x3c, /* where "PE\0\0" stands */
	PE_SIZE = 24,     /* with the COFF header */
	SECTION_SIZE = 40,
	NAME_SIZE = 8,
};

static uint32_t
get_u32(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static uint32_t
get_u16(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8;
}

int
uki_find_section(const unsigned char *bytes, size_t length, const char *name, const char **ret_text,
		 size_t *ret_length)
{
	char padded[NAME_SIZE + 1] = "";
	size_t pe;
	size_t place;

	if (length < PE_OFFSET + 4 || memcmp(bytes, "MZ", 2) != 0)
		return -EBADMSG;
	pe = get_u32(bytes + PE_OFFSET);
	if (pe > length || length - pe < PE_SIZE || memcmp(bytes + pe, "PE\0", 4) != 0)
		return -EBADMSG;
	strncat(padded, name, NAME_SIZE);
	place = pe + PE_SIZE + get_u16(bytes + pe + 20);
	for (uint32_t i = get_u16(bytes + pe + 6); i > 0; i--, place += SECTION_SIZE) {
		uint32_t offset;
		uint32_t size;

		if (place > length || length - place < SECTION_SIZE)
			return -EBADMSG;
		if (memcmp(bytes + place, padded, NAME_SIZE) != 0)
			continue;
		offset = get_u32(bytes + place + 20);
		size = get_u32(bytes + place + 8);
		/* what the file has may be padded, what is loaded is as long as the text */
		if (size > get_u32(bytes + place + 16))
			size = get_u32(bytes + place + 16);
		if (offset > length || length - offset < size)
			return -EBADMSG;
		*ret_text = (const char *)bytes + offset;
		*ret_length = strnlen(*ret_text, size);
		return 0;
	}
	return -ENOENT;
}
