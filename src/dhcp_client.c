/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of synthetic machines, from two tables: what a kind says of
 * itself, and in which order the program that asks writes its options.
 */
#include "dhcp_client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum {
	UUID_OPTION_SIZE = 17,
	VENDOR_CLASS_SIZE = 48,
	MAX_SIZE = 1472,
	MAX_SIZE_ODD = 0xff00, /* OVMF's REQUEST claims to take this (DHCP-4) */
};

/* What each firmware asks for (option 55). */
static const unsigned char plain_wishes[] = {1, 3, 6, 12, 15, 26, 28, 51, 54, 58, 59, 121};
static const unsigned char bios_wishes[] = {1,  2,  3,  5,   6,   11,  12,  13,  15,  16,  17,  18,
					    22, 23, 28, 40,  41,  42,  43,  50,  51,  54,  58,  59,
					    60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135, 97};
static const unsigned char uefi_wishes[] = {1,  2,  3,  4,   5,   6,   12,  13,  15,  17,  18, 22,
					    23, 28, 40, 41,  42,  43,  50,  51,  54,  58,  59, 60,
					    66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135};
static const unsigned char http_wishes[] = {1,  2,  3,  4,  5,  6,  12, 13, 15, 17, 18,  22, 23, 28,
					    40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 235, 67, 97};
static const unsigned char ipxe_wishes[] = {1,   3,   6,   7,   12,  15,  17,  26,
					    43,  60,  66,  67,  119, 128, 129, 130,
					    131, 132, 133, 134, 135, 175, 203};

/* Which features these builds of iPXE have (option 175, DHCP-36). */
static const unsigned char ipxe_bios_features[] = {
	0xb1, 5,    1,    0x1a, 0xf4, 0x10, 0, 0xeb, 3,    1, 0,    0,    0x17, 1,    1,    0x22,
	1,    1,    0x13, 1,    1,    0x11, 1, 1,    0x27, 1, 1,    0x19, 1,    1,    0x29, 1,
	1,    0x10, 1,    2,    0x21, 1,    1, 0x15, 1,    1, 0x18, 1,    1,    0x12, 1,    1};
static const unsigned char ipxe_uefi_features[] = {
	0xb1, 5, 1, 0x1a, 0xf4, 0x10, 0,    0xeb, 3, 1,    0, 0, 0x17, 1, 1, 0x24, 1, 1, 0x13, 1, 1,
	0x11, 1, 1, 0x27, 1,    1,    0x29, 1,    1, 0x15, 1, 1, 0x1b, 1, 1, 0x12, 1, 1};

/* The order of options; what a client has nothing to say in is left out. */
static const uint8_t plain_order[] = {53, 61, 50, 54, 57, 55, 0};
static const uint8_t firmware_order[] = {53, 54, 50, 57, 55, 97, 94, 93, 60, 0};
static const uint8_t firmware_order_4011[] = {53, 55, 57, 60, 93, 94, 97, 0};
static const uint8_t ipxe_order[] = {53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54, 50, 0};

#define BYTES(array)                                                                               \
	{                                                                                          \
		array, sizeof(array)                                                               \
	}

/* A program that asks. */
struct asker {
	struct dhcp_slice wishes;
	struct dhcp_slice features; /* of iPXE; no bytes: it is not iPXE */
	const uint8_t *order;
	const uint8_t *order_4011;
	uint16_t flags;
	uint16_t size_of_request; /* option 57 of a REQUEST */
};

static const struct asker plain = {BYTES(plain_wishes), {NULL, 0}, plain_order,
				   plain_order,         0,         MAX_SIZE};
static const struct asker bios = {BYTES(bios_wishes),  {NULL, 0},           firmware_order,
				  firmware_order_4011, DHCP_FLAG_BROADCAST, MAX_SIZE};
static const struct asker uefi = {BYTES(uefi_wishes),  {NULL, 0},           firmware_order,
				  firmware_order_4011, DHCP_FLAG_BROADCAST, MAX_SIZE_ODD};
static const struct asker http = {BYTES(http_wishes),  {NULL, 0},           firmware_order,
				  firmware_order_4011, DHCP_FLAG_BROADCAST, MAX_SIZE};
static const struct asker ipxe_bios = {
	BYTES(ipxe_wishes), BYTES(ipxe_bios_features), ipxe_order, ipxe_order, 0, MAX_SIZE};
static const struct asker ipxe_uefi = {
	BYTES(ipxe_wishes), BYTES(ipxe_uefi_features), ipxe_order, ipxe_order, 0, MAX_SIZE};

static const struct {
	const char *name;
	const char *protocol; /* as option 60 begins; NULL: it has none */
	uint16_t arch;
	unsigned char undi[3]; /* type, major, minor */
	const struct asker *asker;
} kinds[DHCP_CLIENT_KINDS] = {
	[DHCP_CLIENT_PLAIN] = {"plain", NULL, 0, {0, 0, 0}, &plain},
	[DHCP_CLIENT_BIOS] = {"BIOS", "PXEClient", 0, {1, 2, 1}, &bios},
	[DHCP_CLIENT_UEFI_X64] = {"UEFI x64", "PXEClient", 7, {1, 3, 0}, &uefi},
	[DHCP_CLIENT_UEFI_ARM64] = {"UEFI ARM64", "PXEClient", 11, {1, 3, 0}, &uefi},
	[DHCP_CLIENT_HTTP_X64] = {"UEFI x64 HTTP", "HTTPClient", 16, {1, 3, 0}, &http},
	[DHCP_CLIENT_HTTP_ARM64] = {"UEFI ARM64 HTTP", "HTTPClient", 19, {1, 3, 0}, &http},
	[DHCP_CLIENT_IPXE_BIOS] = {"iPXE on a BIOS", "PXEClient", 0, {1, 2, 1}, &ipxe_bios},
	[DHCP_CLIENT_IPXE_UEFI] = {"iPXE on UEFI x64", "PXEClient", 7, {1, 3, 10}, &ipxe_uefi},
};

const char *
dhcp_client_name(enum dhcp_client_kind kind)
{
	return kinds[kind].name;
}

static uint8_t
type_of(enum dhcp_client_state state)
{
	switch (state) {
	case DHCP_CLIENT_DISCOVER:
		return DHCP_DISCOVER;
	case DHCP_CLIENT_INFORM:
		return DHCP_INFORM;
	default:
		return DHCP_REQUEST;
	}
}

/* Options about the exchange: what the client asks, and whom. */
static void
put_exchange(const struct dhcp_client *client, enum dhcp_client_state state, uint8_t code,
	     struct dhcp_writer *message)
{
	bool is_request = state == DHCP_CLIENT_REQUEST;
	const uint16_t size =
		htons(is_request ? kinds[client->kind].asker->size_of_request : MAX_SIZE);

	if (code == DHCP_MESSAGE_TYPE)
		dhcp_write_u8(message, code, type_of(state));
	else if (code == DHCP_SERVER_ID && client->server.s_addr != 0)
		dhcp_write_address(message, code, client->server);
	else if (code == DHCP_REQUESTED_ADDRESS && is_request && client->address.s_addr != 0)
		dhcp_write_address(message, code, client->address);
	else if (code == DHCP_MAX_SIZE)
		dhcp_write_option(message, code, &size, sizeof(size));
}

static void
put_vendor_class(enum dhcp_client_kind kind, struct dhcp_writer *message)
{
	char text[VENDOR_CLASS_SIZE];
	int length =
		snprintf(text, sizeof(text), "%s:Arch:%05u:UNDI:%03u%03u", kinds[kind].protocol,
			 kinds[kind].arch, kinds[kind].undi[1], kinds[kind].undi[2]);

	dhcp_write_option(message, DHCP_VENDOR_CLASS, text, (size_t)length);
}

/* Options about the machine. */
static void
put_machine(const struct dhcp_client *client, uint8_t code, struct dhcp_writer *message)
{
	const struct asker *asker = kinds[client->kind].asker;
	unsigned char uuid[UUID_OPTION_SIZE] = {0}, id[7] = {1};
	const uint16_t arch = htons(kinds[client->kind].arch);

	memcpy(uuid + 1, client->uuid, sizeof(client->uuid));
	memcpy(id + 1, client->mac, sizeof(client->mac));
	if (code == DHCP_PARAMETERS)
		dhcp_write_option(message, code, asker->wishes.bytes, asker->wishes.length);
	else if (code == DHCP_UUID)
		dhcp_write_option(message, code, uuid, sizeof(uuid));
	else if (code == DHCP_UNDI)
		dhcp_write_option(message, code, kinds[client->kind].undi, 3);
	else if (code == DHCP_ARCH)
		dhcp_write_option(message, code, &arch, sizeof(arch));
	else if (code == DHCP_VENDOR_CLASS)
		put_vendor_class(client->kind, message);
	else if (code == DHCP_USER_CLASS)
		dhcp_write_option(message, code, "iPXE", 4);
	else if (code == DHCP_IPXE)
		dhcp_write_option(message, code, asker->features.bytes, asker->features.length);
	else if (code == DHCP_CLIENT_ID)
		dhcp_write_option(message, code, id, sizeof(id));
}

void
dhcp_client_compose(const struct dhcp_client *client, enum dhcp_client_state state,
		    struct dhcp_writer *ret_message)
{
	const struct asker *asker = kinds[client->kind].asker;
	const uint8_t *order = state == DHCP_CLIENT_BOOT ? asker->order_4011 : asker->order;
	bool has_address = state == DHCP_CLIENT_INFORM || state == DHCP_CLIENT_BOOT;
	struct dhcp_header header = {
		.op = 1,
		.htype = 1,
		.hlen = sizeof(client->mac),
		.xid = client->xid,
		.secs = client->secs,
		.flags = has_address ? 0 : asker->flags, /* then unicast reaches it */
	};

	if (client->wants_broadcast)
		header.flags |= DHCP_FLAG_BROADCAST;
	if (has_address)
		header.ciaddr = client->address;
	memcpy(header.chaddr, client->mac, sizeof(client->mac));
	dhcp_write_header(ret_message, DHCP_REPLY_MAX, &header);
	for (; *order != 0; order++) {
		put_exchange(client, state, *order, ret_message);
		put_machine(client, *order, ret_message);
	}
	dhcp_write_end(ret_message);
}
