/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot policy: each kind of firmware gets a file that it can start, or
 * nothing and a reason.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "policy.h"
#include "unit.h"

enum { ALL = 7, PXELINUX = 1, SNPONLY = 2, IPXE = 4 };

struct row {
	const char *name;
	struct policy_machine machine;
	uint16_t http_port;
	bool has_tftp;
	unsigned loaders;
	int error;
	const char *file;
};

static const struct row rows[] = {
	{"BIOS", {POLICY_PXE, 0, false, false, NULL}, 80, true, ALL, 0, "lpxelinux.0"},
	{"BIOS that is iPXE", {POLICY_PXE, 0, true, true, NULL}, 80, true, ALL, 0, "lpxelinux.0"},
	{"BIOS without PXELINUX",
	 {POLICY_PXE, 0, false, false, NULL},
	 80,
	 true,
	 SNPONLY,
	 -ENOENT,
	 NULL},
	{"BIOS that is iPXE, without PXELINUX",
	 {POLICY_PXE, 0, true, true, NULL},
	 80,
	 true,
	 SNPONLY,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"BIOS that is iPXE, without TFTP",
	 {POLICY_PXE, 0, true, true, NULL},
	 80,
	 false,
	 ALL,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"BIOS without TFTP", {POLICY_PXE, 0, false, false, NULL}, 80, false, ALL, -ENOENT, NULL},
	{"x64 as 7", {POLICY_PXE, 7, false, false, NULL}, 80, true, ALL, 0, "snponly.efi"},
	{"x64 as 9", {POLICY_PXE, 9, false, false, NULL}, 80, true, ALL, 0, "snponly.efi"},
	{"x64 with ipxe.efi alone",
	 {POLICY_PXE, 7, false, false, NULL},
	 80,
	 true,
	 IPXE,
	 0,
	 "ipxe.efi"},
	{"x64 without iPXE",
	 {POLICY_PXE, 7, false, false, NULL},
	 80,
	 true,
	 PXELINUX,
	 -ENOENT,
	 NULL},
	{"iPXE on UEFI",
	 {POLICY_PXE, 7, true, true, NULL},
	 80,
	 true,
	 ALL,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"iPXE on UEFI, other port",
	 {POLICY_PXE, 7, true, true, NULL},
	 8080,
	 true,
	 ALL,
	 0,
	 "http://192.0.2.1:8080/boot.ipxe"},
	{"iPXE on UEFI, no loader here",
	 {POLICY_PXE, 7, true, true, NULL},
	 80,
	 true,
	 0,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"iPXE on UEFI without HTTP",
	 {POLICY_PXE, 7, true, false, NULL},
	 80,
	 true,
	 ALL,
	 0,
	 "boot.ipxe"},
	{"iPXE on UEFI, HTTP is off",
	 {POLICY_PXE, 7, true, true, NULL},
	 0,
	 true,
	 ALL,
	 0,
	 "boot.ipxe"},
	{"iPXE on UEFI, all is off",
	 {POLICY_PXE, 7, true, true, NULL},
	 0,
	 false,
	 ALL,
	 -ENOENT,
	 NULL},
	{"iPXE on ARM64",
	 {POLICY_PXE, 11, true, true, NULL},
	 80,
	 true,
	 0,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"x86 UEFI", {POLICY_PXE, 6, false, false, NULL}, 80, true, ALL, -EPROTONOSUPPORT, NULL},
	{"ARM64", {POLICY_PXE, 11, false, false, NULL}, 80, true, ALL, -EPROTONOSUPPORT, NULL},
	{"unknown", {POLICY_PXE, 999, false, false, NULL}, 80, true, ALL, -EPROTONOSUPPORT, NULL},
	{"x64 HTTP",
	 {POLICY_HTTP, 16, false, false, NULL},
	 80,
	 true,
	 ALL,
	 0,
	 "http://192.0.2.1/snponly.efi"},
	{"x64 HTTP, no TFTP",
	 {POLICY_HTTP, 16, false, false, NULL},
	 8080,
	 false,
	 IPXE,
	 0,
	 "http://192.0.2.1:8080/ipxe.efi"},
	{"x64 HTTP, HTTP is off",
	 {POLICY_HTTP, 16, false, false, NULL},
	 0,
	 true,
	 ALL,
	 -ENOENT,
	 NULL},
	{"x64 HTTP, no loader", {POLICY_HTTP, 16, false, false, NULL}, 80, true, 0, -ENOENT, NULL},
	{"x86 HTTP", {POLICY_HTTP, 15, false, false, NULL}, 80, true, ALL, -EPROTONOSUPPORT, NULL},
	{"HTTP class with a PXE number",
	 {POLICY_HTTP, 7, false, false, NULL},
	 80,
	 true,
	 ALL,
	 0,
	 "http://192.0.2.1/snponly.efi"},
	{"PXE class with an HTTP number",
	 {POLICY_PXE, 16, false, false, NULL},
	 80,
	 true,
	 ALL,
	 -EPROTONOSUPPORT,
	 NULL},
};

static void
every_firmware_gets_what_it_can_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct policy_site site = {
			.server = {inet_addr("192.0.2.1")},
			.http_port = row->http_port,
			.has_tftp = row->has_tftp,
			.loaders = {.has_lpxelinux = (row->loaders & PXELINUX) != 0,
				    .has_snponly_efi = (row->loaders & SNPONLY) != 0,
				    .has_ipxe_efi = (row->loaders & IPXE) != 0},
		};
		char file[POLICY_FILE_SIZE] = "untouched";
		const char *why = NULL;
		int error = policy_choose(&row->machine, &site, file, &why);

		if (error != row->error)
			fail_msg("%s: error %d", row->name, error);
		if (error == 0 && strcmp(file, row->file) != 0)
			fail_msg("%s: %s", row->name, file);
		if (error < 0 && (why == NULL || strcmp(file, "untouched") != 0))
			fail_msg("%s: no reason, or a file", row->name);
	}
}

/* No client is handed a transport that it did not ask for (DHCP-53), and no
   name has an underscore, which PXELINUX takes for a folder (DHCP-58). */
static void
no_number_gets_the_wrong_kind_of_file(void **state)
{
	const struct policy_site site = {
		.server = {inet_addr("255.255.255.255")},
		.http_port = 65535,
		.has_tftp = true,
		.loaders = {true, true, true},
	};

	(void)state;
	for (unsigned arch = 0; arch < 65536; arch++) {
		for (unsigned http = 0; http < 2; http++) {
			const struct policy_machine machine = {http ? POLICY_HTTP : POLICY_PXE,
							       (uint16_t)arch, false, false, NULL};
			char file[POLICY_FILE_SIZE];
			const char *why;

			if (policy_choose(&machine, &site, file, &why) < 0)
				continue;
			assert_int_equal(strncmp(file, "http://", 7) == 0, http);
			assert_null(strchr(file, '_'));
		}
	}
}

static void
numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(policy_arch_name(0), "BIOS");
	assert_string_equal(policy_arch_name(7), "UEFI x64");
	assert_string_equal(policy_arch_name(9), "UEFI x64");
	assert_string_equal(policy_arch_name(41), "ARM rpiboot");
	assert_string_equal(policy_arch_name(42), "unknown architecture");
	for (uint16_t arch = 0; arch < 42; arch++)
		assert_true(policy_is_known_arch(arch));
	assert_false(policy_is_known_arch(42));
	/* IANA's numbers for machines that load over HTTP (DHCP-33, 53). */
	for (uint16_t arch = 0; arch < 42; arch++) {
		const char *name = policy_arch_name(arch);
		bool is_http = (arch >= 15 && arch <= 20) || arch == 23 ||
			       (arch >= 24 && arch <= 30 && arch % 2 == 0) || arch == 38 ||
			       arch == 40;

		if ((strstr(name, "HTTP") != NULL) != is_http)
			fail_msg("%u: %s", arch, name);
	}
	assert_int_equal(policy_firmware(0), FIRMWARE_BIOS);
	assert_int_equal(policy_firmware(11), FIRMWARE_UEFI);
	assert_int_equal(policy_firmware(14), FIRMWARE_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_firmware_gets_what_it_can_start),
		cmocka_unit_test(no_number_gets_the_wrong_kind_of_file),
		cmocka_unit_test(numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
