/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a name leads, and HTTP: see doctor_fetch.h.
 */
#include "doctor_fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doctor_fetch_part.h"
#include "monotonic.h"
#include "write_all.h"

enum { HEAD_MAX = 8192, HTTP_PORT = 80 };

void
doctor_fetch_failed(struct doctor_fetched *fetched, const char *why, ...)
{
	va_list arguments;

	va_start(arguments, why);
	vsnprintf(fetched->why, sizeof(fetched->why), why, arguments);
	va_end(arguments);
}

int
doctor_fetch_wait(int fd, int timeout_ms)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};

	return poll(&waiting, 1, timeout_ms) > 0 ? 0 : -ETIMEDOUT;
}

/* Reads what the head says: status and size. */
static void
read_head(const char *head, struct doctor_fetched *fetched)
{
	const char *size = strcasestr(head, "\ncontent-length:");
	int status = 0;

	if (sscanf(head, "HTTP/1.%*c %d", &status) != 1)
		doctor_fetch_failed(fetched, "the answer is no HTTP");
	else if (status != 200 && status != 206)
		doctor_fetch_failed(fetched, "HTTP status %d", status);
	if (size != NULL)
		fetched->size = strtoull(size + strlen("\ncontent-length:"), NULL, 10);
}

/* Receives head and body until there is enough. */
static void
receive(int fd, size_t most, struct doctor_fetched *fetched)
{
	struct text answer = {0};
	const char *end = NULL;
	char buffer[16384];
	ssize_t n = 0;

	do {
		text_append_bytes(&answer, buffer, (size_t)n);
		end = strstr(text_string(&answer), "\r\n\r\n");
		if (end != NULL && answer.length - (size_t)(end + 4 - text_string(&answer)) >= most)
			break;
		if (end == NULL && answer.length > HEAD_MAX)
			break;
	} while (doctor_fetch_wait(fd, DOCTOR_FETCH_SECONDS * 1000) == 0 &&
		 (n = read(fd, buffer, sizeof(buffer))) > 0);
	if (end == NULL) {
		fetched->is_silent = answer.length == 0;
		doctor_fetch_failed(fetched,
				    answer.length == 0 ? "no answer within %d s"
						       : "no whole answer within %d s",
				    DOCTOR_FETCH_SECONDS);
	} else {
		read_head(text_string(&answer), fetched);
		text_append_bytes(&fetched->body, end + 4,
				  answer.length - (size_t)(end + 4 - text_string(&answer)));
	}
	text_free(&answer);
}

void
doctor_fetch_http(const struct sockaddr_in *server, const char *path, size_t most,
		  struct doctor_fetched *fetched)
{
	const struct timeval patience = {.tv_sec = DOCTOR_FETCH_SECONDS};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char host[INET_ADDRSTRLEN];
	struct text request = {0};

	inet_ntop(AF_INET, &server->sin_addr, host, sizeof(host));
	text_printf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: pxeiso-doctor\r\n",
		    most == 0 ? "HEAD" : "GET", path, host);
	text_append(&request, "Connection: close\r\n\r\n");
	/* connect(2) obeys it too */
	if (fd != -1)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (fd == -1 || connect(fd, (const struct sockaddr *)server, sizeof(*server)) == -1) {
		fetched->is_silent = errno == EINPROGRESS || errno == EHOSTUNREACH;
		doctor_fetch_failed(fetched, "HTTP to %s:%u: %s", host, ntohs(server->sin_port),
				    errno == EINPROGRESS ? "no answer" : strerror(errno));
	} else if (write_all(fd, text_string(&request), request.length) == 0) {
		receive(fd, most, fetched);
	}
	text_free(&request);
	if (fd != -1)
		close(fd);
}

/* "ADDRESS[:PORT]" and the path behind it. */
static int
split_url(const char *rest, struct sockaddr_in *ret_server, const char **ret_path)
{
	size_t length = strcspn(rest, "/");
	char host[64];
	char *port;

	if (length >= sizeof(host))
		return -EINVAL;
	memcpy(host, rest, length);
	host[length] = '\0';
	port = strchr(host, ':');
	if (port != NULL)
		*port++ = '\0';
	*ret_server = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port != NULL ? (uint16_t)strtoul(port, NULL, 10) : HTTP_PORT),
	};
	*ret_path = rest[length] != '\0' ? rest + length : "/";
	return inet_pton(AF_INET, host, &ret_server->sin_addr) == 1 ? 0 : -EINVAL;
}

void
doctor_fetch(const char *name, struct in_addr server, size_t most,
	     struct doctor_fetched *ret_fetched)
{
	const int64_t start = monotonic_ms();
	bool is_http = strncmp(name, "http://", 7) == 0, is_tftp = strncmp(name, "tftp://", 7) == 0;
	struct sockaddr_in peer;
	const char *path = name;

	memset(ret_fetched, 0, sizeof(*ret_fetched));
	if ((is_http || is_tftp) && split_url(name + 7, &peer, &path) < 0)
		doctor_fetch_failed(ret_fetched, "the URL has no address in it");
	else if (is_http)
		doctor_fetch_http(&peer, path, most, ret_fetched);
	else
		doctor_fetch_tftp(is_tftp ? peer.sin_addr : server, is_tftp ? path + 1 : path, most,
				  ret_fetched);
	ret_fetched->ms = (unsigned)(monotonic_ms() - start);
}
