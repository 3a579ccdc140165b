/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice for those who keep their own DHCP server: the lines that make it name
 * our loader, for each architecture, with HTTP boot, and with a script instead
 * of iPXE for a machine that already runs iPXE.
 *
 * Pure. What is named comes from the boot policy (policy.h), so another server
 * gives the answers that ours would give.
 */
#ifndef DHCP_ADVICE_H
#define DHCP_ADVICE_H

#include "policy.h"

struct text;

#define DHCP_ADVICE_NAMES "dnsmasq, isc, kea, openwrt, mikrotik, opnsense, pfsense or windows"

struct dhcp_advice;

/* The server that is called `name`, or NULL. */
const struct dhcp_advice *dhcp_advice_find(const char *name);

/* Appends the lines for what `site` has: comments say where they belong. */
void dhcp_advice_write(const struct dhcp_advice *, const struct policy_site *site, struct text *);

#endif
