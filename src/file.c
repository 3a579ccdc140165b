/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments: finding a byte, reading across them, and naming their state (the
 * ETag).
 */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hash.h"

static uint64_t
hash_number(uint64_t hash, uint64_t number)
{
	return hash_bytes(hash, &number, sizeof(number));
}

struct file *
file_new(uint32_t count)
{
	return calloc(1, sizeof(struct file) + count * sizeof(struct segment));
}

void
file_seal(struct file *file, uint64_t identity)
{
	uint64_t hash = hash_number(HASH_START, identity);
	int64_t now = time(NULL);

	file->size = 0;
	for (uint32_t i = 0; i < file->segment_count; i++) {
		const struct segment *s = &file->segments[i];

		file->size += s->length;
		hash = hash_number(hash, s->length);
		if (s->kind == SEGMENT_MEMORY)
			hash = hash_bytes(hash, s->data, s->length);
		else
			hash = hash_number(hash, s->offset);
	}
	if (file->mtime > now)
		file->mtime = now;
	snprintf(file->etag, sizeof(file->etag), "\"%016llx\"", (unsigned long long)hash);
}

int
file_new_memory(char *data, size_t length, const char *type, struct file **ret_file)
{
	struct file *file = file_new(1);

	if (file == NULL)
		return -ENOMEM;
	file->segment_count = 1;
	file->segments[0] = (struct segment){
		.kind = SEGMENT_MEMORY,
		.fd = -1,
		.data = data,
		.length = length,
	};
	file->type = type;
	file->mtime = time(NULL);
	file->generated = true;
	file->release = free;
	file->owner = data;
	file_seal(file, 0);
	*ret_file = file;
	return 0;
}

const struct segment *
file_segment(const struct file *file, uint64_t offset, uint64_t *ret_within)
{
	for (uint32_t i = 0; i < file->segment_count; i++) {
		if (offset < file->segments[i].length) {
			*ret_within = offset;
			return &file->segments[i];
		}
		offset -= file->segments[i].length;
	}
	return NULL;
}

/* One read from one segment: as much as it has, at most `length`. */
static ssize_t
read_segment(const struct segment *segment, uint64_t within, void *buffer, size_t length)
{
	ssize_t n;

	if (length > segment->length - within)
		length = (size_t)(segment->length - within);
	if (segment->kind == SEGMENT_MEMORY) {
		memcpy(buffer, segment->data + within, length);
		return (ssize_t)length;
	}
	if (segment->kind != SEGMENT_EXTENT)
		return -EIO;
	do
		n = pread(segment->fd, buffer, length, (off_t)(segment->offset + within));
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -errno;
	/* The index says that bytes are here; the image was cut since then. */
	return n == 0 ? -EIO : n;
}

ssize_t
file_read(const struct file *file, uint64_t offset, void *buffer, size_t length)
{
	size_t done = 0;

	while (done < length) {
		uint64_t within;
		const struct segment *segment = file_segment(file, offset + done, &within);
		ssize_t n;

		if (segment == NULL)
			break;
		n = read_segment(segment, within, (char *)buffer + done, length - done);
		if (n < 0)
			return n;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

void
file_close(struct file *file)
{
	if (file == NULL)
		return;
	if (file->release != NULL)
		file->release(file->owner);
	free(file);
}
