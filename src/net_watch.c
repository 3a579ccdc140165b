/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A netlink socket of the routing family. What its messages say is not read:
 * they mean "look again", so that some were lost, when more came than the
 * kernel keeps, needs no care of its own.
 */
#include "net_watch.h"

#include <errno.h>
#include <event2/event.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct net_watch {
	int fd;
	struct event *readable;
	void (*on_change)(void *context);
	void *context;
};

static void
on_readable(evutil_socket_t fd, short what, void *argument)
{
	struct net_watch *watch = argument;
	bool is_news = false;
	char message[64]; /* the rest of it is dropped */

	(void)what;
	/* ENOBUFS: the kernel had to drop some. */
	while (recv(fd, message, sizeof(message), 0) >= 0 || errno == ENOBUFS)
		is_news = true;
	if (is_news)
		watch->on_change(watch->context);
}

static int
open_socket(void)
{
	const struct sockaddr_nl local = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd == -1)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) == -1) {
		int error = -errno;

		close(fd);
		return error;
	}
	return fd;
}

int
net_watch_start(struct event_base *base, void (*on_change)(void *context), void *context,
		struct net_watch **ret_watch)
{
	struct net_watch *watch = calloc(1, sizeof(*watch));
	int error;

	if (watch == NULL)
		return -ENOMEM;
	watch->on_change = on_change;
	watch->context = context;
	watch->fd = open_socket();
	if (watch->fd < 0) {
		error = watch->fd;
		free(watch);
		return error;
	}
	watch->readable = event_new(base, watch->fd, EV_READ | EV_PERSIST, on_readable, watch);
	if (watch->readable == NULL || event_add(watch->readable, NULL) == -1) {
		net_watch_stop(watch);
		return -ENOMEM;
	}
	*ret_watch = watch;
	return 0;
}

void
net_watch_stop(struct net_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->readable != NULL)
		event_free(watch->readable);
	close(watch->fd);
	free(watch);
}
