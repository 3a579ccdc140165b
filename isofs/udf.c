/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF on disk; see udf.h.
 *
 * Numbers are little-endian. The offsets are those of the tables in ECMA-167
 * parts 3 and 4 and in the UDF specification, which names the partition maps.
 */
#include "udf.h"

#include <errno.h>

#include "date.h"
#include "encoding.h"

enum { TAG_SIZE = 16, MAP_PLAIN_SIZE = 6, MAP_NAMED_SIZE = 64, DATE_SIZE = 12 };

/* --- tags ------------------------------------------------------------------ */

/* x^16 + x^12 + x^5 + 1, a byte at a time: since the polynomial has so few
   terms, its multiples are a few shifts. */
uint16_t
udf_crc(struct bytes bytes)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		uint32_t high = (crc >> 8 ^ bytes.at[i]) & 0xff;

		high ^= high >> 4;
		crc = (crc << 8 ^ high << 12 ^ high << 5 ^ high) & 0xffff;
	}
	return (uint16_t)crc;
}

size_t
udf_tag_length(struct bytes bytes)
{
	return TAG_SIZE + (size_t)bytes_u16(bytes, 10);
}

bool
udf_tag_check(struct bytes bytes)
{
	size_t length = bytes_u16(bytes, 10);
	uint8_t sum = 0;

	if (!bytes_hold(bytes, TAG_SIZE, length))
		return false;
	for (size_t i = 0; i < TAG_SIZE; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : bytes.at[i]));
	return sum == bytes_u8(bytes, 4) &&
	       udf_crc(bytes_slice(bytes, TAG_SIZE, length)) == bytes_u16(bytes, 8);
}

static bool
has_tag(struct bytes block, uint16_t kind, uint32_t location)
{
	return bytes_u16(block, 0) == kind && bytes_u32(block, 12) == location &&
	       udf_tag_check(block);
}

/* --- small parts ----------------------------------------------------------- */

/* The local time with its zone in minutes; -2047 means that nobody knows it. */
static int64_t
decode_date(struct bytes date)
{
	int zone = bytes_u16(date, 0) & 0xfff;

	if (zone >= 0x800)
		zone -= 0x1000;
	return date_seconds(&(struct date){
		.year = (int16_t)bytes_u16(date, 2),
		.month = bytes_u8(date, 4),
		.day = bytes_u8(date, 5),
		.hour = bytes_u8(date, 6),
		.minute = bytes_u8(date, 7),
		.second = bytes_u8(date, 8),
		.zone = zone >= -1440 && zone <= 1440 ? zone : 0,
	});
}

/* An extent of the image, in sectors. */
static struct extent
decode_extent(struct bytes bytes, size_t offset)
{
	return (struct extent){
		.offset = (uint64_t)bytes_u32(bytes, offset + 4) * UDF_BLOCK_SIZE,
		.length = bytes_u32(bytes, offset),
	};
}

/* Where a long allocation descriptor leads. */
static struct udf_address
decode_address(struct bytes bytes, size_t offset)
{
	return (struct udf_address){
		.block = bytes_u32(bytes, offset + 4),
		.partition = bytes_u16(bytes, offset + 8),
	};
}

size_t
udf_name_decode(struct bytes name, char buffer[UDF_NAME_SIZE])
{
	uint8_t bits = bytes_u8(name, 0);
	size_t length = 0;
	size_t size = 1;

	if (bits != 8 && bits != 16)
		return 0;
	for (size_t offset = 1; bytes_hold(name, offset, bits / 8); offset += size) {
		uint32_t code_point = bytes_u8(name, offset);

		if (bits == 16)
			code_point = utf16_join(bytes_u16_big(name, offset),
						bytes_u16_big(name, offset + 2), &size);
		if (length + 4 > UDF_NAME_SIZE)
			break;
		length += utf8_encode(code_point, buffer + length);
	}
	return length;
}

/* --- volume ---------------------------------------------------------------- */

int
udf_anchor_decode(struct bytes block, uint32_t location, struct extent *ret_main,
		  struct extent *ret_reserve)
{
	if (!has_tag(block, UDF_ANCHOR, location))
		return -EBADMSG;
	*ret_main = decode_extent(block, 16);
	*ret_reserve = decode_extent(block, 24);
	return 0;
}

int
udf_pointer_decode(struct bytes block, uint32_t location, struct extent *ret_next)
{
	if (!has_tag(block, UDF_POINTER, location))
		return -EBADMSG;
	*ret_next = decode_extent(block, 20);
	return 0;
}

int
udf_partition_decode(struct bytes block, uint32_t location, struct udf_partition *ret)
{
	if (!has_tag(block, UDF_PARTITION, location))
		return -EBADMSG;
	*ret = (struct udf_partition){
		.sequence = bytes_u32(block, 16),
		.number = bytes_u16(block, 22),
		.extent = {(uint64_t)bytes_u32(block, 188) * UDF_BLOCK_SIZE,
			   (uint64_t)bytes_u32(block, 192) * UDF_BLOCK_SIZE},
	};
	return 0;
}

/* A map that is named by UDF and not by ECMA-167. */
static void
decode_named_map(struct bytes map, struct udf_map *ret)
{
	*ret = (struct udf_map){.kind = UDF_MAP_UNKNOWN, .number = bytes_u16(map, 38)};
	if (bytes_match(map, 5, "*UDF Virtual Partition"))
		ret->kind = UDF_MAP_VIRTUAL;
	if (bytes_match(map, 5, "*UDF Sparable Partition")) {
		ret->kind = UDF_MAP_SPARABLE;
		ret->sparing_table = bytes_u32(map, 48);
	}
	if (bytes_match(map, 5, "*UDF Metadata Partition")) {
		ret->kind = UDF_MAP_METADATA;
		ret->file = bytes_u32(map, 40);
		ret->mirror = bytes_u32(map, 44);
	}
}

/* Decodes the maps one after the other: 0, or -EBADMSG when there are more than
   make sense, or less than there should be. */
static int
decode_maps(struct bytes maps, struct udf_logical_volume *volume)
{
	if (volume->map_count > UDF_MAPS_MAX)
		return -EBADMSG;
	for (uint32_t i = 0; i < volume->map_count; i++) {
		uint8_t type = bytes_u8(maps, 0);
		size_t length = bytes_u8(maps, 1);

		if (length < MAP_PLAIN_SIZE || length > maps.length)
			return -EBADMSG;
		if (type == 1)
			volume->maps[i] = (struct udf_map){.number = bytes_u16(maps, 4)};
		else if (type == 2 && length == MAP_NAMED_SIZE)
			decode_named_map(maps, &volume->maps[i]);
		else
			volume->maps[i].kind = UDF_MAP_UNKNOWN;
		maps = bytes_slice(maps, length, maps.length);
	}
	return 0;
}

int
udf_logical_volume_decode(struct bytes block, uint32_t location, struct udf_logical_volume *ret)
{
	struct bytes id = bytes_slice(block, 84, bytes_u8(block, 84 + 127));
	struct udf_logical_volume volume = {
		.sequence = bytes_u32(block, 16),
		.block_size = bytes_u32(block, 212),
		.file_set = decode_address(block, 248),
		.map_count = bytes_u32(block, 268),
	};
	char name[UDF_NAME_SIZE];
	size_t length;

	if (!has_tag(block, UDF_LOGICAL_VOLUME, location) ||
	    decode_maps(bytes_slice(block, 440, bytes_u32(block, 264)), &volume) < 0)
		return -EBADMSG;
	length = udf_name_decode(bytes_slice(id, 0, 127), name);
	text_from_padded((struct bytes){(const uint8_t *)name, length}, volume.id,
			 sizeof(volume.id));
	*ret = volume;
	return 0;
}

int
udf_file_set_decode(struct bytes block, uint32_t location, struct udf_file_set *ret)
{
	if (!has_tag(block, UDF_FILE_SET, location))
		return -EBADMSG;
	*ret = (struct udf_file_set){
		.root = decode_address(block, 400),
		.created = decode_date(bytes_slice(block, 16, DATE_SIZE)),
	};
	return 0;
}

int
udf_sparing_check(struct bytes table, uint32_t location)
{
	size_t count = bytes_u16(table, 48);

	if (!has_tag(table, 0, location) || !bytes_match(table, 17, "*UDF Sparing Table"))
		return -EBADMSG;
	for (size_t i = 0; i < count; i++) {
		if (!bytes_hold(table, 56 + i * 8, 8))
			return -EBADMSG;
		/* The highest numbers mean "free" and "defective". */
		if (bytes_u32(table, 56 + i * 8) < 0xfffffff0)
			return -ENOTSUP;
	}
	return 0;
}

/* --- files ----------------------------------------------------------------- */

int
udf_entry_decode(struct bytes block, uint32_t location, struct udf_entry *ret)
{
	bool is_extended = bytes_u16(block, 0) == UDF_EXTENDED_FILE_ENTRY;
	size_t lengths = is_extended ? 208 : 168;
	size_t start = lengths + 8 + bytes_u32(block, lengths);
	size_t length = bytes_u32(block, lengths + 4);

	/* Strategy 4096 rewrites entries elsewhere: only 4 is what it seems. */
	if (!has_tag(block, is_extended ? UDF_EXTENDED_FILE_ENTRY : UDF_FILE_ENTRY, location) ||
	    bytes_u16(block, 20) != 4 || !bytes_hold(block, start, length))
		return -EBADMSG;
	*ret = (struct udf_entry){
		.kind = bytes_u8(block, 27),
		.form = (enum udf_allocation_form)(bytes_u16(block, 34) & 7),
		.size = bytes_u64(block, 56),
		.mtime = decode_date(bytes_slice(block, is_extended ? 92 : 84, DATE_SIZE)),
		.allocations = bytes_slice(block, start, length),
		.allocations_offset = start,
	};
	if (ret->form > UDF_FORM_EMBEDDED || ret->form == UDF_FORM_EXTENDED)
		return -EBADMSG;
	return 0;
}

int
udf_continuation_decode(struct bytes block, uint32_t location, struct bytes *ret_allocations)
{
	size_t length = bytes_u32(block, 20);

	if (!has_tag(block, UDF_EXTENT_CONTINUATION, location) || !bytes_hold(block, 24, length))
		return -EBADMSG;
	*ret_allocations = bytes_slice(block, 24, length);
	return 0;
}

size_t
udf_allocation_decode(struct bytes list, enum udf_allocation_form form, uint16_t partition,
		      struct udf_allocation *ret)
{
	size_t size = form == UDF_FORM_LONG ? 16 : 8;
	uint32_t length = bytes_u32(list, 0);

	if (list.length < size || (length & 0x3fffffff) == 0)
		return 0;
	*ret = (struct udf_allocation){
		.kind = (enum udf_allocation_kind)(length >> 30),
		.length = length & 0x3fffffff,
		.at = {bytes_u32(list, 4), form == UDF_FORM_LONG ? bytes_u16(list, 8) : partition},
	};
	return size;
}

size_t
udf_identifier_length(struct bytes start)
{
	size_t length = UDF_IDENTIFIER_SIZE + (size_t)bytes_u16(start, 36) + bytes_u8(start, 19);

	return (length + 3) & ~(size_t)3;
}

int
udf_identifier_decode(struct bytes bytes, struct udf_identifier *ret)
{
	uint8_t flags = bytes_u8(bytes, 18);
	size_t name = UDF_IDENTIFIER_SIZE + (size_t)bytes_u16(bytes, 36);
	size_t name_length = bytes_u8(bytes, 19);

	if (bytes_u16(bytes, 0) != UDF_FILE_IDENTIFIER || !udf_tag_check(bytes) ||
	    !bytes_hold(bytes, name, name_length))
		return -EBADMSG;
	*ret = (struct udf_identifier){
		.is_deleted = flags & 4,
		.is_parent = flags & 8,
		.entry = decode_address(bytes, 20),
		.name = bytes_slice(bytes, name, name_length),
	};
	return 0;
}
