/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice for routers and for Windows Server, after their manuals.
 *
 * What they cannot tell apart is said in a comment: a router that does not know
 * iPXE from the firmware would hand out iPXE again and again (DHCP-35).
 */
#include "dhcp_advice_rule.h"

#include "text.h"

enum { BIOS = 0, UEFI_IA32 = 6, UEFI_X64 = 7, UEFI_ARM64 = 11, UEFI_X64_HTTP = 16 };

static const char *
class_of(const struct advice_rule *rule)
{
	return rule->is_http ? "HTTPClient" : "PXEClient";
}

/* OpenWrt's server is dnsmasq, and its own configuration reads this file. */
void
advice_openwrt(const struct advice *advice, struct text *text)
{
	text_append(text, "cat >>/etc/dnsmasq.conf <<'END'\n");
	advice_dnsmasq(advice, text);
	text_append(text, "END\n/etc/init.d/dnsmasq restart\n");
}

/* One matcher looks at one option: architectures are told apart by the text of
   option 60, and iPXE by option 77, before that. */
void
advice_mikrotik(const struct advice *advice, struct text *text)
{
	const char *script = advice_file(advice, UEFI_X64, true);

	text_append(text, "# Replace DHCP1 and POOL1 by the names of your server and its pool.\n"
			  "/ip dhcp-server option\n"
			  "add name=pxeiso-http code=60 value=\"s'HTTPClient'\"\n");
	text_printf(text, "add name=pxeiso-ipxe code=67 value=\"s'%s'\"\n", script);
	for (size_t i = 0; i < advice->rule_count; i++)
		if (advice->rules[i].asker != ADVICE_IPXE)
			text_printf(text, "add name=pxeiso-%u code=67 value=\"s'%s'\"\n",
				    advice->rules[i].arch, advice->rules[i].file);
	text_append(text,
		    "/ip dhcp-server option sets\nadd name=pxeiso-ipxe options=pxeiso-ipxe\n");
	for (size_t i = 0; i < advice->rule_count; i++)
		if (advice->rules[i].asker != ADVICE_IPXE)
			text_printf(text, "add name=pxeiso-%u options=%spxeiso-%u\n",
				    advice->rules[i].arch,
				    advice->rules[i].is_http ? "pxeiso-http," : "",
				    advice->rules[i].arch);
	text_append(text, "# iPXE's matcher must stay above the others.\n"
			  "/ip dhcp-server matcher\n"
			  "add name=pxeiso-ipxe server=DHCP1 address-pool=POOL1 code=77 "
			  "matching-type=substring value=iPXE option-set=pxeiso-ipxe\n");
	for (size_t i = 0; i < advice->rule_count; i++)
		if (advice->rules[i].asker != ADVICE_IPXE)
			text_printf(text,
				    "add name=pxeiso-%u server=DHCP1 address-pool=POOL1 code=60 "
				    "matching-type=substring value=\"%s:Arch:%05u\" "
				    "option-set=pxeiso-%u\n",
				    advice->rules[i].arch, class_of(&advice->rules[i]),
				    advice->rules[i].arch, advice->rules[i].arch);
	text_printf(text, "/ip dhcp-server network\nset [find] next-server=%s\n", advice->server);
}

static void
put_field(struct text *text, const char *field, const char *value)
{
	text_printf(text, "%-28s %s\n", field, value[0] != '\0' ? value : "(leave empty)");
}

void
advice_opnsense(const struct advice *advice, struct text *text)
{
	put_field(text, "Next-server IP", advice->server);
	put_field(text, "Default BIOS filename", advice_file(advice, BIOS, false));
	put_field(text, "UEFI 32bit filename", advice_file(advice, UEFI_IA32, false));
	put_field(text, "UEFI 64bit filename", advice_file(advice, UEFI_X64, false));
	put_field(text, "UEFI ARM 64bit filename", advice_file(advice, UEFI_ARM64, false));
	put_field(text, "UEFI HTTPBoot URL", advice_file(advice, UEFI_X64_HTTP, false));
	put_field(text, "iPXE boot filename", advice_file(advice, UEFI_X64, true));
}

/* Without a field for iPXE, UEFI would load iPXE from iPXE for ever. */
void
advice_pfsense(const struct advice *advice, struct text *text)
{
	put_field(text, "Next Server", advice->server);
	put_field(text, "Default BIOS file name", advice_file(advice, BIOS, false));
	put_field(text, "UEFI 32 bit file name", "");
	put_field(text, "UEFI 64 bit file name", "");
	put_field(text, "ARM 64 bit file name", "");
	put_field(text, "UEFI HTTPBoot URL", "");
	text_append(text, "\n# pfSense cannot tell iPXE from the firmware that loads it, so UEFI "
			  "machines would load\n# iPXE again and again. Let pxeiso answer them "
			  "instead: leave all fields empty and start it\n# as a proxy (its "
			  "default) beside pfSense.\n");
}

void
advice_windows(const struct advice *advice, struct text *text)
{
	text_append(text, "$scope = '192.0.2.0'   # your scope\n"
			  "Add-DhcpServerv4Class -Name 'pxeiso iPXE' -Type User -Data 'iPXE'\n"
			  "Add-DhcpServerv4OptionDefinition -Name 'PXEClient' -OptionId 60 "
			  "-Type String\n");
	for (size_t i = 0; i < advice->rule_count; i++) {
		const struct advice_rule *rule = &advice->rules[i];
		bool is_first = i == 0 || advice->rules[i - 1].arch != rule->arch;
		const char *suffix = rule->asker == ADVICE_IPXE ? " iPXE" : "";

		if (is_first)
			text_printf(text,
				    "\n# %s\nAdd-DhcpServerv4Class -Name 'pxeiso %u' -Type Vendor "
				    "-Data '%s:Arch:%05u'\n",
				    policy_arch_name(rule->arch), rule->arch, class_of(rule),
				    rule->arch);
		text_printf(text,
			    "Add-DhcpServerv4Policy -ScopeId $scope -Name 'pxeiso %u%s' -Condition "
			    "AND -VendorClass EQ,'pxeiso %u*'%s\n",
			    rule->arch, suffix, rule->arch,
			    rule->asker == ADVICE_IPXE       ? " -UserClass EQ,'pxeiso iPXE'"
			    : rule->asker == ADVICE_FIRMWARE ? " -UserClass NE,'pxeiso iPXE'"
							     : "");
		if (rule->is_http)
			text_printf(text,
				    "Set-DhcpServerv4OptionValue -ScopeId $scope -PolicyName "
				    "'pxeiso %u%s' -OptionId 60 -Value 'HTTPClient'\n",
				    rule->arch, suffix);
		text_printf(text,
			    "Set-DhcpServerv4OptionValue -ScopeId $scope -PolicyName 'pxeiso %u%s' "
			    "-OptionId 66 -Value '%s'\n"
			    "Set-DhcpServerv4OptionValue -ScopeId $scope -PolicyName 'pxeiso %u%s' "
			    "-OptionId 67 -Value '%s'\n",
			    rule->arch, suffix, advice->server, rule->arch, suffix, rule->file);
	}
}
