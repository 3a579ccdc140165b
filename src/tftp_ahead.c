/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The piece of a file that a transfer holds in memory: see tftp_ahead.h.
 */
#include "tftp_ahead.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "stream.h"

enum { AHEAD_MIN = 32 * 1024 };

int
tftp_ahead_init(struct tftp_ahead *ahead, const struct file *file, size_t window)
{
	size_t size = window > AHEAD_MIN ? window : AHEAD_MIN;

	if (size > file->size)
		size = (size_t)file->size;
	*ahead = (struct tftp_ahead){.file = file, .size = size};
	ahead->bytes = malloc(size > 0 ? size : 1);
	return ahead->bytes ? 0 : -ENOMEM;
}

void
tftp_ahead_trust(struct tftp_ahead *ahead, struct in_addr client)
{
	if (ahead->client.s_addr == client.s_addr)
		return;
	ahead->client = client;
	if (ahead->stream != NULL)
		stream_set_client(ahead->stream, client);
}

void
tftp_ahead_clear(struct tftp_ahead *ahead)
{
	stream_close(ahead->stream);
	free(ahead->bytes);
}

/* Reads anew, from `offset` on. */
static int
read_piece(struct tftp_ahead *ahead, uint64_t offset)
{
	ssize_t got = file_read(ahead->file, offset, ahead->bytes, ahead->size);

	if (got < 0)
		return (int)got;
	ahead->offset = offset;
	ahead->length = (size_t)got;
	return 0;
}

/* Drops what lies before `offset` and fills up from the stream, until `end`
   lies within. */
static int
stream_piece(struct tftp_ahead *ahead, uint64_t offset, uint64_t end)
{
	size_t dropped = (size_t)(offset - ahead->offset);

	/* Only a fetch that breaks its contract asks for what was dropped. */
	if (offset < ahead->offset || dropped > ahead->length || end - offset > ahead->size)
		return -EIO;
	memmove(ahead->bytes, ahead->bytes + dropped, ahead->length - dropped);
	ahead->offset = offset;
	ahead->length -= dropped;
	while (ahead->offset + ahead->length < end) {
		ssize_t got = stream_read(ahead->stream, ahead->bytes + ahead->length,
					  ahead->size - ahead->length);

		if (got < 0)
			return got == -ETIMEDOUT ? -EIO : (int)got;
		ahead->length += (size_t)got;
	}
	return 0;
}

static int
fill(struct tftp_ahead *ahead, uint64_t offset, uint64_t end)
{
	const struct stream_source *source = ahead->file->source;
	int err = 0;

	if (source == NULL)
		return read_piece(ahead, offset);
	if (ahead->stream == NULL)
		err = stream_open(source, ahead->client, 0, ahead->file->size, &ahead->stream);
	return err < 0 ? err : stream_piece(ahead, offset, end);
}

ssize_t
tftp_ahead_fetch(struct tftp_ahead *ahead, uint64_t offset, size_t wanted,
		 const uint8_t **ret_bytes)
{
	uint64_t left = ahead->file->size - offset;
	uint64_t end;

	if (wanted > left)
		wanted = (size_t)left;
	end = offset + wanted;
	if (offset < ahead->offset || end > ahead->offset + ahead->length) {
		int err = fill(ahead, offset, end);

		if (err < 0)
			return err;
		if (end > ahead->offset + ahead->length)
			return -EIO;
	}
	*ret_bytes = ahead->bytes + (offset - ahead->offset);
	return (ssize_t)wanted;
}
