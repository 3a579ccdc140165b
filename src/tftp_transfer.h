/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One TFTP transfer as a state machine without sockets or a clock: it is told
 * of acknowledgements and of the time, and says which blocks to send now.
 *
 *      start ──► due ──► tftp_transfer_window: send these blocks
 *                 ▲               │
 *                 │               ▼ tftp_transfer_sent
 *      ack, tick ─┴──────────── waiting ──► done, or failed
 *
 * Blocks have 64-bit numbers here and roll over only on the wire (TFTP-19).
 * Block 0 is the OACK: with options a transfer begins at 0, without at 1.
 * Duplicate ACKs never cause a DATA packet (TFTP-22) but in the one case of
 * TFTP-23.
 *
 * Times are in microseconds of any clock that never runs backwards.
 *
 * RFC 1350, 1123 section 4.2.3, 2347, 7440. Rules: TFTP-8, 18..26.
 */
#ifndef TFTP_TRANSFER_H
#define TFTP_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "tftp_packet.h"

enum tftp_state {
	TFTP_WAITING, /* for an ACK or the time to run out */
	TFTP_DUE,     /* blocks are to be sent now */
	TFTP_DONE,    /* all is delivered, as far as can be known (TFTP-25) */
	TFTP_FAILED,  /* the client has been silent for too long (TFTP-24) */
};

struct tftp_transfer {
	enum tftp_state state;
	uint32_t windowsize;  /* blocks */
	bool rolls_to_1;      /* block numbers on the wire (TFTP-19) */
	uint64_t base;        /* first block that is not acknowledged */
	uint64_t high;        /* highest block that was ever sent */
	uint64_t last;        /* last block of the file; UINT64_MAX: not known yet */
	uint64_t sent_at;     /* when the window was sent */
	uint64_t resend_at;   /* when it is to be sent again */
	uint64_t progress_at; /* when `base` moved, or the start */
	uint64_t interval;    /* from sent_at to resend_at, grows by backoff */
	uint64_t timeout;     /* the first interval, if the client has asked for one (TFTP-13) */
	uint64_t rtt;         /* smoothed round trip time; 0: not measured yet */
	uint64_t rtt_deviation;
	uint64_t resends;      /* windows sent again, in all: for people and tests */
	uint32_t tries;        /* times the window at base was sent again */
	uint32_t duplicates;   /* ACKs of base - 1 since base moved */
	bool has_begun;        /* an ACK has moved base */
	bool has_resent_early; /* at this base (TFTP-23) */
};

/* Begins a transfer of `size` bytes; in netascii their number on the wire is
   not known, and tftp_transfer_end must be told. The state is TFTP_DUE. */
void tftp_transfer_start(struct tftp_transfer *, const struct tftp_terms *, uint64_t size,
			 uint64_t now);

/* Which blocks to send in state TFTP_DUE: -> how many, from *ret_first on.
   Block 0 is the OACK and comes alone. */
uint32_t tftp_transfer_window(const struct tftp_transfer *, uint64_t *ret_first);

/* Says that `block` turned out to be the last one. */
void tftp_transfer_end(struct tftp_transfer *, uint64_t block);

/* The window was sent: now TFTP_WAITING. What the network did not take counts
   as lost (TFTP-49). */
void tftp_transfer_sent(struct tftp_transfer *, uint64_t now);

/* An ACK with `number` came; what it means is in the state afterwards. */
void tftp_transfer_ack(struct tftp_transfer *, uint16_t number, uint64_t now);

/* Time has passed. Needs no precise calls: some ten a second will do. A client
   that never answers has 15 s and three resends, as its address may be forged;
   one that has answered has 30 s and five at least (TFTP-24). */
void tftp_transfer_tick(struct tftp_transfer *, uint64_t now);

/* The client has ended it with ERROR `code`: whether that was only a look at
   the size or a file closed early, which is no failure (TFTP-26). */
bool tftp_transfer_is_probe(const struct tftp_transfer *, uint16_t code);

/* Every block was sent once: a client that goes away now may have it all,
   some never send the last ACK (TFTP-25). */
bool tftp_transfer_is_dallying(const struct tftp_transfer *);

#endif
