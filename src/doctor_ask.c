/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions and answers: see doctor_ask.h.
 */
#include "doctor_ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp_decide.h"
#include "doctor_tap.h"
#include "monotonic.h"

enum {
	/* For all offers: dnsmasq looks for 3 s whether an address is free, and a
	   server of ours for 4 s whether it is alone, after it was started. */
	PATIENCE_MS = 6500,
	AGAIN_MS = 2000, /* who got nothing asks again */
	CALM_MS = 400,   /* after the last answer, when each machine has one */
	BOOT_SERVER_MS = 2000,
};

void
doctor_ask_init(struct doctor_asked *asked, enum dhcp_client_kind kind)
{
	/* Locally administered, and always the same: a server remembers one
	   machine of each kind, not one of each day. */
	const unsigned char mac[6] = {0x02, 'd', 'o', 'c', 't', (unsigned char)kind};

	memset(asked, 0, sizeof(*asked));
	asked->client = (struct dhcp_client){
		.kind = kind,
		.xid = (uint32_t)random() ^ (uint32_t)monotonic_us() << 8 ^ (uint32_t)kind << 28,
		.wants_broadcast = true,
	};
	memcpy(asked->client.mac, mac, sizeof(mac));
	memcpy(asked->client.uuid, "pxeiso doctor", sizeof("pxeiso doctor"));
	asked->client.uuid[15] = (unsigned char)kind;
}

/* A socket that sends as a client, out of `interface`. */
static int
open_sender(const struct net_address *side, struct in_addr address, int *ret_fd)
{
	const struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_port = htons(DHCP_CLIENT_PORT), .sin_addr = address};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd == -1)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0 &&
	    (address.s_addr != INADDR_ANY || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, side->name,
							(socklen_t)strlen(side->name) + 1) == 0) &&
	    bind(fd, (const struct sockaddr *)&local, sizeof(local)) == 0) {
		*ret_fd = fd;
		return 0;
	}
	error = -errno;
	close(fd);
	return error == -EACCES ? -EPERM : error;
}

static int
send_question(int fd, const struct dhcp_client *client, enum dhcp_client_state state,
	      struct in_addr server, uint16_t port)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = server};
	struct dhcp_writer message;

	dhcp_client_compose(client, state, &message);
	return sendto(fd, message.bytes, message.length, 0, (const struct sockaddr *)&to,
		      sizeof(to)) == -1
		       ? -errno
		       : 0;
}

/* A frame that this machine sent to all is seen twice. */
static bool
is_known(const struct doctor_asked *asked, const struct dhcp_client_answer *facts)
{
	for (size_t i = 0; i < asked->count; i++) {
		const struct dhcp_client_answer *known = &asked->answers[i].facts;

		if (known->server.s_addr == facts->server.s_addr && known->type == facts->type &&
		    known->address.s_addr == facts->address.s_addr &&
		    strcmp(known->file, facts->file) == 0)
			return true;
	}
	return false;
}

/* Hands a frame to the machine that it is for: whether it was news. */
static bool
deliver(const struct doctor_frame *frame, struct doctor_asked *asked, size_t count, unsigned ms)
{
	for (size_t i = 0; i < count; i++) {
		struct doctor_answer answer = {.ms = ms};

		if (dhcp_client_read(&asked[i].client, frame->content, frame->content_length,
				     &frame->from, &answer.facts) < 0)
			continue;
		if (asked[i].count == DOCTOR_ANSWERS_MAX || is_known(&asked[i], &answer.facts))
			return false;
		answer.facts.has_mac = true;
		memcpy(answer.facts.mac, frame->mac, sizeof(answer.facts.mac));
		asked[i].answers[asked[i].count++] = answer;
		return true;
	}
	return false;
}

static bool
has_all(const struct doctor_asked *asked, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool has_address = false, has_file = false;

		for (size_t k = 0; k < asked[i].count; k++) {
			has_address |= asked[i].answers[k].facts.address.s_addr != 0;
			has_file |= asked[i].answers[k].facts.next != DHCP_NEXT_NONE;
		}
		/* Often nothing starts ARM64, and nobody answers it. */
		if (asked[i].client.kind != DHCP_CLIENT_UEFI_ARM64 && (!has_address || !has_file))
			return false;
	}
	return true;
}

static int
ask_all(int sender, const struct doctor_asked *asked, size_t count, bool only_unanswered)
{
	const struct in_addr all = {htonl(INADDR_BROADCAST)};
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		if (!only_unanswered || asked[i].count == 0)
			error = send_question(sender, &asked[i].client, DHCP_CLIENT_DISCOVER, all,
					      DHCP_SERVER_PORT);
	return error;
}

static int
gather(int tap, int sender, struct doctor_asked *asked, size_t count)
{
	const int64_t start = monotonic_ms();
	int64_t calm_at = start + PATIENCE_MS;
	int64_t again_at = start + AGAIN_MS;
	int error = ask_all(sender, asked, count, false);

	while (error == 0 && monotonic_ms() < calm_at) {
		struct pollfd waiting = {.fd = tap, .events = POLLIN};
		struct doctor_frame frame;

		poll(&waiting, 1, 50);
		while ((error = doctor_tap_read(tap, &frame)) == 0 || error == -EBADMSG)
			if (error == 0 &&
			    deliver(&frame, asked, count, (unsigned)(monotonic_ms() - start)) &&
			    has_all(asked, count))
				calm_at = monotonic_ms() + CALM_MS;
		error = error == -EAGAIN ? 0 : error;
		if (error == 0 && monotonic_ms() >= again_at) {
			again_at += AGAIN_MS;
			error = ask_all(sender, asked, count, true);
		}
	}
	return error;
}

int
doctor_ask_offers(const struct net_address *side, struct doctor_asked *asked, size_t count)
{
	int tap = -1, sender = -1;
	int error = doctor_tap_open(side->index, &tap);

	if (error < 0)
		return error;
	error = open_sender(side, (struct in_addr){INADDR_ANY}, &sender);
	if (error == 0) {
		error = gather(tap, sender, asked, count);
		close(sender);
	}
	close(tap);
	return error;
}

int
doctor_ask_boot_server(const struct net_address *side, const struct dhcp_client *client,
		       struct in_addr server, struct doctor_answer *ret_answer)
{
	struct dhcp_client asker = *client;
	const int64_t start = monotonic_ms();
	int fd = -1, error = open_sender(side, side->address, &fd);

	if (error < 0)
		return error;
	asker.address = side->address;
	asker.wants_broadcast = false;
	error = send_question(fd, &asker, DHCP_CLIENT_BOOT, server, DHCP_PXE_PORT);
	while (error == 0) {
		struct pollfd waiting = {.fd = fd, .events = POLLIN};
		int64_t left = start + BOOT_SERVER_MS - monotonic_ms();
		unsigned char bytes[DHCP_REQUEST_MAX];
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n;

		if (left <= 0 || poll(&waiting, 1, (int)left) <= 0) {
			error = -ETIMEDOUT;
			break;
		}
		n = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);
		if (n > 0 &&
		    dhcp_client_read(&asker, bytes, (size_t)n, &from, &ret_answer->facts) == 0) {
			ret_answer->ms = (unsigned)(monotonic_ms() - start);
			break;
		}
	}
	close(fd);
	return error;
}
