/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One transfer in the world: a file, the wire to a client, and the state
 * machine that says what to send.
 *
 * The service (tftp.c) owns sessions, feeds them packets and time, and ends
 * them; a session reads its file, sends, and says in the log how it went.
 */
#ifndef TFTP_SESSION_H
#define TFTP_SESSION_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/* Out of memory must not end the process: hh.tbl stays NULL instead. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "file.h"
#include "netascii.h"
#include "tftp_ahead.h"
#include "tftp_packet.h"
#include "tftp_transfer.h"
#include "tftp_wire.h"

struct tftp;

/* What tells transfers apart (TFTP-31, 34). No padding: it is hashed. */
struct tftp_key {
	uint32_t peer; /* network order, as the others */
	uint32_t local;
	uint32_t peer_port;
};

struct tftp_session {
	struct tftp_key key;
	UT_hash_handle hh; /* the service's table of sessions */
	TAILQ_ENTRY(tftp_session) unanswered;
	bool is_queued;        /* in the table's `unanswered` */
	struct tftp *tftp;     /* the service */
	struct event readable; /* unused in single-port mode */
	struct event filled;   /* on the stream, once it was waited for */
	bool has_waited;       /* for the stream */
	uint64_t fingerprint;  /* of the request's bytes */
	uint64_t started_at;   /* microseconds, monotonic */
	struct tftp_wire wire;
	struct file *file;
	struct tftp_ahead ahead;
	struct tftp_terms terms;
	struct tftp_transfer transfer;
	uint64_t text_block; /* netascii: the block that begins at `text` */
	struct netascii text;
	struct netascii text_after; /* where the block after it begins */
	char path[];                /* as the client sent it: for the log */
};

TAILQ_HEAD(tftp_queue, tftp_session);

/* Makes the session for `request`, ready to send. Takes `file` over, and
   `wire` with its open socket, on success only. -ENOMEM. */
int tftp_session_new(const struct tftp_request *, const struct tftp_limits *,
		     const struct tftp_wire *, struct file *, uint64_t now,
		     struct tftp_session **ret_session);

/* A request from the session's client: whether it is only the same one once
   more. PXELINUX has been seen to send a request six times in five
   milliseconds (TFTP-34). A client that has got data and asks again later has
   begun anew (TFTP-35). */
bool tftp_session_is_repeat(const struct tftp_session *, uint64_t fingerprint, uint64_t now);

/* Closes file and socket and frees it. */
void tftp_session_free(struct tftp_session *);

/* The stream that the session waits for, or -1: once it is readable,
   tftp_session_send goes on. */
int tftp_session_awaits(const struct tftp_session *);

/* These -> whether the session goes on; if not, the log has it and only
   tftp_session_free is left to do. */

/* Packets of the client wait at the session's own socket. */
bool tftp_session_receive(struct tftp_session *, uint64_t now);

/* A packet of the client came. */
bool tftp_session_take(struct tftp_session *, const void *packet, size_t length, uint64_t now);

/* Sends what is due, one window at most. */
bool tftp_session_send(struct tftp_session *, struct tftp_burst *, uint64_t now);

/* Time has passed: sends again what was lost. */
bool tftp_session_tick(struct tftp_session *, struct tftp_burst *, uint64_t now);

/* Logs that the client has given it up without a word: its port is closed
   (TFTP-32), or it has asked for another file (TFTP-35). */
void tftp_session_abandon(const struct tftp_session *, const char *why, uint64_t now);

#endif
