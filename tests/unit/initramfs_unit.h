/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An initramfs for tests: members of cpio archives, packed in any way that Linux
 * knows, and its index as text, a line for each node.
 */
#ifndef INITRAMFS_UNIT_H
#define INITRAMFS_UNIT_H

#include "unit.h"

#include <bzlib.h>
#include <errno.h>
#include <inttypes.h>
#include <lz4.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "index.h"
#include "initramfs.h"
#include "text.h"

enum { MODE_DIRECTORY = 0040755, MODE_FILE = 0100644, MODE_LINK = 0120777, MODE_DEVICE = 0020600 };

/* Bytes that grow. */
struct archive {
	uint8_t *bytes;
	size_t length;
	size_t room;
};

static inline void
archive_append(struct archive *archive, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	if (archive->length + length > archive->room) {
		archive->room = (archive->length + length) * 2;
		archive->bytes = realloc(archive->bytes, archive->room);
		assert_non_null(archive->bytes);
	}
	memcpy(archive->bytes + archive->length, bytes, length);
	archive->length += length;
}

/* Zeros up to a multiple of `size`. */
static inline void
archive_pad(struct archive *archive, size_t size)
{
	while (archive->length % size != 0)
		archive_append(archive, "", 1);
}

/* The 110 bytes of a header. */
static inline void
archive_add_header(struct archive *archive, unsigned mode, size_t name_size, size_t size)
{
	char header[200];

	snprintf(header, sizeof(header),
		 "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 1, mode, 0, 0, 1,
		 1700000000, size, 0, 0, 0, 0, name_size, 0);
	archive_append(archive, header, 110);
}

/* A member whose name has `name_size` bytes and whose body has `size`. */
static inline void
archive_add_bytes(struct archive *archive, unsigned mode, const void *name, size_t name_size,
		  const void *body, size_t size)
{
	archive_add_header(archive, mode, name_size, size);
	archive_append(archive, name, name_size);
	archive_pad(archive, 4);
	archive_append(archive, body, size);
	archive_pad(archive, 4);
}

static inline void
archive_add(struct archive *archive, unsigned mode, const char *name, const char *body)
{
	archive_add_bytes(archive, mode, name, strlen(name) + 1, body, strlen(body));
}

static inline void
archive_end(struct archive *archive)
{
	archive_add(archive, 0, "TRAILER!!!", "");
}

/* --- packed ---------------------------------------------------------------- */

enum packing { PLAIN, GZIP, BZIP2, LZMA, XZ, ZSTD, LZ4, PACKINGS };

static const char *const packing_names[] = {"plain", "gzip", "bzip2", "lzma", "xz", "zstd", "lz4"};

static inline size_t
pack_gzip(const struct archive *from, uint8_t *to, size_t room)
{
	z_stream stream = {.next_in = from->bytes,
			   .avail_in = (uInt)from->length,
			   .next_out = to,
			   .avail_out = (uInt)room};

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static inline size_t
pack_lzma(const struct archive *from, uint8_t *to, size_t room)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	size_t length;

	lzma_lzma_preset(&options, 0);
	assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
	stream.next_in = from->bytes;
	stream.avail_in = from->length;
	stream.next_out = to;
	stream.avail_out = room;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	length = room - stream.avail_out;
	lzma_end(&stream);
	return length;
}

/* As `lz4 -l` does: blocks of 8 MiB, each with its length before it. */
static inline size_t
pack_lz4(const struct archive *from, uint8_t *to, size_t room)
{
	const uint8_t magic[] = {0x02, 0x21, 0x4c, 0x18};
	size_t used = sizeof(magic);

	memcpy(to, magic, sizeof(magic));
	for (size_t done = 0; done < from->length;) {
		size_t part = from->length - done < 8 << 20 ? from->length - done : 8 << 20;
		int packed = LZ4_compress_default((const char *)from->bytes + done,
						  (char *)to + used + 4, (int)part,
						  (int)(room - used - 4));

		assert_true(packed > 0);
		for (int i = 0; i < 4; i++)
			to[used + (size_t)i] = (uint8_t)(packed >> 8 * i);
		used += 4 + (size_t)packed;
		done += part;
	}
	return used;
}

/* Appends `from`, packed. */
static inline void
archive_append_packed(struct archive *archive, enum packing packing, const struct archive *from)
{
	size_t room = from->length * 2 + 100000, length = 0;
	uint8_t *to = malloc(room);
	unsigned bzip2_length = (unsigned)room;

	assert_non_null(to);
	switch (packing) {
	case GZIP:
		length = pack_gzip(from, to, room);
		break;
	case BZIP2:
		assert_int_equal(BZ2_bzBuffToBuffCompress((char *)to, &bzip2_length,
							  (char *)from->bytes,
							  (unsigned)from->length, 9, 0, 0),
				 BZ_OK);
		length = bzip2_length;
		break;
	case LZMA:
		length = pack_lzma(from, to, room);
		break;
	case XZ:
		assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, from->bytes,
							 from->length, to, &length, room),
				 LZMA_OK);
		break;
	case ZSTD:
		length = ZSTD_compress(to, room, from->bytes, from->length, 3);
		break;
	case LZ4:
		length = pack_lz4(from, to, room);
		break;
	default:
		memcpy(to, from->bytes, from->length);
		length = from->length;
	}
	archive_append(archive, to, length);
	free(to);
}

/* --- its index ------------------------------------------------------------- */

/* Has the bytes listed, as they lie in the middle of a file. */
static inline int
list_bytes(const void *bytes, size_t length, struct index **ret_index, const char **ret_why)
{
	const struct extent where = {4096, length};
	int fd = memfd_create("image", MFD_CLOEXEC), memfd, result;

	*ret_why = "";
	assert_int_equal(pwrite(fd, bytes, length, 4096), length);
	assert_int_equal(pwrite(fd, "and more", 8, (off_t)(4096 + length)), 8);
	result = initramfs_index(fd, &where, &memfd, ret_why);
	close(fd);
	if (result < 0)
		return result;
	assert_int_equal(index_map(memfd, INDEX_OF_UNPACKED, ret_index, ret_why), 0);
	close(memfd);
	return 0;
}

static inline void
print_nodes(const struct index *index, struct text *text)
{
	static const char kinds[] = " df@?";

	for (uint32_t i = 1; i < index_node_count(index); i++) {
		char path[40000];

		assert_int_equal(index_path(index, i, path, sizeof(path)), 0);
		text_printf(text, "%c %s", kinds[index_kind(index, i)], path);
		if (index_kind(index, i) == NODE_FILE)
			text_printf(text, " %" PRIu64, index_size(index, i));
		if (index_kind(index, i) == NODE_LINK)
			text_printf(text, " -> %s", index_target(index, i));
		text_append_char(text, '\n');
	}
}

/* What the archive holds is `expected`; frees it. */
static inline void
assert_holds(struct archive *archive, const char *expected, const char *what)
{
	struct text text = {0};
	struct index *index = NULL;
	const char *why;
	int result = list_bytes(archive->bytes, archive->length, &index, &why);

	if (!index)
		fail_msg("%s: %s (%d)", what, why, result);
	print_nodes(index, &text);
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n%sshould be:\n%s", what, text_string(&text), expected);
	text_free(&text);
	index_close(index);
	free(archive->bytes);
	*archive = (struct archive){0};
}

/* It is refused for `expected`; frees it. */
static inline void
assert_refused(struct archive *archive, int error, const char *expected, const char *what)
{
	struct index *index;
	const char *why;
	int result = list_bytes(archive->bytes, archive->length, &index, &why);

	if (result != error || strcmp(why, expected) != 0)
		fail_msg("%s: %d %s", what, result, why);
	free(archive->bytes);
	*archive = (struct archive){0};
}

#endif
