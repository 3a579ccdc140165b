/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service of one worker: RFC 1350, 2347, 2348, 2349, 7440.
 */
#ifndef TFTP_H
#define TFTP_H

#include <stdbool.h>
#include <stdint.h>

struct clients;
struct content;
struct event_base;
struct tftp;
struct tftp_quirks;

struct tftp_options {
	uint16_t windowsize_max;      /* blocks; the answer to a larger request (TFTP-16) */
	uint16_t sessions_per_client; /* and a quarter of sessions_max at most */
	uint32_t sessions_max;        /* of this worker (TFTP-51) */
	bool single_port;             /* all data leaves from the service's own port (TFTP-31) */
	uint16_t port_first;          /* of the transfers' ports; 0: any (TFTP-36) */
	uint16_t port_last;
	const struct tftp_quirks *quirks; /* shared; NULL: none (TFTP-17, 19) */
	struct clients *clients;          /* shared: who has which quirk; NULL: none */
};

/* Starts to serve `content` on `fd`: a bound, non-blocking UDP socket with
   IP_PKTINFO (net_udp_socket). Owns fd from then on. */
int tftp_start(struct event_base *, int fd, struct content *, const struct tftp_options *,
	       struct tftp **ret_tftp);

/* Tries again the requests whose path content_open could not open yet. */
void tftp_retry(struct tftp *);

/* Ends all transfers and frees everything. NULL is allowed. */
void tftp_stop(struct tftp *);

#endif
