/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sockets and interfaces: thin wrappers that turn errno into negative errno
 * and keep the ancillary data of IP_PKTINFO out of the services.
 */
#include "net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 1024 };

static const struct sockaddr_in *
ipv4_of(const struct sockaddr *address)
{
	return (const struct sockaddr_in *)(const void *)address;
}

static unsigned
mtu_of(int fd, const char *name)
{
	struct ifreq request = {0};

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFMTU, &request) == -1)
		return 1500;
	return (unsigned)request.ifr_mtu;
}

/* Copies the hardware address of interface `name` out of the AF_PACKET entries
   of the same list. */
static void
mac_of(const struct ifaddrs *all, const char *name, unsigned char mac[6])
{
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		const struct sockaddr_ll *link;

		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_PACKET ||
		    strcmp(i->ifa_name, name) != 0)
			continue;
		link = (const struct sockaddr_ll *)(const void *)i->ifa_addr;
		if (link->sll_halen == 6)
			memcpy(mac, link->sll_addr, 6);
	}
}

static bool
is_wanted(const struct ifaddrs *entry, bool loopback)
{
	return entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET &&
	       entry->ifa_netmask != NULL && (entry->ifa_flags & IFF_UP) != 0 &&
	       (loopback || (entry->ifa_flags & IFF_LOOPBACK) == 0);
}

int
net_addresses(bool loopback, struct net_address **ret_list, size_t *ret_count)
{
	struct ifaddrs *all;
	struct net_address *list;
	size_t count = 0, used = 0;
	int fd;

	if (getifaddrs(&all) == -1)
		return -errno;
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
		count += is_wanted(i, loopback);
	list = calloc(count + 1, sizeof(*list));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (list == NULL || fd == -1) {
		int error = list == NULL ? -ENOMEM : -errno;

		free(list);
		freeifaddrs(all);
		return error;
	}
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		struct net_address *a = &list[used];

		if (!is_wanted(i, loopback))
			continue;
		a->index = if_nametoindex(i->ifa_name);
		strncpy(a->name, i->ifa_name, sizeof(a->name) - 1);
		a->address = ipv4_of(i->ifa_addr)->sin_addr;
		a->netmask = ipv4_of(i->ifa_netmask)->sin_addr;
		a->mtu = mtu_of(fd, i->ifa_name);
		mac_of(all, i->ifa_name, a->mac);
		used++;
	}
	close(fd);
	freeifaddrs(all);
	*ret_list = list;
	*ret_count = used;
	return 0;
}

static int
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) == -1 ? -errno : 0;
}

static int
bind_to(int fd, struct in_addr address, uint16_t port)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = address,
	};

	return bind(fd, (const struct sockaddr *)&local, sizeof(local)) == -1 ? -errno : 0;
}

int
net_udp_socket(struct in_addr address, uint16_t port, bool shared, int *ret_fd)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd == -1)
		return -errno;
	error = set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	/* Not SO_REUSEADDR: for UDP it lets a second server share the port, and
	   two servers on one port must be an error that a person sees. */
	if (error == 0 && shared)
		error = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (error == 0)
		error = bind_to(fd, address, port);
	if (error < 0) {
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

int
net_tcp_listener(struct in_addr address, uint16_t port, bool shared, int *ret_fd)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd == -1)
		return -errno;
	error = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (error == 0 && shared)
		error = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (error == 0)
		error = bind_to(fd, address, port);
	if (error == 0 && listen(fd, LISTEN_BACKLOG) == -1)
		error = -errno;
	if (error < 0) {
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

/* Room for one IP_PKTINFO, aligned as cmsg(3) asks. */
union packet_info {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

int
net_receive(int fd, void *buffer, size_t size, struct net_datagram *ret_datagram)
{
	struct net_datagram datagram = {0};
	union packet_info control;
	struct iovec vector = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {
		.msg_name = &datagram.peer,
		.msg_namelen = sizeof(datagram.peer),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n = recvmsg(fd, &message, 0);

	if (n == -1)
		return -errno;
	datagram.length = (size_t)n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		datagram.local = info.ipi_spec_dst;
		datagram.destination = info.ipi_addr;
		datagram.interface = (unsigned)info.ipi_ifindex;
	}
	*ret_datagram = datagram;
	return 0;
}

int
net_send(int fd, const struct sockaddr_in *peer, struct in_addr local, unsigned interface,
	 const void *bytes, size_t length)
{
	struct in_pktinfo info = {.ipi_ifindex = (int)interface, .ipi_spec_dst = local};
	struct sockaddr_in to = *peer;
	union packet_info control = {0};
	struct iovec vector = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
	struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	return sendmsg(fd, &message, 0) == -1 ? -errno : 0;
}
