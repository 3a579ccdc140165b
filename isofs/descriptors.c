/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The descriptors of an image; see descriptors.h.
 *
 * They begin at sector 16, in any order, and end with one that says so; UDF
 * puts its own behind them. A file without any is named by what it is
 * instead, where its first bytes tell, because "not an ISO image" helps nobody
 * who dropped an ISO that a browser had packed. Rules: ISO-1, ISO-3, ISO-6,
 * ISO-15, ISO-21.
 */
#include "descriptors.h"

#include <errno.h>

#include "rockridge.h"

/* Decodes the root of a tree; a broken root is no tree. */
static bool
decode_root(struct bytes sector, enum tree_kind kind, struct iso_tree *tree)
{
	struct iso_record root;

	if (descriptor_root(sector, &root) < 0 || root.size == 0)
		return false;
	*tree = (struct iso_tree){
		.kind = kind,
		.offset = root.offset,
		.size = root.size,
		.mtime = root.mtime,
	};
	return true;
}

/* The first of each kind counts. */
static void
add_descriptor(struct descriptors *all, struct bytes sector, struct volume *volume)
{
	switch (descriptor_kind(sector)) {
	case DESCRIPTOR_PRIMARY:
		if (all->has_primary)
			break;
		all->has_primary = decode_root(sector, TREE_ISO9660, &all->primary);
		all->block_size = descriptor_block_size(sector);
		descriptor_volume(sector, volume);
		break;
	case DESCRIPTOR_JOLIET:
		if (!all->has_joliet)
			all->has_joliet = decode_root(sector, TREE_JOLIET, &all->joliet);
		break;
	case DESCRIPTOR_ENHANCED:
		if (!all->has_enhanced)
			all->has_enhanced = decode_root(sector, TREE_ISO9660, &all->enhanced);
		all->enhanced.keeps_names = true;
		break;
	case DESCRIPTOR_BOOT:
		all->has_catalog = true;
		all->catalog = descriptor_catalog(sector);
		break;
	case DESCRIPTOR_FOREIGN:
	case DESCRIPTOR_OTHER:
	case DESCRIPTOR_END:
		break;
	}
}

/* UDF's row of descriptors: BEA01, NSR02 or NSR03, TEA01. */
static bool
is_udf_descriptor(struct bytes sector, bool *has_udf)
{
	if (bytes_match(sector, 1, "NSR02") || bytes_match(sector, 1, "NSR03"))
		*has_udf = true;
	return bytes_match(sector, 1, "NSR0") || bytes_match(sector, 1, "BEA01") ||
	       bytes_match(sector, 1, "TEA01") || bytes_match(sector, 1, "BOOT2");
}

/* What a file is that is no image of a kind we read. */
static const char *
name_foreign(struct bytes start, const struct descriptors *all)
{
	static const struct {
		const char *magic;
		const char *why;
	} kinds[] = {
		{"\x1f\x8b", "compressed with gzip: unpack it first"},
		{"\xfd"
		 "7zXZ",
		 "compressed with xz: unpack it first"},
		{"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"},
		{"BZh", "compressed with bzip2: unpack it first"},
		{"PK\x03\x04", "a zip archive: unpack it first"},
		{"7z\xbc\xaf", "a 7z archive: unpack it first"},
		{"<!DOCTYPE", "a web page, not an image: the download went wrong"},
		{"<html", "a web page, not an image: the download went wrong"},
	};
	/* Raw sectors begin with a zero, ten 0xff and a zero. */
	static const char sync[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";

	if (start.length == 0)
		return "an empty file";
	if (all->is_iso9660)
		return "its volume descriptors make no sense";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (bytes_match(start, 0, kinds[i].magic))
			return kinds[i].why;
	if (bytes_match(start, 1, sync))
		return "a copy of raw CD sectors, not an ISO 9660 image";
	return "not an ISO 9660 image";
}

int
descriptors_read(struct window *window, struct volume *volume, struct descriptors *ret_descriptors,
		 const char **ret_why)
{
	struct descriptors all = {0};
	struct bytes sector;
	bool has_ended = false;
	int result;

	for (uint64_t i = 0; i < DESCRIPTORS_MAX; i++) {
		enum descriptor_kind kind;

		result = window_view(window, SYSTEM_AREA_SIZE + i * SECTOR_SIZE, SECTOR_SIZE,
				     &sector);
		if (result < 0)
			return result;
		kind = descriptor_kind(sector);
		all.is_iso9660 |= kind != DESCRIPTOR_FOREIGN;
		has_ended |= kind == DESCRIPTOR_END;
		if (!has_ended)
			add_descriptor(&all, sector, volume);
		if (kind == DESCRIPTOR_FOREIGN && !is_udf_descriptor(sector, &all.has_udf))
			break;
	}

	if (all.has_primary && all.block_size != SECTOR_SIZE) {
		*ret_why = "its blocks are not of 2048 bytes";
		return -EBADMSG;
	}
	all.has_tree = all.has_primary || all.has_joliet || all.has_enhanced;
	if (!all.has_tree && !all.has_udf) {
		result = window_view(window, 0, SECTOR_SIZE, &sector);
		if (result < 0)
			return result;
		*ret_why = name_foreign(sector, &all);
		return -EBADMSG;
	}
	*ret_descriptors = all;
	return 0;
}

/* --- which tree ------------------------------------------------------------ */

/* What tells Rock Ridge is in the records themselves. */
static int
read_nothing(void *context, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	(void)context;
	(void)offset;
	(void)length;
	*ret_bytes = (struct bytes){NULL, 0};
	return 0;
}

/* Looks at the records in the first sector of the root: any with an attribute
   of Rock Ridge will do, since some writers leave out SP. */
static int
find_rock_ridge(struct iso_tree *tree, struct window *window)
{
	const struct continuation_source source = {read_nothing, NULL};
	size_t size = tree->size < SECTOR_SIZE ? tree->size : SECTOR_SIZE;
	struct iso_record record;
	struct bytes sector;
	int result;

	result = window_view(window, tree->offset, size, &sector);
	if (result < 0)
		return result;
	if (iso_record_decode(sector, &record) == 0)
		tree->susp_skip = susp_skip(record.system_use);
	while (iso_record_decode(sector, &record) == 0) {
		struct rock_ridge rock;

		/* SP itself stands before the bytes to skip would matter. */
		rock_ridge_decode(record.system_use, tree->susp_skip, &source, &rock);
		if (rock.is_present) {
			tree->kind = TREE_ROCK_RIDGE;
			return 0;
		}
		sector = bytes_slice(sector, record.length, SECTOR_SIZE);
	}
	return 0;
}

int
descriptors_choose(const struct descriptors *all, struct window *window, struct iso_tree *ret_tree)
{
	struct iso_tree tree = all->primary;
	int result;

	if (all->has_primary) {
		result = find_rock_ridge(&tree, window);
		if (result < 0)
			return result;
	}
	if (tree.kind != TREE_ROCK_RIDGE && all->has_joliet)
		tree = all->joliet;
	else if (tree.kind != TREE_ROCK_RIDGE && all->has_enhanced)
		tree = all->enhanced;
	*ret_tree = tree;
	return 0;
}
