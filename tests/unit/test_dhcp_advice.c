/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice for other DHCP servers: it names what the policy names, iPXE never
 * iPXE, HTTP boot a URL, and leaves out what cannot be had.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_advice.h"
#include "text.h"
#include "unit.h"

static const char *const names[] = {"dnsmasq",  "isc",      "kea",     "openwrt",
				    "mikrotik", "opnsense", "pfsense", "windows"};

static struct policy_site
site_with(bool has_bios, bool has_efi)
{
	struct policy_site site = {
		.http_port = 80,
		.has_tftp = true,
		.loaders = {.has_lpxelinux = has_bios, .has_snponly_efi = has_efi},
	};

	inet_pton(AF_INET, "10.9.0.1", &site.server);
	return site;
}

static void
advise(const char *name, const struct policy_site *site, struct text *text)
{
	const struct dhcp_advice *advice = dhcp_advice_find(name);

	assert_non_null(advice);
	text_free(text);
	dhcp_advice_write(advice, site, text);
	assert_int_equal(text->error, 0);
}

static void
every_server_is_told_our_address_and_the_loader(void **state)
{
	struct policy_site site = site_with(true, true);
	struct text text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		advise(names[i], &site, &text);
		if (strstr(text_string(&text), "10.9.0.1") == NULL ||
		    strstr(text_string(&text), "lpxelinux.0") == NULL ||
		    strstr(DHCP_ADVICE_NAMES, names[i]) == NULL)
			fail_msg("%s: %s", names[i], text_string(&text));
	}
	text_free(&text);
}

static void
unknown_servers_are_not_found(void **state)
{
	(void)state;
	assert_null(dhcp_advice_find("bind"));
	assert_null(dhcp_advice_find(""));
}

static void
dnsmasq_gives_ipxe_the_script_and_firmware_the_loader(void **state)
{
	static const char *const lines[] = {
		"\ndhcp-match=set:pxeiso-7,option:client-arch,7\n",
		"\ndhcp-boot=tag:pxeiso-0,lpxelinux.0,10.9.0.1,10.9.0.1\n",
		/* One line, in two pieces. */
		("\ndhcp-boot=tag:pxeiso-7,tag:pxeiso-ipxe,http://10.9.0.1/boot.ipxe,10.9.0.1,"
		 "10.9.0.1\n"),
		"\ndhcp-boot=tag:pxeiso-7,tag:!pxeiso-ipxe,snponly.efi,10.9.0.1,10.9.0.1\n",
		"\ndhcp-boot=tag:pxeiso-16,http://10.9.0.1/snponly.efi,10.9.0.1,10.9.0.1\n",
		"\ndhcp-option-force=tag:pxeiso-16,60,HTTPClient\n",
	};
	struct policy_site site = site_with(true, true);
	struct text text = {0};

	(void)state;
	advise("dnsmasq", &site, &text);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(text_string(&text), lines[i]) == NULL)
			fail_msg("without %s: %s", lines[i], text_string(&text));
	text_free(&text);
}

static void
a_loader_that_is_missing_is_left_out_and_told(void **state)
{
	struct policy_site site = site_with(true, false);
	struct text text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		advise(names[i], &site, &text);
		assert_null(strstr(text_string(&text), "snponly.efi"));
		assert_non_null(strstr(text_string(&text), "# Left out: no loader for UEFI x64"));
	}
	text_free(&text);
}

static void
without_http_no_url_is_named(void **state)
{
	struct policy_site site = site_with(true, true);
	struct text text = {0};

	(void)state;
	site.http_port = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		advise(names[i], &site, &text);
		assert_null(strstr(text_string(&text), "http://"));
	}
	text_free(&text);
}

static void
another_port_stands_in_the_urls(void **state)
{
	struct policy_site site = site_with(true, true);
	struct text text = {0};

	(void)state;
	site.http_port = 8080;
	advise("kea", &site, &text);
	assert_non_null(strstr(text_string(&text), "\"http://10.9.0.1:8080/boot.ipxe\""));
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_server_is_told_our_address_and_the_loader),
		cmocka_unit_test(unknown_servers_are_not_found),
		cmocka_unit_test(dnsmasq_gives_ipxe_the_script_and_firmware_the_loader),
		cmocka_unit_test(a_loader_that_is_missing_is_left_out_and_told),
		cmocka_unit_test(without_http_no_url_is_named),
		cmocka_unit_test(another_port_stands_in_the_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
