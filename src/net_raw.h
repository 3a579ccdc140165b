/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two sockets that only root can open: for frames, and for ICMP echo.
 *
 * A machine that is just being given its address answers no ARP, so UDP's own
 * socket cannot reach it alone (DHCP-25); and whether an address is in use is
 * asked below UDP. Opened once, used on every interface, kept without any
 * right afterwards.
 *
 * Frames are not how requests are received: the sockets of net.h stay bound,
 * and the kernel does not tell clients that nobody is there (DHCP-27).
 */
#ifndef NET_RAW_H
#define NET_RAW_H

#include <netinet/in.h>
#include <stdint.h>

#include "net_frame.h"

/* -1 each where it may not be opened. */
struct net_raw {
	int frames; /* AF_PACKET; receives ARP, sends anything */
	int echo;   /* receives echo replies */
};

/* Opens both. 0, or a negative errno and neither: -EPERM without root and
   CAP_NET_RAW. */
int net_raw_open(struct net_raw *ret_raw);
void net_raw_close(const struct net_raw *);

/* Sends a UDP datagram to `to` in a frame for `mac`, out of `interface`. */
int net_raw_send_udp(const struct net_raw *, unsigned interface,
		     const unsigned char mac[NET_MAC_SIZE], const struct sockaddr_in *from,
		     const struct sockaddr_in *to, const void *content, size_t length);

/* Broadcasts an ARP probe for `address`; `mac` is the interface's own. */
int net_raw_send_arp_probe(const struct net_raw *, unsigned interface,
			   const unsigned char mac[NET_MAC_SIZE], struct in_addr address);

/* Sends an echo request to `to`. */
int net_raw_send_echo(const struct net_raw *, struct in_addr to, uint16_t id);

/* Receive one packet: 0; -EAGAIN; -EBADMSG, and another may follow; or another
   negative errno. */
int net_raw_receive_arp(const struct net_raw *, unsigned *ret_interface, struct net_arp *ret_arp);
int net_raw_receive_echo(const struct net_raw *, struct in_addr *ret_from, uint16_t *ret_id);

#endif
