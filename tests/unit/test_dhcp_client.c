/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The synthetic machines ask as the real ones were seen to ask, byte for byte,
 * and understand answers as those would.
 */
#include <errno.h>

#include "dhcp_request.h"

#include "dhcp_client.h"

static struct dhcp_client
make_client(enum dhcp_client_kind kind, uint32_t xid)
{
	return (struct dhcp_client){
		.kind = kind,
		.xid = xid,
		.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
		.address = address("10.9.0.50"),
	};
}

static const struct {
	const char *vector;
	enum dhcp_client_kind kind;
	enum dhcp_client_state state;
	uint32_t xid;
	uint16_t secs;
	const char *server;
	bool wants_broadcast;
} real[] = {
	{"ovmf_discover", DHCP_CLIENT_UEFI_X64, DHCP_CLIENT_DISCOVER, 0x51e20001, 0, NULL, false},
	{"ovmf_request", DHCP_CLIENT_UEFI_X64, DHCP_CLIENT_REQUEST, 0x51e20001, 0, "10.9.0.1",
	 false},
	{"ovmf_4011", DHCP_CLIENT_UEFI_X64, DHCP_CLIENT_BOOT, 0x51e20002, 0, NULL, false},
	{"ovmf_http_discover", DHCP_CLIENT_HTTP_X64, DHCP_CLIENT_DISCOVER, 0x51e20003, 0, NULL,
	 false},
	{"ovmf_http_request", DHCP_CLIENT_HTTP_X64, DHCP_CLIENT_REQUEST, 0x51e20003, 0, "10.9.0.1",
	 false},
	{"ipxe_bios_discover", DHCP_CLIENT_IPXE_BIOS, DHCP_CLIENT_DISCOVER, 0x3a7c0001, 4, NULL,
	 false},
	{"ipxe_bios_request", DHCP_CLIENT_IPXE_BIOS, DHCP_CLIENT_REQUEST, 0x3a7c0001, 8, "10.9.0.1",
	 false},
	{"ipxe_bios_4011", DHCP_CLIENT_IPXE_BIOS, DHCP_CLIENT_BOOT, 0x3a7c0002, 8, "10.9.0.1",
	 true},
	{"ipxe_efi_discover", DHCP_CLIENT_IPXE_UEFI, DHCP_CLIENT_DISCOVER, 0x3a7c0003, 4, NULL,
	 false},
};

static void
asks_as_real_firmware_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		struct vector expected = read_vector(real[i].vector);
		struct dhcp_client client = make_client(real[i].kind, real[i].xid);
		struct dhcp_writer message;

		client.secs = real[i].secs;
		client.server = address(real[i].server);
		client.wants_broadcast = real[i].wants_broadcast;
		dhcp_client_compose(&client, real[i].state, &message);
		/* Where the log shows less than 300 bytes, the rest is padding. */
		if (message.length < expected.length ||
		    memcmp(message.bytes, expected.bytes, expected.length) != 0)
			fail_msg("%s: other bytes", real[i].vector);
	}
}

static void
each_kind_is_known_for_what_it_is(void **state)
{
	static const struct {
		enum policy_protocol protocol;
		uint16_t arch;
		bool is_ipxe;
	} expected[DHCP_CLIENT_KINDS] = {
		[DHCP_CLIENT_PLAIN] = {POLICY_NONE, 0, false},
		[DHCP_CLIENT_BIOS] = {POLICY_PXE, 0, false},
		[DHCP_CLIENT_UEFI_X64] = {POLICY_PXE, 7, false},
		[DHCP_CLIENT_UEFI_ARM64] = {POLICY_PXE, 11, false},
		[DHCP_CLIENT_HTTP_X64] = {POLICY_HTTP, 16, false},
		[DHCP_CLIENT_HTTP_ARM64] = {POLICY_HTTP, 19, false},
		[DHCP_CLIENT_IPXE_BIOS] = {POLICY_PXE, 0, true},
		[DHCP_CLIENT_IPXE_UEFI] = {POLICY_PXE, 7, true},
	};
	static const uint8_t types[] = {
		[DHCP_CLIENT_DISCOVER] = DHCP_DISCOVER,
		[DHCP_CLIENT_REQUEST] = DHCP_REQUEST,
		[DHCP_CLIENT_INFORM] = DHCP_INFORM,
		[DHCP_CLIENT_BOOT] = DHCP_REQUEST,
	};

	(void)state;
	for (int kind = 0; kind < DHCP_CLIENT_KINDS; kind++) {
		for (int at = DHCP_CLIENT_DISCOVER; at <= DHCP_CLIENT_BOOT; at++) {
			struct dhcp_client client = make_client((enum dhcp_client_kind)kind, 7);
			struct dhcp_writer writer;
			struct dhcp_message message;
			struct dhcp_machine machine;
			const char *why;

			dhcp_client_compose(&client, (enum dhcp_client_state)at, &writer);
			assert_false(writer.overflowed);
			assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why),
					 0);
			assert_true(dhcp_is_request(&message));
			assert_int_equal(dhcp_message_type(&message), types[at]);
			assert_int_equal(message.header.ciaddr.s_addr,
					 at >= DHCP_CLIENT_INFORM ? client.address.s_addr : 0);
			dhcp_describe(&message, &machine);
			assert_int_equal(machine.policy.protocol, expected[kind].protocol);
			assert_int_equal(machine.policy.arch, expected[kind].arch);
			assert_int_equal(machine.policy.is_ipxe, expected[kind].is_ipxe);
		}
	}
}

/* An answer in few words. */
struct answer {
	const char *name;
	enum dhcp_client_kind kind;
	uint8_t type;
	const char *vendor_class;
	const char *vendor; /* option 43, text without NUL */
	const char *file;
	const char *option_67;
	const char *next_server;
	const char *option_66;
	bool has_no_id;
	enum dhcp_client_next next;
	unsigned problems;
};

#define PXE "PXEClient"
#define NEXT "10.9.0.1"

static const struct answer answers[] = {
	{"plain", .kind = DHCP_CLIENT_PLAIN, .type = DHCP_OFFER},
	{"plain, with a file", .kind = DHCP_CLIENT_PLAIN, .type = DHCP_OFFER, .file = "x"},
	{"BIOS, nothing to boot", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER},
	{"BIOS, from a full server", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER,
	 .file = "lpxelinux.0", .next_server = NEXT, .next = DHCP_NEXT_FILE},
	{"BIOS, from a proxy", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER, .vendor_class = PXE,
	 .vendor = "\6\1\10\377", .file = "lpxelinux.0", .next_server = NEXT,
	 .next = DHCP_NEXT_FILE},
	{"UEFI, sent on", .kind = DHCP_CLIENT_UEFI_X64, .type = DHCP_OFFER, .vendor_class = PXE,
	 .file = "snponly.efi", .next_server = NEXT, .next = DHCP_NEXT_4011},
	{"UEFI, file and prompt", .kind = DHCP_CLIENT_UEFI_X64, .type = DHCP_OFFER,
	 .vendor_class = PXE, .vendor = "\6\1\10\12\4\1PXE\377", .file = "snponly.efi",
	 .next_server = NEXT, .next = DHCP_NEXT_FILE},
	{"UEFI, a menu", .kind = DHCP_CLIENT_UEFI_X64, .type = DHCP_OFFER, .vendor_class = PXE,
	 .vendor = "\6\1\3\11\6\1\1\3abc\377", .next = DHCP_NEXT_MENU},
	{"UEFI, told on 4011", .kind = DHCP_CLIENT_UEFI_X64, .type = DHCP_ACK, .vendor_class = PXE,
	 .file = "snponly.efi", .next_server = NEXT, .next = DHCP_NEXT_FILE},
	{"iPXE, from a proxy without 43", .kind = DHCP_CLIENT_IPXE_BIOS, .type = DHCP_OFFER,
	 .vendor_class = PXE, .file = "http://10.9.0.1/boot.ipxe", .next_server = NEXT,
	 .next = DHCP_NEXT_FILE},
	{"iPXE, without a server", .kind = DHCP_CLIENT_IPXE_BIOS, .type = DHCP_OFFER,
	 .vendor_class = PXE, .file = "http://10.9.0.1/boot.ipxe", .next = DHCP_NEXT_4011},
	{"HTTP boot", .kind = DHCP_CLIENT_HTTP_X64, .type = DHCP_OFFER,
	 .vendor_class = "HTTPClient", .option_67 = "http://10.9.0.1/a.efi",
	 .next = DHCP_NEXT_FILE},
	{"HTTP boot, not marked", .kind = DHCP_CLIENT_HTTP_X64, .type = DHCP_OFFER,
	 .option_67 = "http://10.9.0.1/a.efi", .next = DHCP_NEXT_FILE,
	 .problems = DHCP_PROBLEM_NO_HTTP_CLASS},
	{"HTTP boot, a name", .kind = DHCP_CLIENT_HTTP_ARM64, .type = DHCP_OFFER,
	 .vendor_class = "HTTPClient", .file = "a.efi", .next = DHCP_NEXT_FILE,
	 .problems = DHCP_PROBLEM_NO_URL},
	{"a URL for a BIOS", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER,
	 .file = "http://10.9.0.1/a", .next = DHCP_NEXT_FILE,
	 .problems = DHCP_PROBLEM_URL_FOR_TFTP},
	{"a URL for iPXE", .kind = DHCP_CLIENT_IPXE_UEFI, .type = DHCP_OFFER,
	 .file = "http://10.9.0.1/a", .next = DHCP_NEXT_FILE},
	{"nobody to fetch it from", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER, .file = "a.0",
	 .next = DHCP_NEXT_FILE, .problems = DHCP_PROBLEM_NO_NEXT_SERVER},
	{"somebody by name", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER, .file = "a.0",
	 .option_66 = "boot.example", .next = DHCP_NEXT_FILE},
	{"iPXE is handed iPXE", .kind = DHCP_CLIENT_IPXE_UEFI, .type = DHCP_OFFER,
	 .file = "/boot/SNPONLY.efi", .next_server = NEXT, .next = DHCP_NEXT_FILE,
	 .problems = DHCP_PROBLEM_LOOP},
	{"a BIOS is handed iPXE", .kind = DHCP_CLIENT_BIOS, .type = DHCP_OFFER,
	 .file = "undionly.kpxe", .next_server = NEXT, .next = DHCP_NEXT_FILE},
	{"no server id", .kind = DHCP_CLIENT_PLAIN, .type = DHCP_OFFER, .has_no_id = true,
	 .problems = DHCP_PROBLEM_NO_SERVER_ID},
	{"refused", .kind = DHCP_CLIENT_BIOS, .type = DHCP_NAK, .file = "x"},
};

static struct sockaddr_in
make_source(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(67), .sin_addr = address("10.9.0.3")};
}

static struct dhcp_writer
make_answer(const struct dhcp_client *client, const struct answer *row)
{
	struct dhcp_header header = {
		.op = 2,
		.htype = 1,
		.hlen = 6,
		.xid = client->xid,
		.yiaddr = address("10.9.0.77"),
		.siaddr = address(row->next_server),
	};
	struct dhcp_writer writer;

	memcpy(header.chaddr, client->mac, sizeof(client->mac));
	if (row->file != NULL)
		snprintf(header.file, sizeof(header.file), "%s", row->file);
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, row->type);
	if (!row->has_no_id)
		dhcp_write_address(&writer, DHCP_SERVER_ID, address("10.9.0.2"));
	dhcp_write_u32(&writer, DHCP_LEASE_TIME, 3601);
	write_text(&writer, DHCP_VENDOR_CLASS, row->vendor_class);
	write_text(&writer, DHCP_VENDOR, row->vendor);
	write_text(&writer, DHCP_BOOT_FILE, row->option_67);
	write_text(&writer, DHCP_TFTP_SERVER, row->option_66);
	write_text(&writer, DHCP_MESSAGE, "go away");
	assert_int_equal(dhcp_write_end(&writer), 0);
	return writer;
}

static void
an_answer_is_understood_as_the_firmware_would(void **state)
{
	const struct sockaddr_in source = make_source();

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct answer *row = &answers[i];
		struct dhcp_client client = make_client(row->kind, 9);
		struct dhcp_writer writer = make_answer(&client, row);
		const char *file = row->option_67 != NULL ? row->option_67 : row->file;
		struct dhcp_client_answer answer;

		assert_int_equal(
			dhcp_client_read(&client, writer.bytes, writer.length, &source, &answer),
			0);
		if (answer.next != row->next || answer.problems != row->problems)
			fail_msg("%s: next %d, problems %#x", row->name, (int)answer.next,
				 answer.problems);
		assert_int_equal(answer.type, row->type);
		assert_int_equal(answer.server.s_addr,
				 address(row->has_no_id ? "10.9.0.3" : "10.9.0.2").s_addr);
		assert_int_equal(answer.address.s_addr, address("10.9.0.77").s_addr);
		assert_int_equal(answer.lease_seconds, 3601);
		assert_string_equal(answer.file, file != NULL ? file : "");
		assert_string_equal(answer.message, "go away");
	}
}

static void
an_answer_for_another_is_none(void **state)
{
	const struct sockaddr_in source = make_source();
	struct dhcp_client client = make_client(DHCP_CLIENT_PLAIN, 9);
	struct dhcp_writer writer = make_answer(&client, &answers[0]);
	struct dhcp_client_answer answer;

	(void)state;
	client.xid = 10;
	assert_int_equal(dhcp_client_read(&client, writer.bytes, writer.length, &source, &answer),
			 -ENOMSG);
	client.xid = 9;
	client.mac[5] = 1;
	assert_int_equal(dhcp_client_read(&client, writer.bytes, writer.length, &source, &answer),
			 -ENOMSG);
	/* Its own question, and noise. */
	dhcp_client_compose(&client, DHCP_CLIENT_DISCOVER, &writer);
	assert_int_equal(dhcp_client_read(&client, writer.bytes, writer.length, &source, &answer),
			 -ENOMSG);
	assert_int_equal(dhcp_client_read(&client, writer.bytes, 100, &source, &answer), -EBADMSG);
}

static void
fields_with_options_in_them_are_no_texts(void **state)
{
	const struct sockaddr_in source = make_source();
	struct dhcp_client client = make_client(DHCP_CLIENT_BIOS, 9);
	struct dhcp_header header = {.op = 2, .htype = 1, .hlen = 6, .xid = 9};
	struct dhcp_client_answer answer;
	struct dhcp_writer writer;

	(void)state;
	memcpy(header.chaddr, client.mac, sizeof(client.mac));
	memcpy(header.file, "\103\3abc\377", 6); /* 67: "abc" */
	memcpy(header.sname, "\102\11" NEXT "\0\377", 12);
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, DHCP_OFFER);
	dhcp_write_u8(&writer, DHCP_OVERLOAD, 3);
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(dhcp_client_read(&client, writer.bytes, writer.length, &source, &answer),
			 0);
	assert_string_equal(answer.file, "abc");
	assert_string_equal(answer.server_name, NEXT);
	assert_int_equal(answer.next_server.s_addr, address(NEXT).s_addr);
}

static void
each_problem_has_a_sentence(void **state)
{
	unsigned all = DHCP_PROBLEM_SHORT * 2 - 1, count = 0;

	(void)state;
	while (dhcp_client_problem(all, count) != NULL)
		count++;
	assert_int_equal(count, 7);
	assert_null(dhcp_client_problem(0, 0));
	assert_non_null(strstr(dhcp_client_problem(DHCP_PROBLEM_LOOP, 0), "iPXE"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_as_real_firmware_does),
		cmocka_unit_test(each_kind_is_known_for_what_it_is),
		cmocka_unit_test(an_answer_is_understood_as_the_firmware_would),
		cmocka_unit_test(an_answer_for_another_is_none),
		cmocka_unit_test(fields_with_options_in_them_are_no_texts),
		cmocka_unit_test(each_problem_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
