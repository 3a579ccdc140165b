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
};

static int
connect_socket(int fd, const struct tftp_wire *wire)
{
	struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = wire->local};
	/* Without "don't fragment": tunnels would swallow packets (TFTP-12). */
	int discover = IP_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)) == -1)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) == -1)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&wire->peer, sizeof(wire->peer)) == -1)
		return -errno;
	return 0;
}

int
tftp_wire_open(struct tftp_wire *wire)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -errno;
	int err = connect_socket(fd, wire);
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
		if (tftp_wire_open(&probe))
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

/* Addresses a message on the shared socket: to the peer, from `local`. */
static void
address_message(const struct tftp_wire *wire, struct msghdr *message, void *control, size_t size)
{
	message->msg_name = (void *)(uintptr_t)&wire->peer;
	message->msg_namelen = sizeof(wire->peer);
	message->msg_control = control;
	message->msg_controllen = size;
}

static int
send_messages(const struct tftp_wire *wire, struct mmsghdr *messages, uint32_t count)
{
	for (uint32_t sent = 0; sent < count;) {
		int n = sendmmsg(wire->fd, messages + sent, count - sent, 0);
		if (n > 0)
			sent += (uint32_t)n;
		else if (errno == ECONNREFUSED)
			return -ECONNREFUSED;
		else if (errno != EINTR)
			return 0;
	}
	return 0;
}

int
tftp_wire_send_data(const struct tftp_wire *wire, struct tftp_burst *burst, uint64_t first,
		    uint32_t count, size_t blksize, size_t length)
{
	struct in_pktinfo info = {.ipi_spec_dst = wire->local};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(info))];
	} control = {.align = {.cmsg_len = CMSG_LEN(sizeof(info)),
			       .cmsg_level = IPPROTO_IP,
			       .cmsg_type = IP_PKTINFO}};
	memcpy(CMSG_DATA(&control.align), &info, sizeof(info));

	for (uint32_t i = 0; i < count; i++) {
		size_t at = i * blksize;
		struct msghdr *message = &burst->messages[i].msg_hdr;

		tftp_data_encode((uint16_t)(first + i), burst->headers[i]);
		burst->parts[i][0] = (struct iovec){burst->headers[i], TFTP_HEADER_SIZE};
		burst->parts[i][1] = (struct iovec){
			.iov_base = burst->data + at,
			.iov_len = length - at < blksize ? length - at : blksize,
		};
		*message = (struct msghdr){.msg_iov = burst->parts[i], .msg_iovlen = 2};
		if (wire->is_shared)
			address_message(wire, message, control.bytes, sizeof(control.bytes));
	}
	return send_messages(wire, burst->messages, count);
}
