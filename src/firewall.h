/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the rules of nftables let a machine's first packet through, read
 * from what `nft -j list ruleset` prints (libnftables-json(5)). The rules of
 * iptables-nft and of what writes rules for a person (ufw, firewalld) are
 * there too.
 *
 * Pure. Not everything in a rule is understood; then the answer is "may".
 */
#ifndef FIREWALL_H
#define FIREWALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum firewall_verdict {
	FIREWALL_PASSES,
	FIREWALL_MAY_DROP, /* that depends on what is not understood */
	FIREWALL_DROPS,
};

/* The first packet of a conversation with this machine. */
struct firewall_packet {
	bool is_udp; /* else TCP */
	uint16_t port;
	const char *interface; /* that it comes in by */
};

enum { FIREWALL_PLACE_SIZE = 128 };

/* Judges the packet; `ret_place` is the chain that does not let it through, as
   in "inet filter input", or "". 0, or -EBADMSG for what is no such JSON. */
int firewall_judge(const char *json, const struct firewall_packet *,
		   enum firewall_verdict *ret_verdict, char ret_place[FIREWALL_PLACE_SIZE]);

#endif
