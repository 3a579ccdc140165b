/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A service over a tree of the test's own, and clients of it, all in one
 * thread: a client that waits lets the loop run. Included once, by a test
 * program; it takes the place of content.c and counts calls of sendfile(2).
 */
#ifndef HTTP_SERVICE_UNIT_H
#define HTTP_SERVICE_UNIT_H

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "content.h"
#include "http.h"
#include "http_unit.h"
#include "log.h"

/* The extent lies beyond 4 GiB of a sparse file, as in a large image. */
#define EXTENT_OFFSET UINT64_C(5000000001)

enum { EXTENT_LENGTH = 20 * 1024 * 1024, PREFIX_LENGTH = 3 };

struct service {
	struct event_base *base;
	struct http *http;
	struct sockaddr_in address;
	int image_fd;
};

static struct service service;
static unsigned files_open;
static unsigned sendfile_calls;
static size_t sendfile_longest;

/* What else the tree has, if a test has more: as content_open. */
static int (*open_more)(const char *path, struct file **ret_file);

/* Stands before the C library's. */
ssize_t
sendfile(int out_fd, int in_fd, off_t *offset, size_t count)
{
	sendfile_calls++;
	if (count > sendfile_longest)
		sendfile_longest = count;
	return syscall(SYS_sendfile, out_fd, in_fd, offset, count);
}

/* What byte `place` of the extent is; 251 is no divisor of any block size. */
static inline char
extent_byte(uint64_t place)
{
	return (char)(place % 251);
}

static inline void
release(void *owner)
{
	(void)owner;
	files_open--;
}

int
content_open(struct content *content, const struct client *client, const char *path,
	     struct file **ret_file)
{
	bool is_image = strcmp(path, "/image") == 0;

	(void)content;
	assert_int_equal(client->address.s_addr, htonl(INADDR_LOOPBACK));
	assert_int_equal(client->server.s_addr, htonl(INADDR_LOOPBACK));
	assert_true(client->is_http);
	if (strcmp(path, "/folder") == 0 || strcmp(path, "/folder/") == 0 ||
	    strcmp(path, "/crowd/") == 0)
		return -EISDIR;
	if (strcmp(path, "/broken") == 0)
		return -EIO;
	if (!is_image && strcmp(path, "/small") != 0)
		return open_more != NULL ? open_more(path, ret_file) : -ENOENT;
	struct file *file = file_new(2);
	assert_non_null(file);
	file->segment_count = is_image ? 2 : 1;
	file->segments[0] = (struct segment){SEGMENT_MEMORY, -1, 0, "abc", PREFIX_LENGTH};
	file->segments[1] = (struct segment){SEGMENT_EXTENT, service.image_fd, EXTENT_OFFSET, NULL,
					     EXTENT_LENGTH};
	file->type = "application/octet-stream";
	file->release = release;
	file_seal(file, 1);
	files_open++;
	*ret_file = file;
	return 0;
}

int
content_list(struct content *content, const struct client *client, const char *path, bool json,
	     struct file **ret_file)
{
	(void)content;
	(void)client;
	if (strcmp(path, "/crowd/") == 0)
		return -EFBIG;
	assert_string_equal(path, "/folder/");
	char *text = strdup(json ? "[]" : "<p>");
	return file_new_memory(text, strlen(text), json ? "application/json" : "text/html",
			       ret_file);
}

static inline void
service_start(const struct http_options *options)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	socklen_t length = sizeof(service.address);

	service.address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	assert_int_equal(bind(fd, (struct sockaddr *)&service.address, length), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&service.address, &length), 0);
	service.base = event_base_new();
	assert_non_null(service.base);
	assert_int_equal(http_start(service.base, fd, NULL, options, &service.http), 0);
}

static inline void
service_stop(void)
{
	http_stop(service.http);
	event_base_free(service.base);
	assert_int_equal(files_open, 0);
}

/* Makes the image, once for all tests of a program. */
static inline int
make_image(void **state)
{
	char *bytes = malloc(EXTENT_LENGTH);

	(void)state;
	log_setup(LOG_ERROR, false);
	service.image_fd = memfd_create("image", MFD_CLOEXEC);
	for (uint64_t i = 0; i < EXTENT_LENGTH; i++)
		bytes[i] = extent_byte(i);
	ssize_t written = pwrite(service.image_fd, bytes, EXTENT_LENGTH, (off_t)EXTENT_OFFSET);
	free(bytes);
	return written == EXTENT_LENGTH ? 0 : -1;
}

static inline int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Lets the service run for `ms` milliseconds. */
static inline void
run_for(int64_t ms)
{
	int64_t end = clock_ms() + ms;

	do {
		event_base_loop(service.base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	} while (clock_ms() < end);
}

/* A client's socket, connected; `buffer` limits what it takes in unread. */
static inline int
client_open(int buffer)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (buffer > 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	int err = connect(fd, (struct sockaddr *)&service.address, sizeof(service.address));
	assert_true(err == 0 || errno == EINPROGRESS);
	run_for(2);
	return fd;
}

static inline void
client_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Receives `length` bytes, or up to the end: the number of bytes; -1 when the
   connection is reset, -2 when nothing more comes for a second. */
static inline ssize_t
client_receive(int fd, char *buffer, size_t length)
{
	size_t got = 0;
	int64_t end = clock_ms() + 1000;

	while (got < length && clock_ms() < end) {
		event_base_loop(service.base, EVLOOP_NONBLOCK);
		ssize_t n = recv(fd, buffer + got, length - got, 0);
		if (n == 0)
			return (ssize_t)got;
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n < 0) {
			struct pollfd event = {fd, POLLIN, 0};
			poll(&event, 1, 1);
			continue;
		}
		got += (size_t)n;
		end = clock_ms() + 1000;
	}
	return got == length ? (ssize_t)got : -2;
}

/* Receives one header, its empty line included, as a string. */
static inline char *
client_receive_header(int fd)
{
	static char header[4096];
	size_t length = 0;

	while (length < sizeof(header) - 1) {
		if (client_receive(fd, header + length, 1) != 1)
			fail_msg("no whole header: %.*s", (int)length, header);
		header[++length] = '\0';
		if (length >= 4 && strcmp(header + length - 4, "\r\n\r\n") == 0)
			break;
	}
	return header;
}

/* Whether the connection ends here, with nothing before. */
static inline bool
client_is_closed(int fd)
{
	char byte;

	return client_receive(fd, &byte, 1) == 0;
}

static inline void
expect_header(int fd, const char *status, const char *field)
{
	char *header = client_receive_header(fd);

	if (strncmp(header + strlen("HTTP/1.1 "), status, strlen(status)) != 0 ||
	    (field && !strstr(header, field)))
		fail_msg("not %s with %s but:\n%s", status, field ? field : "anything", header);
}

/* Receives bytes [first, end) of the image. */
static inline void
expect_image(int fd, uint64_t first, uint64_t end)
{
	static char bytes[EXTENT_LENGTH + PREFIX_LENGTH];

	assert_int_equal(client_receive(fd, bytes, end - first), end - first);
	for (uint64_t i = first; i < end; i++) {
		char expected = i < PREFIX_LENGTH ? "abc"[i] : extent_byte(i - PREFIX_LENGTH);

		if (bytes[i - first] != expected)
			fail_msg("byte %ju is wrong", (uintmax_t)i);
	}
}

#endif
