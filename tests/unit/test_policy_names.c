/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loaders that a person named: who is told to start them, and which cannot be
 * named at all. What breaks without it: machines that load the same again and
 * again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "policy.h"
#include "unit.h"

/* What a person named: [machine] or [subnet], and [loaders] for each platform. */
struct named_row {
	const char *name;
	struct policy_machine machine;
	enum policy_platform platform; /* of `own` */
	const char *own;
	int error;
	const char *file;
};

static const struct named_row named_rows[] = {
	{"BIOS",
	 {POLICY_PXE, 0, false, false, NULL},
	 PLATFORM_PC_BIOS,
	 "undionly.kpxe",
	 0,
	 "undionly.kpxe"},
	{"BIOS that runs it",
	 {POLICY_PXE, 0, true, true, NULL},
	 PLATFORM_PC_BIOS,
	 "undionly.kpxe",
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"BIOS that runs it, without HTTP",
	 {POLICY_PXE, 0, true, false, NULL},
	 PLATFORM_PC_BIOS,
	 "other.0",
	 0,
	 "boot.ipxe"},
	{"UEFI x64",
	 {POLICY_PXE, 7, false, false, NULL},
	 PLATFORM_UEFI_X64,
	 "shimx64.efi",
	 0,
	 "shimx64.efi"},
	{"UEFI x64 over HTTP",
	 {POLICY_HTTP, 16, false, false, NULL},
	 PLATFORM_UEFI_X64,
	 "shimx64.efi",
	 0,
	 "http://192.0.2.1/shimx64.efi"},
	{"UEFI x64 that runs it",
	 {POLICY_PXE, 7, true, true, NULL},
	 PLATFORM_UEFI_X64,
	 "own.efi",
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"UEFI x64, another's",
	 {POLICY_PXE, 7, false, false, NULL},
	 PLATFORM_UEFI_ARM64,
	 "arm64.efi",
	 0,
	 "snponly.efi"},
	{"UEFI x86",
	 {POLICY_PXE, 6, false, false, NULL},
	 PLATFORM_UEFI_X86,
	 "ia32.efi",
	 0,
	 "ia32.efi"},
	{"UEFI ARM",
	 {POLICY_PXE, 10, false, false, NULL},
	 PLATFORM_UEFI_ARM,
	 "arm.efi",
	 0,
	 "arm.efi"},
	{"UEFI ARM64",
	 {POLICY_PXE, 11, false, false, NULL},
	 PLATFORM_UEFI_ARM64,
	 "arm64.efi",
	 0,
	 "arm64.efi"},
	{"UEFI ARM64 over HTTP",
	 {POLICY_HTTP, 19, false, false, NULL},
	 PLATFORM_UEFI_ARM64,
	 "arm64.efi",
	 0,
	 "http://192.0.2.1/arm64.efi"},
	{"UEFI RISC-V",
	 {POLICY_PXE, 27, false, false, NULL},
	 PLATFORM_UEFI_RISCV64,
	 "rv.efi",
	 0,
	 "rv.efi"},
	{"UEFI LoongArch",
	 {POLICY_PXE, 39, false, false, NULL},
	 PLATFORM_UEFI_LOONGARCH64,
	 "la.efi",
	 0,
	 "la.efi"},
	{"a machine's before its platform's",
	 {POLICY_PXE, 7, false, false, "mine.efi"},
	 PLATFORM_UEFI_X64,
	 "own.efi",
	 0,
	 "mine.efi"},
	{"a machine's, which runs it",
	 {POLICY_PXE, 7, true, true, "mine.efi"},
	 PLATFORM_NONE,
	 NULL,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"a BIOS machine's, which runs it",
	 {POLICY_PXE, 0, true, true, "mine.0"},
	 PLATFORM_NONE,
	 NULL,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
	{"a machine's, of no platform of ours",
	 {POLICY_PXE, 14, false, false, "mine"},
	 PLATFORM_NONE,
	 NULL,
	 0,
	 "mine"},
	{"a URL over HTTP",
	 {POLICY_HTTP, 16, false, false, "http://192.0.2.9/a.iso"},
	 PLATFORM_NONE,
	 NULL,
	 0,
	 "http://192.0.2.9/a.iso"},
	{"a URL over TFTP",
	 {POLICY_PXE, 7, false, false, "http://192.0.2.9/a.efi"},
	 PLATFORM_NONE,
	 NULL,
	 -EPROTONOSUPPORT,
	 NULL},
	{"a URL for iPXE",
	 {POLICY_PXE, 7, true, true, "http://192.0.2.9/a.efi"},
	 PLATFORM_NONE,
	 NULL,
	 0,
	 "http://192.0.2.1/boot.ipxe"},
};

static void
a_named_loader_is_for_firmware_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(named_rows) / sizeof(named_rows[0]); i++) {
		const struct named_row *row = &named_rows[i];
		struct policy_site site = {
			.server = {inet_addr("192.0.2.1")},
			.http_port = 80,
			.has_tftp = true,
			.loaders = {true, true, true},
		};
		char file[POLICY_FILE_SIZE] = "";
		const char *why = NULL;
		int error;

		site.own[row->platform] = row->own;
		error = policy_choose(&row->machine, &site, file, &why);
		if (error != row->error)
			fail_msg("%s: error %d", row->name, error);
		if (error == 0 && strcmp(file, row->file) != 0)
			fail_msg("%s: %s", row->name, file);
		assert_true(error == 0 || why != NULL);
	}
}

struct name_row {
	const char *text;
	bool is_name; /* [loaders] takes it */
	bool is_any;  /* [machine] too */
};

static const struct name_row name_rows[] = {
	{"snponly.efi", true, true},
	{"ipxe-2.0+git.efi", true, true},
	{"a23456789012345678901234567.efi", true, true},
	{"a234567890123456789012345678.efi", false, false},
	{"", false, false},
	{"my_ipxe.efi", false, false},
	{"efi/boot.efi", false, false},
	{"..", false, false},
	{"boot.ipxe", false, false},
	{"BOOT.IPXE", false, false},
	{"grub.cfg", false, false},
	{"menu.c32", false, false},
	{"a b.efi", false, false},
	{"http://192.0.2.1/a.efi", false, true},
	{"HTTP://192.0.2.1:8080/dir_x/a%20b.efi?x=1", false, true},
	{"http://192.0.2.1/boot.ipxe", false, false},
	{"http://192.0.2.1/boot.ipxe?mac=1", false, false},
	{"http://server/a.efi", false, false},
	{"http://192.0.2.1", false, false},
	{"http://192.0.2.1/", false, false},
	{"http://192.0.2.1:/a.efi", false, false},
	{"http://192.0.2.1:65536/a.efi", false, false},
	{"http://192.0.2.1:99999999999999999999/a.efi", false, false},
	{"http://192.0.2/a.efi", false, false},
	{"http://192.0.2.1.5/a.efi", false, false},
	{"http://user@192.0.2.1/a.efi", false, false},
	{"http://192.0.2.1/a b.efi", false, false},
	{"http://192.0.2.1/a\"b.efi", false, false},
	{"https://192.0.2.1/a.efi", false, false},
	{"tftp://192.0.2.1/a.efi", false, false},
};

static void
only_what_firmware_can_fetch_and_start_can_be_named(void **state)
{
	char url[POLICY_FILE_SIZE + 1] = "http://192.0.2.1/";

	(void)state;
	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++) {
		if (policy_check_loader(name_rows[i].text, false) != name_rows[i].is_name)
			fail_msg("'%s' in [loaders]", name_rows[i].text);
		if (policy_check_loader(name_rows[i].text, true) != name_rows[i].is_any)
			fail_msg("'%s' in [machine]", name_rows[i].text);
	}
	memset(url + strlen(url), 'a', POLICY_FILE_SIZE - strlen(url));
	assert_false(policy_check_loader(url, true));
	url[POLICY_FILE_SIZE - 1] = '\0';
	assert_true(policy_check_loader(url, true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_named_loader_is_for_firmware_alone),
		cmocka_unit_test(only_what_firmware_can_fetch_and_start_can_be_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
