/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An archive as a file that clients read: headers, texts and padding are
 * segments of one block of memory, all else are extents of the image.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cpio.h"
#include "cpio_format.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "media_type.h"

/* What an open archive holds: the image, and the block behind this. */
struct holder {
	struct image *image;
	char block[];
};

struct writer {
	struct image *image;
	struct file *file;
	char *block;
	size_t used;  /* of the block */
	size_t begun; /* where the segment of memory begins that grows */
	uint32_t number;
};

static void
release(void *owner)
{
	struct holder *holder = owner;

	image_unref(holder->image);
	free(holder);
}

static int
find_file(const struct image *image, const struct member *member, uint32_t *ret_node)
{
	uint32_t node;
	int error = index_lookup(image->index, member->file, INDEX_CASEFOLD, &node);

	if (error < 0 || index_kind(image->index, node) != NODE_FILE ||
	    index_size(image->index, node) != member->size)
		return -ENOENT;
	*ret_node = node;
	return 0;
}

/* Room that is certainly enough, in segments and in bytes of memory. */
static int
measure(const struct cpio *cpio, const struct image *image, uint32_t *ret_segments,
	size_t *ret_bytes)
{
	uint64_t bytes = cpio_size(cpio);
	uint32_t segments = 1, node;

	for (const struct member *member = cpio->members; member != NULL; member = member->next) {
		uint32_t extents = 1;

		if (member->kind == MEMBER_FILE) {
			if (find_file(image, member, &node) < 0)
				return -ENOENT;
			index_extents(image->index, node, &extents);
		}
		if (member->kind == MEMBER_FILE || member->kind == MEMBER_IMAGE)
			bytes -= member->size;
		segments += extents + 1;
	}
	*ret_segments = segments;
	*ret_bytes = (size_t)bytes;
	return 0;
}

/* Ends the segment of memory that grows. */
static void
flush(struct writer *writer)
{
	struct file *file = writer->file;

	if (writer->used == writer->begun)
		return;
	file->segments[file->segment_count++] = (struct segment){
		.kind = SEGMENT_MEMORY,
		.fd = -1,
		.data = writer->block + writer->begun,
		.length = writer->used - writer->begun,
	};
	writer->begun = writer->used;
}

static void
write_bytes(struct writer *writer, const void *bytes, size_t length)
{
	memcpy(writer->block + writer->used, bytes, length);
	writer->used += length;
}

/* The block is zero from the start. */
static void
write_padding(struct writer *writer, uint64_t size, uint64_t alignment)
{
	writer->used += cpio_padding(size, alignment);
}

static void
write_header(struct writer *writer, const char *path, unsigned mode, uint64_t size)
{
	char header[CPIO_HEADER + 1];
	const unsigned length = (unsigned)strlen(path) + 1;

	/* ino mode uid gid nlink mtime filesize, four of devices, namesize, check */
	snprintf(header, sizeof(header),
		 "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", ++writer->number,
		 mode, 0, 0, S_ISDIR(mode) ? 2 : 1, 0, (unsigned)size, 0, 0, 0, 0, length, 0);
	write_bytes(writer, header, CPIO_HEADER);
	write_bytes(writer, path, length);
	write_padding(writer, CPIO_HEADER + length, CPIO_ALIGNMENT);
}

static void
write_extents(struct writer *writer, const struct extent *extents, uint32_t count)
{
	struct file *file = writer->file;

	flush(writer);
	for (uint32_t i = 0; i < count; i++) {
		if (extents[i].length == 0)
			continue;
		file->segments[file->segment_count++] = (struct segment){
			.kind = SEGMENT_EXTENT,
			.fd = writer->image->fd,
			.offset = extents[i].offset,
			.length = extents[i].length,
		};
	}
}

static void
write_member(struct writer *writer, const struct member *member)
{
	const struct extent part = {member->first, member->size};
	const struct extent *extents;
	uint32_t node, count;

	write_header(writer, member->path,
		     (member->kind == MEMBER_DIRECTORY ? S_IFDIR : S_IFREG) | member->mode,
		     member->size);
	switch (member->kind) {
	case MEMBER_DIRECTORY:
		break;
	case MEMBER_TEXT:
		write_bytes(writer, member->text, (size_t)member->size);
		break;
	case MEMBER_IMAGE:
		write_extents(writer, &part, 1);
		break;
	case MEMBER_FILE:
		if (find_file(writer->image, member, &node) == 0) {
			extents = index_extents(writer->image->index, node, &count);
			write_extents(writer, extents, count);
		}
		break;
	}
	write_padding(writer, member->size, CPIO_ALIGNMENT);
}

int
cpio_open(const struct cpio *cpio, struct image *image, struct file **ret_file)
{
	struct writer writer = {.image = image};
	struct holder *holder;
	uint32_t segments;
	size_t bytes;

	if (measure(cpio, image, &segments, &bytes) < 0)
		return -ENOENT;
	writer.file = file_new(segments);
	holder = calloc(1, sizeof(*holder) + bytes);
	if (writer.file == NULL || holder == NULL) {
		free(writer.file);
		free(holder);
		return -ENOMEM;
	}
	holder->image = image_ref(image);
	writer.block = holder->block;
	for (const struct member *member = cpio->members; member != NULL; member = member->next)
		write_member(&writer, member);
	write_header(&writer, CPIO_TRAILER, 0, 0);
	writer.used = bytes; /* the padding at the end */
	flush(&writer);

	writer.file->type = media_type("initrd.cpio");
	writer.file->mtime = image->identity.mtime_ns / 1000000000;
	writer.file->release = release;
	writer.file->owner = holder;
	file_seal(writer.file, image_version(image));
	*ret_file = writer.file;
	return 0;
}
