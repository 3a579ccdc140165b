/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listening to DHCP on the wire, in both directions: a packet socket with a
 * filter in the kernel, so that a busy server's other traffic costs nothing.
 *
 * A socket of UDP would not do: what this machine's own server sends in frames
 * never reaches one.
 */
#ifndef DOCTOR_TAP_H
#define DOCTOR_TAP_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "net_frame.h"

enum { DOCTOR_TAP_FRAME_MAX = 4096 };

/* A frame of Ethernet with a DHCP message. */
struct doctor_frame {
	unsigned char bytes[DOCTOR_TAP_FRAME_MAX];
	size_t captured;                 /* of them */
	size_t length;                   /* on the wire */
	unsigned interface;              /* index */
	unsigned char mac[NET_MAC_SIZE]; /* the sender's */
	struct timespec at;              /* CLOCK_REALTIME */
	struct sockaddr_in from, to;
	const void *content; /* the message, within bytes */
	size_t content_length;
};

/* Listens on the interface with this index, 0: all. -> 0, or -EPERM and other
   negative errnos. The caller closes the descriptor. */
int doctor_tap_open(unsigned interface, int *ret_fd);

/* The next frame: 0; -EAGAIN; -EBADMSG, and another may follow; or another
   negative errno. */
int doctor_tap_read(int fd, struct doctor_frame *ret_frame);

#endif
