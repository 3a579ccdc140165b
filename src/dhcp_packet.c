/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP messages as bytes. The layout (RFC 2131 section 2):
 *
 *	op htype hlen hops | xid | secs flags | ciaddr | yiaddr | siaddr | giaddr
 *	chaddr (16) | sname (64) | file (128) | 63 82 53 63 | options ... 255
 *
 * Reading checks every length against what is left before it moves on. Writing
 * is in dhcp_writer.c.
 */
#include "dhcp_packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

enum { COOKIE_SIZE = 4 };

static const unsigned char cookie[COOKIE_SIZE] = {0x63, 0x82, 0x53, 0x63};

/* What is left to read. Reads beyond it give zeros and are remembered. */
struct cursor {
	const unsigned char *bytes;
	size_t left;
	bool overran;
};

static void
get_bytes(struct cursor *cursor, void *ret_bytes, size_t length)
{
	if (length > cursor->left) {
		memset(ret_bytes, 0, length);
		cursor->overran = true;
		cursor->left = 0;
		return;
	}
	memcpy(ret_bytes, cursor->bytes, length);
	cursor->bytes += length;
	cursor->left -= length;
}

static uint8_t
get_u8(struct cursor *cursor)
{
	uint8_t value;

	get_bytes(cursor, &value, sizeof(value));
	return value;
}

static uint16_t
get_u16(struct cursor *cursor)
{
	uint16_t value;

	get_bytes(cursor, &value, sizeof(value));
	return ntohs(value);
}

static uint32_t
get_u32(struct cursor *cursor)
{
	uint32_t value;

	get_bytes(cursor, &value, sizeof(value));
	return ntohl(value);
}

static struct in_addr
get_address(struct cursor *cursor)
{
	struct in_addr address;

	get_bytes(cursor, &address.s_addr, sizeof(address.s_addr));
	return address;
}

static void
get_header(struct cursor *cursor, struct dhcp_header *header)
{
	header->op = get_u8(cursor);
	header->htype = get_u8(cursor);
	header->hlen = get_u8(cursor);
	header->hops = get_u8(cursor);
	header->xid = get_u32(cursor);
	header->secs = get_u16(cursor);
	header->flags = get_u16(cursor);
	header->ciaddr = get_address(cursor);
	header->yiaddr = get_address(cursor);
	header->siaddr = get_address(cursor);
	header->giaddr = get_address(cursor);
	get_bytes(cursor, header->chaddr, sizeof(header->chaddr));
	get_bytes(cursor, header->sname, sizeof(header->sname));
	get_bytes(cursor, header->file, sizeof(header->file));
}

/* Puts bytes behind those that option `code` already has (RFC 3396). The
   values of a packet are no longer than the packet, so they always fit. */
static void
join_option(struct dhcp_message *message, uint8_t code, const unsigned char *bytes, uint16_t length)
{
	uint16_t end;

	if (!message->options[code].is_present) {
		message->options[code].is_present = true;
		message->options[code].offset = message->used;
	}
	end = (uint16_t)(message->options[code].offset + message->options[code].length);
	memmove(message->values + end + length, message->values + end,
		(size_t)(message->used - end));
	memcpy(message->values + end, bytes, length);
	for (unsigned i = 0; i < 256; i++)
		if (i != code && message->options[i].offset >= end)
			message->options[i].offset =
				(uint16_t)(message->options[i].offset + length);
	message->options[code].length = (uint16_t)(message->options[code].length + length);
	message->used = (uint16_t)(message->used + length);
}

/* Reads options up to the end mark. A missing end mark is forgiven, an option
   that reaches beyond the field is not. */
static int
get_options(struct cursor *cursor, struct dhcp_message *message)
{
	while (cursor->left > 0) {
		uint8_t code = get_u8(cursor);
		uint8_t length;

		if (code == DHCP_PAD)
			continue;
		if (code == DHCP_END)
			return 0;
		length = get_u8(cursor);
		if (cursor->overran || length > cursor->left)
			return -EBADMSG;
		join_option(message, code, cursor->bytes, length);
		cursor->bytes += length;
		cursor->left -= length;
	}
	return 0;
}

/* Reads the options that did not fit and went into `file` and `sname`. */
static int
get_overloaded(struct dhcp_message *message)
{
	struct dhcp_slice overload = dhcp_option(message, DHCP_OVERLOAD);
	uint8_t fields = overload.length == 1 ? overload.bytes[0] : 0;
	struct cursor file = {(const unsigned char *)message->header.file,
			      sizeof(message->header.file), false};
	struct cursor sname = {(const unsigned char *)message->header.sname,
			       sizeof(message->header.sname), false};
	int error = 0;

	if ((fields & 1) != 0)
		error = get_options(&file, message);
	if (error == 0 && (fields & 2) != 0)
		error = get_options(&sname, message);
	return error;
}

int
dhcp_decode(const void *bytes, size_t length, struct dhcp_message *ret_message,
	    const char **ret_why)
{
	struct cursor cursor = {bytes, length, false};
	unsigned char magic[COOKIE_SIZE];

	if (length > DHCP_REQUEST_MAX) {
		*ret_why = "too long";
		return -EBADMSG;
	}
	memset(ret_message, 0, sizeof(*ret_message));
	get_header(&cursor, &ret_message->header);
	get_bytes(&cursor, magic, sizeof(magic));
	if (cursor.overran) {
		*ret_why = "too short";
		return -EBADMSG;
	}
	if (memcmp(magic, cookie, sizeof(cookie)) != 0) {
		*ret_why = "no DHCP magic cookie";
		return -EBADMSG;
	}
	if (ret_message->header.hlen > sizeof(ret_message->header.chaddr)) {
		*ret_why = "hardware address too long";
		return -EBADMSG;
	}
	if (get_options(&cursor, ret_message) < 0 || get_overloaded(ret_message) < 0) {
		*ret_why = "option cut off";
		return -EBADMSG;
	}
	return 0;
}

struct dhcp_slice
dhcp_option(const struct dhcp_message *message, uint8_t code)
{
	if (!message->options[code].is_present)
		return (struct dhcp_slice){NULL, 0};
	return (struct dhcp_slice){message->values + message->options[code].offset,
				   message->options[code].length};
}

uint8_t
dhcp_message_type(const struct dhcp_message *message)
{
	struct dhcp_slice type = dhcp_option(message, DHCP_MESSAGE_TYPE);

	return type.length == 1 ? type.bytes[0] : 0;
}

bool
dhcp_is_request(const struct dhcp_message *message)
{
	if (message->header.op != 1)
		return false;
	switch (dhcp_message_type(message)) {
	case DHCP_DISCOVER:
	case DHCP_REQUEST:
	case DHCP_DECLINE:
	case DHCP_RELEASE:
	case DHCP_INFORM:
		return true;
	default:
		return false;
	}
}

struct in_addr
dhcp_option_address(const struct dhcp_message *message, uint8_t code)
{
	struct dhcp_slice value = dhcp_option(message, code);
	struct in_addr address = {0};

	if (value.length == sizeof(address.s_addr))
		memcpy(&address.s_addr, value.bytes, sizeof(address.s_addr));
	return address;
}

struct dhcp_slice
dhcp_suboption(struct dhcp_slice outer, uint8_t code)
{
	struct cursor cursor = {outer.bytes, outer.length, false};

	while (cursor.left > 0) {
		uint8_t found = get_u8(&cursor);
		uint8_t length;

		if (found == DHCP_PAD)
			continue;
		if (found == DHCP_END)
			break;
		length = get_u8(&cursor);
		if (cursor.overran || length > cursor.left)
			break;
		if (found == code)
			return (struct dhcp_slice){cursor.bytes, length};
		cursor.bytes += length;
		cursor.left -= length;
	}
	return (struct dhcp_slice){NULL, 0};
}

size_t
dhcp_reply_limit(const struct dhcp_message *request, unsigned mtu)
{
	struct dhcp_slice asked = dhcp_option(request, DHCP_MAX_SIZE);
	size_t limit = DHCP_REPLY_SURE;

	if (asked.length == 2)
		limit = (size_t)(asked.bytes[0] << 8 | asked.bytes[1]);
	limit = limit < mtu ? limit : mtu;
	limit = limit > DHCP_HEADERS ? limit - DHCP_HEADERS : 0;
	if (limit < DHCP_REPLY_SURE)
		return DHCP_REPLY_SURE;
	/* OVMF asks for 65280 bytes and drops what is above 1472. */
	return limit < DHCP_REPLY_MAX ? limit : DHCP_REPLY_MAX;
}
