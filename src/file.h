/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a client reads: a list of segments, each bytes in memory or an extent
 * of an open descriptor.
 *
 * TFTP and HTTP serve nothing else. A file of an image is extents of the
 * image's descriptor, so HTTP can hand it to sendfile(2) and TFTP can pread(2)
 * it; nothing is copied beforehand. A menu is one segment of memory. A file
 * may mix both (an archive made around a file of an image).
 *
 * The bytes of a file in a squashfs lie nowhere as they are: it has one segment
 * that stands for all of them, and whoever sends it reads a stream (stream.h).
 *
 * A struct file holds what it needs alive through `release`: an image deleted
 * from the directory stays readable until its last file is closed.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct stream_source;

enum segment_kind { SEGMENT_MEMORY, SEGMENT_EXTENT, SEGMENT_INODE };

struct segment {
	enum segment_kind kind;
	int fd;           /* SEGMENT_EXTENT: where the bytes are; not owned */
	uint64_t offset;  /* SEGMENT_EXTENT: of the first byte in fd; SEGMENT_INODE: which */
	const char *data; /* SEGMENT_MEMORY: the first byte */
	uint64_t length;  /* bytes */
};

struct file {
	uint64_t size;                /* bytes: the sum of all segments */
	int64_t mtime;                /* seconds since 1970, UTC; never in the future */
	char etag[40];                /* strong, with its quotes (HTTP-25) */
	const char *type;             /* media type, static */
	bool generated;               /* made for this client: must not be cached */
	void (*release)(void *owner); /* called once by file_close */
	void *owner;
	const struct stream_source *source; /* what streams read, or NULL: the segments */
	uint32_t segment_count;
	struct segment segments[];
};

/* A file with room for `count` segments, all fields zero: -> NULL when out of
   memory. The caller fills it in and ends with file_seal(). */
struct file *file_new(uint32_t count);

/* Computes size from the segments, and the ETag from `identity` (a number that
   changes when the bytes change) and the segments' places and lengths. */
void file_seal(struct file *, uint64_t identity);

/* A file of `length` bytes at `data`, which it owns and frees (malloc). The
   ETag is a hash of the bytes. -ENOMEM; `data` is then still the caller's. */
int file_new_memory(char *data, size_t length, const char *type, struct file **ret_file);

/* Reads up to `length` bytes from `offset` into `buffer`, across segments.
   -> the number of bytes, 0 at the end; -EIO when the bytes are no longer
   there (image truncated beneath us) or must be streamed, or another negative
   errno. */
ssize_t file_read(const struct file *, uint64_t offset, void *buffer, size_t length);

/* Where byte `offset` is: -> its segment, and its place within the segment;
   NULL at or past the end. For callers that use sendfile(2) themselves. */
const struct segment *file_segment(const struct file *, uint64_t offset, uint64_t *ret_within);

/* Releases what the file holds and frees it. NULL is allowed. */
void file_close(struct file *);

#endif
