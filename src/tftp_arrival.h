/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packet and where it came from; and the requests that wait until it is known
 * what their path leads to (content_open: -EINPROGRESS).
 *
 * A client that hears nothing asks again by itself, after one to five seconds.
 * So few need to wait here, and one that is dropped loses nothing but time.
 */
#ifndef TFTP_ARRIVAL_H
#define TFTP_ARRIVAL_H

#include <stdint.h>

#include "net.h"

struct tftp;

enum { TFTP_PACKET_SIZE = 2048, TFTP_PARKED_MAX = 32 };

struct tftp_arrival {
	struct net_datagram datagram;
	uint8_t packet[TFTP_PACKET_SIZE];
	uint64_t now;   /* when it came, or was tried again; microseconds, monotonic */
	uint64_t since; /* when it first had to wait, the same clock; 0: it had not */
};

/* All zero: none. */
struct tftp_parked {
	struct tftp_arrival *arrivals[TFTP_PARKED_MAX]; /* NULL: a free place */
	unsigned next;                                  /* the place to be used next */
};

/* Keeps a copy, in the place of an earlier request from the same port, or else
   in that of the oldest when there is none to spare. */
void tftp_park(struct tftp_parked *, const struct tftp_arrival *);

/* Takes all of them out, and hands those that have waited for less than a
   minute to `take`, the oldest first. */
void tftp_unpark(struct tftp_parked *, uint64_t now,
		 void (*take)(struct tftp *, const struct tftp_arrival *), struct tftp *);

void tftp_parked_clear(struct tftp_parked *);

#endif
