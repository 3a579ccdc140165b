/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TFTP packets: see tftp_packet.h.
 *
 *      RRQ    1 | path NUL | mode NUL | (name NUL value NUL)...
 *      DATA   3 | block | 0..blksize bytes
 *      ACK    4 | block
 *      ERROR  5 | code | text NUL
 *      OACK   6 | (name NUL value NUL)...
 *
 * Numbers are 16 bits, big endian. A request is walked string by string, and
 * a string that does not end within the datagram ends the walk, so no byte
 * behind it is ever read. Old boot ROMs append rubbish: it is skipped as long
 * as path and mode are whole (TFTP-2).
 */
#include "tftp_packet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "hash.h"

struct cursor {
	const char *at;
	const char *end;
};

static uint16_t
get_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void
put_u16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

/* -> the next string, NULL when it does not end within the packet. */
static const char *
get_string(struct cursor *cursor)
{
	const char *string = cursor->at;
	const char *nul = memchr(string, '\0', (size_t)(cursor->end - string));

	if (nul == NULL)
		return NULL;
	cursor->at = nul + 1;
	return string;
}

/* A decimal number of digits only (TFTP-9) in [low, high], else 0. */
static uint16_t
number_within(const char *text, uint16_t low, uint16_t high)
{
	uint32_t number = 0;

	for (; *text >= '0' && *text <= '9' && number <= UINT16_MAX; text++)
		number = number * 10 + (uint32_t)(*text - '0');
	return *text == '\0' && number >= low && number <= high ? (uint16_t)number : 0;
}

/* -> the bit of the option called `name`, 0 for an unknown one. */
static unsigned
option_named(const char *name)
{
	static const struct {
		const char *name;
		unsigned option;
	} known[] = {
		{"blksize", TFTP_OPTION_BLKSIZE},
		{"timeout", TFTP_OPTION_TIMEOUT},
		{"tsize", TFTP_OPTION_TSIZE},
		{"windowsize", TFTP_OPTION_WINDOWSIZE},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcasecmp(name, known[i].name) == 0)
			return known[i].option;
	}
	return 0;
}

/* The first of several options with one name counts, even when its value is
   not valid (TFTP-6): `*seen` collects all that came by. */
static void
read_option(struct tftp_request *request, unsigned *seen, const char *name, const char *value)
{
	unsigned option = option_named(name);
	if (*seen & option)
		return;
	*seen |= option;

	bool is_valid = true;
	switch (option) {
	case TFTP_OPTION_BLKSIZE:
		request->blksize = number_within(value, TFTP_BLKSIZE_MIN, TFTP_BLKSIZE_MAX);
		is_valid = request->blksize > 0;
		break;
	case TFTP_OPTION_TIMEOUT:
		request->timeout = (uint8_t)number_within(value, 1, UINT8_MAX);
		is_valid = request->timeout > 0;
		break;
	case TFTP_OPTION_WINDOWSIZE:
		request->windowsize = number_within(value, 1, UINT16_MAX);
		is_valid = request->windowsize > 0;
		break;
	default: /* tsize: U-Boot sends that of its previous file (TFTP-14) */
		break;
	}
	if (is_valid)
		request->options |= option;
}

uint16_t
tftp_opcode(const void *packet, size_t length)
{
	return length >= 2 ? get_u16(packet) : 0;
}

bool
tftp_number(const void *packet, size_t length, uint16_t *ret_number)
{
	if (length < TFTP_HEADER_SIZE)
		return false;
	*ret_number = get_u16((const uint8_t *)packet + 2);
	return true;
}

int
tftp_request_decode(const void *packet, size_t length, struct tftp_request *ret_request)
{
	uint16_t opcode = tftp_opcode(packet, length);
	if (opcode == TFTP_WRQ)
		return -EROFS;
	if (opcode != TFTP_RRQ)
		return -EBADMSG;

	struct cursor cursor = {.at = (const char *)packet + 2,
				.end = (const char *)packet + length};
	struct tftp_request request = {.path = get_string(&cursor)};
	const char *mode = request.path ? get_string(&cursor) : NULL;
	if (mode == NULL)
		return -EBADMSG;
	request.is_netascii = strcasecmp(mode, "netascii") == 0;
	if (!request.is_netascii && strcasecmp(mode, "octet") != 0)
		return -EPROTONOSUPPORT;

	unsigned seen = 0;
	const char *name, *value;
	while ((name = get_string(&cursor)) && (value = get_string(&cursor)))
		read_option(&request, &seen, name, value);
	*ret_request = request;
	return 0;
}

uint64_t
tftp_fingerprint(const void *packet, size_t length)
{
	return hash_bytes(HASH_START, packet, length);
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void
tftp_agree(const struct tftp_request *request, const struct tftp_limits *limits, uint64_t size,
	   struct tftp_terms *ret_terms)
{
	struct tftp_terms terms = {
		.is_netascii = request->is_netascii,
		.options = request->options,
		.blksize = TFTP_BLKSIZE_DEFAULT,
		.timeout = request->timeout,
		.windowsize = 1,
		.size = size,
		.rolls_to_1 = request->rolls_to_1,
	};

	if (limits->blksize < TFTP_BLKSIZE_MIN)
		terms.options &= ~(unsigned)TFTP_OPTION_BLKSIZE;
	if (terms.options & TFTP_OPTION_BLKSIZE)
		terms.blksize = (uint16_t)least(request->blksize, limits->blksize);
	if (request->is_netascii) {
		terms.options &= ~(unsigned)TFTP_OPTION_TSIZE;
	} else if (terms.options & TFTP_OPTION_WINDOWSIZE) {
		uint32_t window = least(request->windowsize, limits->windowsize);
		window = least(window, limits->window_bytes / terms.blksize);
		window = least(window, TFTP_WINDOWSIZE_MAX);
		terms.windowsize = window > 0 ? (uint16_t)window : 1;
	}
	*ret_terms = terms;
}

/* Appends an option to an OACK of *length bytes. All options together need
   less than TFTP_REPLY_MAX bytes. */
static void
put_option(uint8_t *reply, size_t *length, const char *name, uint64_t value)
{
	int written = snprintf((char *)reply + *length, TFTP_REPLY_MAX - *length, "%s%c%llu", name,
			       '\0', (unsigned long long)value);

	*length += (size_t)written + 1;
}

size_t
tftp_oack_encode(const struct tftp_terms *terms, uint8_t reply[static TFTP_REPLY_MAX])
{
	size_t length = 2;

	put_u16(reply, TFTP_OACK);
	if (terms->options & TFTP_OPTION_BLKSIZE)
		put_option(reply, &length, "blksize", terms->blksize);
	if (terms->options & TFTP_OPTION_TIMEOUT)
		put_option(reply, &length, "timeout", terms->timeout);
	if (terms->options & TFTP_OPTION_TSIZE)
		put_option(reply, &length, "tsize", terms->size);
	if (terms->options & TFTP_OPTION_WINDOWSIZE)
		put_option(reply, &length, "windowsize", terms->windowsize);
	return length;
}

size_t
tftp_error_encode(enum tftp_error code, const char *text, uint8_t reply[static TFTP_REPLY_MAX])
{
	size_t length = strnlen(text, TFTP_ERROR_TEXT_MAX - 1);

	put_u16(reply, TFTP_ERROR);
	put_u16(reply + 2, (uint16_t)code);
	memcpy(reply + TFTP_HEADER_SIZE, text, length);
	reply[TFTP_HEADER_SIZE + length] = '\0';
	return TFTP_HEADER_SIZE + length + 1;
}

uint16_t
tftp_block_number(uint64_t block, bool rolls_to_1)
{
	if (rolls_to_1 && block > UINT16_MAX)
		return (uint16_t)((block - 1) % UINT16_MAX + 1);
	return (uint16_t)block;
}

void
tftp_data_encode(uint16_t number, uint8_t header[static TFTP_HEADER_SIZE])
{
	put_u16(header, TFTP_DATA);
	put_u16(header + 2, number);
}

enum tftp_error
tftp_error_of(int err, const char **ret_text)
{
	static const struct {
		int err;
		enum tftp_error code;
		const char *text;
	} table[] = {
		{-ENOENT, TFTP_NOT_FOUND, "no such file"},
		{-ENOTDIR, TFTP_NOT_FOUND, "no such file"},
		{-ENAMETOOLONG, TFTP_NOT_FOUND, "name too long"},
		{-ELOOP, TFTP_NOT_FOUND, "too many symbolic links"},
		{-EACCES, TFTP_ACCESS_VIOLATION, "access denied"},
		{-EROFS, TFTP_ACCESS_VIOLATION, "this server only reads"},
		{-EISDIR, TFTP_ACCESS_VIOLATION, "is a directory"},
		{-EINVAL, TFTP_ACCESS_VIOLATION, "control byte in the name"},
		{-EBADMSG, TFTP_ILLEGAL_OPERATION, "malformed request"},
		{-EPROTONOSUPPORT, TFTP_ILLEGAL_OPERATION, "mode must be octet or netascii"},
		{-EIO, TFTP_UNDEFINED, "the image cannot be read"},
		{-ENOMEM, TFTP_UNDEFINED, "out of memory"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].err == err) {
			*ret_text = table[i].text;
			return table[i].code;
		}
	}
	*ret_text = "server error";
	return TFTP_UNDEFINED;
}
