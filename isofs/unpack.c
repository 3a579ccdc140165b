/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unpacks one compressed stream; see unpack.h.
 *
 * A format is a row of the table: how its streams begin, and a step that turns
 * some of the bytes that are there into some unpacked ones. lz4's legacy format
 * has whole blocks and no end of its own, so it has its own way.
 */
#include "unpack.h"

#include <bzlib.h>
#include <errno.h>
#include <lz4.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "window.h"

enum {
	OUT_SIZE = 128 * 1024,
	LZ4_BLOCK = 8 * 1024 * 1024,
	LZ4_PACKED = LZ4_COMPRESSBOUND(LZ4_BLOCK),
	LZ4_MAGIC = 0x184c2102,
};

/* A dictionary larger than this is nobody's initramfs. */
static const uint64_t LZMA_MEMORY = 256 * 1024 * 1024;

struct unpacker {
	const struct format *format;
	struct window *window;
	uint64_t offset; /* of the first byte that was not used */
	bool is_done;
	union {
		z_stream gzip;
		bz_stream bzip2;
		lzma_stream lzma;
		ZSTD_DStream *zstd;
		uint8_t *lz4; /* a block, and behind it room for a packed one */
	} state;
	uint8_t out[OUT_SIZE];
};

/* One step: what there is to use, and what was made of it. */
struct step {
	struct bytes in;
	size_t used;
	size_t made; /* bytes of unpacker->out */
};

enum { MORE = 0, END = 1 };

struct format {
	const char *magic;
	size_t magic_length;
	int (*open)(struct unpacker *);                          /* 0 or -ENOMEM */
	int (*step)(struct unpacker *, struct step *);           /* MORE, END or -EBADMSG */
	int (*next)(struct unpacker *, struct bytes *ret_bytes); /* in its place */
	void (*close)(struct unpacker *);
	const char *damaged;
};

/* --- gzip ------------------------------------------------------------------ */

static int
gzip_open(struct unpacker *unpacker)
{
	const int window_bits = 15, gzip_only = 16;

	return inflateInit2(&unpacker->state.gzip, window_bits + gzip_only) == Z_OK ? 0 : -ENOMEM;
}

static int
gzip_step(struct unpacker *unpacker, struct step *step)
{
	z_stream *stream = &unpacker->state.gzip;
	int result;

	stream->next_in = (z_const Bytef *)(uintptr_t)step->in.at;
	stream->avail_in = (uInt)step->in.length;
	stream->next_out = unpacker->out;
	stream->avail_out = OUT_SIZE;
	result = inflate(stream, Z_NO_FLUSH);
	step->used = step->in.length - stream->avail_in;
	step->made = OUT_SIZE - stream->avail_out;
	return result == Z_STREAM_END ? END : result == Z_OK ? MORE : -EBADMSG;
}

static void
gzip_close(struct unpacker *unpacker)
{
	inflateEnd(&unpacker->state.gzip);
}

/* --- bzip2 ----------------------------------------------------------------- */

static int
bzip2_open(struct unpacker *unpacker)
{
	return BZ2_bzDecompressInit(&unpacker->state.bzip2, 0, 0) == BZ_OK ? 0 : -ENOMEM;
}

static int
bzip2_step(struct unpacker *unpacker, struct step *step)
{
	bz_stream *stream = &unpacker->state.bzip2;
	int result;

	stream->next_in = (char *)(uintptr_t)step->in.at;
	stream->avail_in = (unsigned)step->in.length;
	stream->next_out = (char *)unpacker->out;
	stream->avail_out = OUT_SIZE;
	result = BZ2_bzDecompress(stream);
	step->used = step->in.length - stream->avail_in;
	step->made = OUT_SIZE - stream->avail_out;
	return result == BZ_STREAM_END ? END : result == BZ_OK ? MORE : -EBADMSG;
}

static void
bzip2_close(struct unpacker *unpacker)
{
	BZ2_bzDecompressEnd(&unpacker->state.bzip2);
}

/* --- xz, lzma -------------------------------------------------------------- */

/* Whether the bytes are right is not our concern: only names are looked at. */
static int
xz_open(struct unpacker *unpacker)
{
	lzma_stream *stream = &unpacker->state.lzma;

	*stream = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(stream, LZMA_MEMORY, LZMA_IGNORE_CHECK) == LZMA_OK ? 0 : -ENOMEM;
}

static int
lzma_open(struct unpacker *unpacker)
{
	lzma_stream *stream = &unpacker->state.lzma;

	*stream = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_alone_decoder(stream, LZMA_MEMORY) == LZMA_OK ? 0 : -ENOMEM;
}

static int
lzma_step(struct unpacker *unpacker, struct step *step)
{
	lzma_stream *stream = &unpacker->state.lzma;
	lzma_ret result;

	stream->next_in = step->in.at;
	stream->avail_in = step->in.length;
	stream->next_out = unpacker->out;
	stream->avail_out = OUT_SIZE;
	result = lzma_code(stream, LZMA_RUN);
	step->used = step->in.length - stream->avail_in;
	step->made = OUT_SIZE - stream->avail_out;
	return result == LZMA_STREAM_END ? END : result == LZMA_OK ? MORE : -EBADMSG;
}

static void
lzma_close(struct unpacker *unpacker)
{
	lzma_end(&unpacker->state.lzma);
}

/* --- zstd ------------------------------------------------------------------ */

static int
zstd_open(struct unpacker *unpacker)
{
	unpacker->state.zstd = ZSTD_createDStream();
	return unpacker->state.zstd ? 0 : -ENOMEM;
}

static int
zstd_step(struct unpacker *unpacker, struct step *step)
{
	ZSTD_inBuffer in = {step->in.at, step->in.length, 0};
	ZSTD_outBuffer out = {unpacker->out, OUT_SIZE, 0};
	size_t result = ZSTD_decompressStream(unpacker->state.zstd, &out, &in);

	if (ZSTD_isError(result))
		return -EBADMSG;
	step->used = in.pos;
	step->made = out.pos;
	return result == 0 ? END : MORE;
}

static void
zstd_close(struct unpacker *unpacker)
{
	ZSTD_freeDStream(unpacker->state.zstd);
}

/* --- lz4, legacy ----------------------------------------------------------- */

static int
lz4_open(struct unpacker *unpacker)
{
	unpacker->state.lz4 = malloc(LZ4_BLOCK + LZ4_PACKED);
	return unpacker->state.lz4 ? 0 : -ENOMEM;
}

static void
lz4_close(struct unpacker *unpacker)
{
	free(unpacker->state.lz4);
}

/* Reads `length` bytes of the file. */
static int
read_whole(struct unpacker *unpacker, uint8_t *buffer, size_t length)
{
	for (size_t done = 0; done < length;) {
		struct bytes bytes;
		int result = window_view_rest(unpacker->window, unpacker->offset, &bytes);

		if (result < 0)
			return result;
		if (bytes.length == 0)
			return -EBADMSG;
		if (bytes.length > length - done)
			bytes.length = length - done;
		memcpy(buffer + done, bytes.at, bytes.length);
		done += bytes.length;
		unpacker->offset += bytes.length;
	}
	return 0;
}

/* The length of the next block, which is used up: 0 when none follows. What is
   too long for one belongs to what follows, or is its padding. */
static int
lz4_block_length(struct unpacker *unpacker, uint32_t *ret_length)
{
	struct bytes bytes;
	uint32_t length;

	do {
		int result = window_view(unpacker->window, unpacker->offset, 4, &bytes);

		if (result < 0)
			return result;
		length = bytes_u32(bytes, 0);
		if (bytes.length < 4 || (length > LZ4_PACKED && length != LZ4_MAGIC))
			length = 0;
		unpacker->offset += length > 0 ? 4 : 0;
	} while (length == LZ4_MAGIC);
	*ret_length = length;
	return 0;
}

static int
lz4_next(struct unpacker *unpacker, struct bytes *ret_bytes)
{
	uint8_t *block = unpacker->state.lz4, *packed = block + LZ4_BLOCK;
	uint32_t length;
	int result = lz4_block_length(unpacker, &length);

	*ret_bytes = (struct bytes){block, 0};
	if (result < 0 || length == 0)
		return result;
	result = read_whole(unpacker, packed, length);
	if (result < 0)
		return result;
	result = LZ4_decompress_safe((const char *)packed, (char *)block, (int)length, LZ4_BLOCK);
	if (result <= 0)
		return -EBADMSG;
	ret_bytes->length = (size_t)result;
	return 0;
}

/* --- the whole ------------------------------------------------------------- */

/* As the kernel tells them apart (lib/decompress.c). */
static const struct format formats[] = {
	{"\x1f\x8b", 2, gzip_open, gzip_step, NULL, gzip_close, "its gzip data are damaged"},
	{"BZ", 2, bzip2_open, bzip2_step, NULL, bzip2_close, "its bzip2 data are damaged"},
	{"\x5d\x00", 2, lzma_open, lzma_step, NULL, lzma_close, "its lzma data are damaged"},
	{"\xfd"
	 "7zXZ",
	 5, xz_open, lzma_step, NULL, lzma_close, "its xz data are damaged"},
	{"\x28\xb5\x2f\xfd", 4, zstd_open, zstd_step, NULL, zstd_close,
	 "its zstd data are damaged"},
	{"\x02\x21\x4c\x18", 4, lz4_open, NULL, lz4_next, lz4_close, "its lz4 data are damaged"},
};

static const struct format *
find_format(struct bytes start)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (bytes_hold(start, 0, formats[i].magic_length) &&
		    memcmp(start.at, formats[i].magic, formats[i].magic_length) == 0)
			return &formats[i];
	return NULL;
}

int
unpacker_open(struct window *window, uint64_t offset, struct unpacker **ret_unpacker)
{
	struct bytes start;
	const struct format *format;
	struct unpacker *unpacker;
	int result = window_view(window, offset, 8, &start);

	if (result < 0)
		return result;
	format = find_format(start);
	if (!format)
		return -ENOTDIR;
	unpacker = calloc(1, sizeof(*unpacker));
	if (!unpacker)
		return -ENOMEM;
	unpacker->format = format;
	unpacker->window = window;
	unpacker->offset = offset;
	result = format->open(unpacker);
	if (result < 0) {
		free(unpacker);
		return result;
	}
	*ret_unpacker = unpacker;
	return 0;
}

void
unpacker_close(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	unpacker->format->close(unpacker);
	free(unpacker);
}

/* Steps until there are bytes, or the stream has ended. */
static int
next_piece(struct unpacker *unpacker, struct bytes *ret_bytes, const char **ret_why)
{
	struct step step = {0};
	int result = MORE;

	while (!unpacker->is_done && step.made == 0) {
		result = window_view_rest(unpacker->window, unpacker->offset, &step.in);
		if (result < 0)
			return result;
		if (step.in.length == 0) {
			*ret_why = "its compressed data end too early";
			return -EBADMSG;
		}
		result = unpacker->format->step(unpacker, &step);
		if (result < 0)
			return result;
		unpacker->offset += step.used;
		unpacker->is_done = result == END;
	}
	*ret_bytes = (struct bytes){unpacker->out, step.made};
	return 0;
}

int
unpacker_next(struct unpacker *unpacker, struct bytes *ret_bytes, const char **ret_why)
{
	const struct format *format = unpacker->format;

	*ret_why = format->damaged;
	return format->next ? format->next(unpacker, ret_bytes)
			    : next_piece(unpacker, ret_bytes, ret_why);
}

uint64_t
unpacker_end(const struct unpacker *unpacker)
{
	return unpacker->offset;
}
