/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a connection has come, as its client has acknowledged it.
 */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "http_connection.h"
#include "monotonic.h"

enum { TRICKLES_MAX = 2 };

/* How many bytes the kernel holds that the client has not acknowledged. */
static int
bytes_on_their_way(const struct http_connection *connection)
{
	int bytes = 0;

	return ioctl(connection->fd, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

bool
http_connection_has_bytes_on_their_way(const struct http_connection *connection)
{
	return bytes_on_their_way(connection) > 0 &&
	       monotonic_ms() < connection->patience_ends_at_ms;
}

bool
http_connection_waits(const struct http_connection *connection)
{
	return connection->state == HTTP_LINGERING ||
	       (connection->state == HTTP_READING && connection->wait == HTTP_WAIT_IDLE);
}

bool
http_connection_progresses(struct http_connection *connection)
{
	const struct http_options *options = &connection->shared->options;
	int64_t taken =
		(int64_t)http_transfer_sent(&connection->transfer) - bytes_on_their_way(connection);
	int64_t moved = taken - connection->window_mark;

	/* While a stream gives nothing, it is not the client that is slow. */
	if (connection->watched_fd != connection->fd)
		return true;
	connection->window_mark = taken;
	if (moved >= options->progress_min) {
		connection->slow_ms = 0;
		connection->trickles = 0;
		return true;
	}
	connection->slow_ms += options->progress_window_ms;
	connection->trickles = moved > 0 ? connection->trickles + 1 : 0;
	return connection->trickles < TRICKLES_MAX &&
	       connection->slow_ms < options->stall_timeout_ms;
}
