/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The service: a listener and its connections.
 *
 * Nobody is turned away in silence while there is room. A client with too many
 * connections gets a 503; those whose last bytes it does not take count too.
 * When the worker is full, a connection that waits makes room: one that idles,
 * else one with bytes on their way whose client has others, and of these the
 * oldest of the client that has the most. When there is none, new ones wait in
 * the listener's queue until one ends. Out of descriptors, the listener rests
 * for a second instead of spinning (HTTP-15).
 */
#include "http.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_connection.h"
#include "log.h"

enum {
	ACCEPTS_PER_TURN = 64,
	CLIENTS_MIN = 4, /* so many clients at least can be served at once */
};

static const struct http_options defaults = {
	.connections_max = 1024,
	.connections_per_client = 64,
	.header_timeout_ms = 10000,
	.idle_timeout_ms = 75000,
	.linger_timeout_ms = 2000,
	.progress_window_ms = 60000,
	.progress_min = 60 * 64,
	/* GRUB does not read on while a person sits in its menu. */
	.stall_timeout_ms = 600000,
	.answer_timeout_ms = 60000,
};

struct http {
	struct http_shared shared;
	int fd;
	struct event accept_event;
	struct event resume_timer;
	bool is_paused;                                            /* accept_event is not pending */
	TAILQ_HEAD(http_connections, http_connection) connections; /* the oldest first */
	uint32_t connection_count;
};

static void
pause_listener(struct http *http)
{
	event_del(&http->accept_event);
	http->is_paused = true;
}

static void
resume_listener(struct http *http)
{
	if (!http->is_paused)
		return;
	event_add(&http->accept_event, NULL);
	http->is_paused = false;
}

static void
on_resume(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	resume_listener(argument);
}

static bool
is_of(const struct http_connection *connection, struct in_addr address)
{
	return connection->client.address.s_addr == address.s_addr;
}

static void
add_connection(struct http *http, struct http_connection *connection)
{
	struct http_connection *other;

	connection->client_connections = 1;
	TAILQ_FOREACH (other, &http->connections, link) {
		if (is_of(other, connection->client.address))
			connection->client_connections = ++other->client_connections;
	}
	TAILQ_INSERT_TAIL(&http->connections, connection, link);
	http->connection_count++;
}

static void
on_close(void *context, struct http_connection *connection)
{
	struct http *http = context;
	struct http_connection *other;

	TAILQ_REMOVE(&http->connections, connection, link);
	TAILQ_FOREACH (other, &http->connections, link) {
		if (is_of(other, connection->client.address))
			other->client_connections--;
	}
	http->connection_count--;
	resume_listener(http);
}

/* How well the service can do without `connection`: 0 for not at all. */
static uint64_t
dispensability(const struct http_connection *connection)
{
	if (!http_connection_waits(connection))
		return 0;
	if (http_connection_has_bytes_on_their_way(connection))
		return connection->client_connections - 1;
	return UINT64_C(1) << 32 | connection->client_connections;
}

/* The connection that makes room for another: NULL when none can. */
static struct http_connection *
find_dispensable(const struct http *http)
{
	struct http_connection *found = NULL, *connection;
	uint64_t most = 0;

	TAILQ_FOREACH (connection, &http->connections, link) {
		uint64_t this = dispensability(connection);

		if (this > most) {
			most = this;
			found = connection;
		}
	}
	return found;
}

static void
dispense_with(struct http_connection *connection)
{
	if (!http_connection_has_bytes_on_their_way(connection)) {
		http_connection_close(connection);
		return;
	}
	log_info("http %s: one of its %" PRIu32 " connections makes room, its bytes not all taken",
		 connection->name, connection->client_connections);
	http_connection_abort(connection);
}

/* How many connections of `address` are not on their way out. One whose last
   bytes are not acknowledged can stay for as long as a transfer. */
static uint32_t
count_of(const struct http *http, struct in_addr address)
{
	const struct http_connection *connection;
	uint32_t count = 0;

	TAILQ_FOREACH (connection, &http->connections, link) {
		if (is_of(connection, address) &&
		    (connection->state != HTTP_LINGERING ||
		     http_connection_has_bytes_on_their_way(connection)))
			count++;
	}
	return count;
}

/* Takes in the client behind `fd`. */
static void
admit(struct http *http, int fd, const struct sockaddr_in *peer)
{
	const struct http_options *options = &http->shared.options;
	bool has_too_many = count_of(http, peer->sin_addr) >= options->connections_per_client;
	struct http_connection *connection;
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (http_connection_open(&http->shared, fd, peer, &connection) < 0) {
		close(fd);
		return;
	}
	add_connection(http, connection);
	if (has_too_many)
		http_connection_refuse(connection, 503);
}

/* Accepts one client, in the place of `dispensable` if there is one: 0, or a
   negative errno. */
static int
accept_one(struct http *http, struct http_connection *dispensable)
{
	struct sockaddr_in peer = {0};
	socklen_t length = sizeof(peer);
	int fd = accept4(http->fd, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1)
		return -errno;
	if (dispensable)
		dispense_with(dispensable);
	admit(http, fd, &peer);
	return 0;
}

static void
on_accept(evutil_socket_t fd, short what, void *argument)
{
	static const struct timeval rest = {1, 0};
	struct http *http = argument;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < ACCEPTS_PER_TURN; i++) {
		bool is_full = http->connection_count >= http->shared.options.connections_max;
		struct http_connection *dispensable = is_full ? find_dispensable(http) : NULL;
		if (is_full && !dispensable) {
			/* One that waits may turn up without any being closed. */
			pause_listener(http);
			evtimer_add(&http->resume_timer, &rest);
			return;
		}
		int err = accept_one(http, dispensable);
		if (err == -EAGAIN)
			return;
		if (err == -EMFILE || err == -ENFILE || err == -ENOMEM || err == -ENOBUFS) {
			log_warning("http: no connection can be accepted: %s", strerror(-err));
			pause_listener(http);
			evtimer_add(&http->resume_timer, &rest);
			return;
		}
		/* Any other error is that of a client that has gone already. */
	}
}

/* Options with a default in place of each zero. No client gets so many
   connections that it fills a worker: the maximum is shared among workers. */
static struct http_options
complete(const struct http_options *options)
{
	struct http_options whole = *options;

#define COMPLETE(field) whole.field = whole.field ? whole.field : defaults.field
	COMPLETE(connections_max);
	COMPLETE(connections_per_client);
	COMPLETE(header_timeout_ms);
	COMPLETE(idle_timeout_ms);
	COMPLETE(linger_timeout_ms);
	COMPLETE(progress_window_ms);
	COMPLETE(progress_min);
	COMPLETE(stall_timeout_ms);
	COMPLETE(answer_timeout_ms);
#undef COMPLETE
	uint32_t share = whole.connections_max / CLIENTS_MIN;
	if (whole.connections_per_client > share)
		whole.connections_per_client = share > 0 ? share : 1;
	return whole;
}

int
http_start(struct event_base *base, int fd, struct content *content,
	   const struct http_options *options, struct http **ret_http)
{
	struct http *http = calloc(1, sizeof(*http));
	if (!http)
		goto close_fd;

	http->shared = (struct http_shared){
		.base = base,
		.content = content,
		.options = complete(options),
		.on_close = on_close,
		.context = http,
	};
	http->fd = fd;
	TAILQ_INIT(&http->connections);
	event_assign(&http->accept_event, base, fd, EV_READ | EV_PERSIST, on_accept, http);
	evtimer_assign(&http->resume_timer, base, on_resume, http);
	if (event_add(&http->accept_event, NULL) == -1)
		goto free_http;
	*ret_http = http;
	return 0;

free_http:
	free(http);
close_fd:
	close(fd);
	return -ENOMEM;
}

void
http_retry(struct http *http)
{
	struct http_connection *connection, *next;

	if (!http)
		return;
	/* One that is resumed may end, but no other with it. */
	for (connection = TAILQ_FIRST(&http->connections); connection; connection = next) {
		next = TAILQ_NEXT(connection, link);
		http_connection_resume(connection);
	}
}

void
http_stop(struct http *http)
{
	if (!http)
		return;
	while (!TAILQ_EMPTY(&http->connections))
		http_connection_close(TAILQ_FIRST(&http->connections));
	event_del(&http->accept_event);
	evtimer_del(&http->resume_timer);
	close(http->fd);
	free(http);
}
