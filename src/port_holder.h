/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port: for the message that a person gets when it is taken.
 */
#ifndef PORT_HOLDER_H
#define PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A process that has a socket bound to a port. */
struct port_holder {
	char name[16]; /* as the kernel has it */
	long pid;
	char unit[128]; /* of systemd, "dnsmasq.service"; "" when it has none */
};

/* Finds who holds `port`, over IPv4 or IPv6. 0; -ENOENT: nobody; -EACCES:
   somebody who cannot be seen (not root, another container). */
int port_holder_find(uint16_t port, bool is_udp, struct port_holder *ret_holder);

/* Writes the name and number of a process that has a socket bound to `port`,
   "dnsmasq (process 812)", to `buffer`; "another program" when it cannot be
   seen (not root, another container). */
void port_holder(uint16_t port, bool is_udp, char *buffer, size_t size);

#endif
