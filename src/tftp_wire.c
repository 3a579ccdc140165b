/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The socket side of a transfer: see tftp_wire.h.
 *
 * A window leaves with few system calls: the blocks lie side by side as they
 * were read, the headers in an array of their own, and sendmmsg(2) joins them.
 *
 * UDP gives no promise, so a full send buffer is a lost packet like any other
 * and the transfer's own resending mends it (TFTP-49).
 */
#include "tftp_wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

enum {
	IP_UDP_HEADERS = 20 + 8,
	MTU_ETHERNET = 1500,
	PORT_TRIES = 256, /* a request must not cost a call for each port of a range */
};

static int
bind_socket(int fd, struct in_addr address, struct tftp_ports *ports)
{
	struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = address};

	if (ports == NULL || ports->first == 0)
		return bind(fd, (const struct sockaddr *)&local, sizeof(local)) == -1 ? -errno : 0;
	for (int i = 0; i < PORT_TRIES && i <= ports->last - ports->first; i++) {
		if (ports->next < ports->first || ports->next > ports->last)
			ports->next = ports->first;
		local.sin_port = htons(ports->next++);
		if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -EADDRINUSE;
}

static int
connect_socket(int fd, const struct tftp_wire *wire, struct tftp_ports *ports)
{
	/* Without "don't fragment": tunnels would swallow packets (TFTP-12). */
	int discover = IP_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) == -1)
		return -errno;
	int err = bind_socket(fd, wire->local, ports);
	if (err)
		return err;
	if (connect(fd, (const struct sockaddr *)&wire->peer, sizeof(wire->peer)) == -1)
		return -errno;
	return 0;
}

int
tftp_wire_open(struct tftp_wire *wire, struct tftp_ports *ports)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -errno;
	int err = connect_socket(fd, wire, ports);
	if (err) {
		close(fd);
		return err;
	}
	wire->fd = fd;
	wire->is_shared = false;
	return 0;
}

void
tftp_wire_close(struct tftp_wire *wire)
{
	if (!wire->is_shared)
		close(wire->fd);
}

/* The MTU on the way to the peer: only a connected socket knows it. */
static int
path_mtu(const struct tftp_wire *wire)
{
	int mtu = 0;
	socklen_t length = sizeof(mtu);

	if (wire->is_shared) {
		struct tftp_wire probe = *wire;
		if (tftp_wire_open(&probe, NULL))
			return MTU_ETHERNET;
		mtu = path_mtu(&probe);
		tftp_wire_close(&probe);
		return mtu;
	}
	if (getsockopt(wire->fd, IPPROTO_IP, IP_MTU, &mtu, &length) == -1)
		return MTU_ETHERNET;
	return mtu;
}

uint16_t
tftp_wire_blksize(const struct tftp_wire *wire)
{
	int blksize = path_mtu(wire) - IP_UDP_HEADERS - TFTP_HEADER_SIZE;

	if (blksize < 0)
		return 0;
	return blksize > TFTP_BLKSIZE_MAX ? TFTP_BLKSIZE_MAX : (uint16_t)blksize;
}

int
tftp_wire_send(const struct tftp_wire *wire, const void *packet, size_t length)
{
	if (wire->is_shared) {
		net_send(wire->fd, &wire->peer, wire->local, 0, packet, length);
		return 0;
	}
	if (send(wire->fd, packet, length, 0) == -1 && errno == ECONNREFUSED)
		return -ECONNREFUSED;
	return 0;
}

void
tftp_burst_fill(struct tftp_burst *burst, uint64_t first, uint32_t count, const uint8_t *bytes,
		size_t length, size_t blksize)
{
	for (uint32_t i = 0; i < count; i++) {
		size_t at = i * blksize;
		struct iovec *parts = burst->parts[i];

		tftp_data_encode(tftp_block_number(first + i, burst->rolls_to_1),
				 burst->headers[i]);
		parts[0] = (struct iovec){burst->headers[i], TFTP_HEADER_SIZE};
		parts[1] = (struct iovec){
			.iov_base = (void *)(uintptr_t)(bytes + at),
			.iov_len = length - at < blksize ? length - at : blksize,
		};
		burst->messages[i].msg_hdr = (struct msghdr){.msg_iov = parts, .msg_iovlen = 2};
	}
	burst->count = count;
}

/* Addresses all packets: to the peer, from our address (TFTP-30). A connected
   socket needs none of this. */
static void
address_burst(const struct tftp_wire *wire, struct tftp_burst *burst, struct cmsghdr *control)
{
	for (uint32_t i = 0; i < burst->count; i++) {
		struct msghdr *message = &burst->messages[i].msg_hdr;

		message->msg_name = (void *)(uintptr_t)&wire->peer;
		message->msg_namelen = sizeof(wire->peer);
		message->msg_control = control;
		message->msg_controllen = CMSG_SPACE(sizeof(struct in_pktinfo));
	}
}

int
tftp_wire_send_burst(const struct tftp_wire *wire, struct tftp_burst *burst)
{
	struct in_pktinfo info = {.ipi_spec_dst = wire->local};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(info))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(info)),
				.cmsg_level = IPPROTO_IP,
				.cmsg_type = IP_PKTINFO}};

	if (wire->is_shared) {
		memcpy(CMSG_DATA(&control.header), &info, sizeof(info));
		address_burst(wire, burst, &control.header);
	}
	for (uint32_t sent = 0; sent < burst->count;) {
		int n = sendmmsg(wire->fd, burst->messages + sent, burst->count - sent, 0);
		if (n > 0)
			sent += (uint32_t)n;
		else if (errno == ECONNREFUSED)
			return -ECONNREFUSED;
		else if (errno != EINTR)
			return 0;
	}
	return 0;
}
