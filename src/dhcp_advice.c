/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The policy is asked what it tells each architecture, once as the firmware
 * and once as iPXE; what it says is a rule.
 */
#include "dhcp_advice.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_advice_rule.h"
#include "text.h"

enum { ARCHS = 256 }; /* IANA's numbers are far below */

struct dhcp_advice {
	const char *name;
	const char *place; /* where the lines belong */
	advice_writer *write;
};

static const struct dhcp_advice advices[] = {
	{"dnsmasq", "into /etc/dnsmasq.d/pxeiso.conf; then: systemctl restart dnsmasq",
	 advice_dnsmasq},
	{"isc", "into /etc/dhcp/dhcpd.conf, outside of any subnet; then: dhcpd -t, and restart it",
	 advice_isc},
	{"kea",
	 "into \"Dhcp4\" of /etc/kea/kea-dhcp4.conf; then: kea-dhcp4 -t FILE, and restart it",
	 advice_kea},
	{"openwrt", "into a shell on the router, as root", advice_openwrt},
	{"mikrotik", "into a terminal of RouterOS 7", advice_mikrotik},
	{"opnsense", "into the fields of Services > ISC DHCPv4 > [interface] > Network booting",
	 advice_opnsense},
	{"pfsense", "into the fields of Services > DHCP Server > [interface] > Network Booting",
	 advice_pfsense},
	{"windows", "into PowerShell on the DHCP server, as administrator", advice_windows},
};

const struct dhcp_advice *
dhcp_advice_find(const char *name)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strcmp(advices[i].name, name) == 0)
			return &advices[i];
	return NULL;
}

static void
add_note(struct advice *advice, const char *why)
{
	for (size_t i = 0; i < advice->note_count; i++)
		if (strcmp(advice->notes[i], why) == 0)
			return;
	if (advice->note_count < ADVICE_NOTES_MAX)
		advice->notes[advice->note_count++] = why;
}

static void
add_rule(struct advice *advice, const struct advice_rule *rule)
{
	if (advice->rule_count < ADVICE_RULES_MAX)
		advice->rules[advice->rule_count++] = *rule;
}

/* The rules of one architecture. It boots over HTTP if the policy wants it to
   ask for that. */
static void
add_arch(struct advice *advice, const struct policy_site *site, uint16_t arch)
{
	struct policy_machine machine = {.protocol = POLICY_PXE, .arch = arch};
	struct advice_rule rule = {.arch = arch, .asker = ADVICE_BOTH};
	struct advice_rule ipxe = {.arch = arch, .asker = ADVICE_IPXE};
	const char *why;
	int error = policy_choose(&machine, site, rule.file, &why);

	if (error == -EPROTONOSUPPORT) {
		machine.protocol = POLICY_HTTP;
		rule.is_http = true;
		error = policy_choose(&machine, site, rule.file, &why);
	}
	if (error == -ENOENT)
		add_note(advice, why);
	machine.is_ipxe = machine.ipxe_has_http = true;
	/* iPXE asks as PXE does, whatever loaded it. */
	if (!rule.is_http && error != -EPROTONOSUPPORT &&
	    policy_choose(&machine, site, ipxe.file, &why) == 0 &&
	    (error < 0 || strcmp(ipxe.file, rule.file) != 0)) {
		rule.asker = ADVICE_FIRMWARE;
		add_rule(advice, &ipxe);
	}
	if (error == 0)
		add_rule(advice, &rule);
}

const char *
advice_file(const struct advice *advice, uint16_t arch, bool for_ipxe)
{
	for (size_t i = 0; i < advice->rule_count; i++) {
		const struct advice_rule *rule = &advice->rules[i];

		if (rule->arch == arch && rule->asker != (for_ipxe ? ADVICE_FIRMWARE : ADVICE_IPXE))
			return rule->file;
	}
	return "";
}

void
dhcp_advice_write(const struct dhcp_advice *advice, const struct policy_site *site,
		  struct text *text)
{
	struct advice rules = {0};

	inet_ntop(AF_INET, &site->server, rules.server, sizeof(rules.server));
	for (unsigned arch = 0; arch < ARCHS; arch++)
		if (policy_is_known_arch((uint16_t)arch))
			add_arch(&rules, site, (uint16_t)arch);
	text_printf(text, "# Network boot from pxeiso at %s.\n# Put this %s.\n", rules.server,
		    advice->place);
	text_append(text, "# pxeiso itself then needs no DHCP: start it with --dhcp off.\n");
	for (size_t i = 0; i < rules.note_count; i++)
		text_printf(text, "# Left out: %s.\n", rules.notes[i]);
	text_append_char(text, '\n');
	advice->write(&rules, text);
}
