/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service over real sockets of the loopback interface, with a tree
 * of the test's own in place of content.c, and clients of it, all in one
 * thread: a client that waits lets the loop run. Included once, by a test
 * program.
 */
#ifndef TFTP_SERVICE_UNIT_H
#define TFTP_SERVICE_UNIT_H

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "content.h"
#include "file.h"
#include "log.h"
#include "net.h"
#include "tftp.h"
#include "tftp_packet.h"
#include "unit.h"

#define RAW(literal) literal, sizeof(literal) - 1
#define RRQ(rest) RAW("\0\1" rest)

/* A test with a port for each transfer, and with a single port. */
#define BOTH(test, before)                                                                         \
	{#test, test, before, teardown, NULL},                                                     \
	{                                                                                          \
#test " (single port)", test, before, teardown, (void *)(uintptr_t) "single"       \
	}

enum { PACKET_MAX = 70000, IMAGE_SIZE = 300000 };

/* A service and what it serves. */
static struct {
	struct event_base *base;
	struct tftp *tftp;
	struct sockaddr_in address;
	bool single_port;
	int image_fd;
	unsigned files_open;
} service;

/* What a client got last. */
static struct {
	uint8_t bytes[PACKET_MAX];
	ssize_t length;
	struct sockaddr_in from;
} answer;

static inline uint8_t
image_byte(uint64_t place)
{
	return place % 7 == 0 ? '\n' : (uint8_t)(place % 251);
}

/* What else the tree has, if a test has more: as content_open. */
static int (*open_more)(const char *path, struct file **ret_file);

static inline void
release(void *owner)
{
	(void)owner;
	service.files_open--;
}

/* "size/N" is the first N bytes of the image. */
int
content_open(struct content *content, const struct client *client, const char *path,
	     struct file **ret_file)
{
	unsigned long size;

	(void)content;
	(void)client;
	if (open_more != NULL)
		return open_more(path, ret_file);
	if (sscanf(path, "size/%lu", &size) != 1)
		return strcmp(path, "folder") == 0 ? -EISDIR : -ENOENT;
	struct file *file = file_new(1);
	assert_non_null(file);
	file->segment_count = 1;
	file->segments[0] =
		(struct segment){.kind = SEGMENT_EXTENT, .fd = service.image_fd, .length = size};
	file->release = release;
	file_seal(file, 1);
	service.files_open++;
	*ret_file = file;
	return 0;
}

static inline int
start(struct tftp_options options)
{
	socklen_t length = sizeof(service.address);
	int fd;

	service.single_port = options.single_port;
	service.base = event_base_new();
	assert_non_null(service.base);
	assert_int_equal(net_udp_socket((struct in_addr){INADDR_ANY}, 0, true, &fd), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&service.address, &length), 0);
	service.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	service.image_fd = memfd_create("image", MFD_CLOEXEC);
	uint8_t *bytes = malloc(IMAGE_SIZE);
	assert_non_null(bytes);
	for (uint64_t i = 0; i < IMAGE_SIZE; i++)
		bytes[i] = image_byte(i);
	assert_int_equal(write(service.image_fd, bytes, IMAGE_SIZE), IMAGE_SIZE);
	free(bytes);
	log_setup(LOG_ERROR, false);
	return tftp_start(service.base, fd, NULL, &options, &service.tftp);
}

/* A state that is not NULL means a single port. */
static inline int
setup(void **state)
{
	return start((struct tftp_options){.windowsize_max = 64,
					   .sessions_max = 100,
					   .sessions_per_client = 50,
					   .single_port = *state != NULL});
}

static inline int
setup_small(void **state)
{
	return start((struct tftp_options){.windowsize_max = 64,
					   .sessions_max = 8,
					   .sessions_per_client = 2,
					   .single_port = *state != NULL});
}

static inline int
setup_few(void **state)
{
	return start((struct tftp_options){.windowsize_max = 64,
					   .sessions_max = 8,
					   .sessions_per_client = 50,
					   .single_port = *state != NULL});
}

static inline int
setup_wide(void **state)
{
	return start((struct tftp_options){.windowsize_max = 100,
					   .sessions_max = 3,
					   .sessions_per_client = 2,
					   .single_port = *state != NULL});
}

static inline int
teardown(void **state)
{
	(void)state;
	tftp_stop(service.tftp);
	event_base_free(service.base);
	close(service.image_fd);
	assert_int_equal(service.files_open, 0);
	return 0;
}

/* A client at 127.0.0.`host`, of any port. */
static inline int
client_new(uint8_t host)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xffffff00U) | host),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_not_equal(fd, -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&local, sizeof(local)), 0);
	return fd;
}

static inline void
send_to(int client, const struct sockaddr_in *to, const void *bytes, size_t length)
{
	assert_int_equal(sendto(client, bytes, length, 0, (const struct sockaddr *)to, sizeof(*to)),
			 length);
}

static inline void
request(int client, const char *bytes, size_t length)
{
	send_to(client, &service.address, bytes, length);
}

/* Acknowledges to where the last answer came from. */
static inline void
acknowledge(int client, uint64_t block)
{
	uint8_t packet[] = {0, TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

	send_to(client, &answer.from, packet, sizeof(packet));
}

static inline uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Lets the service run until the client has a packet: whether it came. */
static inline bool
receive_within(int client, uint64_t ms)
{
	uint64_t deadline = now_ms() + ms;
	socklen_t length = sizeof(answer.from);

	do {
		event_base_loop(service.base, EVLOOP_NONBLOCK);
		answer.length = recvfrom(client, answer.bytes, sizeof(answer.bytes), 0,
					 (struct sockaddr *)&answer.from, &length);
		if (answer.length >= 0)
			return true;
		usleep(200);
	} while (now_ms() < deadline);
	return false;
}

static inline void
expect(int client, const char *bytes, size_t length)
{
	assert_true(receive_within(client, 50));
	assert_int_equal(answer.length, length);
	assert_memory_equal(answer.bytes, bytes, length);
}

static inline void
expect_error(int client, uint8_t code)
{
	assert_true(receive_within(client, 50));
	assert_in_range(answer.length, 6, 4 + TFTP_ERROR_TEXT_MAX);
	assert_int_equal(answer.bytes[1], TFTP_ERROR);
	assert_int_equal(answer.bytes[3], code);
	assert_int_equal(answer.bytes[answer.length - 1], 0);
}

static inline void
expect_nothing(int client)
{
	assert_false(receive_within(client, 60));
}

/* DATA `block` with the bytes of the image that belong there. */
static inline void
expect_block(int client, uint64_t block, size_t blksize, size_t length)
{
	assert_true(receive_within(client, 1500));
	assert_int_equal(answer.length, 4 + length);
	assert_int_equal(answer.bytes[1], TFTP_DATA);
	assert_int_equal(answer.bytes[2] << 8 | answer.bytes[3], block & 0xffff);
	for (size_t i = 0; i < length; i++) {
		if (answer.bytes[4 + i] != image_byte((block - 1) * blksize + i))
			fail_msg("byte %zu of block %u", i, (unsigned)block);
	}
}

static inline bool
is_from_service_port(void)
{
	return answer.from.sin_port == service.address.sin_port;
}

#endif
