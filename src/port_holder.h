/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port: for the message that a person gets when it is taken.
 */
#ifndef PORT_HOLDER_H
#define PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the name and number of a process that has a socket bound to `port`,
   "dnsmasq (process 812)", to `buffer`; "another program" when it cannot be
   seen (not root, another container). */
void port_holder(uint16_t port, bool is_udp, char *buffer, size_t size);

#endif
