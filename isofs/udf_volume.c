/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A UDF volume; see udf_volume.h.
 *
 *      udf_volume_open      anchor after anchor
 *        read_sequence      the descriptors of the volume
 *        open_places        a place for each partition map
 *        read_file_set      where the root is
 *
 * The descriptors are few, yet a hostile image may have chained them for ever:
 * all reading draws on one account of bytes.
 */
#include "udf_volume.h"

#include <errno.h>
#include <string.h>

#include "udf_file.h"

enum {
	SEQUENCE_MAX = 256,         /* sectors of a sequence of descriptors */
	METADATA_EXTENTS_MAX = 256, /* each block of it looks through them */
};

/* What a sequence of volume descriptors says. */
struct sequence {
	bool has_volume;
	struct udf_logical_volume volume;
	uint32_t partition_count;
	struct udf_partition partitions[UDF_MAPS_MAX];
};

/* --- blocks ---------------------------------------------------------------- */

int
udf_volume_locate(const struct udf_volume *volume, struct udf_address address, uint64_t skip,
		  uint64_t length, struct extent *ret_piece)
{
	uint64_t offset = (uint64_t)address.block * UDF_BLOCK_SIZE + skip;
	const struct udf_place *place;

	if (address.partition >= volume->place_count)
		return -EBADMSG;
	place = &volume->places[address.partition];
	if (place->kind == UDF_MAP_METADATA)
		return udf_extents_find(&place->metadata, offset, length, ret_piece);
	*ret_piece = (struct extent){place->offset + offset, length};
	return 0;
}

int
udf_volume_charge(struct udf_volume *volume, uint64_t bytes)
{
	if (volume->bytes_left < bytes)
		return -EFBIG;
	volume->bytes_left -= bytes;
	return 0;
}

/* Shows `length` bytes at `offset`, and charges for them. */
static int
view(struct udf_volume *volume, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	int result = udf_volume_charge(volume, length);

	return result < 0 ? result : window_view(volume->window, offset, length, ret_bytes);
}

int
udf_volume_read(struct udf_volume *volume, struct udf_address address, struct bytes *ret_block,
		uint64_t *ret_offset)
{
	struct extent piece;
	int result;

	if (udf_volume_locate(volume, address, 0, UDF_BLOCK_SIZE, &piece) < 0 ||
	    piece.length < UDF_BLOCK_SIZE || piece.offset == UDF_HOLE)
		return -EBADMSG;
	result = window_view(volume->window, piece.offset, UDF_BLOCK_SIZE, ret_block);
	if (result < 0)
		return result;
	*ret_offset = piece.offset;
	return udf_volume_charge(volume, udf_tag_length(*ret_block));
}

/* --- the sequence of descriptors -------------------------------------------- */

static void
add_partition(struct sequence *sequence, const struct udf_partition *partition)
{
	uint32_t i;

	for (i = 0; i < sequence->partition_count; i++)
		if (sequence->partitions[i].number == partition->number)
			break;
	if (i == UDF_MAPS_MAX)
		return;
	if (i == sequence->partition_count)
		sequence->partition_count++;
	else if (sequence->partitions[i].sequence > partition->sequence)
		return;
	sequence->partitions[i] = *partition;
}

/* Takes what a sector says, if it is a descriptor that counts; a sector that
   is broken says nothing. A pointer moves `rest` to where it leads. */
static void
add_descriptor(struct sequence *sequence, struct bytes sector, uint32_t location,
	       struct extent *rest)
{
	struct udf_logical_volume volume;
	struct udf_partition partition;

	if (udf_partition_decode(sector, location, &partition) == 0)
		add_partition(sequence, &partition);
	if (udf_logical_volume_decode(sector, location, &volume) == 0 &&
	    (!sequence->has_volume || volume.sequence >= sequence->volume.sequence)) {
		sequence->has_volume = true;
		sequence->volume = volume;
	}
	udf_pointer_decode(sector, location, rest);
}

/* Reads the sectors of a sequence to its end: 0, or errno. */
static int
read_sequence(struct udf_volume *volume, struct extent rest, struct sequence *ret_sequence)
{
	struct sequence sequence = {0};

	for (int i = 0; i < SEQUENCE_MAX && rest.length >= UDF_BLOCK_SIZE; i++) {
		uint64_t offset = rest.offset;
		struct bytes sector;
		int result;

		result = view(volume, offset, UDF_BLOCK_SIZE, &sector);
		if (result < 0)
			return result;
		if (sector.length < UDF_BLOCK_SIZE || bytes_u16(sector, 0) == UDF_TERMINATOR)
			break;
		rest.offset += UDF_BLOCK_SIZE;
		rest.length -= UDF_BLOCK_SIZE;
		add_descriptor(&sequence, sector, (uint32_t)(offset / UDF_BLOCK_SIZE), &rest);
	}
	*ret_sequence = sequence;
	return 0;
}

/* --- partitions ------------------------------------------------------------ */

/* A sparing table that moves blocks would make us show the wrong ones. */
static int
check_sparing(struct udf_volume *volume, uint32_t sector, const char **ret_why)
{
	struct bytes table;
	int result;

	result = view(volume, (uint64_t)sector * UDF_BLOCK_SIZE, WINDOW_SIZE, &table);
	if (result == 0)
		result = udf_sparing_check(table, sector);
	if (result == -ENOTSUP)
		*ret_why = "UDF with spared blocks (a rewritable disc), which cannot be read";
	if (result == -EBADMSG)
		*ret_why = "UDF without a whole sparing table";
	return result == -ENOTSUP ? -EBADMSG : result;
}

/* The plain partition of the same number, which has the metadata's file. */
static uint16_t
find_plain(const struct udf_volume *volume, const struct udf_logical_volume *logical,
	   uint16_t number)
{
	uint16_t i;

	for (i = 0; i < volume->place_count; i++)
		if (volume->places[i].kind == UDF_MAP_PLAIN && logical->maps[i].number == number)
			break;
	return i;
}

/* Reads where the bytes of a metadata partition lie; the mirror has its own
   copy of that list. */
static int
open_metadata(struct udf_volume *volume, const struct udf_logical_volume *logical, uint32_t number)
{
	const struct udf_map *map = &logical->maps[number];
	uint16_t plain = find_plain(volume, logical, map->number);
	const uint32_t blocks[] = {map->file, map->mirror};

	for (size_t i = 0; i < 2; i++) {
		struct udf_address address = {blocks[i], plain};
		struct udf_file file = {0};
		int result;

		result = udf_file_read(volume, address, &file);
		if (result == 0 && file.extents.count <= METADATA_EXTENTS_MAX &&
		    (file.kind == UDF_KIND_METADATA || file.kind == UDF_KIND_METADATA_MIRROR)) {
			volume->places[number].metadata = file.extents;
			return 0;
		}
		udf_extents_clear(&file.extents);
		if (result < 0 && result != -EBADMSG)
			return result;
	}
	return -EBADMSG;
}

/* The place of a map whose blocks lie one after the other. */
static int
open_plain(struct udf_volume *volume, const struct sequence *sequence, uint32_t number,
	   const char **ret_why)
{
	const struct udf_map *map = &sequence->volume.maps[number];
	struct udf_place *place = &volume->places[number];

	for (uint32_t i = 0; i < sequence->partition_count; i++) {
		struct extent extent = sequence->partitions[i].extent;

		if (sequence->partitions[i].number != map->number)
			continue;
		place->offset = extent.offset;
		if (volume->end < extent.offset + extent.length)
			volume->end = extent.offset + extent.length;
		if (map->kind == UDF_MAP_SPARABLE)
			return check_sparing(volume, map->sparing_table, ret_why);
		return 0;
	}
	*ret_why = "UDF without a partition that it needs";
	return -EBADMSG;
}

/* Metadata partitions last: they need the others. */
static int
open_places(struct udf_volume *volume, const struct sequence *sequence, const char **ret_why)
{
	const struct udf_logical_volume *logical = &sequence->volume;
	int result = 0;

	if (logical->block_size != UDF_BLOCK_SIZE) {
		*ret_why = "its blocks are not of 2048 bytes";
		return -EBADMSG;
	}
	volume->place_count = logical->map_count;
	for (uint32_t i = 0; i < logical->map_count && result == 0; i++) {
		enum udf_map_kind kind = logical->maps[i].kind;

		if (kind == UDF_MAP_VIRTUAL || kind == UDF_MAP_UNKNOWN) {
			*ret_why = "UDF of a disc recorded in steps, which cannot be read";
			return -EBADMSG;
		}
		volume->places[i].kind = kind == UDF_MAP_METADATA ? kind : UDF_MAP_PLAIN;
		result = open_plain(volume, sequence, i, ret_why);
	}
	for (uint32_t i = 0; i < logical->map_count && result == 0; i++) {
		if (logical->maps[i].kind != UDF_MAP_METADATA)
			continue;
		result = open_metadata(volume, logical, i);
		if (result == -EBADMSG)
			*ret_why = "UDF whose metadata file makes no sense";
	}
	return result;
}

/* --- the whole ------------------------------------------------------------- */

/* Opens the volume of one sequence. */
static int
open_sequence(struct udf_volume *volume, struct extent extent, const char **ret_why)
{
	struct udf_file_set set;
	struct sequence sequence;
	struct bytes block = {0};
	uint64_t offset;
	int result;

	udf_volume_clear(volume);
	result = read_sequence(volume, extent, &sequence);
	if (result < 0)
		return result;
	*ret_why = "UDF whose volume descriptors make no sense";
	if (!sequence.has_volume)
		return -EBADMSG;
	result = open_places(volume, &sequence, ret_why);
	if (result < 0)
		return result;
	*ret_why = "UDF whose file set makes no sense";
	result = udf_volume_read(volume, sequence.volume.file_set, &block, &offset);
	if (result == 0)
		result = udf_file_set_decode(block, sequence.volume.file_set.block, &set);
	if (result < 0)
		return result;
	volume->root = set.root;
	volume->created = set.created;
	memcpy(volume->id, sequence.volume.id, sizeof(volume->id));
	return 0;
}

int
udf_volume_open(struct udf_volume *ret_volume, struct window *window, const char **ret_why)
{
	uint64_t sectors = window->image_size / UDF_BLOCK_SIZE;
	const uint64_t anchors[] = {256, sectors - 1, sectors - 257};
	struct udf_volume volume = {.window = window, .bytes_left = UDF_BYTES_MAX};
	const char *why = "UDF without an anchor: the end of the file may be missing";
	int result = -EBADMSG;

	for (size_t i = 0; i < 3; i++) {
		struct extent extents[2];
		struct bytes sector;

		if (anchors[i] >= sectors)
			continue;
		result = view(&volume, anchors[i] * UDF_BLOCK_SIZE, UDF_BLOCK_SIZE, &sector);
		if (result == 0)
			result = udf_anchor_decode(sector, (uint32_t)anchors[i], &extents[0],
						   &extents[1]);
		for (size_t k = 0; result == 0 && k < 2; k++) {
			result = open_sequence(&volume, extents[k], &why);
			if (result == 0) {
				*ret_volume = volume;
				return 0;
			}
			if (result == -EBADMSG && k == 0)
				result = 0;
		}
		if (result != -EBADMSG)
			break;
	}
	udf_volume_clear(&volume);
	*ret_why = result == -EFBIG ? "UDF with more descriptors than make sense" : why;
	return result;
}

void
udf_volume_clear(struct udf_volume *volume)
{
	for (uint32_t i = 0; i < UDF_MAPS_MAX; i++)
		udf_extents_clear(&volume->places[i].metadata);
	volume->place_count = 0;
	volume->end = 0;
}
