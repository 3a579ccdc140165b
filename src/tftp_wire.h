/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The socket side of one TFTP transfer: where its packets come from and go to.
 *
 * A transfer usually has a socket of its own, bound to the address that the
 * request came to (TFTP-30) and connected to the client, so that the kernel
 * drops what others send to it (TFTP-31). In single-port mode all transfers
 * use the service's socket.
 */
#ifndef TFTP_WIRE_H
#define TFTP_WIRE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "tftp_packet.h"

/* Both ends of a transfer. */
struct tftp_wire {
	int fd;
	bool is_shared;          /* fd is the service's: not closed here */
	struct sockaddr_in peer; /* the client */
	struct in_addr local;    /* our address */
};

/* The ports that transfers may have, shared by those of one worker (TFTP-36). */
struct tftp_ports {
	uint16_t first; /* host order; 0: any that the system gives */
	uint16_t last;
	uint16_t next; /* where to look first: a port rests as long as can be; 0: at `first` */
};

enum { TFTP_BURST_BLOCKS = 64 };

/* DATA packets that are sent together. One serves a whole worker, as it holds
   nothing between two uses. */
struct tftp_burst {
	bool rolls_to_1; /* for the caller to set, as in tftp_terms */
	uint32_t count;  /* packets */
	uint8_t headers[TFTP_BURST_BLOCKS][TFTP_HEADER_SIZE];
	struct iovec parts[TFTP_BURST_BLOCKS][2];
	struct mmsghdr messages[TFTP_BURST_BLOCKS];
	uint8_t text[TFTP_BLKSIZE_MAX]; /* for a block that is made: netascii */
};

/* Makes `length` bytes at `bytes` into the DATA packets `first`, `first` + 1
   ...: `count` of them, at most TFTP_BURST_BLOCKS, with `blksize` bytes each,
   the last one shorter and perhaps empty. `bytes` must stay until they are
   sent. */
void tftp_burst_fill(struct tftp_burst *, uint64_t first, uint32_t count, const uint8_t *bytes,
		     size_t length, size_t blksize);

/* Gives `wire`, whose peer and local are filled in, a socket of its own, with
   one of `ports` (NULL: any): 0, or the negative errno of a system call.
   -EADDRINUSE: none was found free; the next call looks at others, since one
   call looks at some hundred only. */
int tftp_wire_open(struct tftp_wire *, struct tftp_ports *);

/* Closes that socket. */
void tftp_wire_close(struct tftp_wire *);

/* The largest block that reaches the peer in one piece (TFTP-11). */
uint16_t tftp_wire_blksize(const struct tftp_wire *);

/* Sends one packet. 0, or -ECONNREFUSED when the client has closed its port
   (TFTP-32). All other failures count as a loss on the way. */
int tftp_wire_send(const struct tftp_wire *, const void *packet, size_t length);

/* Sends all packets of the burst. Errors as above. */
int tftp_wire_send_burst(const struct tftp_wire *, struct tftp_burst *);

#endif
