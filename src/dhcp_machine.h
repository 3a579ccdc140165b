/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a DHCP request says of the machine that sent it: RFC 4578, 3004, and
 * the habits of iPXE.
 *
 * Pure. Firmware gets these options wrong in many ways; whatever they contain,
 * some answer comes out.
 */
#ifndef DHCP_MACHINE_H
#define DHCP_MACHINE_H

#include "dhcp_packet.h"
#include "machine.h"
#include "policy.h"

struct dhcp_machine {
	struct policy_machine policy;
	unsigned char uuid[16]; /* option 97; all zero when it is missing or odd (DHCP-38) */
};

/* Describes the sender of `message` (DHCP-31, 32, 35, 36, 38). */
void dhcp_describe(const struct dhcp_message *, struct dhcp_machine *ret_machine);

/* The name of that machine in [machine WHO]: its MAC, its UUID, or both. */
void dhcp_name_machine(const struct dhcp_message *, const struct dhcp_machine *,
		       struct machine *ret_name);

#endif
