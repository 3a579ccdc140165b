/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An archive as a file that clients read: headers, texts and padding are
 * segments of one block of memory, all else are extents of the image or of files
 * beside it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "companion.h"
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

/* Where the bytes of a file of the archive lie. */
struct place {
	int fd;
	const struct extent *extents;
	uint32_t count;
	struct extent whole; /* of a file that lies in one piece */
};

/* A file beside the image may have been cut in its place since. */
static int
find_beside(const struct image *image, const struct member *member, struct place *ret_place)
{
	const struct companion_file *file =
		image->companion != NULL ? companion_find(image->companion, member->file) : NULL;
	struct stat facts;

	if (file == NULL || file->fd < 0 || fstat(file->fd, &facts) == -1 ||
	    (uint64_t)facts.st_size < member->size)
		return -ENOENT;
	ret_place->fd = file->fd;
	ret_place->whole = (struct extent){0, member->size};
	ret_place->extents = &ret_place->whole;
	ret_place->count = 1;
	return 0;
}

static int
find_file(const struct image *image, const struct member *member, struct place *ret_place)
{
	uint32_t node;
	int error = index_lookup(image->index, member->file, INDEX_CASEFOLD, &node);

	if (error < 0 || index_kind(image->index, node) != NODE_FILE ||
	    index_size(image->index, node) != member->size)
		return -ENOENT;
	ret_place->fd = image->fd;
	ret_place->extents = index_extents(image->index, node, &ret_place->count);
	return 0;
}

/* Fills in *ret_place, to which it may point: 0 or -ENOENT. What lies in memory
   has none. */
static int
find_place(const struct image *image, const struct member *member, struct place *ret_place)
{
	*ret_place = (struct place){.fd = image->fd};
	if (member->kind == MEMBER_BESIDE)
		return find_beside(image, member, ret_place);
	if (member->kind == MEMBER_FILE)
		return find_file(image, member, ret_place);
	if (member->kind != MEMBER_IMAGE)
		return 0;
	ret_place->whole = (struct extent){member->first, member->size};
	ret_place->extents = &ret_place->whole;
	ret_place->count = 1;
	return 0;
}

/* Room that is certainly enough, in segments and in bytes of memory. */
static int
measure(const struct cpio *cpio, const struct image *image, uint32_t *ret_segments,
	size_t *ret_bytes)
{
	uint64_t bytes = cpio_size(cpio);
	uint32_t segments = 1;

	for (const struct member *member = cpio->members; member != NULL; member = member->next) {
		struct place place;

		if (find_place(image, member, &place) < 0)
			return -ENOENT;
		if (place.count > 0)
			bytes -= member->size;
		segments += place.count + 1;
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
write_extents(struct writer *writer, const struct place *place)
{
	struct file *file = writer->file;

	flush(writer);
	for (uint32_t i = 0; i < place->count; i++) {
		if (place->extents[i].length == 0)
			continue;
		file->segments[file->segment_count++] = (struct segment){
			.kind = SEGMENT_EXTENT,
			.fd = place->fd,
			.offset = place->extents[i].offset,
			.length = place->extents[i].length,
		};
	}
}

/* 0, or -ENOENT for a file that has gone since it was measured. */
static int
write_member(struct writer *writer, const struct member *member)
{
	const unsigned type = member->kind == MEMBER_DIRECTORY ? S_IFDIR
			      : member->kind == MEMBER_LINK    ? S_IFLNK
							       : S_IFREG;
	struct place place;

	if (find_place(writer->image, member, &place) < 0)
		return -ENOENT;
	write_header(writer, member->path, type | member->mode, member->size);
	if (member->kind == MEMBER_TEXT)
		write_bytes(writer, member->text, (size_t)member->size);
	else if (member->kind == MEMBER_LINK)
		write_bytes(writer, member->file, (size_t)member->size);
	else
		write_extents(writer, &place);
	write_padding(writer, member->size, CPIO_ALIGNMENT);
	return 0;
}

int
cpio_open(const struct cpio *cpio, struct image *image, struct file **ret_file)
{
	struct writer writer = {.image = image};
	struct holder *holder;
	uint32_t segments;
	size_t bytes;
	int error = 0;

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
	for (const struct member *member = cpio->members; member != NULL && error == 0;
	     member = member->next)
		error = write_member(&writer, member);
	if (error < 0) {
		release(holder);
		free(writer.file);
		return error;
	}
	write_header(&writer, CPIO_TRAILER, 0, 0);
	writer.used = bytes; /* the padding at the end */
	flush(&writer);

	writer.file->type = media_type("initrd.cpio");
	writer.file->mtime = image->identity.mtime_ns / 1000000000;
	writer.file->release = release;
	writer.file->owner = holder;
	file_seal(writer.file, image_version(image) + image->companion_identity);
	*ret_file = writer.file;
	return 0;
}
