/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packet socket: see doctor_tap.h and packet(7).
 */
#include "doctor_tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ETHERNET_SIZE = 14 };

/* IPv4, UDP, no later fragment, and one port of DHCP: 67, 68 or 4011. */
static struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_IP, 0, 13),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 11),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 9, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, ETHERNET_SIZE),
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, ETHERNET_SIZE), /* its source */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 5, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4011, 4, 0),
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, ETHERNET_SIZE + 2), /* its destination */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 1, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4011, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, DOCTOR_TAP_FRAME_MAX),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

int
doctor_tap_open(unsigned interface, int *ret_fd)
{
	const struct sock_fprog filter = {sizeof(program) / sizeof(program[0]), program};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)interface,
	};
	const int on = 1;
	/* Without a protocol nothing is received before the filter is there. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd == -1)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0 &&
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) == 0 &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret_fd = fd;
		return 0;
	}
	error = -errno;
	close(fd);
	return error;
}

/* What the kernel says beside the bytes: how long the frame was, and whether
   it took a VLAN's tag off. That frame is seen again on the VLAN's own
   interface. */
static bool
is_tagged(struct msghdr *message, size_t *ret_length)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	struct tpacket_auxdata data;

	if (c == NULL || c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
		return false;
	memcpy(&data, CMSG_DATA(c), sizeof(data));
	*ret_length = data.tp_len;
	return (data.tp_status & TP_STATUS_VLAN_VALID) != 0;
}

int
doctor_tap_read(int fd, struct doctor_frame *ret_frame)
{
	struct sockaddr_ll from;
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec vector = {ret_frame->bytes, sizeof(ret_frame->bytes)};
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n = recvmsg(fd, &message, 0);

	if (n == -1)
		return -errno;
	ret_frame->captured = ret_frame->length = (size_t)n;
	ret_frame->interface = (unsigned)from.sll_ifindex;
	clock_gettime(CLOCK_REALTIME, &ret_frame->at);
	if (is_tagged(&message, &ret_frame->length) || n < ETHERNET_SIZE ||
	    (from.sll_hatype != ARPHRD_ETHER && from.sll_hatype != ARPHRD_LOOPBACK))
		return -EBADMSG;
	memcpy(ret_frame->mac, ret_frame->bytes + NET_MAC_SIZE, NET_MAC_SIZE);
	return net_frame_read_udp(ret_frame->bytes + ETHERNET_SIZE, (size_t)n - ETHERNET_SIZE,
				  &ret_frame->from, &ret_frame->to, &ret_frame->content,
				  &ret_frame->content_length);
}
