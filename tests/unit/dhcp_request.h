/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the DHCP tests share: vectors read from testdata/vectors, requests made
 * from a few words, and a side of the wire to answer on.
 *
 * The side is 10.9.0.1/24; the machine is 52:54:00:12:34:56.
 */
#ifndef DHCP_REQUEST_H
#define DHCP_REQUEST_H

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_decide.h"
#include "unit.h"

struct vector {
	unsigned char bytes[2048];
	size_t length;
};

static inline struct in_addr
address(const char *text)
{
	struct in_addr value = {0};

	if (text != NULL)
		assert_int_equal(inet_pton(AF_INET, text, &value), 1);
	return value;
}

/* Reads testdata/vectors/dhcp_NAME.hex: hex digits, white space, # comments. */
static inline struct vector
read_vector(const char *name)
{
	struct vector vector = {.length = 0};
	char path[256], line[512];
	unsigned byte;
	FILE *file;
	int used;

	snprintf(path, sizeof(path), "testdata/vectors/dhcp_%s.hex", name);
	file = fopen(path, "re");
	if (file == NULL)
		fail_msg("%s cannot be read: run from the top folder", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "#")] = '\0';
		for (const char *at = line; sscanf(at, "%2x%n", &byte, &used) == 1; at += used) {
			assert_true(vector.length < sizeof(vector.bytes));
			vector.bytes[vector.length++] = (unsigned char)byte;
		}
	}
	fclose(file);
	return vector;
}

static inline struct dhcp_message
read_message(const char *name)
{
	struct vector vector = read_vector(name);
	struct dhcp_message message;
	const char *why = "";

	if (dhcp_decode(vector.bytes, vector.length, &message, &why) < 0)
		fail_msg("%s: %s", name, why);
	return message;
}

/* A request in few words; what is left out is not in it. */
struct request {
	uint8_t type;
	uint8_t machine; /* last byte of its MAC; 0: 0x56 */
	const char *ciaddr;
	const char *giaddr;
	const char *requested; /* option 50 */
	const char *server_id; /* option 54 */
	const char *vendor_class;
	const char *client_id;
	const char *relay_information;
	bool has_no_hardware;
};

static inline void
write_text(struct dhcp_writer *writer, uint8_t code, const char *text)
{
	if (text != NULL)
		dhcp_write_option(writer, code, text, strlen(text));
}

static inline struct dhcp_message
make_request(const struct request *request)
{
	struct dhcp_header header = {
		.op = 1,
		.htype = 1,
		.hlen = request->has_no_hardware ? 0 : 6,
		.xid = 0x12345678,
		.ciaddr = address(request->ciaddr),
		.giaddr = address(request->giaddr),
		.chaddr = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	};
	struct dhcp_message message;
	struct dhcp_writer writer;
	const char *why;

	if (request->machine != 0)
		header.chaddr[5] = request->machine;
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	if (request->type != 0)
		dhcp_write_u8(&writer, DHCP_MESSAGE_TYPE, request->type);
	if (request->requested != NULL)
		dhcp_write_address(&writer, DHCP_REQUESTED_ADDRESS, address(request->requested));
	if (request->server_id != NULL)
		dhcp_write_address(&writer, DHCP_SERVER_ID, address(request->server_id));
	write_text(&writer, DHCP_VENDOR_CLASS, request->vendor_class);
	write_text(&writer, DHCP_CLIENT_ID, request->client_id);
	write_text(&writer, DHCP_RELAY_INFORMATION, request->relay_information);
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why), 0);
	return message;
}

/* The side's network is 10.9.0.0/24, the only one, with what a test makes of it.
   It is the same one each time, made anew. */
static inline struct dhcp_side
make_side(enum dhcp_mode mode)
{
	static struct dhcp_subnet subnet;
	static const struct dhcp_subnets subnets = {.items = &subnet, .count = 1};

	subnet = (struct dhcp_subnet){
		.name = "10.9.0.0/24",
		.network = address("10.9.0.0"),
		.netmask = address("255.255.255.0"),
		.lease_seconds = 3600,
	};
	return (struct dhcp_side){
		.mode = mode,
		.site = {.server = address("10.9.0.1"),
			 .http_port = 80,
			 .has_tftp = true,
			 .loaders = {.has_lpxelinux = true, .has_snponly_efi = true}},
		.mtu = 1500,
		.has_4011 = true,
		.now = 1000,
		.subnet = &subnet,
		.subnets = &subnets,
	};
}

/* A broadcast to port 67 from a machine without an address. */
static inline struct dhcp_arrival
make_arrival(void)
{
	return (struct dhcp_arrival){
		.peer = {.sin_family = AF_INET, .sin_port = htons(68)},
		.destination = address("255.255.255.255"),
	};
}

static inline void
assert_goes_to(const struct dhcp_decision *decision, const char *host, uint16_t port)
{
	char text[INET_ADDRSTRLEN];

	assert_string_equal(inet_ntop(AF_INET, &decision->to.sin_addr, text, sizeof(text)), host);
	assert_int_equal(ntohs(decision->to.sin_port), port);
}

#endif
