/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking the network over DHCP as machines do, and waiting for who answers.
 *
 * Nothing that is offered is accepted, so no address is taken. Questions are
 * sent by a socket of UDP, which this machine's own server hears too; answers
 * are read from the wire, whoever else has port 68 here.
 */
#ifndef DOCTOR_ASK_H
#define DOCTOR_ASK_H

#include <stddef.h>

#include "dhcp_client.h"
#include "net.h"

enum { DOCTOR_ANSWERS_MAX = 8 };

struct doctor_answer {
	struct dhcp_client_answer facts;
	unsigned ms; /* after the question */
};

/* One machine, and what it was told. */
struct doctor_asked {
	struct dhcp_client client;
	struct doctor_answer answers[DOCTOR_ANSWERS_MAX];
	size_t count;
};

/* Fills in a machine of this kind, without an address; not yet asked. */
void doctor_ask_init(struct doctor_asked *, enum dhcp_client_kind);

/* Broadcasts each machine's DISCOVER on the network of `side`, once more if
   need be, and gathers offers until each has had time to come: a few seconds
   at most. 0; -EPERM without root; or another negative errno. */
int doctor_ask_offers(const struct net_address *side, struct doctor_asked *, size_t count);

/* Asks port 4011 of `server` for the boot file, from our own address: 0,
   -ETIMEDOUT, or another negative errno. */
int doctor_ask_boot_server(const struct net_address *side, const struct dhcp_client *,
			   struct in_addr server, struct doctor_answer *ret_answer);

#endif
