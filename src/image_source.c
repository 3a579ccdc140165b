/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image as the parsers of boot configurations see it: see image_source.h.
 */
#include "image_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monotonic.h"
#include "reader.h"

/* For all that an image shows as initramfs: a hostile one has many, and each is
   slow to unpack. */
enum { INITRAMFS_MAX = 8, INITRAMFS_MS = 15 * 1000 };

/* An initramfs of the image, or why it cannot be listed. Images have the same
   one in several places, which share its bytes. */
struct image_initramfs {
	struct extent extent;
	int error;
	char why[160];
	struct index *index;
	struct image_source tree;
	struct image_initramfs *next;
};

static const struct image_source *
of(const struct source *source)
{
	return source->data;
}

static int
find(const struct source *source, const char *path, struct source_node *ret_node)
{
	const struct index *index = of(source)->index;
	struct source_node found = {.is_executable = false};
	uint32_t node;
	int err = index_lookup(index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	err = index_path(index, node, found.path, sizeof(found.path));
	if (err < 0)
		return err;
	found.is_directory = index_kind(index, node) == NODE_DIRECTORY;
	found.size = index_size(index, node);
	/* a link that leads nowhere, a device: nothing that can be served */
	if (!found.is_directory && index_kind(index, node) != NODE_FILE)
		return -ENOENT;
	*ret_node = found;
	return 0;
}

ssize_t
image_source_read(const struct index *index, int fd, uint32_t node, uint64_t offset, void *buffer,
		  size_t length)
{
	uint32_t count;
	const struct extent *extent = index_extents(index, node, &count);
	const struct extent *end = extent + count;
	size_t done = 0;

	while (extent < end && done < length) {
		size_t part = length - done;
		ssize_t got;

		if (offset >= extent->length) {
			offset -= extent->length;
			extent++;
			continue;
		}
		if (part > extent->length - offset)
			part = (size_t)(extent->length - offset);
		got = pread(fd, (char *)buffer + done, part, (off_t)(extent->offset + offset));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		done += (size_t)got;
		offset += (size_t)got;
	}
	return (ssize_t)done;
}

static int
read_whole(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	   size_t *ret_length)
{
	const struct image_source *image = of(source);
	uint64_t size;
	uint32_t node;
	ssize_t got;
	char *bytes;
	int err = index_lookup(image->index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	if (index_kind(image->index, node) != NODE_FILE)
		return index_kind(image->index, node) == NODE_DIRECTORY ? -EISDIR : -EIO;
	if (image->fd == -1)
		return -EIO;
	size = index_size(image->index, node);
	if (size > limit)
		return -EFBIG;
	bytes = malloc((size_t)size + 1);
	if (bytes == NULL)
		return -ENOMEM;
	got = image_source_read(image->index, image->fd, node, 0, bytes, (size_t)size);
	if (got < 0) {
		free(bytes);
		return (int)got;
	}
	bytes[got] = '\0';
	*ret_bytes = bytes;
	*ret_length = (size_t)got;
	return 0;
}

static int
read_head(const struct source *source, const char *path, void *bytes, size_t length)
{
	const struct image_source *image = of(source);
	uint32_t node;
	int err = index_lookup(image->index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	if (index_kind(image->index, node) != NODE_FILE || image->fd == -1)
		return -EIO;
	if (length > index_size(image->index, node))
		length = (size_t)index_size(image->index, node);
	return (int)image_source_read(image->index, image->fd, node, 0, bytes, length);
}

static int
list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	const struct index *index = of(source)->index;
	uint32_t node, first, count;
	int err = index_lookup(index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	if (index_kind(index, node) != NODE_DIRECTORY)
		return -ENOTDIR;
	count = index_children(index, node, &first);
	for (uint32_t i = 0; i < count; i++)
		if (!visit(context, index_name(index, first + i)))
			break;
	return 0;
}

/* What El Torito has for a BIOS to start: the first such image, or NULL. */
static const struct boot_image *
find_bios_image(const struct volume *volume)
{
	for (uint32_t i = 0; i < volume->boot_image_count && i < BOOT_IMAGES_MAX; i++)
		if (volume->boot_images[i].platform == 0 && volume->boot_images[i].bootable != 0)
			return &volume->boot_images[i];
	return NULL;
}

/* --- initramfs ------------------------------------------------------------- */

/* Has the reader list it: 0 or negative errno with the reason in initramfs->why. */
static int
open_initramfs(struct image_source *image, struct image_initramfs *initramfs)
{
	int64_t start = monotonic_ms();
	int result;

	if (image->initramfs_ms > INITRAMFS_MS) {
		snprintf(initramfs->why, sizeof(initramfs->why),
			 "those before it took too long already");
		return -ETIMEDOUT;
	}
	result = reader_index_initramfs(image->reader, image->fd, &initramfs->extent,
					&initramfs->index, initramfs->why, sizeof(initramfs->why));
	image->initramfs_ms += monotonic_ms() - start;
	if (result == 0)
		image_source_init(&initramfs->tree, image->source.name, initramfs->index, -1, NULL);
	return result;
}

/* The one at `extent`, opened when it is asked for first. */
static int
get_initramfs(struct image_source *image, const struct extent *extent,
	      struct image_initramfs **ret_initramfs)
{
	struct image_initramfs *initramfs = image->initramfs;
	unsigned count = 0;

	for (; initramfs != NULL; initramfs = initramfs->next) {
		*ret_initramfs = initramfs;
		if (initramfs->extent.offset == extent->offset &&
		    initramfs->extent.length == extent->length)
			return 0;
		count++;
	}
	if (count == INITRAMFS_MAX)
		return -EMFILE;
	initramfs = calloc(1, sizeof(*initramfs));
	if (initramfs == NULL)
		return -ENOMEM;
	initramfs->extent = *extent;
	initramfs->next = image->initramfs;
	image->initramfs = initramfs;
	initramfs->error = open_initramfs(image, initramfs);
	*ret_initramfs = initramfs;
	return 0;
}

static int
find_initramfs(const struct source *source, const char *path, const struct source **ret_tree,
	       const char **ret_why)
{
	struct image_source *image = source->data;
	struct image_initramfs *initramfs;
	const struct extent *extents;
	uint32_t node, count;
	int err = index_lookup(image->index, path, INDEX_CASEFOLD, &node);

	*ret_why = "there is no reader for it";
	if (err < 0 || image->reader == NULL)
		return err < 0 ? err : -ENOTSUP;
	extents = index_extents(image->index, node, &count);
	if (count != 1) {
		*ret_why = count == 0 ? "it is empty" : "it does not lie in one piece";
		return -EBADMSG;
	}
	err = get_initramfs(image, extents, &initramfs);
	if (err < 0) {
		*ret_why = err == -EMFILE ? "the image has too many of them" : "out of memory";
		return err;
	}
	if (initramfs->error == 0)
		*ret_tree = &initramfs->tree.source;
	*ret_why = initramfs->why;
	return initramfs->error;
}

/* --- the whole ------------------------------------------------------------- */

void
image_source_init(struct image_source *image, const char *name, const struct index *index, int fd,
		  struct reader *reader)
{
	static const struct source_calls calls = {
		.find = find,
		.read = read_whole,
		.list = list,
		.initramfs = find_initramfs,
		.head = read_head,
	};
	const struct volume *volume = index_volume(index);
	const struct boot_image *bios = find_bios_image(volume);

	*image = (struct image_source){
		.source = {.calls = &calls,
			   .data = image,
			   .name = name,
			   .volume_id = volume->volume_id,
			   .fs_uuid = volume->uuid,
			   .image_size = volume->image_size,
			   .boots_bios = bios != NULL,
			   .bios_emulates = bios != NULL && bios->media != 0},
		.index = index,
		.fd = fd,
		.reader = reader,
	};
}

void
image_source_clear(struct image_source *image)
{
	while (image->initramfs != NULL) {
		struct image_initramfs *next = image->initramfs->next;

		index_close(image->initramfs->index);
		free(image->initramfs);
		image->initramfs = next;
	}
}
