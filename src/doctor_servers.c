/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who else serves DHCP: as a proxy somebody must give addresses, as a server
 * nobody else may; and a boot file of another server's competes with ours.
 */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor_ask.h"

static const char topic[] = "DHCP servers";

bool
doctor_is_own(const struct doctor *doctor, struct in_addr server)
{
	if (doctor->is_remote)
		return server.s_addr == doctor->server.s_addr;
	for (size_t i = 0; i < doctor->side_count; i++)
		if (doctor->sides[i].address.s_addr == server.s_addr)
			return true;
	return false;
}

/* "10.9.0.2 (52:54:00:...)" */
static void
name_server(const struct dhcp_client_answer *facts, char name[64])
{
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &facts->server, address, sizeof(address));
	snprintf(name, 64, "%s (%02x:%02x:%02x:%02x:%02x:%02x)", address, facts->mac[0],
		 facts->mac[1], facts->mac[2], facts->mac[3], facts->mac[4], facts->mac[5]);
}

/* Whether the server on this machine was told to give out addresses. */
static bool
lends(const struct doctor *doctor)
{
	return !doctor->is_remote && doctor->offline.config.dhcp == CONFIG_DHCP_SERVER;
}

/* One answer of a server that is not ours. */
static void
judge_other(struct doctor *doctor, const struct net_address *side,
	    const struct dhcp_client_answer *facts)
{
	bool gives_address = facts->address.s_addr != 0;
	struct findings *findings = &doctor->findings;
	char name[64];

	name_server(facts, name);
	if (gives_address && lends(doctor)) {
		bool is_forced = doctor->offline.config.dhcp_force;

		findings_add(findings, topic, side->name, is_forced ? FINDING_WARN : FINDING_FAIL,
			     "%s gives out addresses too%s", name,
			     is_forced ? "" : ", so pxeiso lends none");
		findings_fix(findings,
			     "switch off the DHCP server %s, or let it give the addresses: use "
			     "--dhcp proxy instead of --range",
			     name);
	} else if (facts->file[0] != '\0' && doctor_is_own(doctor, facts->next_server)) {
		findings_add(findings, topic, side->name, FINDING_OK, "%s %snames our loader %s",
			     name, gives_address ? "gives out the addresses and " : "",
			     facts->file);
	} else if (facts->file[0] != '\0') {
		findings_add(findings, topic, side->name, FINDING_WARN,
			     "%s names a boot file too: %s; machines may take it instead of ours",
			     name, facts->file);
		findings_fix(findings,
			     "take the boot file (next-server, option 66 and 67) out of "
			     "the configuration of %s",
			     name);
	} else {
		findings_add(findings, topic, side->name, FINDING_OK, "%s %s", name,
			     gives_address ? "gives out the addresses"
					   : "answers, and gives no address");
	}
}

/* Whether nobody gives an address is for the end to say. */
static void
judge(struct doctor *doctor, const struct net_address *side, const struct doctor_asked *asked)
{
	struct findings *findings = &doctor->findings;
	size_t givers = 0;

	for (size_t i = 0; i < asked->count; i++) {
		const struct dhcp_client_answer *facts = &asked->answers[i].facts;

		givers += facts->address.s_addr != 0;
		if (!doctor_is_own(doctor, facts->server))
			judge_other(doctor, side, facts);
		else if (facts->address.s_addr != 0)
			findings_add(findings, topic, side->name, FINDING_OK,
				     "pxeiso gives out the addresses");
	}
	if (givers == 0) {
		findings_add(findings, topic, side->name, FINDING_FAIL,
			     "nobody gives out addresses on this network");
		findings_fix(findings, "%s",
			     lends(doctor)
				     ? "look into pxeiso's log: it says why it lends none, as "
				       "when its range is used up"
				     : "switch on the network's DHCP server, or let pxeiso "
				       "give addresses: --range FIRST-LAST");
	} else if (givers > 1) {
		findings_add(findings, topic, side->name, FINDING_WARN,
			     "%zu servers give out addresses", givers);
		findings_fix(findings, "switch off all but one");
	}
}

void
doctor_check_servers(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->side_count; i++) {
		const struct net_address *side = &doctor->sides[i];
		struct doctor_asked asked;
		int error;

		doctor_ask_init(&asked, DHCP_CLIENT_BIOS);
		error = doctor_ask_offers(side, &asked, 1);
		if (error == 0 && asked.count == 0)
			doctor->silent_sides |= UINT64_C(1) << (i % 64);
		if (error == 0)
			judge(doctor, side, &asked);
		else
			findings_add(&doctor->findings, topic, side->name, FINDING_UNKNOWN,
				     "cannot be asked: %s",
				     error == -EPERM ? "that needs root" : strerror(-error));
	}
}
