/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a request says of its machine, in all the ways firmware says it.
 */
#include "dhcp_request.h"

struct row {
	const char *name;
	uint8_t code;
	const char *value;
	size_t length;
	uint16_t arch;
	bool is_ipxe;
	bool ipxe_has_http;
};

#define TEXT(text) text, sizeof(text) - 1

/* Each beside "PXEClient:Arch:00007:UNDI:003000". */
static const struct row rows[] = {
	{"nothing more", 0, NULL, 0, 7, false, false},
	{"option 93", DHCP_ARCH, TEXT("\0\0"), 0, false, false},
	{"option 93, one of two known", DHCP_ARCH, TEXT("\x77\x77\0\x09"), 9, false, false},
	{"option 93, none known", DHCP_ARCH, TEXT("\x77\x77\x66\x66"), 0x7777, false, false},
	{"option 93, odd", DHCP_ARCH, TEXT("\0\x0b\0"), 11, false, false},
	{"option 93, too short", DHCP_ARCH, TEXT("\0"), 7, false, false},
	{"option 93, empty", DHCP_ARCH, TEXT(""), 7, false, false},
	{"user class, bare", DHCP_USER_CLASS, TEXT("iPXE"), 7, true, true},
	{"user class, RFC 3004", DHCP_USER_CLASS, TEXT("\x04iPXE"), 7, true, true},
	{"user class, the second", DHCP_USER_CLASS,
	 TEXT("\x03"
	      "abc\x04iPXE"),
	 7, true, true},
	{"user class of others", DHCP_USER_CLASS, TEXT("iPXE2"), 7, false, false},
	{"user class cut off", DHCP_USER_CLASS, TEXT("\x09iPXE"), 7, false, false},
	{"option 175 with HTTP", DHCP_IPXE, TEXT("\x13\x01\x01"), 7, true, true},
	{"option 175 without HTTP", DHCP_IPXE, TEXT("\x15\x01\x01"), 7, true, false},
	{"option 175, HTTP off", DHCP_IPXE, TEXT("\x13\x01\x00"), 7, true, false},
	{"option 175, empty", DHCP_IPXE, TEXT(""), 7, true, false},
};

static void
machines_are_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct dhcp_header header = {.op = 1, .hlen = 6};
		struct dhcp_machine machine;
		struct dhcp_message message;
		struct dhcp_writer writer;
		const char *why;

		dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
		write_text(&writer, DHCP_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003000");
		if (row->value != NULL)
			dhcp_write_option(&writer, row->code, row->value, row->length);
		dhcp_write_end(&writer);
		assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why), 0);
		dhcp_describe(&message, &machine);
		if (machine.policy.protocol != POLICY_PXE || machine.policy.arch != row->arch ||
		    machine.policy.is_ipxe != row->is_ipxe ||
		    machine.policy.ipxe_has_http != row->ipxe_has_http)
			fail_msg("%s: %d %u %d %d", row->name, machine.policy.protocol,
				 machine.policy.arch, machine.policy.is_ipxe,
				 machine.policy.ipxe_has_http);
	}
}

static void
vendor_classes_tell_boot_clients_from_others(void **state)
{
	static const struct {
		const char *value;
		enum policy_protocol protocol;
		uint16_t arch;
	} classes[] = {
		{"PXEClient", POLICY_PXE, 0},
		{"PXEClient:Arch:00007:UNDI:003000", POLICY_PXE, 7},
		{"PXEClient:Arch:7", POLICY_PXE, 0},
		{"PXEClient:Arch:0000x:UNDI", POLICY_PXE, 0},
		{"PXEClient:Arch:99999", POLICY_PXE, 0},
		{"PXEClientX", POLICY_PXE, 0},
		{"HTTPClient:Arch:00016:UNDI:003000", POLICY_HTTP, 16},
		{"HTTPClient", POLICY_HTTP, 0},
		{"PXEClien", POLICY_NONE, 0},
		{"pxeclient", POLICY_NONE, 0},
		{"MSFT 5.0", POLICY_NONE, 0},
		{"android-dhcp-13", POLICY_NONE, 0},
		{NULL, POLICY_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		struct dhcp_message message = make_request(
			&(struct request){.type = 1, .vendor_class = classes[i].value});
		struct dhcp_machine machine;

		dhcp_describe(&message, &machine);
		if (machine.policy.protocol != classes[i].protocol ||
		    machine.policy.arch != classes[i].arch)
			fail_msg("%s: %d %u", classes[i].value, machine.policy.protocol,
				 machine.policy.arch);
	}
}

static void
real_clients_are_recognised(void **state)
{
	struct dhcp_message message = read_message("ipxe_bios_discover");
	struct dhcp_machine machine;

	(void)state;
	dhcp_describe(&message, &machine);
	assert_int_equal(machine.policy.arch, 0);
	assert_true(machine.policy.is_ipxe && machine.policy.ipxe_has_http);
	message = read_message("ipxe_efi_discover");
	dhcp_describe(&message, &machine);
	assert_int_equal(machine.policy.arch, 7);
	assert_true(machine.policy.is_ipxe && machine.policy.ipxe_has_http);
	message = read_message("ovmf_http_discover");
	dhcp_describe(&message, &machine);
	assert_int_equal(machine.policy.protocol, POLICY_HTTP);
	assert_int_equal(machine.policy.arch, 16);
	assert_false(machine.policy.is_ipxe);
}

/* DHCP-38: 17 bytes with type 0 name a machine, anything else does not. */
static void
uuid_is_read_when_it_is_one(void **state)
{
	static const unsigned char value[18] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	static const unsigned char zeros[16];

	(void)state;
	for (size_t length = 15; length <= sizeof(value); length++) {
		const struct dhcp_header header = {.op = 1, .hlen = 6};
		struct dhcp_machine machine;
		struct dhcp_message message;
		struct dhcp_writer writer;
		const char *why;

		dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
		dhcp_write_option(&writer, DHCP_UUID, value, length);
		dhcp_write_end(&writer);
		assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why), 0);
		dhcp_describe(&message, &machine);
		assert_memory_equal(machine.uuid, length == 17 ? value + 1 : zeros, 16);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_are_recognised),
		cmocka_unit_test(vendor_classes_tell_boot_clients_from_others),
		cmocka_unit_test(real_clients_are_recognised),
		cmocka_unit_test(uuid_is_read_when_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
