/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "option_text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_MAX = 63, NAME_MAX_SIZE = 253, ITEM_SIZE = 256 };

/* What is written so far; `is_full` once something did not fit. */
struct value {
	unsigned char *bytes;
	size_t length;
	bool is_full;
};

static void
put(struct value *value, const void *bytes, size_t length)
{
	if (length > OPTION_TEXT_MAX - value->length) {
		value->is_full = true;
		return;
	}
	memcpy(value->bytes + value->length, bytes, length);
	value->length += length;
}

/* Takes the next item of a list that commas separate, without the space around
   it: false at the end; an item that is too long is empty. */
static bool
next_item(const char **rest, char ret_item[ITEM_SIZE])
{
	const char *at = *rest;
	size_t length;

	if (at == NULL)
		return false;
	at += strspn(at, " \t");
	length = strcspn(at, ",");
	*rest = at[length] == ',' ? at + length + 1 : NULL;
	while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
		length--;
	if (length >= ITEM_SIZE)
		length = 0;
	memcpy(ret_item, at, length);
	ret_item[length] = '\0';
	return true;
}

static int
put_address(struct value *value, const char *item)
{
	struct in_addr address;

	if (inet_pton(AF_INET, item, &address) != 1)
		return -EINVAL;
	put(value, &address.s_addr, sizeof(address.s_addr));
	return 0;
}

int
option_text_check_name(const char *text)
{
	size_t length = strlen(text), label = 0;

	if (length == 0 || length > NAME_MAX_SIZE)
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		bool ends = c == '.';

		label = ends ? 0 : label + 1;
		if (label > LABEL_MAX || (ends && (i == 0 || text[i - 1] == '.')) ||
		    (!ends && !isalnum((unsigned char)c) && c != '-' && c != '_'))
			return -EINVAL;
	}
	return 0;
}

/* A name in the form of the DNS, without compression (RFC 3397). */
static int
put_name(struct value *value, const char *item)
{
	if (option_text_check_name(item) < 0)
		return -EINVAL;
	while (*item != '\0') {
		size_t length = strcspn(item, ".");
		unsigned char head = (unsigned char)length;

		put(value, &head, 1);
		put(value, item, length);
		item += length + (item[length] == '.');
	}
	put(value, "", 1);
	return 0;
}

/* "10.0.0.0/8 192.0.2.1": network and router (RFC 3442). */
static int
put_route(struct value *value, const char *item)
{
	char network[INET_ADDRSTRLEN], *end;
	size_t length = strcspn(item, "/");
	struct in_addr address;
	unsigned long bits;
	unsigned char head;

	if (item[length] != '/' || length >= sizeof(network) ||
	    !isdigit((unsigned char)item[length + 1]))
		return -EINVAL;
	memcpy(network, item, length);
	network[length] = '\0';
	bits = strtoul(item + length + 1, &end, 10);
	if (inet_pton(AF_INET, network, &address) != 1 || bits > 32 ||
	    (*end != ' ' && *end != '\t'))
		return -EINVAL;
	if (bits < 32 && (ntohl(address.s_addr) & (UINT32_MAX >> bits)) != 0)
		return -EINVAL;
	head = (unsigned char)bits;
	put(value, &head, 1);
	put(value, &address.s_addr, (bits + 7) / 8);
	return put_address(value, end + strspn(end, " \t"));
}

static int
put_number(struct value *value, const char *item, unsigned size)
{
	unsigned long number;
	uint32_t big;
	char *end;

	if (!isdigit((unsigned char)*item))
		return -EINVAL;
	errno = 0;
	number = strtoul(item, &end, 10);
	if (errno != 0 || *end != '\0' || number > UINT32_MAX >> (32 - 8 * size))
		return -EINVAL;
	big = htonl((uint32_t)number);
	put(value, (const unsigned char *)&big + sizeof(big) - size, size);
	return 0;
}

static int
put_u8(struct value *value, const char *item)
{
	return put_number(value, item, 1);
}

static int
put_u16(struct value *value, const char *item)
{
	return put_number(value, item, 2);
}

static int
put_u32(struct value *value, const char *item)
{
	return put_number(value, item, 4);
}

static int
put_yes_no(struct value *value, const char *item)
{
	bool is_yes = strcmp(item, "yes") == 0;

	if (!is_yes && strcmp(item, "no") != 0)
		return -EINVAL;
	put(value, is_yes ? "\1" : "\0", 1);
	return 0;
}

/* Pairs of digits; ':', '-' and space may stand between them. */
static int
put_hex(struct value *value, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	while (*text != '\0') {
		const char *high, *low;
		unsigned char byte;

		if (strchr(" \t:-", *text) != NULL) {
			text++;
			continue;
		}
		high = strchr(digits, tolower((unsigned char)text[0]));
		low = text[1] != '\0' ? strchr(digits, tolower((unsigned char)text[1])) : NULL;
		if (high == NULL || low == NULL)
			return -EINVAL;
		byte = (unsigned char)((high - digits) << 4 | (low - digits));
		put(value, &byte, 1);
		text += 2;
	}
	return value->length > 0 || value->is_full ? 0 : -EINVAL;
}

/* What options hold (RFC 2132, 3397, 3442, 4833, 5859). */
struct kind {
	int (*put)(struct value *, const char *item); /* NULL: text */
	bool is_list;
	const char *expects;
};

static const struct kind TEXT = {NULL, false, "text of at most 255 bytes, or hex:BYTES"};
static const struct kind ADDRESS = {put_address, false, "an IPv4 address, or hex:BYTES"};
static const struct kind ADDRESSES = {put_address, true,
				      "IPv4 addresses with commas between them, or hex:BYTES"};
static const struct kind NAMES = {put_name, true,
				  "domain names with commas between them, or hex:BYTES"};
static const struct kind ROUTES = {put_route, true,
				   "NETWORK/BITS ROUTER with commas between them "
				   "(10.0.0.0/8 192.0.2.1), or hex:BYTES"};
static const struct kind NUMBER8 = {put_u8, false, "a number, 0 to 255, or hex:BYTES"};
static const struct kind NUMBER16 = {put_u16, false, "a number, 0 to 65535, or hex:BYTES"};
static const struct kind NUMBER32 = {put_u32, false, "a number, 0 to 4294967295, or hex:BYTES"};
static const struct kind YES_NO = {put_yes_no, false, "yes or no, or hex:BYTES"};

static const struct {
	uint8_t code;
	const struct kind *kind;
} known[] = {
	{2, &NUMBER32},   {4, &ADDRESSES},   {5, &ADDRESSES},  {7, &ADDRESSES},  {8, &ADDRESSES},
	{9, &ADDRESSES},  {10, &ADDRESSES},  {11, &ADDRESSES}, {13, &NUMBER16},  {14, &TEXT},
	{16, &ADDRESS},   {17, &TEXT},       {18, &TEXT},      {19, &YES_NO},    {20, &YES_NO},
	{22, &NUMBER16},  {23, &NUMBER8},    {24, &NUMBER32},  {26, &NUMBER16},  {27, &YES_NO},
	{29, &YES_NO},    {30, &YES_NO},     {31, &YES_NO},    {32, &ADDRESS},   {33, &ADDRESSES},
	{34, &YES_NO},    {35, &NUMBER32},   {36, &YES_NO},    {37, &NUMBER8},   {38, &NUMBER32},
	{39, &YES_NO},    {40, &TEXT},       {41, &ADDRESSES}, {44, &ADDRESSES}, {45, &ADDRESSES},
	{46, &NUMBER8},   {47, &TEXT},       {48, &ADDRESSES}, {49, &ADDRESSES}, {64, &TEXT},
	{65, &ADDRESSES}, {69, &ADDRESSES},  {70, &ADDRESSES}, {71, &ADDRESSES}, {72, &ADDRESSES},
	{73, &ADDRESSES}, {74, &ADDRESSES},  {100, &TEXT},     {101, &TEXT},     {119, &NAMES},
	{121, &ROUTES},   {150, &ADDRESSES}, {252, &TEXT},
};

static const struct {
	uint8_t first, last;
	const char *why;
} refused[] = {
	{0, 0, "0 is padding"},
	{1, 1, "the netmask is that of the [subnet]"},
	{3, 3, "write it as router"},
	{6, 6, "write it as dns"},
	{12, 12, "write it as hostname in the [machine]"},
	{15, 15, "write it as domain"},
	{28, 28, "the broadcast address is that of the [subnet]"},
	{42, 42, "write it as ntp"},
	{43, 43, "it tells PXE clients how to boot and is made for each"},
	{50, 50, "only clients send it"},
	{51, 51, "write it as lease"},
	{52, 57, "it belongs to the message and is made for each"},
	{58, 59, "it follows from lease"},
	{60, 60, "it tells PXE and HTTP clients how to boot and is made for each"},
	{61, 61, "only clients send it"},
	{66, 67, "what a machine boots is chosen by its firmware"},
	{77, 77, "only clients send it"},
	{80, 80, "write it as rapid-commit"},
	{81, 82, "it is made from what clients and relays send"},
	{90, 94, "it belongs to the message and is made for each"},
	{97, 97, "it is made from what clients send"},
	{116, 116, "this server never tells clients to choose an address themselves"},
	{118, 118, "only clients and relays send it"},
	{175, 175, "it tells iPXE how to boot and is made for each"},
	{208, 211, "it tells PXELINUX where its files are, and is made for it"},
	{255, 255, "255 ends a message"},
};

/* What an unknown option most likely holds: addresses if all of it are. */
static const struct kind *
kind_of(uint8_t code, const char *text)
{
	struct in_addr address;
	char item[ITEM_SIZE];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return known[i].kind;
	while (next_item(&text, item))
		if (inet_pton(AF_INET, item, &address) != 1)
			return &TEXT;
	return &ADDRESSES;
}

static int
put_kind(struct value *value, const struct kind *kind, const char *text)
{
	char item[ITEM_SIZE];
	int error = 0;

	if (kind->put == NULL) {
		put(value, text, strlen(text));
		return *text != '\0' ? 0 : -EINVAL;
	}
	while (error == 0 && next_item(&text, item))
		error = !kind->is_list && text != NULL ? -EINVAL : kind->put(value, item);
	return error;
}

int
option_text_parse(uint8_t code, const char *text, unsigned char ret_value[OPTION_TEXT_MAX],
		  size_t *ret_length, const char **ret_why)
{
	unsigned char bytes[OPTION_TEXT_MAX];
	struct value value = {.bytes = bytes};
	const struct kind *kind = kind_of(code, text);
	int error;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (code >= refused[i].first && code <= refused[i].last) {
			*ret_why = refused[i].why;
			return -EINVAL;
		}
	*ret_why = kind->expects;
	if (strncmp(text, "hex:", 4) == 0)
		error = put_hex(&value, text + 4);
	else
		error = put_kind(&value, kind, text);
	if (error < 0)
		return error;
	if (value.is_full) {
		*ret_why = "at most 255 bytes fit into an option";
		return -EINVAL;
	}
	memcpy(ret_value, bytes, value.length);
	*ret_length = value.length;
	return 0;
}

int
option_text_parse_line(const char *line, uint8_t *ret_code,
		       unsigned char ret_value[OPTION_TEXT_MAX], size_t *ret_length,
		       const char **ret_why)
{
	unsigned long code;
	char *end;

	*ret_why = "an option has a number, 1 to 254: option 119 = example.org";
	if (!isdigit((unsigned char)*line))
		return -EINVAL;
	code = strtoul(line, &end, 10);
	if (code > UINT8_MAX || (*end != ' ' && *end != '\t' && *end != '\0'))
		return -EINVAL;
	end += strspn(end, " \t");
	if (option_text_parse((uint8_t)code, end, ret_value, ret_length, ret_why) < 0)
		return -EINVAL;
	*ret_code = (uint8_t)code;
	return 0;
}
