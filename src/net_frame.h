/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes over the wire beside the sockets of UDP: an IPv4 datagram whole,
 * ARP, and the echo of ICMP. Pure: bytes in, bytes out.
 *
 * The Ethernet header is not here: a packet socket of kind SOCK_DGRAM takes
 * the receiver's hardware address and writes the header of its interface, with
 * that one's own address and VLAN.
 *
 * RFC 791, 768, 792, 826, 5227.
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NET_MAC_SIZE = 6,
	NET_UDP_HEADERS = 28, /* IPv4 and UDP before a datagram's content */
	NET_ARP_SIZE = 28,
	NET_ECHO_SIZE = 8, /* ICMP alone; the kernel writes the IPv4 header */
};

/* Writes an IPv4 packet with one UDP datagram, both checksums valid, which is
   not to be fragmented. -> its length, 0 when it is longer than `size` or than
   an IPv4 packet can be. */
size_t net_frame_udp(const struct sockaddr_in *from, const struct sockaddr_in *to,
		     const void *content, size_t length, void *ret_packet, size_t size);

/* Reads an IPv4 packet with one UDP datagram, whole; `*ret_content` lies in the
   packet. Checksums are left to who made the frame: a virtual machine's may be
   written only by a card that there is none of (DHCP-26). 0 or -EBADMSG. */
int net_frame_read_udp(const void *packet, size_t length, struct sockaddr_in *ret_from,
		       struct sockaddr_in *ret_to, const void **ret_content, size_t *ret_length);

/* Writes an ARP probe (RFC 5227 2.1.1): who has `address`? It names no sender
   address, so nobody's memory of who has it is changed. */
void net_frame_arp_probe(const unsigned char mac[NET_MAC_SIZE], struct in_addr address,
			 unsigned char ret_packet[NET_ARP_SIZE]);

/* Who says in an ARP packet, request or answer, which address it has. */
struct net_arp {
	struct in_addr address; /* the sender's; 0.0.0.0 in a probe */
	unsigned char mac[NET_MAC_SIZE];
};

/* Reads an ARP packet of IPv4 over Ethernet; what follows it is padding.
   0 or -EBADMSG. */
int net_frame_read_arp(const void *packet, size_t length, struct net_arp *ret_arp);

/* Writes an echo request; `id` tells ours from another program's. */
void net_frame_echo(uint16_t id, unsigned char ret_packet[NET_ECHO_SIZE]);

/* Reads an IPv4 packet with an echo reply: who answered, and to which id.
   0 or -EBADMSG. */
int net_frame_read_echo(const void *packet, size_t length, struct in_addr *ret_from,
			uint16_t *ret_id);

#endif
