/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sockets and interfaces: what the services need to know of the network.
 *
 * All sockets are non-blocking and close-on-exec.
 */
#ifndef NET_H
#define NET_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* An IPv4 address of ours. An interface with two addresses appears twice. */
struct net_address {
	unsigned index; /* of the interface */
	char name[IF_NAMESIZE];
	struct in_addr address;
	struct in_addr netmask;
	unsigned mtu; /* bytes */
	unsigned char mac[6];
};

/* Lists the IPv4 addresses of interfaces that are up, without loopback unless
   `loopback`. `*ret_list` is malloc'ed. */
int net_addresses(bool loopback, struct net_address **ret_list, size_t *ret_count);

/* A UDP socket bound to address:port with IP_PKTINFO;
   `shared` adds SO_REUSEPORT (one such socket a worker). */
int net_udp_socket(struct in_addr address, uint16_t port, bool shared, int *ret_fd);

/* A listening TCP socket with SO_REUSEADDR; `shared` as above. */
int net_tcp_listener(struct in_addr address, uint16_t port, bool shared, int *ret_fd);

/* One datagram with what IP_PKTINFO says of it. */
struct net_datagram {
	struct sockaddr_in peer;
	struct in_addr local;       /* our address that it was sent to, or that of the
	                            interface when it was a broadcast */
	struct in_addr destination; /* as in its IP header */
	unsigned interface;         /* index */
	size_t length;              /* bytes in the caller's buffer */
};

/* Receives one datagram: 0, -EAGAIN, or another negative errno. */
int net_receive(int fd, void *buffer, size_t size, struct net_datagram *ret_datagram);

/* Sends one datagram to `peer`, from `local` (TFTP-30) and out of `interface`
   (0: the routing table decides). */
int net_send(int fd, const struct sockaddr_in *peer, struct in_addr local, unsigned interface,
	     const void *bytes, size_t length);

#endif
