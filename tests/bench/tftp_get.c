/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tftp_get HOST PATH BLKSIZE WINDOWSIZE: fetches a file and forgets it.
 *
 * A client that costs nearly nothing, so that what is measured is the server:
 * curl has no windows, atftp writes every block to a disk. After the transfer
 * it prints the bytes it got and the seconds it took. When nothing comes for
 * a second it says again what it said last; more patience it does not have.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { DATA = 3, OACK = 6, PATIENCE = 5, PACKET_MAX = 65536 };

struct transfer {
	int fd;
	struct sockaddr_in peer; /* port 0 until the server answered */
	unsigned char said[1024];
	size_t said_length;
	size_t blksize;
	unsigned windowsize;
};

static void
fail(const char *why)
{
	fprintf(stderr, "tftp_get: %s\n", why);
	exit(1);
}

static void
say(struct transfer *transfer, const void *packet, size_t length)
{
	memcpy(transfer->said, packet, length);
	transfer->said_length = length;
	sendto(transfer->fd, packet, length, 0, (const struct sockaddr *)&transfer->peer,
	       sizeof(transfer->peer));
}

static void
say_ack(struct transfer *transfer, uint16_t block)
{
	unsigned char packet[4] = {0, 4, (unsigned char)(block >> 8), (unsigned char)block};

	say(transfer, packet, sizeof(packet));
}

static void
say_request(struct transfer *transfer, const char *path)
{
	char packet[1024];
	int length = snprintf(packet, sizeof(packet), "%c%c%s%coctet%cblksize%c%zu%c", 0, 1, path,
			      0, 0, 0, transfer->blksize, 0);

	if (transfer->windowsize > 1)
		length += snprintf(packet + length, sizeof(packet) - (size_t)length,
				   "windowsize%c%u%c", 0, transfer->windowsize, 0);
	say(transfer, packet, (size_t)length);
}

/* The next packet from the server: -> its length. */
static size_t
hear(struct transfer *transfer, unsigned char *packet)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);

	for (int i = 0; i < PATIENCE; i++) {
		struct pollfd poller = {.fd = transfer->fd, .events = POLLIN};
		if (poll(&poller, 1, 1000) == 1) {
			ssize_t got = recvfrom(transfer->fd, packet, PACKET_MAX, 0,
					       (struct sockaddr *)&from, &size);
			if (got >= 4) {
				transfer->peer = from;
				return (size_t)got;
			}
		}
		sendto(transfer->fd, transfer->said, transfer->said_length, 0,
		       (struct sockaddr *)&transfer->peer, sizeof(transfer->peer));
	}
	fail("the server is silent");
	return 0;
}

/* All blocks to the last: -> bytes. */
static uint64_t
receive(struct transfer *transfer)
{
	static unsigned char packet[PACKET_MAX];
	uint64_t bytes = 0;
	uint16_t expected = 1;
	unsigned in_window = 0;

	for (;;) {
		size_t length = hear(transfer, packet);
		uint16_t block = (uint16_t)(packet[2] << 8 | packet[3]);
		if (packet[1] == OACK) {
			/* A server that does not know windows leaves the option out. */
			if (!memmem(packet, length, "windowsize", strlen("windowsize")))
				transfer->windowsize = 1;
			say_ack(transfer, 0);
			continue;
		}
		if (packet[1] != DATA)
			fail((const char *)packet + 4);
		if (block != expected) {
			say_ack(transfer, (uint16_t)(expected - 1));
			in_window = 0;
			continue;
		}
		bytes += length - 4;
		expected++;
		if (++in_window == transfer->windowsize || length - 4 < transfer->blksize) {
			say_ack(transfer, block);
			in_window = 0;
		}
		if (length - 4 < transfer->blksize)
			return bytes;
	}
}

int
main(int argc, char **argv)
{
	struct timespec start, end;

	if (argc != 5)
		fail("usage: tftp_get HOST PATH BLKSIZE WINDOWSIZE");
	struct transfer transfer = {
		.fd = socket(AF_INET, SOCK_DGRAM, 0),
		.peer = {.sin_family = AF_INET, .sin_port = htons(69)},
		.blksize = strtoul(argv[3], NULL, 10),
		.windowsize = (unsigned)strtoul(argv[4], NULL, 10),
	};
	if (inet_pton(AF_INET, argv[1], &transfer.peer.sin_addr) != 1 || strlen(argv[2]) > 512)
		fail("bad host or path");
	clock_gettime(CLOCK_MONOTONIC, &start);
	say_request(&transfer, argv[2]);
	uint64_t bytes = receive(&transfer);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%llu %.6f\n", (unsigned long long)bytes,
	       (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	return 0;
}
