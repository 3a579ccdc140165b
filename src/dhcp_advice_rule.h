/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot policy as a list of rules, and who writes it down: for
 * dhcp_advice*.c alone.
 */
#ifndef DHCP_ADVICE_RULE_H
#define DHCP_ADVICE_RULE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct text;

/* Who a rule is for: a rule for iPXE stands before the firmware's. */
enum advice_asker { ADVICE_IPXE, ADVICE_FIRMWARE, ADVICE_BOTH };

/* One architecture and what it is told to boot. */
struct advice_rule {
	uint16_t arch;
	enum advice_asker asker;
	bool is_http; /* asks as "HTTPClient", else as "PXEClient" */
	char file[POLICY_FILE_SIZE];
};

enum { ADVICE_RULES_MAX = 128, ADVICE_NOTES_MAX = 8 };

struct advice {
	char server[INET_ADDRSTRLEN];
	struct advice_rule rules[ADVICE_RULES_MAX];
	size_t rule_count;
	const char *notes[ADVICE_NOTES_MAX]; /* why something cannot be booted */
	size_t note_count;
};

/* What a machine is told, "" for nothing. `for_ipxe` asks as iPXE does. */
const char *advice_file(const struct advice *, uint16_t arch, bool for_ipxe);

/* The lines of one server. */
typedef void advice_writer(const struct advice *, struct text *);

advice_writer advice_dnsmasq, advice_isc, advice_kea;
advice_writer advice_openwrt, advice_mikrotik, advice_opnsense, advice_pfsense, advice_windows;

#endif
