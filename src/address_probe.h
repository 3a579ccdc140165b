/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether an address is in use by a machine that has it from nobody we know:
 * asked before it is offered (DHCP-18, RFC 2131 2.2).
 *
 * On our own link by ARP probes (RFC 5227), which even a silent firewall
 * answers; behind a relay by ICMP echo. Nobody waits but who is asked for: a
 * question is given what waits for its answer, and gives that back.
 *
 * Half a second, in which two probes are sent, is enough for a machine that is
 * awake, and harms no boot: ROMs wait four seconds for a first offer, iPXE one
 * second before it asks again. To offer at once and let the ACK wait instead
 * would cost more where it matters: an address in use would have to be refused
 * with a NAK, and PXE ROMs give up at one.
 */
#ifndef ADDRESS_PROBE_H
#define ADDRESS_PROBE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "net_raw.h"

enum {
	ADDRESS_PROBES = 2,
	ADDRESS_PROBE_MS = 250,     /* from one to the next, and to the end */
	ADDRESS_KNOWN_SECONDS = 30, /* how long an answer holds */
	ADDRESS_PROBES_MAX = 4096,  /* questions and answers at a time */
};

struct address_probe;
struct event_base;

enum address_answer {
	ADDRESS_FREE,
	ADDRESS_USED,
	ADDRESS_ASKED, /* the answer will come */
};

struct address_question {
	struct in_addr address;
	bool is_behind_relay;
	unsigned interface; /* on-link only: where, and our hardware address there */
	unsigned char own_mac[NET_MAC_SIZE];
	/* Of the machine that is to get it: that one may have it already. */
	unsigned char machine_mac[NET_MAC_SIZE];
};

/* `on_answer` is called in the loop with what waited, which is to be freed. */
int address_probe_start(struct event_base *, const struct net_raw *,
			void (*on_answer)(void *context, void *waiting), void *context,
			struct address_probe **ret_probe);

/* Whether an address may be offered. ADDRESS_ASKED: `waiting` (malloc'ed) is
   kept for on_answer, instead of one that waits for this address already;
   otherwise it stays the caller's. Logs who has an address that is in use.
   With more questions than there is room for, an address counts as free: an
   offer that nobody checked does less harm than none. */
enum address_answer address_probe_ask(struct address_probe *, const struct address_question *,
				      void *waiting);

/* Frees what waits, too. NULL is allowed. */
void address_probe_stop(struct address_probe *);

#endif
