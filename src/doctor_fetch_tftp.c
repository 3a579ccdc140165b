/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client's side of TFTP (RFC 1350, 2347 to 2349), as short as firmware's:
 * one block at a time, and an ERROR when there is enough.
 */
#include "doctor_fetch_part.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tftp_packet.h"

enum { TFTP_PORT = 69, BLOCK = 1024, TRIES = 3 };

struct transfer {
	int fd;
	struct sockaddr_in peer; /* its port becomes that of the first answer */
	bool is_met;
	unsigned char out[TFTP_REQUEST_MAX]; /* what was sent last */
	size_t out_length;
	unsigned char in[BLOCK + TFTP_HEADER_SIZE];
	size_t block; /* bytes a block, as the server agreed */
	uint16_t number;
};

static void
put_word(struct transfer *transfer, const char *word)
{
	size_t length = strlen(word) + 1;

	if (length > sizeof(transfer->out) - transfer->out_length)
		return;
	memcpy(transfer->out + transfer->out_length, word, length);
	transfer->out_length += length;
}

static void
put_request(struct transfer *transfer, const char *path)
{
	char block[8];

	snprintf(block, sizeof(block), "%d", BLOCK);
	transfer->out[0] = 0;
	transfer->out[1] = TFTP_RRQ;
	transfer->out_length = 2;
	put_word(transfer, path);
	put_word(transfer, "octet");
	put_word(transfer, "tsize");
	put_word(transfer, "0");
	put_word(transfer, "blksize");
	put_word(transfer, block);
}

static void
put_ack(struct transfer *transfer)
{
	transfer->out[0] = 0;
	transfer->out[1] = TFTP_ACK;
	transfer->out[2] = (unsigned char)(transfer->number >> 8);
	transfer->out[3] = (unsigned char)transfer->number;
	transfer->out_length = 4;
}

/* Sends, and receives the next packet of the server's: its length, or
   -ETIMEDOUT. */
static ssize_t
exchange(struct transfer *transfer)
{
	for (unsigned i = 0; i < TRIES; i++) {
		sendto(transfer->fd, transfer->out, transfer->out_length, 0,
		       (const struct sockaddr *)&transfer->peer, sizeof(transfer->peer));
		while (doctor_fetch_wait(transfer->fd, DOCTOR_FETCH_SECONDS * 1000 / TRIES) == 0) {
			struct sockaddr_in from = {0};
			socklen_t size = sizeof(from);
			ssize_t n = recvfrom(transfer->fd, transfer->in, sizeof(transfer->in), 0,
					     (struct sockaddr *)&from, &size);

			if (n == -1)
				return -errno;
			if (n < TFTP_HEADER_SIZE ||
			    from.sin_addr.s_addr != transfer->peer.sin_addr.s_addr ||
			    (transfer->is_met && from.sin_port != transfer->peer.sin_port))
				continue;
			transfer->peer = from;
			transfer->is_met = true;
			return n;
		}
	}
	return -ETIMEDOUT;
}

/* Reads tsize and blksize of an OACK. */
static void
read_terms(struct transfer *transfer, size_t length, struct doctor_fetched *fetched)
{
	const char *at = (const char *)transfer->in + 2;
	const char *end = (const char *)transfer->in + length;

	while (at < end) {
		const char *value = memchr(at, '\0', (size_t)(end - at));

		if (value == NULL || memchr(value + 1, '\0', (size_t)(end - value - 1)) == NULL)
			return;
		value++;
		if (strcasecmp(at, "tsize") == 0)
			fetched->size = strtoull(value, NULL, 10);
		else if (strcasecmp(at, "blksize") == 0)
			transfer->block = strtoul(value, NULL, 10);
		at = value + strlen(value) + 1;
	}
}

/* One packet of the server's: whether another is wanted. */
static bool
take(struct transfer *transfer, size_t length, size_t most, struct doctor_fetched *fetched)
{
	uint16_t number = 0;

	tftp_number(transfer->in, length, &number);
	switch (tftp_opcode(transfer->in, length)) {
	case TFTP_OACK:
		read_terms(transfer, length, fetched);
		put_ack(transfer);
		return most > 0;
	case TFTP_DATA:
		if (number == (uint16_t)(transfer->number + 1)) {
			text_append_bytes(&fetched->body, (const char *)transfer->in + 4,
					  length - TFTP_HEADER_SIZE);
			transfer->number = number;
		}
		put_ack(transfer);
		if (length - TFTP_HEADER_SIZE < transfer->block && fetched->size == 0)
			fetched->size = fetched->body.length;
		return length - TFTP_HEADER_SIZE == transfer->block && fetched->body.length < most;
	case TFTP_ERROR:
		doctor_fetch_failed(fetched, "TFTP error %u: %.*s", number,
				    (int)(length - TFTP_HEADER_SIZE),
				    (const char *)transfer->in + TFTP_HEADER_SIZE);
		return false;
	default:
		doctor_fetch_failed(fetched, "the answer is no TFTP");
		return false;
	}
}

void
doctor_fetch_tftp(struct in_addr server, const char *path, size_t most,
		  struct doctor_fetched *fetched)
{
	struct transfer transfer = {
		.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		.peer = {.sin_family = AF_INET, .sin_port = htons(TFTP_PORT), .sin_addr = server},
		.block = TFTP_BLKSIZE_DEFAULT,
	};
	uint8_t enough[TFTP_REPLY_MAX] = {0};
	size_t length;
	char host[INET_ADDRSTRLEN];
	ssize_t n;

	if (transfer.fd == -1) {
		doctor_fetch_failed(fetched, "%s", strerror(errno));
		return;
	}
	put_request(&transfer, path);
	do
		n = exchange(&transfer);
	while (n > 0 && take(&transfer, (size_t)n, most, fetched));
	if (n < 0) {
		fetched->is_silent = n == -ETIMEDOUT;
		inet_ntop(AF_INET, &server, host, sizeof(host));
		doctor_fetch_failed(fetched, "TFTP to %s: %s", host,
				    n == -ETIMEDOUT ? "no answer" : strerror((int)-n));
	} else if (fetched->why[0] == '\0' && fetched->body.length >= fetched->size) {
		sendto(transfer.fd, transfer.out, transfer.out_length, 0, /* the last ACK */
		       (const struct sockaddr *)&transfer.peer, sizeof(transfer.peer));
	} else if (fetched->why[0] == '\0') {
		length = tftp_error_encode(TFTP_UNDEFINED, "enough", enough);
		sendto(transfer.fd, enough, length, 0, (const struct sockaddr *)&transfer.peer,
		       sizeof(transfer.peer));
	}
	close(transfer.fd);
}
