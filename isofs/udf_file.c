/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file of a UDF volume; see udf_file.h.
 *
 * A list of allocation descriptors may end in one that leads to a block with
 * more of them. No file needs so many blocks as a ring of them has.
 */
#include "udf_file.h"

#include <errno.h>

enum { CONTINUATIONS_MAX = 4096 };

/* A list of allocation descriptors being read. */
struct list {
	struct bytes rest;
	enum udf_allocation_form form;
	uint16_t partition; /* of the entry: short descriptors do not name one */
	uint64_t missing;   /* bytes of the file without an extent yet */
	uint32_t continuation_count;
};

/* Adds the pieces that an allocation is made of. */
static int
add_allocation(struct udf_volume *volume, const struct udf_allocation *allocation, uint64_t length,
	       struct udf_file *file)
{
	uint64_t image_size = volume->window->image_size;

	for (uint64_t done = 0; done < length;) {
		struct extent piece = {UDF_HOLE, length - done};
		int result = udf_volume_charge(volume, sizeof(piece));

		if (result == 0 && allocation->kind == UDF_RECORDED)
			result = udf_volume_locate(volume, allocation->at, done, length - done,
						   &piece);
		if (result < 0)
			return result;
		if (piece.offset == UDF_HOLE)
			file->has_holes = true;
		else if (piece.offset > image_size || piece.length > image_size - piece.offset)
			file->is_lost = true;
		result = udf_extents_add(&file->extents, piece);
		if (result < 0)
			return result;
		done += piece.length;
	}
	return 0;
}

/* Goes on in the block that an allocation descriptor leads to. */
static int
continue_list(struct udf_volume *volume, const struct udf_allocation *allocation, struct list *list)
{
	struct bytes block = {0};
	uint64_t offset = 0;
	int result;

	if (++list->continuation_count > CONTINUATIONS_MAX)
		return -EBADMSG;
	result = udf_volume_charge(volume, UDF_BLOCK_SIZE);
	if (result == 0)
		result = udf_volume_read(volume, allocation->at, &block, &offset);
	if (result < 0)
		return result;
	return udf_continuation_decode(block, allocation->at.block, &list->rest);
}

static int
read_list(struct udf_volume *volume, struct list *list, struct udf_file *file)
{
	while (list->missing > 0) {
		struct udf_allocation allocation;
		uint64_t length;
		size_t size;
		int result;

		size = udf_allocation_decode(list->rest, list->form, list->partition, &allocation);
		if (size == 0)
			break;
		list->rest = bytes_slice(list->rest, size, list->rest.length);
		if (allocation.kind == UDF_CONTINUATION) {
			result = continue_list(volume, &allocation, list);
			if (result < 0)
				return result;
			continue;
		}
		length = allocation.length < list->missing ? allocation.length : list->missing;
		result = add_allocation(volume, &allocation, length, file);
		if (result < 0)
			return result;
		list->missing -= length;
	}
	file->is_unfinished = list->missing > 0;
	return 0;
}

int
udf_file_read(struct udf_volume *volume, struct udf_address address, struct udf_file *file)
{
	struct udf_extents extents = file->extents;
	struct udf_entry entry = {0};
	struct list list;
	struct bytes block = {0};
	uint64_t offset = 0;
	int result;

	extents.count = 0;
	*file = (struct udf_file){.extents = extents};
	result = udf_volume_read(volume, address, &block, &offset);
	if (result == 0)
		result = udf_entry_decode(block, address.block, &entry);
	if (result < 0)
		return result;
	file->kind = entry.kind;
	file->mtime = entry.mtime;
	file->size = entry.size;
	file->offset = offset;
	if (entry.form == UDF_FORM_EMBEDDED) {
		if (entry.size > entry.allocations.length)
			return -EBADMSG;
		return udf_extents_add(
			&file->extents,
			(struct extent){offset + entry.allocations_offset, entry.size});
	}
	list = (struct list){
		.rest = entry.allocations,
		.form = entry.form,
		.partition = address.partition,
		.missing = entry.size,
	};
	return read_list(volume, &list, file);
}
