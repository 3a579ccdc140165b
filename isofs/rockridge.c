/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rock Ridge; see rockridge.h.
 *
 * An area is a row of entries: two letters, length, version, then what the
 * letters say. NM and SL may be spread over several entries, and an area over
 * several places (CE), so their state lives in struct decoder until the last
 * entry is seen. Loops of continuation areas end after CONTINUATIONS_MAX.
 */
#include "rockridge.h"

#include <sys/stat.h>

#include "encoding.h"
#include "iso9660.h"

enum { ENTRY_HEADER = 4, XA_SIZE = 14 };

struct decoder {
	struct rock_ridge *rock;
	size_t name_length;
	bool name_ended;
	size_t target_length;
	bool target_ended;
	bool target_too_long;
	bool component_continues; /* no '/' before the next component of a link */
	uint64_t next_offset;     /* CE: the area that follows this one */
	size_t next_length;       /* 0: none */
};

/* CD-XA media put 14 bytes of their own first, the last 5 of them 0 (ISO-15): a
   name with XA in it is not meant. */
static struct bytes
skip_xa(struct bytes area)
{
	static const uint8_t reserved[5];

	if (!bytes_match(area, 6, "XA") || !bytes_hold(area, 0, XA_SIZE) ||
	    memcmp(area.at + 9, reserved, sizeof(reserved)) != 0)
		return area;
	return bytes_slice(area, XA_SIZE, area.length);
}

size_t
susp_skip(struct bytes system_use)
{
	struct bytes area = skip_xa(system_use);

	if (!bytes_match(area, 0, "SP\x07\x01\xbe\xef"))
		return 0;
	return bytes_u8(area, 6);
}

/* --- entries --------------------------------------------------------------- */

/* NM: a part of the name. Names "." and ".." are those of the directory. */
static void
decode_name(struct decoder *decoder, struct bytes entry)
{
	enum { CONTINUES = 1, IS_CURRENT = 2, IS_PARENT = 4 };
	uint8_t flags = bytes_u8(entry, 4);
	struct bytes part = bytes_slice(entry, 5, entry.length);
	size_t room = ROCK_NAME_MAX - decoder->name_length;

	if (decoder->name_ended || flags & (IS_CURRENT | IS_PARENT))
		return;
	decoder->name_ended = !(flags & CONTINUES);
	if (part.length > room) {
		part.length = utf8_cut((const char *)part.at, room);
		decoder->name_ended = true;
	}
	memcpy(decoder->rock->name + decoder->name_length, part.at, part.length);
	decoder->name_length += part.length;
}

/* PX: mode, links, owner. */
static void
decode_mode(struct decoder *decoder, struct bytes entry)
{
	if (entry.length >= 36)
		decoder->rock->mode = bytes_u32(entry, 4);
}

/* TF: the times that the bits of a map announce, in the order of the bits. */
static void
decode_times(struct decoder *decoder, struct bytes entry)
{
	enum { HAS_CREATION = 1, HAS_MODIFICATION = 2, IS_LONG = 0x80 };
	uint8_t flags = bytes_u8(entry, 4);
	size_t size = flags & IS_LONG ? 17 : 7;
	size_t offset = flags & HAS_CREATION ? 5 + size : 5;
	struct bytes date = bytes_slice(entry, offset, size);

	if (!(flags & HAS_MODIFICATION) || date.length < size)
		return;
	decoder->rock->has_mtime = true;
	decoder->rock->mtime = flags & IS_LONG ? iso_date_long(date) : iso_date_short(date);
}

static void
append_target(struct decoder *decoder, struct bytes text)
{
	if (text.length > INDEX_TARGET_MAX - decoder->target_length) {
		decoder->target_too_long = true;
		return;
	}
	memcpy(decoder->rock->target + decoder->target_length, text.at, text.length);
	decoder->target_length += text.length;
}

/* SL: components of a link's target, each with flags, length and text. */
static void
decode_link(struct decoder *decoder, struct bytes entry)
{
	enum { CONTINUES = 1, IS_CURRENT = 2, IS_PARENT = 4, IS_ROOT = 8 };
	static const uint8_t dots[] = "..", slash[] = "/";
	struct bytes components = bytes_slice(entry, 5, entry.length);

	if (decoder->target_ended)
		return;
	decoder->rock->is_link = true;
	decoder->target_ended = !(bytes_u8(entry, 4) & CONTINUES);

	while (components.length >= 2) {
		uint8_t flags = bytes_u8(components, 0);
		size_t length = bytes_u8(components, 1);
		struct bytes text = bytes_slice(components, 2, length);
		const char *target = decoder->rock->target;

		if (!decoder->component_continues && decoder->target_length > 0 &&
		    target[decoder->target_length - 1] != '/')
			append_target(decoder, (struct bytes){slash, 1});
		if (flags & (IS_CURRENT | IS_PARENT))
			text = (struct bytes){dots, flags & IS_PARENT ? 2 : 1};
		else if (flags & IS_ROOT)
			text = (struct bytes){slash, 1};
		append_target(decoder, text);
		decoder->component_continues = flags & CONTINUES;
		components = bytes_slice(components, 2 + length, components.length);
	}
}

static void
decode_child_link(struct decoder *decoder, struct bytes entry)
{
	if (entry.length < 12)
		return;
	decoder->rock->is_elsewhere = true;
	decoder->rock->child_offset = (uint64_t)bytes_u32(entry, 4) * SECTOR_SIZE;
}

static void
decode_relocated(struct decoder *decoder, struct bytes entry)
{
	(void)entry;
	decoder->rock->is_relocated = true;
}

static void
decode_encoded(struct decoder *decoder, struct bytes entry)
{
	(void)entry;
	decoder->rock->is_encoded = true;
}

/* CE: where the area goes on. */
static void
decode_continuation(struct decoder *decoder, struct bytes entry)
{
	size_t length = bytes_u32(entry, 20);

	if (entry.length < 28 || length > CONTINUATION_SIZE_MAX)
		return;
	decoder->next_offset = (uint64_t)bytes_u32(entry, 4) * SECTOR_SIZE + bytes_u32(entry, 12);
	decoder->next_length = length;
}

/* Two letters as one number: a hostile image has many to look up. */
#define SIGNATURE(first, second) ((first) | (second) << 8)

static const struct {
	uint16_t signature;
	bool is_rock_ridge; /* else of SUSP, which others use too */
	void (*decode)(struct decoder *, struct bytes entry);
} entries[] = {
	{SIGNATURE('N', 'M'), true, decode_name},
	{SIGNATURE('P', 'X'), true, decode_mode},
	{SIGNATURE('T', 'F'), true, decode_times},
	{SIGNATURE('S', 'L'), true, decode_link},
	{SIGNATURE('C', 'L'), true, decode_child_link},
	{SIGNATURE('R', 'E'), true, decode_relocated},
	{SIGNATURE('Z', 'F'), false, decode_encoded},
	{SIGNATURE('S', 'F'), true, decode_encoded},
	{SIGNATURE('C', 'E'), false, decode_continuation},
};

/* --- areas ----------------------------------------------------------------- */

static void
decode_area(struct decoder *decoder, struct bytes area)
{
	while (area.length >= ENTRY_HEADER) {
		uint16_t signature = bytes_u16(area, 0);
		size_t length = bytes_u8(area, 2);
		struct bytes entry = bytes_slice(area, 0, length);

		if (length < ENTRY_HEADER || length > area.length ||
		    signature == SIGNATURE('S', 'T'))
			return;
		for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
			if (signature != entries[i].signature)
				continue;
			decoder->rock->is_present |= entries[i].is_rock_ridge;
			entries[i].decode(decoder, entry);
		}
		area = bytes_slice(area, length, area.length);
	}
}

int
rock_ridge_decode(struct bytes system_use, size_t skip, const struct continuation_source *source,
		  struct rock_ridge *rock)
{
	struct decoder decoder = {.rock = rock};
	struct bytes area = skip_xa(bytes_slice(system_use, skip, system_use.length));

	rock->is_present = rock->has_mtime = rock->is_link = false;
	rock->is_elsewhere = rock->is_relocated = rock->is_encoded = false;
	rock->mode = 0;

	decode_area(&decoder, area);
	for (int i = 0; i < CONTINUATIONS_MAX && decoder.next_length > 0; i++) {
		int result = source->read(source->context, decoder.next_offset, decoder.next_length,
					  &area);

		if (result < 0)
			return result;
		decoder.next_length = 0;
		decode_area(&decoder, area);
	}

	rock->name[decoder.name_length] = '\0';
	rock->target[decoder.target_too_long ? 0 : decoder.target_length] = '\0';
	return 0;
}
