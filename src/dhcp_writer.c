/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP messages written as bytes: the other half of dhcp_packet.h. Writing turns
 * into a no-op once something did not fit.
 *
 * Where the fields `file` and `sname` have nothing to say they can take options
 * that the end of the message has no room for (RFC 2132 9.3).
 */
#include "dhcp_packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

enum {
	OPTION_HEAD = 2,   /* code and length */
	OVERLOAD_SIZE = 3, /* option 52 itself */
	END_SIZE = 1,
};

static const unsigned char cookie[] = {0x63, 0x82, 0x53, 0x63};

/* The fields that can be overloaded, with their bit in option 52. */
static const struct field {
	size_t offset;
	size_t size;
	uint8_t bit;
} fields[DHCP_FIELDS] = {{108, 128, 1}, {44, 64, 2}};

static void
put_bytes(struct dhcp_writer *writer, const void *bytes, size_t length)
{
	if (writer->overflowed || length > writer->limit - writer->length) {
		writer->overflowed = true;
		return;
	}
	if (length > 0)
		memcpy(writer->bytes + writer->length, bytes, length);
	writer->length += length;
}

static void
put_u8(struct dhcp_writer *writer, uint8_t value)
{
	put_bytes(writer, &value, sizeof(value));
}

static void
put_u16(struct dhcp_writer *writer, uint16_t value)
{
	value = htons(value);
	put_bytes(writer, &value, sizeof(value));
}

static void
put_u32(struct dhcp_writer *writer, uint32_t value)
{
	value = htonl(value);
	put_bytes(writer, &value, sizeof(value));
}

void
dhcp_write_header(struct dhcp_writer *writer, size_t limit, const struct dhcp_header *header)
{
	writer->limit = limit < sizeof(writer->bytes) ? limit : sizeof(writer->bytes);
	writer->length = 0;
	writer->overflowed = false;
	writer->reserved = 0;
	writer->may_overload = false;
	memset(writer->spilled, 0, sizeof(writer->spilled));
	put_u8(writer, header->op);
	put_u8(writer, header->htype);
	put_u8(writer, header->hlen);
	put_u8(writer, header->hops);
	put_u32(writer, header->xid);
	put_u16(writer, header->secs);
	put_u16(writer, header->flags);
	put_bytes(writer, &header->ciaddr.s_addr, 4);
	put_bytes(writer, &header->yiaddr.s_addr, 4);
	put_bytes(writer, &header->siaddr.s_addr, 4);
	put_bytes(writer, &header->giaddr.s_addr, 4);
	put_bytes(writer, header->chaddr, sizeof(header->chaddr));
	put_bytes(writer, header->sname, sizeof(header->sname));
	put_bytes(writer, header->file, sizeof(header->file));
	put_bytes(writer, cookie, sizeof(cookie));
}

void
dhcp_write_allow_overload(struct dhcp_writer *writer, size_t reserved)
{
	writer->may_overload = true;
	writer->reserved = reserved + OVERLOAD_SIZE + END_SIZE;
}

/* Writes an option of one part into a field with room for it and the end mark:
   whether there was one. */
static bool
spill(struct dhcp_writer *writer, uint8_t code, const void *value, size_t length)
{
	for (size_t i = 0; i < DHCP_FIELDS; i++) {
		size_t used = writer->spilled[i];
		unsigned char *at = writer->bytes + fields[i].offset + used;

		if (length > 255 || used + OPTION_HEAD + length + END_SIZE > fields[i].size)
			continue;
		at[0] = code;
		at[1] = (uint8_t)length;
		if (length > 0)
			memcpy(at + OPTION_HEAD, value, length);
		at[OPTION_HEAD + length] = DHCP_END;
		writer->spilled[i] += OPTION_HEAD + length;
		return true;
	}
	return false;
}

void
dhcp_write_option(struct dhcp_writer *writer, uint8_t code, const void *value, size_t length)
{
	const unsigned char *bytes = value;

	if (writer->may_overload &&
	    writer->length + OPTION_HEAD + length + writer->reserved > writer->limit &&
	    spill(writer, code, value, length))
		return;
	do {
		uint8_t part = (uint8_t)(length < 255 ? length : 255);

		put_u8(writer, code);
		put_u8(writer, part);
		put_bytes(writer, bytes, part);
		bytes += part;
		length -= part;
	} while (length > 0);
}

void
dhcp_write_overload(struct dhcp_writer *writer)
{
	uint8_t used = 0;

	for (size_t i = 0; i < DHCP_FIELDS; i++)
		if (writer->spilled[i] > 0)
			used |= fields[i].bit;
	writer->may_overload = false;
	if (used != 0)
		dhcp_write_u8(writer, DHCP_OVERLOAD, used);
}

void
dhcp_write_u8(struct dhcp_writer *writer, uint8_t code, uint8_t value)
{
	dhcp_write_option(writer, code, &value, sizeof(value));
}

void
dhcp_write_u32(struct dhcp_writer *writer, uint8_t code, uint32_t value)
{
	value = htonl(value);
	dhcp_write_option(writer, code, &value, sizeof(value));
}

void
dhcp_write_address(struct dhcp_writer *writer, uint8_t code, struct in_addr address)
{
	dhcp_write_option(writer, code, &address.s_addr, sizeof(address.s_addr));
}

int
dhcp_write_end(struct dhcp_writer *writer)
{
	put_u8(writer, DHCP_END);
	while (writer->length < DHCP_REPLY_MIN && !writer->overflowed)
		put_u8(writer, DHCP_PAD);
	return writer->overflowed ? -EMSGSIZE : 0;
}
