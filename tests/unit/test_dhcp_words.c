/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP in people's words, and the headers of a capture that keeps it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_client.h"
#include "dhcp_words.h"
#include "pcap.h"
#include "text.h"
#include "unit.h"

static struct sockaddr_in
at(const char *address, uint16_t port)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};

	inet_pton(AF_INET, address, &peer.sin_addr);
	return peer;
}

static void
check(const struct dhcp_writer *writer, const struct sockaddr_in *from,
      const struct sockaddr_in *to, const char *expected)
{
	struct dhcp_message message;
	struct text text = {0};
	const char *why;

	assert_int_equal(dhcp_decode(writer->bytes, writer->length, &message, &why), 0);
	dhcp_words(&message, from, to, &text);
	assert_string_equal(text_string(&text), expected);
	text_free(&text);
}

static void
machines_are_told_with_their_firmware(void **state)
{
	static const struct {
		enum dhcp_client_kind kind;
		enum dhcp_client_state state;
		const char *expected;
	} cases[] = {
		{DHCP_CLIENT_PLAIN, DHCP_CLIENT_DISCOVER,
		 "DISCOVER 52:54:00:12:34:56 (does not boot) asks who is there"},
		{DHCP_CLIENT_BIOS, DHCP_CLIENT_DISCOVER,
		 "DISCOVER 52:54:00:12:34:56 (BIOS, PXE) asks who is there"},
		{DHCP_CLIENT_HTTP_X64, DHCP_CLIENT_DISCOVER,
		 "DISCOVER 52:54:00:12:34:56 (UEFI x64 HTTP, HTTP boot) asks who is there"},
		{DHCP_CLIENT_IPXE_UEFI, DHCP_CLIENT_REQUEST,
		 "REQUEST  52:54:00:12:34:56 (UEFI x64, iPXE) wants 10.9.0.50 of 10.9.0.1"},
		{DHCP_CLIENT_UEFI_X64, DHCP_CLIENT_BOOT,
		 "REQUEST  52:54:00:12:34:56 (UEFI x64, PXE) asks the boot server 10.9.0.1 for "
		 "its file, on port 4011"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dhcp_client client = {.kind = cases[i].kind,
					     .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};
		struct sockaddr_in from = at("0.0.0.0", 68), to = at("255.255.255.255", 67);
		struct dhcp_writer writer;

		if (cases[i].state == DHCP_CLIENT_BOOT)
			to = at("10.9.0.1", 4011);
		if (cases[i].state != DHCP_CLIENT_DISCOVER) {
			inet_pton(AF_INET, "10.9.0.50", &client.address);
			inet_pton(AF_INET, "10.9.0.1", &client.server);
		}
		dhcp_client_compose(&client, cases[i].state, &writer);
		check(&writer, &from, &to, cases[i].expected);
	}
}

static void
servers_are_told_with_what_they_give(void **state)
{
	struct sockaddr_in from = at("10.9.0.1", 67), to = at("255.255.255.255", 68);
	struct dhcp_header header = {
		.op = 2, .htype = 1, .hlen = 6, .chaddr = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};
	struct dhcp_writer writer;

	(void)state;
	header.siaddr = from.sin_addr;
	snprintf(header.file, sizeof(header.file), "lpxelinux.0");
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, DHCP_OFFER);
	dhcp_write_end(&writer);
	check(&writer, &from, &to,
	      "OFFER    52:54:00:12:34:56 is told by 10.9.0.1: no address, but to boot "
	      "lpxelinux.0 from 10.9.0.1");

	inet_pton(AF_INET, "10.9.0.50", &header.yiaddr);
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, DHCP_ACK);
	dhcp_write_option(&writer, DHCP_BOOT_FILE, "http://10.9.0.1/boot.ipxe", 25);
	dhcp_write_end(&writer);
	check(&writer, &from, &to,
	      "ACK      52:54:00:12:34:56 is told by 10.9.0.1: its address is 10.9.0.50 to boot "
	      "http://10.9.0.1/boot.ipxe");

	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, DHCP_NAK);
	dhcp_write_option(&writer, DHCP_MESSAGE, "wrong network", 13);
	dhcp_write_end(&writer);
	check(&writer, &from, &to,
	      "NAK      52:54:00:12:34:56 is refused by 10.9.0.1: wrong network");
}

static void
a_capture_has_the_headers_that_readers_know(void **state)
{
	static const uint32_t file[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
	static const uint32_t packet[] = {1000, 5, 342, 342};
	unsigned char bytes[PCAP_FILE_HEADER];
	const uint16_t one = 1;

	(void)state;
	pcap_file_header(bytes);
	/* The two halves of the version are told apart where this runs. */
	if (*(const unsigned char *)&one == 1)
		assert_memory_equal(bytes, file, PCAP_FILE_HEADER);
	pcap_packet_header(1000, 5, 342, 342, bytes);
	assert_memory_equal(bytes, packet, PCAP_PACKET_HEADER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_are_told_with_their_firmware),
		cmocka_unit_test(servers_are_told_with_what_they_give),
		cmocka_unit_test(a_capture_has_the_headers_that_readers_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
