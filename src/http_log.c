/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines such as
 *
 *   http 192.0.2.7: /images/debian/live/vmlinuz: 200, 8210368 bytes in 0.071 s
 *   http 192.0.2.7: /images/debian.iso: 206, bytes 0-2097151 of 4700372992 in 0.019 s
 *   http 192.0.2.7: /nothing: 404 Not Found
 *   http 192.0.2.7: /images/debian.iso: 1048576 of 4700372992 bytes sent: Connection reset by peer
 *
 * A machine that reads an image block by block over HTTP makes thousands of
 * small requests: those are for debugging only (HTTP-31).
 */
#include "http_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "http_connection.h"
#include "log.h"
#include "stream.h"

enum {
	SMALL = 1024 * 1024,
	TARGET_MAX = 1024, /* bytes of a target that are worth a line */
};

static bool
is_routine(const struct http_connection *connection)
{
	const struct http_transfer *transfer = &connection->transfer;

	return connection->status == 304 || http_slice_is(connection->target, "/healthz") ||
	       (connection->status == 206 && transfer->end - transfer->first < SMALL);
}

/* Why a transfer ended before its end. */
static const char *
reason_of(int err)
{
	if (err == -EIO)
		return "the image has become shorter, or cannot be read";
	if (err == -ETIMEDOUT)
		return "the client takes nothing any more";
	return strerror(-err);
}

/* The end of the line, behind the target. */
static void
describe(const struct http_connection *connection, int err, int64_t elapsed_ms, char *text,
	 size_t size)
{
	const struct http_transfer *transfer = &connection->transfer;
	uint64_t length = transfer->end - transfer->first;
	double seconds = (double)elapsed_ms / 1000;
	char why[120] = "";

	if (err == -EIO && transfer->stream)
		stream_explain(transfer->stream, why, sizeof(why));
	if (err < 0)
		snprintf(text, size, "%" PRIu64 " of %" PRIu64 " bytes sent: %s",
			 transfer->offset - transfer->first, length, why[0] ? why : reason_of(err));
	else if (connection->status == 206)
		snprintf(text, size, "206, bytes %" PRIu64 "-%" PRIu64 " of %" PRIu64 " in %.3f s",
			 transfer->first, transfer->end - 1, transfer->file->size, seconds);
	else if (connection->status == 200 && !connection->is_head)
		snprintf(text, size, "200, %" PRIu64 " bytes in %.3f s", length, seconds);
	else
		snprintf(text, size, "%u %s%s", connection->status,
			 http_status_reason(connection->status),
			 connection->is_head ? " (HEAD)" : "");
}

void
http_log_transfer(const struct http_connection *connection, int err, int64_t now_ms)
{
	struct http_slice target = connection->target;
	char text[240], line[1360];

	if (is_routine(connection) && err == 0 && !log_wants(LOG_DEBUG))
		return;
	describe(connection, err, now_ms - connection->started_at_ms, text, sizeof(text));
	snprintf(line, sizeof(line), "%.*s%s%s",
		 target.length < TARGET_MAX ? (int)target.length : TARGET_MAX,
		 target.bytes ? target.bytes : "", target.length > 0 ? ": " : "", text);
	if (err == -EIO)
		log_warning("http %s: %s", connection->name, line);
	else if (is_routine(connection))
		log_debug("http %s: %s", connection->name, line);
	else
		log_info("http %s: %s", connection->name, line);
}
