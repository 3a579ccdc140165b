/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Boot images; see boot_images.h. The catalog itself is in eltorito.c, the
 * file system in fat_walk.c.
 */
#include "boot_images.h"

#include <errno.h>
#include <strings.h>

#include "eltorito.h"
#include "fat.h"
#include "fat_walk.h"
#include "iso9660.h"

enum { EFI = 0xef };

/* --- lengths --------------------------------------------------------------- */

/* Where whatever comes next begins: a file, another boot image, or the end. */
static uint64_t
next_extent(const struct builder *builder, const struct volume *volume, uint64_t offset)
{
	uint64_t end = builder_next_extent(builder, offset, volume->image_size);

	for (uint32_t i = 0; i < volume->boot_image_count; i++) {
		uint64_t other = volume->boot_images[i].extent.offset;

		if (other > offset && other < end)
			end = other;
	}
	return end;
}

/* What the bytes of the image say, by themselves and through the partitions of
   the whole; 0 when they say nothing. */
static int
find_recorded_length(struct window *window, const struct boot_image *image, uint64_t *ret_length)
{
	uint64_t length;
	struct bytes bytes;
	int result;

	result = window_view(window, 0, SYSTEM_AREA_SIZE, &bytes);
	if (result < 0)
		return result;
	length = partition_length(bytes, image->extent.offset);
	result = window_view(window, image->extent.offset, SECTOR_SIZE, &bytes);
	if (result < 0)
		return result;
	if (length == 0)
		length = fat_length(bytes);
	if (length == 0)
		length = floppy_length(image->media);
	if (length == 0 && image->media == MEDIA_HARD_DISK)
		length = hard_disk_length(bytes);
	*ret_length = length;
	return 0;
}

/* The length of boot image `i`, from the surest source to the weakest (ET-2). */
static int
find_length(struct window *window, const struct builder *builder, const struct volume *volume,
	    uint32_t i, uint64_t *ret_length)
{
	const struct boot_image *image = &volume->boot_images[i];
	uint64_t offset = image->extent.offset;
	int result;

	if (builder_find_file(builder, offset, ret_length))
		return 0;
	result = find_recorded_length(window, image, ret_length);
	if (result < 0 || *ret_length > 0)
		return result;
	/* Firmware loads a BIOS image by the count; for EFI it says nothing. */
	*ret_length = image->extent.length;
	if (*ret_length == 0 || image->platform == EFI)
		*ret_length = next_extent(builder, volume, offset) - offset;
	return 0;
}

int
boot_images_read(struct window *window, const struct builder *builder, uint32_t catalog,
		 struct volume *volume)
{
	struct boot_image images[BOOT_IMAGES_MAX];
	struct bytes bytes;
	uint32_t count;
	int result;

	result = window_view(window, (uint64_t)catalog * SECTOR_SIZE, CATALOG_SIZE, &bytes);
	if (result < 0)
		return result;
	count = eltorito_decode(bytes, images);
	for (uint32_t i = 0; i < count; i++)
		if (images[i].extent.offset < volume->image_size)
			volume->boot_images[volume->boot_image_count++] = images[i];

	for (uint32_t i = 0; i < volume->boot_image_count; i++) {
		struct extent *extent = &volume->boot_images[i].extent;
		uint64_t rest = volume->image_size - extent->offset;
		uint64_t length = 0;

		result = find_length(window, builder, volume, i, &length);
		if (result < 0)
			return result;
		extent->length = length < rest ? length : rest;
	}
	return 0;
}

/* --- files for EFI --------------------------------------------------------- */

static bool
has_child(const struct builder *builder, const char *name)
{
	const struct index_node *root = &builder->nodes[0];

	for (uint32_t i = root->first; i < root->first + root->count; i++)
		if (strcasecmp(builder->names + builder->nodes[i].name, name) == 0)
			return true;
	return false;
}

/* Reads one boot image into `files`: -EBADMSG when it is no FAT file system,
   or one for something else. Some writers say x86 of every image; then the
   directory that firmware looks for proves what it is. */
static int
read_files(struct window *window, const struct boot_image *image, struct builder *files,
	   struct damage *ret_damage)
{
	int result;

	if (image->platform != EFI && image->media != 0)
		return -EBADMSG;
	result = builder_init(files);
	if (result < 0)
		return result;
	result = fat_walk(window, image->extent, files, ret_damage);
	if (result == 0 && image->platform != EFI && !has_child(files, "EFI"))
		result = -EBADMSG;
	if (result < 0)
		builder_clear(files);
	return result;
}

/* The first image that says it is for EFI, else the first that looks so. */
static int
find_files(struct window *window, const struct volume *volume, struct builder *files,
	   struct damage *ret_damage)
{
	int result = -EBADMSG;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < volume->boot_image_count && result == -EBADMSG; i++) {
			const struct boot_image *image = &volume->boot_images[i];

			if ((image->platform == EFI) == (pass == 0))
				result = read_files(window, image, files, ret_damage);
		}
	}
	return result;
}

int
boot_images_add_efi(struct window *window, struct builder *builder, const struct volume *volume,
		    struct damage *damage)
{
	struct damage found = {0};
	struct builder files;
	int result;

	result = find_files(window, volume, &files, &found);
	if (result < 0)
		return result == -EBADMSG ? 0 : result;
	files.nodes[0].mtime = builder->nodes[0].mtime;
	result = builder_graft(builder, EFI_DIRECTORY, &files);
	builder_clear(&files);
	if (result == -EEXIST)
		return 0;
	damage->lost_files += found.lost_files;
	damage->unfinished_files += found.unfinished_files;
	damage->lost_directories += found.lost_directories;
	damage->bad_directories += found.bad_directories;
	return result;
}
