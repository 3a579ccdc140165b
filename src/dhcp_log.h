/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the DHCP service says in the log: one line an exchange at info, its
 * repetitions and everything without consequence at debug.
 *
 * The journal is a short memory of what was said, so that a machine that asks
 * every second is not told of every second.
 */
#ifndef DHCP_LOG_H
#define DHCP_LOG_H

#include <stdint.h>

#include "dhcp_decide.h"

enum { DHCP_JOURNAL_SIZE = 256 };

struct dhcp_journal {
	struct dhcp_said {
		unsigned char chaddr[16];
		uint32_t xid; /* 0: said once for the machine */
		enum dhcp_verdict verdict;
		int64_t at; /* seconds */
	} said[DHCP_JOURNAL_SIZE];
	unsigned next;
};

/* Logs what was decided about a message, at `now`. */
void dhcp_log_decision(struct dhcp_journal *, const struct dhcp_message *,
		       const struct dhcp_decision *, int64_t now);

/* Says it when a subnet that was full has an address for a newcomer again: for
   a decision that is not logged yet, since its machine must wait. */
void dhcp_log_recovery(const struct dhcp_decision *);

/* A hardware address as text; room for 16 bytes of it. */
enum { DHCP_CHADDR_SIZE = 48 };
const char *dhcp_format_chaddr(const struct dhcp_header *, char text[DHCP_CHADDR_SIZE]);

#endif
