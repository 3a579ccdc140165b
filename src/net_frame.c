/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets written and read field by field: no struct is laid over bytes.
 */
#include "net_frame.h"

#include <errno.h>
#include <string.h>

enum {
	IPV4_SIZE = 20,
	IPV4_MAX = 65535,
	DO_NOT_FRAGMENT = 0x4000,
	FRAGMENT = 0x3fff, /* more to come, or not the first */
	HOPS = 64,
	UDP_SIZE = 8,
	ECHO_REQUEST = 8,
	ECHO_REPLY = 0,
	ARP_ETHERNET = 1,
	ARP_IPV4 = 0x0800,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

static void
put_u16(unsigned char *at, uint16_t value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static uint16_t
get_u16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void
put_address(unsigned char *at, struct in_addr address)
{
	memcpy(at, &address, sizeof(address));
}

static struct in_addr
get_address(const unsigned char *at)
{
	struct in_addr address;

	memcpy(&address, at, sizeof(address));
	return address;
}

/* Adds bytes to a sum as words, an odd last one as if a zero followed
   (RFC 1071). 64 KiB cannot overflow it. */
static uint32_t
sum(uint32_t so_far, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		so_far += get_u16(bytes + i);
	if (length % 2 != 0)
		so_far += (uint32_t)bytes[length - 1] << 8;
	return so_far;
}

static uint16_t
checksum(uint32_t total)
{
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void
put_ipv4(unsigned char *ip, struct in_addr from, struct in_addr to, size_t length)
{
	memset(ip, 0, IPV4_SIZE);
	ip[0] = 4 << 4 | IPV4_SIZE / 4;
	put_u16(ip + 2, (uint16_t)length);
	put_u16(ip + 6, DO_NOT_FRAGMENT);
	ip[8] = HOPS;
	ip[9] = IPPROTO_UDP;
	put_address(ip + 12, from);
	put_address(ip + 16, to);
	put_u16(ip + 10, checksum(sum(0, ip, IPV4_SIZE)));
}

size_t
net_frame_udp(const struct sockaddr_in *from, const struct sockaddr_in *to, const void *content,
	      size_t length, void *ret_packet, size_t size)
{
	unsigned char *ip = ret_packet, *udp = ip + IPV4_SIZE;
	const size_t udp_length = UDP_SIZE + length;
	uint16_t check;

	if (length > IPV4_MAX - NET_UDP_HEADERS || length + NET_UDP_HEADERS > size)
		return 0;
	put_ipv4(ip, from->sin_addr, to->sin_addr, IPV4_SIZE + udp_length);
	put_u16(udp, ntohs(from->sin_port));
	put_u16(udp + 2, ntohs(to->sin_port));
	put_u16(udp + 4, (uint16_t)udp_length);
	put_u16(udp + 6, 0);
	memcpy(udp + UDP_SIZE, content, length);
	/* The addresses, the protocol and the length count too. */
	check = checksum(sum(sum(IPPROTO_UDP + (uint32_t)udp_length, ip + 12, 8), udp, udp_length));
	/* 0 would mean that there is none (RFC 768). */
	put_u16(udp + 6, check != 0 ? check : 0xffff);
	return IPV4_SIZE + udp_length;
}

/* The IPv4 header of a packet that is no part of a larger one: its length, 0
   when there is none, or its content is not of `protocol`. */
static size_t
read_ipv4(const unsigned char *ip, size_t length, uint8_t protocol)
{
	size_t header;

	if (length < IPV4_SIZE || ip[0] >> 4 != 4)
		return 0;
	header = (size_t)(ip[0] & 15) * 4;
	if (header < IPV4_SIZE || length < header || ip[9] != protocol ||
	    (get_u16(ip + 6) & FRAGMENT) != 0)
		return 0;
	return header;
}

int
net_frame_read_udp(const void *packet, size_t length, struct sockaddr_in *ret_from,
		   struct sockaddr_in *ret_to, const void **ret_content, size_t *ret_length)
{
	const unsigned char *ip = packet, *udp;
	size_t header = read_ipv4(ip, length, IPPROTO_UDP), size;

	if (header == 0 || length < header + UDP_SIZE)
		return -EBADMSG;
	udp = ip + header;
	size = get_u16(udp + 4);
	/* What lies behind it is the link's padding. */
	if (size < UDP_SIZE || size > length - header)
		return -EBADMSG;
	*ret_from = (struct sockaddr_in){.sin_family = AF_INET,
					 .sin_port = htons(get_u16(udp)),
					 .sin_addr = get_address(ip + 12)};
	*ret_to = (struct sockaddr_in){.sin_family = AF_INET,
				       .sin_port = htons(get_u16(udp + 2)),
				       .sin_addr = get_address(ip + 16)};
	*ret_content = udp + UDP_SIZE;
	*ret_length = size - UDP_SIZE;
	return 0;
}

void
net_frame_arp_probe(const unsigned char mac[NET_MAC_SIZE], struct in_addr address,
		    unsigned char ret_packet[NET_ARP_SIZE])
{
	memset(ret_packet, 0, NET_ARP_SIZE);
	put_u16(ret_packet, ARP_ETHERNET);
	put_u16(ret_packet + 2, ARP_IPV4);
	ret_packet[4] = NET_MAC_SIZE;
	ret_packet[5] = sizeof(address);
	put_u16(ret_packet + 6, ARP_REQUEST);
	memcpy(ret_packet + 8, mac, NET_MAC_SIZE);
	put_address(ret_packet + 24, address);
}

int
net_frame_read_arp(const void *packet, size_t length, struct net_arp *ret_arp)
{
	const unsigned char *at = packet;
	uint16_t operation;

	if (length < NET_ARP_SIZE || get_u16(at) != ARP_ETHERNET || get_u16(at + 2) != ARP_IPV4 ||
	    at[4] != NET_MAC_SIZE || at[5] != sizeof(struct in_addr))
		return -EBADMSG;
	operation = get_u16(at + 6);
	if (operation != ARP_REQUEST && operation != ARP_REPLY)
		return -EBADMSG;
	memcpy(ret_arp->mac, at + 8, NET_MAC_SIZE);
	ret_arp->address = get_address(at + 14);
	return 0;
}

void
net_frame_echo(uint16_t id, unsigned char ret_packet[NET_ECHO_SIZE])
{
	memset(ret_packet, 0, NET_ECHO_SIZE);
	ret_packet[0] = ECHO_REQUEST;
	put_u16(ret_packet + 4, id);
	put_u16(ret_packet + 2, checksum(sum(0, ret_packet, NET_ECHO_SIZE)));
}

int
net_frame_read_echo(const void *packet, size_t length, struct in_addr *ret_from, uint16_t *ret_id)
{
	const unsigned char *ip = packet, *icmp;
	size_t header = read_ipv4(ip, length, IPPROTO_ICMP);

	if (header == 0 || length < header + NET_ECHO_SIZE)
		return -EBADMSG;
	icmp = ip + header;
	if (icmp[0] != ECHO_REPLY || icmp[1] != 0)
		return -EBADMSG;
	*ret_from = get_address(ip + 12);
	*ret_id = get_u16(icmp + 4);
	return 0;
}
