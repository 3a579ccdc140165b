/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice for DHCP servers that are programs: dnsmasq, ISC dhcpd, Kea.
 *
 * iPXE is known by option 77 "iPXE" or by option 175 (DHCP-35). HTTP boot wants
 * option 60 "HTTPClient" in the answer (DHCP-51).
 */
#include "dhcp_advice_rule.h"

#include "text.h"

static const char *
tag_condition(enum advice_asker asker)
{
	if (asker == ADVICE_BOTH)
		return "";
	return asker == ADVICE_IPXE ? ",tag:pxeiso-ipxe" : ",tag:!pxeiso-ipxe";
}

void
advice_dnsmasq(const struct advice *advice, struct text *text)
{
	unsigned last = UINT16_MAX + 1U;

	text_append(text, "dhcp-userclass=set:pxeiso-ipxe,iPXE\n"
			  "dhcp-match=set:pxeiso-ipxe,175\n");
	for (size_t i = 0; i < advice->rule_count; i++) {
		const struct advice_rule *rule = &advice->rules[i];

		if (rule->arch != last)
			text_printf(text,
				    "\n# %s\ndhcp-match=set:pxeiso-%u,option:client-arch,%u\n",
				    policy_arch_name(rule->arch), rule->arch, rule->arch);
		last = rule->arch;
		text_printf(text, "dhcp-boot=tag:pxeiso-%u%s,%s,%s,%s\n", rule->arch,
			    tag_condition(rule->asker), rule->file, advice->server, advice->server);
		if (rule->is_http)
			text_printf(text, "dhcp-option-force=tag:pxeiso-%u,60,HTTPClient\n",
				    rule->arch);
	}
}

void
advice_isc(const struct advice *advice, struct text *text)
{
	text_append(text, "option pxeiso-arch code 93 = unsigned integer 16;\n"
			  "option pxeiso-ipxe code 175 = string;\n\n"
			  "class \"pxeiso\" {\n"
			  "\tmatch if substring(option vendor-class-identifier, 0, 9) = "
			  "\"PXEClient\"\n"
			  "\t\tor substring(option vendor-class-identifier, 0, 10) = "
			  "\"HTTPClient\";\n");
	text_printf(text, "\tnext-server %s;\n", advice->server);
	for (size_t i = 0; i < advice->rule_count; i++) {
		const struct advice_rule *rule = &advice->rules[i];

		/* The first that fits counts, and iPXE's stands first. */
		text_printf(text, "\t%s option pxeiso-arch = %02x:%02x%s { # %s\n",
			    i == 0 ? "if" : "elsif", rule->arch >> 8, rule->arch & 0xff,
			    rule->asker == ADVICE_IPXE
				    ? " and (exists pxeiso-ipxe or option user-class = \"iPXE\")"
				    : "",
			    policy_arch_name(rule->arch));
		if (rule->is_http)
			text_append(text, "\t\toption vendor-class-identifier \"HTTPClient\";\n");
		text_printf(text, "\t\tfilename \"%s\";\n\t}\n", rule->file);
	}
	text_append(text, "}\n");
}

static const char *
class_condition(enum advice_asker asker)
{
	if (asker == ADVICE_BOTH)
		return "";
	return asker == ADVICE_IPXE
		       ? " and (option[175].exists or substring(option[77].hex,0,4) == 'iPXE')"
		       : " and not (option[175].exists or "
			 "substring(option[77].hex,0,4) == 'iPXE')";
}

void
advice_kea(const struct advice *advice, struct text *text)
{
	static const char *const suffixes[] = {
		[ADVICE_IPXE] = "-ipxe", [ADVICE_FIRMWARE] = "", [ADVICE_BOTH] = ""};

	text_append(text, "\"client-classes\": [\n");
	for (size_t i = 0; i < advice->rule_count; i++) {
		const struct advice_rule *rule = &advice->rules[i];
		const char *class = rule->is_http ? "HTTPClient" : "PXEClient";

		text_printf(text,
			    "  # %s\n  { \"name\": \"pxeiso-%u%s\",\n"
			    "    \"test\": \"substring(option[60].hex,0,%d) == '%s' and "
			    "option[93].hex == 0x%04x%s\",\n",
			    policy_arch_name(rule->arch), rule->arch, suffixes[rule->asker],
			    rule->is_http ? 10 : 9, class, rule->arch,
			    class_condition(rule->asker));
		if (rule->is_http)
			text_append(text, "    \"option-data\": [ { \"name\": "
					  "\"vendor-class-identifier\", \"data\": \"HTTPClient\", "
					  "\"always-send\": true } ],\n");
		text_printf(text, "    \"next-server\": \"%s\", \"boot-file-name\": \"%s\" }%s\n",
			    advice->server, rule->file, i + 1 < advice->rule_count ? "," : "");
	}
	text_append(text, "]\n");
}
