/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mailbox: one slot behind a mutex, and an eventfd that wakes the loop. It
 * spares libevent's own locking, which every event would pay for.
 */
#include "mailbox.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "catalog.h"

struct mailbox {
	pthread_mutex_t mutex;
	struct catalog *pending; /* NULL: empty */
	int fd;                  /* eventfd */
	struct event *readable;  /* on fd */
	void (*on_catalog)(void *context, struct catalog *);
	void *context;
};

static struct catalog *
swap_pending(struct mailbox *mailbox, struct catalog *catalog)
{
	struct catalog *before;

	pthread_mutex_lock(&mailbox->mutex);
	before = mailbox->pending;
	mailbox->pending = catalog;
	pthread_mutex_unlock(&mailbox->mutex);
	return before;
}

static void
on_readable(evutil_socket_t fd, short what, void *argument)
{
	struct mailbox *mailbox = argument;
	struct catalog *catalog;
	eventfd_t count;

	(void)what;
	eventfd_read(fd, &count);
	catalog = swap_pending(mailbox, NULL);
	if (catalog != NULL)
		mailbox->on_catalog(mailbox->context, catalog);
}

int
mailbox_new(struct event_base *base, void (*on_catalog)(void *context, struct catalog *),
	    void *context, struct mailbox **ret_mailbox)
{
	struct mailbox *mailbox = calloc(1, sizeof(*mailbox));
	int error = -ENOMEM;

	if (mailbox == NULL)
		return -ENOMEM;
	pthread_mutex_init(&mailbox->mutex, NULL);
	mailbox->on_catalog = on_catalog;
	mailbox->context = context;
	mailbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mailbox->fd == -1) {
		error = -errno;
		goto free_mailbox;
	}
	mailbox->readable =
		event_new(base, mailbox->fd, EV_READ | EV_PERSIST, on_readable, mailbox);
	if (mailbox->readable == NULL || event_add(mailbox->readable, NULL) == -1)
		goto close_fd;
	*ret_mailbox = mailbox;
	return 0;

close_fd:
	if (mailbox->readable != NULL)
		event_free(mailbox->readable);
	close(mailbox->fd);
free_mailbox:
	free(mailbox);
	return error;
}

void
mailbox_post(struct mailbox *mailbox, struct catalog *catalog)
{
	catalog_unref(swap_pending(mailbox, catalog));
	eventfd_write(mailbox->fd, 1);
}

void
mailbox_free(struct mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	event_free(mailbox->readable);
	close(mailbox->fd);
	catalog_unref(mailbox->pending);
	pthread_mutex_destroy(&mailbox->mutex);
	free(mailbox);
}
