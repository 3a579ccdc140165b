/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a reply leaves: by the interface that the message came in by and from our
 * address there. As a datagram, or as a frame to a machine that is just being
 * given its address and answers no ARP (DHCP-25).
 */
#ifndef DHCP_REPLY_H
#define DHCP_REPLY_H

#include <netinet/in.h>
#include <stdbool.h>

#include "dhcp_decide.h"
#include "dhcp_packet.h"
#include "net.h"
#include "net_raw.h"

/* A reply that is ready to leave: it can be copied and kept. */
struct dhcp_reply {
	int fd;             /* the socket that the message came in by */
	unsigned interface; /* and its interface */
	struct in_addr from;
	struct sockaddr_in to;
	bool is_framed; /* to be sent to chaddr without ARP */
	struct dhcp_header request;
	struct dhcp_writer message;
};

/* Makes the reply of a decision with a type: 0, or -EMSGSIZE as dhcp_compose. */
int dhcp_reply_make(int fd, const struct dhcp_side *, const struct net_datagram *request_from,
		    const struct dhcp_message *request, const struct dhcp_decision *,
		    struct dhcp_reply *ret_reply);

/* Sends a reply. Without a socket for frames, one that should be a frame is
   broadcast, which every client takes. Logs why when it cannot. */
void dhcp_reply_transmit(const struct net_raw *, const struct dhcp_reply *);

#endif
