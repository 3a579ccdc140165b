/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker: builds its loop and services in the caller's thread, so that a
 * failure is the caller's to report, then lets them run in its own.
 */
#include "worker.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "catalog.h"
#include "mailbox.h"
#include "privileges.h"

struct worker {
	pthread_t thread;
	bool is_running; /* thread exists */
	struct event_base *base;
	struct mailbox *mailbox;
	int stop_fd;         /* eventfd: end the loop */
	struct event *stop;  /* on stop_fd */
	int retry_fd;        /* eventfd: something waited for may be there */
	struct event *retry; /* on retry_fd */
	struct content *content;
	struct http *http;
	struct tftp *tftp;
};

static void
on_catalog(void *context, struct catalog *catalog)
{
	struct worker *worker = context;

	content_set_catalog(worker->content, catalog);
}

static void
on_stop(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(((struct worker *)argument)->base);
}

static void
on_retry(evutil_socket_t fd, short what, void *argument)
{
	struct worker *worker = argument;
	eventfd_t count;

	(void)what;
	eventfd_read((int)fd, &count);
	http_retry(worker->http);
	tftp_retry(worker->tftp);
}

static void *
run(void *argument)
{
	privileges_forget();
	event_base_dispatch(((struct worker *)argument)->base);
	return NULL;
}

/* Makes what a loop needs beside the services. */
static int
loop_new(struct worker *worker)
{
	worker->base = event_base_new();
	if (worker->base == NULL)
		return -ENOMEM;
	worker->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	worker->retry_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->stop_fd == -1 || worker->retry_fd == -1)
		return -errno;
	worker->stop = event_new(worker->base, worker->stop_fd, EV_READ, on_stop, worker);
	worker->retry =
		event_new(worker->base, worker->retry_fd, EV_READ | EV_PERSIST, on_retry, worker);
	if (worker->stop == NULL || event_add(worker->stop, NULL) == -1 || worker->retry == NULL ||
	    event_add(worker->retry, NULL) == -1)
		return -ENOMEM;
	return mailbox_new(worker->base, on_catalog, worker, &worker->mailbox);
}

static int
services_start(struct worker *worker, const struct worker_options *options)
{
	int error = content_new(&options->content, &worker->content);

	if (error == 0 && options->http_fd != -1)
		error = http_start(worker->base, options->http_fd, worker->content, &options->http,
				   &worker->http);
	if (error == 0 && options->tftp_fd != -1)
		error = tftp_start(worker->base, options->tftp_fd, worker->content, &options->tftp,
				   &worker->tftp);
	return error;
}

int
worker_start(const struct worker_options *options, struct worker **ret_worker)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int error;

	if (worker == NULL)
		return -ENOMEM;
	worker->stop_fd = worker->retry_fd = -1;
	error = loop_new(worker);
	if (error == 0)
		error = services_start(worker, options);
	if (error == 0)
		error = -pthread_create(&worker->thread, NULL, run, worker);
	if (error < 0) {
		worker_stop(worker);
		return error;
	}
	worker->is_running = true;
	*ret_worker = worker;
	return 0;
}

void
worker_hand(struct worker *worker, struct catalog *catalog)
{
	mailbox_post(worker->mailbox, catalog);
}

void
worker_retry(struct worker *worker)
{
	eventfd_write(worker->retry_fd, 1);
}

void
worker_stop(struct worker *worker)
{
	if (worker == NULL)
		return;
	if (worker->is_running) {
		eventfd_write(worker->stop_fd, 1);
		pthread_join(worker->thread, NULL);
	}
	tftp_stop(worker->tftp);
	http_stop(worker->http);
	content_free(worker->content);
	mailbox_free(worker->mailbox);
	if (worker->stop != NULL)
		event_free(worker->stop);
	if (worker->retry != NULL)
		event_free(worker->retry);
	if (worker->stop_fd != -1)
		close(worker->stop_fd);
	if (worker->retry_fd != -1)
		close(worker->retry_fd);
	if (worker->base != NULL)
		event_base_free(worker->base);
	free(worker);
}
