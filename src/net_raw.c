/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The socket of frames is of kind SOCK_DGRAM: the kernel writes and removes
 * what is the link's own, and a VLAN's frames are those of its own interface.
 */
#include "net_raw.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FRAME_MAX = 2048,   /* a reply is 1500 at most */
	RECEIVED_MAX = 128, /* what answers are read of */
};

/* Nothing but echo replies is wanted of the kernel. */
static int
filter_echo(int fd)
{
	const struct icmp_filter filter = {.data = ~(1U << ICMP_ECHOREPLY)};

	return setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof(filter)) == -1 ? -errno : 0;
}

int
net_raw_open(struct net_raw *ret_raw)
{
	const int kind = SOCK_CLOEXEC | SOCK_NONBLOCK;
	struct net_raw raw = {
		.frames = socket(AF_PACKET, SOCK_DGRAM | kind, htons(ETH_P_ARP)),
		.echo = -1,
	};
	int error;

	if (raw.frames == -1)
		return -errno;
	raw.echo = socket(AF_INET, SOCK_RAW | kind, IPPROTO_ICMP);
	error = raw.echo == -1 ? -errno : filter_echo(raw.echo);
	if (error < 0) {
		net_raw_close(&raw);
		return error;
	}
	*ret_raw = raw;
	return 0;
}

void
net_raw_close(const struct net_raw *raw)
{
	if (raw->frames != -1)
		close(raw->frames);
	if (raw->echo != -1)
		close(raw->echo);
}

static int
send_frame(const struct net_raw *raw, unsigned interface, uint16_t protocol,
	   const unsigned char mac[NET_MAC_SIZE], const void *packet, size_t length)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)interface,
		.sll_halen = NET_MAC_SIZE,
	};

	memcpy(to.sll_addr, mac, NET_MAC_SIZE);
	if (sendto(raw->frames, packet, length, 0, (const struct sockaddr *)&to, sizeof(to)) == -1)
		return -errno;
	return 0;
}

int
net_raw_send_udp(const struct net_raw *raw, unsigned interface,
		 const unsigned char mac[NET_MAC_SIZE], const struct sockaddr_in *from,
		 const struct sockaddr_in *to, const void *content, size_t length)
{
	unsigned char packet[FRAME_MAX];
	size_t size = net_frame_udp(from, to, content, length, packet, sizeof(packet));

	if (size == 0)
		return -EMSGSIZE;
	return send_frame(raw, interface, ETH_P_IP, mac, packet, size);
}

int
net_raw_send_arp_probe(const struct net_raw *raw, unsigned interface,
		       const unsigned char mac[NET_MAC_SIZE], struct in_addr address)
{
	static const unsigned char everyone[NET_MAC_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	unsigned char packet[NET_ARP_SIZE];

	net_frame_arp_probe(mac, address, packet);
	return send_frame(raw, interface, ETH_P_ARP, everyone, packet, sizeof(packet));
}

int
net_raw_send_echo(const struct net_raw *raw, struct in_addr to, uint16_t id)
{
	const struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr = to};
	unsigned char packet[NET_ECHO_SIZE];

	net_frame_echo(id, packet);
	if (sendto(raw->echo, packet, sizeof(packet), 0, (const struct sockaddr *)&peer,
		   sizeof(peer)) == -1)
		return -errno;
	return 0;
}

int
net_raw_receive_arp(const struct net_raw *raw, unsigned *ret_interface, struct net_arp *ret_arp)
{
	unsigned char packet[RECEIVED_MAX];
	struct sockaddr_ll from = {0};
	socklen_t size = sizeof(from);
	ssize_t n =
		recvfrom(raw->frames, packet, sizeof(packet), 0, (struct sockaddr *)&from, &size);

	if (n == -1)
		return -errno;
	/* Our own probes come back on some interfaces. */
	if (from.sll_pkttype == PACKET_OUTGOING)
		return -EBADMSG;
	*ret_interface = (unsigned)from.sll_ifindex;
	return net_frame_read_arp(packet, (size_t)n, ret_arp);
}

int
net_raw_receive_echo(const struct net_raw *raw, struct in_addr *ret_from, uint16_t *ret_id)
{
	unsigned char packet[RECEIVED_MAX];
	ssize_t n = recv(raw->echo, packet, sizeof(packet), 0);

	return n == -1 ? -errno : net_frame_read_echo(packet, (size_t)n, ret_from, ret_id);
}
