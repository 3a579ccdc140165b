/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TFTP packets: bytes to values and back. Pure: no sockets, no files.
 *
 * A read request is decoded into what the client asked for; what it gets is
 * settled by tftp_agree and goes back in an option acknowledgement (OACK).
 * Write requests are recognised only to be refused.
 *
 * RFC 1350, 2347, 2348, 2349, 7440. Rules: TFTP-1..16, 37.
 */
#ifndef TFTP_PACKET_H
#define TFTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tftp_opcode {
	TFTP_RRQ = 1,
	TFTP_WRQ,
	TFTP_DATA,
	TFTP_ACK,
	TFTP_ERROR,
	TFTP_OACK,
};

/* Codes of ERROR packets. */
enum tftp_error {
	TFTP_UNDEFINED = 0, /* the text says it */
	TFTP_NOT_FOUND = 1,
	TFTP_ACCESS_VIOLATION = 2,
	TFTP_ILLEGAL_OPERATION = 4,
	TFTP_UNKNOWN_ID = 5,
	TFTP_BAD_OPTION = 8,
};

enum {
	TFTP_HEADER_SIZE = 4,      /* of DATA and ACK */
	TFTP_REQUEST_MAX = 1468,   /* bytes of a request (TFTP-5) */
	TFTP_REPLY_MAX = 128,      /* bytes of an OACK or ERROR */
	TFTP_ERROR_TEXT_MAX = 120, /* bytes of its text with NUL (TFTP-37) */
	TFTP_BLKSIZE_MIN = 8,
	TFTP_BLKSIZE_MAX = 65464,
	TFTP_BLKSIZE_DEFAULT = 512,
	TFTP_WINDOWSIZE_MAX = 32767, /* keeps block numbers unique (TFTP-20) */
};

/* The options that are known, as bits. */
enum {
	TFTP_OPTION_BLKSIZE = 1,
	TFTP_OPTION_TIMEOUT = 2,
	TFTP_OPTION_TSIZE = 4,
	TFTP_OPTION_WINDOWSIZE = 8,
};

/* A read request. Only options with a valid value are in `options`; the
   fields of the others are 0. */
struct tftp_request {
	const char *path;    /* within the packet, NUL-terminated, as sent */
	bool is_netascii;    /* else octet */
	unsigned options;    /* TFTP_OPTION_... */
	uint16_t blksize;    /* bytes, 8..65464 */
	uint8_t timeout;     /* seconds, 1..255 */
	uint16_t windowsize; /* blocks, 1..65535 */
	bool rolls_to_1;     /* not in the packet: a quirk of the client (TFTP-19) */
};

/* What the server can give at most. */
struct tftp_limits {
	uint16_t blksize;      /* bytes: what fits in a packet (TFTP-11) */
	uint16_t windowsize;   /* blocks (TFTP-16) */
	uint32_t window_bytes; /* bytes of data in one window */
};

/* What both sides have agreed on. */
struct tftp_terms {
	bool is_netascii;
	unsigned options;    /* to be acknowledged; 0: there is no OACK (TFTP-7) */
	uint16_t blksize;    /* bytes; 512 unless asked for */
	uint8_t timeout;     /* seconds; 0 unless asked for (TFTP-13) */
	uint16_t windowsize; /* blocks; 1 unless asked for */
	uint64_t size;       /* bytes of the file, for tsize (TFTP-14) */
	bool rolls_to_1;     /* block 1 follows 65535, not 0 (TFTP-19) */
};

/* The opcode of a packet, whether known or not; 0 when it is too short. */
uint16_t tftp_opcode(const void *packet, size_t length);

/* The second number of a packet: the block of an ACK, the code of an ERROR.
   false when it is too short. */
bool tftp_number(const void *packet, size_t length, uint16_t *ret_number);

/* Decodes a request. Unknown, repeated, malformed and unfinished options are
   skipped (TFTP-2, 6). `ret_request->path` lives as long as `packet`.
   0, -EROFS (a write request, TFTP-4), -EPROTONOSUPPORT (mode is neither
   octet nor netascii, TFTP-3), -EBADMSG (malformed, or no request). */
int tftp_request_decode(const void *packet, size_t length, struct tftp_request *ret_request);

/* A hash (FNV-1a) of a request: tells a repeated one from another one of the
   same client (TFTP-34). */
uint64_t tftp_fingerprint(const void *packet, size_t length);

/* Settles what the client gets of what it asked for, for a file of `size`
   bytes. A netascii transfer goes block by block and has no tsize (TFTP-15):
   the size of the converted file is not known beforehand. */
void tftp_agree(const struct tftp_request *, const struct tftp_limits *, uint64_t size,
		struct tftp_terms *ret_terms);

/* These write a packet to `reply` and -> its length in bytes. */
size_t tftp_oack_encode(const struct tftp_terms *, uint8_t reply[static TFTP_REPLY_MAX]);
size_t tftp_error_encode(enum tftp_error, const char *text, uint8_t reply[static TFTP_REPLY_MAX]);

/* The number of a block on the wire: 16 bits that roll over to 0, or to 1 for
   clients that want it so (TFTP-19). Block 0, the OACK's, is 0 for both. */
uint16_t tftp_block_number(uint64_t block, bool rolls_to_1);

/* Writes the header of DATA block `number`. */
void tftp_data_encode(uint16_t number, uint8_t header[static TFTP_HEADER_SIZE]);

/* The ERROR that a request ends with for a negative errno of content_open,
   file_read or tftp_request_decode: its code, and a text for people. */
enum tftp_error tftp_error_of(int err, const char **ret_text);

#endif
