/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps refused requests from flooding the log: PXELINUX asks for a kernel
 * that is not there about nine times a second, for ever (TFTP-45).
 *
 * A client may fill so many lines in each period; what is beyond is counted
 * and told in one line when its next period begins. The table is small and
 * has a fixed size: clients that share a row push each other out, which can
 * only cost a few lines more. The total is bounded too, since the address of
 * a client can be forged. Only tftp_shortage_tell logs itself.
 */
#ifndef TFTP_MISSES_H
#define TFTP_MISSES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	TFTP_MISSES_ROWS = 256,
	TFTP_MISSES_LINES = 20,                /* of one client in a period */
	TFTP_MISSES_LINES_TOTAL = 400,         /* of all clients in a period */
	TFTP_MISSES_PERIOD = 10 * 1000 * 1000, /* microseconds */
	TFTP_SHORTAGE_PERIOD = 60 * 1000 * 1000,
};

struct tftp_misses_row {
	in_addr_t address; /* the client's */
	uint32_t lines;    /* in this period */
	uint32_t hidden;   /* not logged since the last line that said so */
	uint64_t began_at; /* the period; microseconds */
};

/* All zero is an empty one. */
struct tftp_misses {
	struct tftp_misses_row total; /* `address` and `hidden` are not used */
	struct tftp_misses_row rows[TFTP_MISSES_ROWS];
};

/* A request of `address` was refused: whether to log it. *ret_hidden, always
   written, is how many of this client's were kept from the log and are to be
   told now, mostly 0. */
bool tftp_misses_note(struct tftp_misses *, struct in_addr address, uint64_t now,
		      uint32_t *ret_hidden);

/* What was done for want of room since it was told last. All zero: nothing. */
struct tftp_shortage {
	uint64_t told_at;  /* microseconds; 0: never */
	uint32_t ignored;  /* requests */
	uint32_t ended;    /* transfers whose client had not answered */
	uint32_t portless; /* of the ignored, those for which no port was free */
};

/* Whether to tell of a shortage now: once in a period. */
bool tftp_shortage_is_news(struct tftp_shortage *, uint64_t now);

/* Logs a shortage if there is one and it is news, and sets the numbers back. */
void tftp_shortage_tell(struct tftp_shortage *, uint64_t now);

/* Whether it is no news that `path` was refused with `err`: PXELINUX asks for
   up to ten names before the one that exists (SYS-18). */
bool tftp_miss_is_expected(const char *path, int err);

#endif
