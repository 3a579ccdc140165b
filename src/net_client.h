/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client's end of DHCP, port 68, beside whoever has that port.
 *
 * A packet socket, since this machine may be a DHCP client itself: a second
 * socket on port 68 would take its answers, or keep it from starting. It sees
 * answers that a firewall of this machine drops, and those to other machines
 * when they are broadcast, each with the hardware address that it came from.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "net_frame.h"

/* Where an answer came from and how. */
struct net_client_answer {
	unsigned interface; /* index */
	unsigned char mac[NET_MAC_SIZE];
	struct sockaddr_in source;
	struct in_addr destination;
	size_t length; /* bytes in the caller's buffer */
};

/* Opens the socket for all interfaces. 0, or a negative errno: -EPERM without
   root and CAP_NET_RAW. */
int net_client_open(int *ret_fd);

/* Broadcasts a message from `from`:68 to port 67, out of `interface`. */
int net_client_send(int fd, unsigned interface, struct in_addr from, const void *content,
		    size_t length);

/* Receives one message to port 68: 0; -EAGAIN; -EBADMSG, and another may
   follow; or another negative errno. */
int net_client_receive(int fd, void *buffer, size_t size, struct net_client_answer *ret_answer);

#endif
