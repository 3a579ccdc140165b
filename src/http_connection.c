/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state machine of a connection. Plain events on a socket: a response is
 * tried at once and only what the socket does not take waits for the loop.
 *
 * One timer serves every state (HTTP-14): the header of a request has one
 * absolute deadline; an idle connection is closed after a while; a transfer may
 * stand still for long, since GRUB holds a file open while a person reads its
 * menu, but one that trickles to hold us up is cut. Bytes count as on their way
 * until the client has acknowledged them.
 */
#include "http_connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_answer.h"
#include "http_log.h"
#include "monotonic.h"
#include "stream.h"

enum {
	REQUESTS_PER_TURN = 16, /* pipelined requests answered before others have a turn */
	RETRY_MS = 1000,        /* http_retry is told of most answers, but not of all */
};

static void on_event(evutil_socket_t fd, short what, void *argument);
static void on_timer(evutil_socket_t fd, short what, void *argument);

static void
arm(struct http_connection *connection, uint32_t ms)
{
	struct timeval delay = {ms / 1000, (suseconds_t)(ms % 1000) * 1000};

	evtimer_add(&connection->timer, &delay);
}

/* Waits for EV_READ or EV_WRITE on `fd` from now on, never both: a client that
   sends while we send must not wake us. Or for nothing but the timer. */
static void
watch_fd(struct http_connection *connection, int fd, short what)
{
	/* A stream that gives nothing is asked now and then if it has broken off. */
	static const struct timeval silence = {1, 0};

	if (connection->watched == what && connection->watched_fd == fd)
		return;
	if (connection->watched)
		event_del(&connection->event);
	connection->watched = what;
	connection->watched_fd = fd;
	if (what == 0)
		return;
	event_assign(&connection->event, connection->shared->base, fd, (short)(what | EV_PERSIST),
		     on_event, connection);
	event_add(&connection->event, fd == connection->fd ? NULL : &silence);
}

static void
watch(struct http_connection *connection, short what)
{
	watch_fd(connection, connection->fd, what);
}

void
http_connection_close(struct http_connection *connection)
{
	if (connection->watched)
		event_del(&connection->event);
	evtimer_del(&connection->timer);
	http_transfer_end(&connection->transfer);
	close(connection->fd);
	connection->shared->on_close(connection->shared->context, connection);
	free(connection);
}

void
http_connection_abort(struct http_connection *connection)
{
	struct linger reset = {.l_onoff = 1};

	setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	http_connection_close(connection);
}

/* Says that nothing more comes and waits for the client to close: a close with
   unread input would reset the connection and lose the response (HTTP-13). */
static void
linger(struct http_connection *connection)
{
	connection->state = HTTP_LINGERING;
	shutdown(connection->fd, SHUT_WR);
	watch(connection, EV_READ);
	arm(connection, connection->shared->options.linger_timeout_ms);
}

/* Takes the first `length` bytes out of the input. */
static void
consume(struct http_connection *connection, size_t length)
{
	connection->input_length -= length;
	memmove(connection->input, connection->input + length, connection->input_length);
}

static void
skip_body(struct http_connection *connection)
{
	size_t length = connection->input_length;

	if (length > connection->body_left)
		length = (size_t)connection->body_left;
	if (length == 0)
		return;
	consume(connection, length);
	connection->body_left -= length;
}

/* Waits for the rest of a request, or for the first byte of the next. */
static void
await_request(struct http_connection *connection)
{
	const struct http_options *options = &connection->shared->options;
	bool has_begun = connection->input_length > 0 || connection->body_left > 0 ||
			 !connection->has_served;
	enum http_wait wait = has_begun ? HTTP_WAIT_HEADER : HTTP_WAIT_IDLE;

	/* The deadline of a header stays where it is, however many bytes come. */
	if (connection->wait != wait)
		arm(connection, has_begun ? options->header_timeout_ms : options->idle_timeout_ms);
	connection->wait = wait;
	watch(connection, EV_READ);
}

/* Decides on the answer to a request and makes its header. -> false when there
   is none yet. */
static bool
start_response(struct http_connection *connection, const struct http_request *request)
{
	struct http_transfer *transfer = &connection->transfer;
	struct http_response response;
	int64_t now = time(NULL);

	if (http_answer(connection->shared->content, &connection->client, request, now, &response) <
	    0)
		return false;
	connection->keep_alive = response.keep_alive;
	connection->status = response.status;
	connection->is_head = response.is_head;
	connection->target = request->target;
	connection->started_at_ms = monotonic_ms();
	connection->request_length = request->header_length;
	connection->body_left = request->body_length;

	transfer->header_length = http_response_format(&response, now, transfer->header);
	transfer->header_sent = 0;
	transfer->file = response.file;
	transfer->stream = response.stream;
	transfer->first = transfer->offset = response.range.first;
	transfer->end = response.is_head ? response.range.first : response.range.end;
	connection->state = HTTP_SENDING_HEADER;
	connection->wait = HTTP_WAIT_NONE;
	connection->waits_until_ms = 0;
	connection->window_mark = 0;
	connection->slow_ms = 0;
	connection->trickles = 0;
	arm(connection, connection->shared->options.progress_window_ms);
	return true;
}

/* Waits for the answer to a request: false when it has waited long enough. */
static bool
await_answer(struct http_connection *connection)
{
	const uint32_t patience_ms = connection->shared->options.answer_timeout_ms;
	int64_t now = monotonic_ms();

	if (connection->waits_until_ms == 0)
		connection->waits_until_ms = now + patience_ms;
	if (now >= connection->waits_until_ms)
		return false;
	connection->state = HTTP_WAITING;
	watch(connection, 0);
	arm(connection, patience_ms < RETRY_MS ? patience_ms : RETRY_MS);
	return true;
}

/* Goes on with the response. True when it is done and the next request can be
   looked at; else the connection waits, lingers or is gone. */
static bool
send_response(struct http_connection *connection)
{
	int err = http_transfer_send(&connection->transfer, connection->fd);

	if (err == -EAGAIN || err == -EINPROGRESS) {
		if (connection->transfer.header_sent == connection->transfer.header_length)
			connection->state = HTTP_SENDING_BODY;
		if (err == -EAGAIN)
			watch(connection, EV_WRITE);
		else
			watch_fd(connection, stream_fd(connection->transfer.stream), EV_READ);
		return false;
	}
	/* A stream is closed now, and its descriptor may soon be another's. */
	if (connection->watched_fd != connection->fd)
		watch(connection, 0);
	http_log_transfer(connection, err, monotonic_ms());
	http_transfer_end(&connection->transfer);
	if (err < 0) {
		http_connection_close(connection);
		return false;
	}
	/* Nobody needs a refusal so much that it may hold a place. */
	if (connection->status < 400)
		connection->patience_ends_at_ms =
			monotonic_ms() + connection->shared->options.stall_timeout_ms;
	if (!connection->keep_alive) {
		linger(connection);
		return false;
	}
	consume(connection, connection->request_length);
	connection->has_served = true;
	connection->state = HTTP_READING;
	return true;
}

/* Answers the requests that have come in. */
static void
serve(struct http_connection *connection)
{
	for (unsigned turn = 0; turn < REQUESTS_PER_TURN; turn++) {
		struct http_request request;

		skip_body(connection);
		if (http_request_parse(connection->input, connection->input_length, &request) < 0) {
			await_request(connection);
			return;
		}
		if (!start_response(connection, &request)) {
			if (await_answer(connection))
				return;
			request.status = 503;
			request.keep_alive = false;
			start_response(connection, &request);
		}
		if (!send_response(connection))
			return;
	}
	/* The socket is writable, so this is a turn of the loop and no wait. */
	watch(connection, EV_WRITE);
}

void
http_connection_refuse(struct http_connection *connection, unsigned status)
{
	struct http_request request = {.method = HTTP_OTHER, .status = status};

	if (start_response(connection, &request))
		send_response(connection);
}

void
http_connection_resume(struct http_connection *connection)
{
	if (connection->state != HTTP_WAITING)
		return;
	connection->state = HTTP_READING;
	serve(connection);
}

static void
read_request(struct http_connection *connection)
{
	ssize_t got = recv(connection->fd, connection->input + connection->input_length,
			   sizeof(connection->input) - connection->input_length, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		http_connection_close(connection);
		return;
	}
	connection->input_length += (size_t)got;
	serve(connection);
}

/* Throws away what a client still says after our last word. */
static void
drain(struct http_connection *connection)
{
	ssize_t got = recv(connection->fd, connection->input, sizeof(connection->input), 0);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		http_connection_close(connection);
}

static void
on_event(evutil_socket_t fd, short what, void *argument)
{
	struct http_connection *connection = argument;

	(void)fd;
	switch (connection->state) {
	case HTTP_READING:
		if (what & EV_READ)
			read_request(connection);
		else
			serve(connection);
		break;
	case HTTP_WAITING:
		break;
	case HTTP_SENDING_HEADER:
	case HTTP_SENDING_BODY:
		if (send_response(connection))
			serve(connection);
		break;
	case HTTP_LINGERING:
		drain(connection);
		break;
	}
}

/* The time is over for what a connection was waiting for while reading. */
static void
on_reading_timeout(struct http_connection *connection)
{
	bool has_begun = connection->input_length > 0 || connection->body_left > 0;

	if (connection->wait == HTTP_WAIT_HEADER && has_begun)
		http_connection_refuse(connection, 408);
	else if (connection->wait == HTTP_WAIT_IDLE &&
		 http_connection_has_bytes_on_their_way(connection))
		arm(connection, connection->shared->options.idle_timeout_ms);
	else
		http_connection_close(connection);
}

static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct http_connection *connection = argument;
	const struct http_options *options = &connection->shared->options;

	(void)fd;
	(void)what;
	switch (connection->state) {
	case HTTP_READING:
		on_reading_timeout(connection);
		break;
	case HTTP_WAITING:
		http_connection_resume(connection);
		break;
	case HTTP_SENDING_HEADER:
	case HTTP_SENDING_BODY:
		if (http_connection_progresses(connection)) {
			arm(connection, options->progress_window_ms);
			break;
		}
		http_log_transfer(connection, -ETIMEDOUT, monotonic_ms());
		http_connection_abort(connection);
		break;
	case HTTP_LINGERING:
		if (http_connection_has_bytes_on_their_way(connection))
			arm(connection, options->linger_timeout_ms);
		else
			http_connection_close(connection);
		break;
	}
}

int
http_connection_open(const struct http_shared *shared, int fd, const struct sockaddr_in *peer,
		     struct http_connection **ret_connection)
{
	struct http_connection *connection = malloc(sizeof(*connection));
	if (!connection)
		return -ENOMEM;
	struct sockaddr_in local = {0};
	socklen_t length = sizeof(local);

	/* The buffers stay as they are: most connections use little of them. */
	memset(connection, 0, offsetof(struct http_connection, input));
	memset(&connection->input_length, 0,
	       sizeof(*connection) - offsetof(struct http_connection, input_length));
	connection->shared = shared;
	connection->fd = connection->watched_fd = fd;
	connection->client.address = peer->sin_addr;
	connection->client.is_http = true;
	if (getsockname(fd, (struct sockaddr *)&local, &length) == 0)
		connection->client.server = local.sin_addr;
	inet_ntop(AF_INET, &peer->sin_addr, connection->name, sizeof(connection->name));
	evtimer_assign(&connection->timer, shared->base, on_timer, connection);
	await_request(connection);
	*ret_connection = connection;
	return 0;
}
