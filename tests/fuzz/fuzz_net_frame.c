/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an ARP packet, an echo reply and a datagram: nothing is read beyond
 * them. Then as what a datagram carries: the packet is as long as it says.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>

#include "net_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sockaddr_in from = {.sin_port = htons(67)}, to = {.sin_port = htons(68)};
	unsigned char packet[1500];
	struct net_arp arp;
	struct in_addr sender;
	struct sockaddr_in source, target;
	const void *content;
	size_t length;
	uint16_t id;

	if (net_frame_read_arp(data, size, &arp) == 0 && size < NET_ARP_SIZE)
		abort();
	if (net_frame_read_echo(data, size, &sender, &id) == 0 && size < 20 + NET_ECHO_SIZE)
		abort();
	if (net_frame_read_udp(data, size, &source, &target, &content, &length) == 0 &&
	    ((const uint8_t *)content < data || (const uint8_t *)content + length > data + size))
		abort();
	length = net_frame_udp(&from, &to, data, size, packet, sizeof(packet));
	if (length != 0 && (size_t)(packet[2] << 8 | packet[3]) != length)
		abort();
	if (length == 0 && size + NET_UDP_HEADERS <= sizeof(packet))
		abort();
	return 0;
}
