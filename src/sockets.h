/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All sockets of the daemon, opened together while it is still root.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stddef.h>

#include "net_raw.h"

struct config;

enum { WORKERS_MAX = 256 };

/* Descriptors; -1 where a service is off. */
struct sockets {
	size_t worker_count;
	int http[WORKERS_MAX]; /* one a worker, all on the same port */
	int tftp[WORKERS_MAX];
	int dhcp;   /* port 67 */
	int pxe;    /* port 4011 */
	int client; /* net_client_open, to look for other DHCP servers */
	struct net_raw raw;
};

/* Opens what `config` asks for. 0, or a negative errno with a sentence for a
   person in `ret_why`: which port, who holds it, what to do. In proxy mode a
   taken port 67 is no error: then dhcp is -1 (DHCP-48) and `ret_why` says who
   has it; it is "" otherwise. */
int sockets_open(const struct config *, struct sockets *ret_sockets, char *ret_why, size_t size);

/* Closes all that are open. */
void sockets_close(const struct sockets *);

#endif
