/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service of one worker: requests become sessions.
 *
 *      port 69 ──► on_requests ──► content_open ──► session ──► its own socket
 *                      │                               ▲
 *                      └─ refused: ERROR at once       ├─ on_readable: ACKs
 *                                                      └─ on_tick: resends
 *
 * One timer serves all sessions. A turn of a session is to take the packets
 * that wait and to send one window, so that no transfer starves another
 * (TFTP-51). Nothing is allocated per packet (TFTP-47).
 *
 * Nothing is ever written: write requests are refused (TFTP-4). Multicast and
 * MTFTP are not supported (TFTP-29).
 *
 * RFC 1350, 1123 section 4.2.3, 2347, 2348, 2349, 7440. Rules: TFTP-1..47.
 */
#include "tftp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "log.h"
#include "monotonic.h"
#include "net.h"
#include "tftp_arrival.h"
#include "tftp_misses.h"
#include "tftp_quirks.h"
#include "tftp_session.h"
#include "tftp_table.h"

enum {
	TURN_PACKETS = 64, /* taken from one socket before others have their turn */
	TICK_MICROSECONDS = 100 * 1000,
	WINDOW_BYTES = 128 * 1024, /* fits in a socket's send buffer */
};

struct tftp {
	struct event_base *base;
	struct content *content;
	struct tftp_options options;
	int fd;
	struct event *requests;
	struct event *tick; /* pending while there are sessions */
	struct tftp_table table;
	struct tftp_misses misses;
	struct tftp_shortage shortage;
	struct tftp_ports ports;
	struct tftp_burst burst;
	struct tftp_parked parked;
};

static void on_readable(evutil_socket_t fd, short what, void *arg);

static void
end_session(struct tftp_session *session)
{
	struct tftp *tftp = session->tftp;

	tftp_table_remove(&tftp->table, session);
	if (!session->wire.is_shared)
		event_del(&session->readable);
	tftp_session_free(session);
	if (tftp->table.sessions == NULL)
		event_del(tftp->tick);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct tftp *tftp = arg;
	struct tftp_session *session, *next;
	uint64_t now = monotonic_us();

	(void)fd;
	(void)what;
	for (session = tftp->table.sessions; session; session = next) {
		next = session->hh.next;
		if (!tftp_session_tick(session, &tftp->burst, now))
			end_session(session);
	}
}

/* Sends what is due; what only a stream can give is waited for. */
static bool
send_due(struct tftp_session *session, uint64_t now)
{
	int awaited;

	if (!tftp_session_send(session, &session->tftp->burst, now))
		return false;
	awaited = tftp_session_awaits(session);
	if (awaited == -1)
		return true;
	if (!session->has_waited)
		event_assign(&session->filled, session->tftp->base, awaited, EV_READ, on_readable,
			     session);
	session->has_waited = true;
	event_add(&session->filled, NULL);
	return true;
}

/* The session's socket is readable, or the stream that it waits for. */
static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct tftp_session *session = arg;
	uint64_t now = monotonic_us();
	bool goes_on = session->wire.is_shared || tftp_session_receive(session, now);

	(void)fd;
	(void)what;
	if (!goes_on || !send_due(session, now))
		end_session(session);
}

static void
reply_error(struct tftp *tftp, const struct tftp_arrival *arrival, enum tftp_error code,
	    const char *text)
{
	uint8_t packet[TFTP_REPLY_MAX];
	size_t length = tftp_error_encode(code, text, packet);

	net_send(tftp->fd, &arrival->datagram.peer, arrival->datagram.local, 0, packet, length);
}

/* Answers at once, as clients try many names (TFTP-37), and logs within
   limits (TFTP-45). */
static void
refuse(struct tftp *tftp, const struct tftp_arrival *arrival, const char *path, int err)
{
	char peer[INET_ADDRSTRLEN];
	const char *text;
	enum tftp_error code = tftp_error_of(err, &text);
	uint32_t hidden;

	reply_error(tftp, arrival, code, text);
	if (tftp_miss_is_expected(path, err) && !log_wants(LOG_DEBUG))
		return;
	if (!tftp_misses_note(&tftp->misses, arrival->datagram.peer.sin_addr, arrival->now,
			      &hidden))
		return;
	inet_ntop(AF_INET, &arrival->datagram.peer.sin_addr, peer, sizeof(peer));
	if (hidden > 0)
		log_info("tftp %s: %u more requests were refused", peer, hidden);
	log_info("tftp %s: %s: %s", peer, path, text);
}

/* Gives up a session without an answer, if there is one. At debug even if all
   was sent: forged requests are not to fill the log. */
static bool
give_up(struct tftp *tftp, struct tftp_session *session)
{
	if (session == NULL)
		return false;
	log_debug("tftp: %s: unanswered, ended for want of room", session->path);
	end_session(session);
	tftp->shortage.ended++;
	return true;
}

/* Each ignored client asks again: the log hears of it once a minute. */
static void
ignore(struct tftp *tftp, const struct tftp_arrival *arrival, const char *path)
{
	log_debug("tftp: %s: too many transfers, request ignored", path);
	tftp->shortage.ignored++;
	tftp_shortage_tell(&tftp->shortage, arrival->now);
}

/* Enters a new session and sends its first packet. */
static int
begin_session(struct tftp *tftp, struct tftp_session *session, const struct tftp_arrival *arrival)
{
	session->tftp = tftp;
	session->fingerprint = tftp_fingerprint(arrival->packet, arrival->datagram.length);
	if (!session->wire.is_shared) {
		event_assign(&session->readable, tftp->base, session->wire.fd, EV_READ | EV_PERSIST,
			     on_readable, session);
		if (event_add(&session->readable, NULL) == -1)
			return -ENOMEM;
	}
	bool is_first = tftp->table.sessions == NULL;
	if (tftp_table_add(&tftp->table, session, &arrival->datagram)) {
		if (!session->wire.is_shared)
			event_del(&session->readable);
		return -ENOMEM;
	}
	if (is_first)
		event_add(tftp->tick, &(struct timeval){.tv_usec = TICK_MICROSECONDS});
	if (!send_due(session, arrival->now))
		end_session(session);
	return 0;
}

/* Forged requests may hold all ports of a range: the oldest gives its own. */
static int
open_wire(struct tftp *tftp, struct tftp_wire *wire)
{
	int err = tftp_wire_open(wire, &tftp->ports);

	if (err == -EADDRINUSE && give_up(tftp, tftp_table_unanswered(&tftp->table)))
		err = tftp_wire_open(wire, &tftp->ports);
	tftp->shortage.portless += err == -EADDRINUSE;
	return err;
}

/* Gives `file`, which it takes over, to the client. */
static int
start_session(struct tftp *tftp, const struct tftp_arrival *arrival,
	      const struct tftp_request *request, struct file *file)
{
	struct tftp_wire wire = {
		.fd = tftp->fd,
		.is_shared = tftp->options.single_port,
		.peer = arrival->datagram.peer,
		.local = arrival->datagram.local,
	};
	struct tftp_session *session;
	int err = 0;

	if (!wire.is_shared)
		err = open_wire(tftp, &wire);
	if (err)
		goto close_file;
	struct tftp_limits limits = {
		.blksize = tftp_wire_blksize(&wire),
		.windowsize = tftp->options.windowsize_max,
		.window_bytes = WINDOW_BYTES,
	};
	err = tftp_session_new(request, &limits, &wire, file, arrival->now, &session);
	if (err)
		goto close_wire;
	err = begin_session(tftp, session, arrival);
	if (err)
		tftp_session_free(session);
	return err;

close_wire:
	tftp_wire_close(&wire);
close_file:
	file_close(file);
	return err;
}

static void
on_request(struct tftp *tftp, const struct tftp_arrival *arrival)
{
	struct tftp_request request;
	int err = tftp_request_decode(arrival->packet, arrival->datagram.length, &request);
	if (err) {
		refuse(tftp, arrival, "request", err);
		return;
	}

	struct tftp_session *session = tftp_table_find(&tftp->table, &arrival->datagram);
	if (session && tftp_session_is_repeat(
			       session, tftp_fingerprint(arrival->packet, arrival->datagram.length),
			       arrival->now))
		return;
	if (session) {
		tftp_session_abandon(session, "given up for another request", arrival->now);
		end_session(session);
	}
	if (!tftp_table_has_room(&tftp->table, arrival->datagram.peer.sin_addr)) {
		ignore(tftp, arrival, request.path);
		return;
	}
	tftp_quirks_apply(tftp->options.quirks, tftp->options.clients,
			  arrival->datagram.peer.sin_addr, &request);

	struct client client = {
		.address = arrival->datagram.peer.sin_addr,
		.server = arrival->datagram.local,
	};
	struct file *file;
	err = content_open(tftp->content, &client, request.path, &file);
	if (!err) {
		give_up(tftp, tftp_table_evictee(&tftp->table));
		tftp_shortage_tell(&tftp->shortage, arrival->now);
		err = start_session(tftp, arrival, &request, file);
	}
	if (err == -EINPROGRESS)
		tftp_park(&tftp->parked, arrival);
	else if (err == -EADDRINUSE || err == -EBUSY)
		ignore(tftp, arrival, request.path);
	else if (err)
		refuse(tftp, arrival, request.path, err);
}

/* ACKs and ERRORs come here only in single-port mode. */
static void
on_stray(struct tftp *tftp, const struct tftp_arrival *arrival, uint16_t opcode)
{
	struct tftp_session *session = tftp_table_find(&tftp->table, &arrival->datagram);

	if (session && session->wire.is_shared) {
		if (!tftp_session_take(session, arrival->packet, arrival->datagram.length,
				       arrival->now) ||
		    !send_due(session, arrival->now))
			end_session(session);
	} else if (opcode != TFTP_ERROR) {
		reply_error(tftp, arrival, TFTP_UNKNOWN_ID, "unknown transfer");
	}
}

static void
dispatch(struct tftp *tftp, const struct tftp_arrival *arrival)
{
	const struct net_datagram *datagram = &arrival->datagram;
	uint16_t opcode = tftp_opcode(arrival->packet, datagram->length);

	/* Such a sender cannot be answered; a broadcast is not (TFTP-27). */
	if (datagram->peer.sin_port == 0 || datagram->destination.s_addr != datagram->local.s_addr)
		return;
	switch (opcode) {
	case TFTP_ACK:
	case TFTP_DATA:
	case TFTP_ERROR:
		on_stray(tftp, arrival, opcode);
		break;
	case TFTP_OACK:
		break;
	default:
		on_request(tftp, arrival);
	}
}

static void
on_requests(evutil_socket_t fd, short what, void *arg)
{
	struct tftp_arrival arrival = {.now = monotonic_us()};

	(void)what;
	for (int i = 0; i < TURN_PACKETS; i++) {
		if (net_receive(fd, arrival.packet, sizeof(arrival.packet), &arrival.datagram))
			return;
		dispatch(arg, &arrival);
	}
}

int
tftp_start(struct event_base *base, int fd, struct content *content,
	   const struct tftp_options *options, struct tftp **ret_tftp)
{
	struct tftp *tftp = calloc(1, sizeof(*tftp));
	if (tftp == NULL) {
		close(fd);
		return -ENOMEM;
	}
	tftp->base = base;
	tftp->content = content;
	tftp->options = *options;
	tftp->ports = (struct tftp_ports){.first = options->port_first, .last = options->port_last};
	tftp_table_setup(&tftp->table, options->sessions_max, options->sessions_per_client);
	tftp->fd = fd;
	tftp->requests = event_new(base, fd, EV_READ | EV_PERSIST, on_requests, tftp);
	tftp->tick = event_new(base, -1, EV_PERSIST, on_tick, tftp);
	if (!tftp->requests || !tftp->tick || event_add(tftp->requests, NULL) == -1) {
		tftp_stop(tftp);
		return -ENOMEM;
	}
	*ret_tftp = tftp;
	return 0;
}

void
tftp_retry(struct tftp *tftp)
{
	if (tftp != NULL)
		tftp_unpark(&tftp->parked, monotonic_us(), on_request, tftp);
}

void
tftp_stop(struct tftp *tftp)
{
	if (tftp == NULL)
		return;
	tftp_parked_clear(&tftp->parked);
	while (tftp->table.sessions)
		end_session(tftp->table.sessions);
	if (tftp->requests)
		event_free(tftp->requests);
	if (tftp->tick)
		event_free(tftp->tick);
	close(tftp->fd);
	free(tftp);
}
