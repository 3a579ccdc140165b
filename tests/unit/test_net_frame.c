/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets that are written without the kernel's help, byte by byte. What
 * breaks without it: a wrong checksum, and every offer to a machine without an
 * address is dropped unseen; a probe that names a sender, and the network's
 * memory of who has an address is poisoned.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net_frame.h"
#include "unit.h"

static struct sockaddr_in
at(const char *address, uint16_t port)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};

	assert_int_equal(inet_pton(AF_INET, address, &peer.sin_addr), 1);
	return peer;
}

/* Ones' complement of the sum of all words: 0 over a valid header. */
static uint16_t
residue(const unsigned char *bytes, size_t length, uint32_t start)
{
	uint32_t total = start;

	for (size_t i = 0; i < length; i++)
		total += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void
a_datagram_is_written_byte_by_byte(void **state)
{
	static const unsigned char expected[] = {
		0x45, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x26, 0x8a, /* IPv4 */
		0x0a, 0x09, 0x00, 0x01, 0x0a, 0x09, 0x00, 0x32, /* from, to */
		0x00, 0x43, 0x00, 0x44, 0x00, 0x0b, 0x26, 0xaa, /* UDP */
		'a',  'b',  'c',
	};
	struct sockaddr_in from = at("10.9.0.1", 67), to = at("10.9.0.50", 68);
	unsigned char packet[64];

	(void)state;
	assert_int_equal(net_frame_udp(&from, &to, "abc", 3, packet, sizeof(packet)),
			 sizeof(expected));
	assert_memory_equal(packet, expected, sizeof(expected));
}

static void
every_length_has_valid_checksums(void **state)
{
	struct sockaddr_in from = at("255.254.253.252", 67), to = at("192.168.255.254", 68);
	unsigned char content[1472], packet[1500];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (unsigned char)(255 - i % 7);
	for (size_t size = 0; size <= sizeof(content); size++) {
		length = net_frame_udp(&from, &to, content, size, packet, sizeof(packet));
		assert_int_equal(length, size + NET_UDP_HEADERS);
		assert_int_equal(residue(packet, 20, 0), 0);
		assert_int_equal(
			residue(packet + 12, length - 12, (uint32_t)(IPPROTO_UDP + length - 20)),
			0);
	}
}

static void
a_checksum_of_zero_is_sent_as_ones(void **state)
{
	struct sockaddr_in from = at("10.9.0.1", 67), to = at("10.9.0.50", 68);
	unsigned char packet[64], content[2] = {0, 0};
	uint16_t sum;

	(void)state;
	net_frame_udp(&from, &to, content, 2, packet, sizeof(packet));
	sum = (uint16_t)(packet[26] << 8 | packet[27]);
	/* The word that brings the sum to all ones. */
	content[0] = (unsigned char)(sum >> 8);
	content[1] = (unsigned char)sum;
	net_frame_udp(&from, &to, content, 2, packet, sizeof(packet));
	assert_int_equal(packet[26], 0xff);
	assert_int_equal(packet[27], 0xff);
}

static void
what_does_not_fit_is_not_written(void **state)
{
	struct sockaddr_in from = at("10.9.0.1", 67), to = at("10.9.0.50", 68);
	unsigned char packet[64] = {0}, untouched[64] = {0};
	static unsigned char large[70000], room[70000];

	(void)state;
	assert_int_equal(net_frame_udp(&from, &to, large, 37, packet, sizeof(packet)), 0);
	assert_memory_equal(packet, untouched, sizeof(packet));
	assert_int_equal(net_frame_udp(&from, &to, large, 36, packet, sizeof(packet)), 64);
	assert_int_equal(net_frame_udp(&from, &to, large, 65508, room, sizeof(room)), 0);
	assert_int_equal(net_frame_udp(&from, &to, large, 65507, room, sizeof(room)), 65535);
}

static const unsigned char mac[NET_MAC_SIZE] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static void
a_probe_names_no_sender(void **state)
{
	static const unsigned char expected[NET_ARP_SIZE] = {
		0,    1,    8, 0,    6,    4,    0,    1,             /* Ethernet, IPv4, request */
		0x52, 0x54, 0, 0x12, 0x34, 0x56, 0,    0,    0, 0,    /* from us, of no address */
		0,    0,    0, 0,    0,    0,    0x0a, 0x09, 0, 0x32, /* who has 10.9.0.50? */
	};
	unsigned char packet[NET_ARP_SIZE];
	struct net_arp arp;

	(void)state;
	net_frame_arp_probe(mac, at("10.9.0.50", 0).sin_addr, packet);
	assert_memory_equal(packet, expected, sizeof(expected));
	assert_int_equal(net_frame_read_arp(packet, sizeof(packet), &arp), 0);
	assert_int_equal(arp.address.s_addr, 0);
	assert_memory_equal(arp.mac, mac, sizeof(mac));
}

/* An answer to it, of 10.9.0.50; each row of the next test changes one byte. */
static const unsigned char arp_reply[46] = {
	0,    1,    8, 0,    6, 4, 0, 2, 0x52, 0x54, 0,    0x12, 0x34, 0x56,
	0x0a, 0x09, 0, 0x32, 2, 0, 0, 0, 0,    1,    0x0a, 0x09, 0,    1, /* and padding */
};

static void
an_arp_answer_tells_who_has_an_address(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		unsigned char value;
		size_t length;
		int expected;
	} rows[] = {
		{"as it is", 7, 2, 46, 0},
		{"a request tells it too", 7, 1, 46, 0},
		{"without padding", 7, 2, 28, 0},
		{"cut off", 7, 2, 27, -EBADMSG},
		{"empty", 7, 2, 0, -EBADMSG},
		{"another link", 1, 6, 46, -EBADMSG},
		{"another protocol", 3, 6, 46, -EBADMSG},
		{"longer hardware addresses", 4, 8, 46, -EBADMSG},
		{"longer addresses", 5, 16, 46, -EBADMSG},
		{"reverse ARP", 7, 3, 46, -EBADMSG},
	};
	unsigned char packet[46];
	struct net_arp arp;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(packet, arp_reply, sizeof(packet));
		packet[rows[i].offset] = rows[i].value;
		if (net_frame_read_arp(packet, rows[i].length, &arp) != rows[i].expected)
			fail_msg("%s", rows[i].name);
		if (rows[i].expected != 0)
			continue;
		assert_int_equal(arp.address.s_addr, at("10.9.0.50", 0).sin_addr.s_addr);
		assert_memory_equal(arp.mac, mac, sizeof(mac));
	}
}

static void
an_echo_request_is_written_byte_by_byte(void **state)
{
	static const unsigned char expected[NET_ECHO_SIZE] = {8, 0, 0xe5, 0xcb, 0x12, 0x34, 0, 0};
	unsigned char packet[NET_ECHO_SIZE];

	(void)state;
	net_frame_echo(0x1234, packet);
	assert_memory_equal(packet, expected, sizeof(expected));
}

static const unsigned char echo_reply[28] = {
	0x45, 0, 0,    28,   0,    0,    0,    0, 64, 1,
	0,    0, 0x0a, 0x4d, 0,    0x32, 0x0a, 9, 0,  1, /* IPv4 */
	0,    0, 0,    0,    0x12, 0x34, 0,    0,        /* ICMP */
};

static void
an_echo_reply_tells_who_answered(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		unsigned char value;
		size_t length;
		int expected;
	} rows[] = {
		{"as it is", 0, 0x45, 28, 0},
		{"cut off", 0, 0x45, 27, -EBADMSG},
		{"cut off in the header", 0, 0x45, 19, -EBADMSG},
		{"a header beyond the packet", 0, 0x4f, 28, -EBADMSG},
		{"a header too short", 0, 0x44, 28, -EBADMSG},
		{"IPv6", 0, 0x65, 28, -EBADMSG},
		{"a later fragment", 7, 1, 28, -EBADMSG},
		{"a first fragment", 6, 0x20, 28, -EBADMSG},
		{"not ICMP", 9, 17, 28, -EBADMSG},
		{"unreachable", 20, 3, 28, -EBADMSG},
		{"an unknown code", 21, 1, 28, -EBADMSG},
	};
	unsigned char packet[28];
	struct in_addr from;
	uint16_t id;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(packet, echo_reply, sizeof(packet));
		packet[rows[i].offset] = rows[i].value;
		if (net_frame_read_echo(packet, rows[i].length, &from, &id) != rows[i].expected)
			fail_msg("%s", rows[i].name);
	}
	assert_int_equal(net_frame_read_echo(echo_reply, sizeof(echo_reply), &from, &id), 0);
	assert_int_equal(from.s_addr, at("10.77.0.50", 0).sin_addr.s_addr);
	assert_int_equal(id, 0x1234);
}

static void
a_datagram_is_read_as_it_was_written(void **state)
{
	const struct sockaddr_in from = at("10.9.0.2", 67), to = at("10.9.0.50", 68);
	unsigned char packet[64];
	size_t length = net_frame_udp(&from, &to, "hello", 5, packet, sizeof(packet));
	const struct {
		const char *name;
		size_t offset;
		unsigned char value;
		size_t length;
		int expected;
	} rows[] = {
		{"whole", 0, 0x45, length, 0},
		{"padded by the link", 0, 0x45, length + 3, 0},
		{"cut off", 0, 0x45, length - 1, -EBADMSG},
		{"no UDP header", 0, 0x45, 27, -EBADMSG},
		{"no IPv4 header", 0, 0x45, 19, -EBADMSG},
		{"empty", 0, 0x45, 0, -EBADMSG},
		{"IPv6", 0, 0x65, length, -EBADMSG},
		{"header too short", 0, 0x44, length, -EBADMSG},
		{"header beyond the end", 0, 0x4f, length, -EBADMSG},
		{"TCP", 9, 6, length, -EBADMSG},
		{"more fragments", 6, 0x20, length, -EBADMSG},
		{"a later fragment", 7, 1, length, -EBADMSG},
		{"length of UDP below its header", 25, 7, length, -EBADMSG},
		{"length of UDP beyond the packet", 25, 14, length, -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char changed[64];
		struct sockaddr_in read_from, read_to;
		const void *content;
		size_t content_length;

		memcpy(changed, packet, sizeof(packet));
		changed[rows[i].offset] = rows[i].value;
		if (net_frame_read_udp(changed, rows[i].length, &read_from, &read_to, &content,
				       &content_length) != rows[i].expected)
			fail_msg("%s", rows[i].name);
		if (rows[i].expected < 0)
			continue;
		assert_memory_equal(&read_from, &from, sizeof(from));
		assert_memory_equal(&read_to, &to, sizeof(to));
		assert_int_equal(content_length, 5);
		assert_memory_equal(content, "hello", 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram_is_written_byte_by_byte),
		cmocka_unit_test(every_length_has_valid_checksums),
		cmocka_unit_test(a_checksum_of_zero_is_sent_as_ones),
		cmocka_unit_test(what_does_not_fit_is_not_written),
		cmocka_unit_test(a_probe_names_no_sender),
		cmocka_unit_test(an_arp_answer_tells_who_has_an_address),
		cmocka_unit_test(an_echo_request_is_written_byte_by_byte),
		cmocka_unit_test(an_echo_reply_tells_who_answered),
		cmocka_unit_test(a_datagram_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests_name("net_frame", tests, NULL, NULL);
}
