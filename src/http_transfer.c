/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending. The header is held back by MSG_MORE until the first bytes of the
 * body join it: iPXE's block device reads 2 KiB at a time and waits for each
 * packet (HTTP-31).
 *
 * A file that has become shorter beneath us ends the connection: the promised
 * length cannot be kept, and padding would be a lie.
 */
#include "http_transfer.h"

#include <errno.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "file.h"
#include "stream.h"

enum { BYTES_PER_TURN = 512 * 1024 };

/* Bytes of memory, and whether others follow at once: the number sent or a
   negative errno. */
static ssize_t
send_memory(int fd, const char *bytes, size_t length, bool more)
{
	ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | (more ? MSG_MORE : 0));

	return sent < 0 ? -errno : sent;
}

static ssize_t
send_extent(int fd, const struct segment *segment, uint64_t within, size_t length)
{
	off_t position = (off_t)(segment->offset + within);
	ssize_t sent = sendfile(fd, segment->fd, &position, length);

	if (sent == 0)
		return -EIO;
	return sent < 0 ? -errno : sent;
}

/* A stream that stands still has broken off as much as one that ends. */
static ssize_t
send_stream(struct stream *stream, int fd, uint64_t length)
{
	ssize_t sent = stream_send(stream, fd, (size_t)length);

	return sent == -ETIMEDOUT ? -EIO : sent;
}

/* Sends up to `limit` bytes of the segment that holds the next byte. */
static ssize_t
send_segment(const struct http_transfer *transfer, int fd, uint64_t limit)
{
	if (transfer->stream) {
		uint64_t rest = transfer->end - transfer->offset;

		return send_stream(transfer->stream, fd, rest < limit ? rest : limit);
	}

	uint64_t within;
	const struct segment *segment = file_segment(transfer->file, transfer->offset, &within);
	if (!segment)
		return -EIO;
	uint64_t length = segment->length - within;
	uint64_t left = transfer->end - transfer->offset;
	bool more = length < left;

	if (length > left)
		length = left;
	if (length > limit)
		length = limit;
	if (segment->kind == SEGMENT_EXTENT)
		return send_extent(fd, segment, within, length);
	return send_memory(fd, segment->data + within, length, more);
}

int
http_transfer_send(struct http_transfer *transfer, int fd)
{
	uint64_t budget = BYTES_PER_TURN;

	while (transfer->header_sent < transfer->header_length) {
		ssize_t sent = send_memory(fd, transfer->header + transfer->header_sent,
					   transfer->header_length - transfer->header_sent,
					   transfer->offset < transfer->end);
		if (sent == -EINTR)
			continue;
		if (sent < 0)
			return (int)sent;
		transfer->header_sent += (size_t)sent;
	}
	while (transfer->offset < transfer->end) {
		if (budget == 0)
			return -EAGAIN;
		ssize_t sent = send_segment(transfer, fd, budget);
		if (sent == -EINTR)
			continue;
		if (sent < 0)
			return (int)sent;
		transfer->offset += (uint64_t)sent;
		budget -= (uint64_t)sent;
	}
	return 0;
}

uint64_t
http_transfer_sent(const struct http_transfer *transfer)
{
	return transfer->header_sent + transfer->offset - transfer->first;
}

void
http_transfer_end(struct http_transfer *transfer)
{
	stream_close(transfer->stream);
	transfer->stream = NULL;
	file_close(transfer->file);
	transfer->file = NULL;
}
