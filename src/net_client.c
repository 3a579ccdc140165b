/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net_client.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_PORT = 68, SERVER_PORT = 67, PACKET_MAX = 4096 };

/* The kernel wakes us for datagrams to port 68 alone: all of UDP passes here. */
static int
filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), /* protocol */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* no later fragment */
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* length of the header */
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  /* destination port */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLIENT_PORT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, PACKET_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == -1
		       ? -errno
		       : 0;
}

int
net_client_open(int *ret_fd)
{
	/* Of no protocol until the filter is on: nothing comes before that. */
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
	int error;

	if (fd == -1)
		return -errno;
	error = filter(fd);
	if (error == 0 && bind(fd, (const struct sockaddr *)&all, sizeof(all)) == -1)
		error = -errno;
	if (error < 0) {
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

int
net_client_send(int fd, unsigned interface, struct in_addr from, const void *content, size_t length)
{
	const struct sockaddr_in source = {
		.sin_family = AF_INET, .sin_port = htons(CLIENT_PORT), .sin_addr = from};
	const struct sockaddr_in everyone = {.sin_family = AF_INET,
					     .sin_port = htons(SERVER_PORT),
					     .sin_addr = {htonl(INADDR_BROADCAST)}};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)interface,
		.sll_halen = NET_MAC_SIZE,
	};
	unsigned char packet[PACKET_MAX];
	size_t size = net_frame_udp(&source, &everyone, content, length, packet, sizeof(packet));

	if (size == 0)
		return -EMSGSIZE;
	memset(to.sll_addr, 0xff, NET_MAC_SIZE);
	if (sendto(fd, packet, size, 0, (const struct sockaddr *)&to, sizeof(to)) == -1)
		return -errno;
	return 0;
}

int
net_client_receive(int fd, void *buffer, size_t size, struct net_client_answer *ret_answer)
{
	unsigned char packet[PACKET_MAX];
	struct sockaddr_ll link = {0};
	socklen_t link_size = sizeof(link);
	struct sockaddr_in to;
	const void *content;
	ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, (struct sockaddr *)&link, &link_size);

	if (n == -1)
		return -errno;
	/* What we send ourselves, and frames of a VLAN that is not this one's. */
	if (link.sll_pkttype == PACKET_OUTGOING || link.sll_pkttype == PACKET_OTHERHOST)
		return -EBADMSG;
	if (net_frame_read_udp(packet, (size_t)n, &ret_answer->source, &to, &content,
			       &ret_answer->length) < 0 ||
	    ret_answer->length > size)
		return -EBADMSG;
	memcpy(buffer, content, ret_answer->length);
	memset(ret_answer->mac, 0, NET_MAC_SIZE);
	if (link.sll_halen == NET_MAC_SIZE)
		memcpy(ret_answer->mac, link.sll_addr, NET_MAC_SIZE);
	ret_answer->interface = (unsigned)link.sll_ifindex;
	ret_answer->destination = to.sin_addr;
	return 0;
}
