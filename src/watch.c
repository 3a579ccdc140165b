/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watcher. Events carry no news but "look again": the scanner compares the
 * whole directory anyway, so lost or merged events do no harm.
 */
#include "watch.h"

#include <errno.h>
#include <event2/event.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "monotonic.h"

enum {
	QUIET_MS = 200,
	PATIENCE_MS = 1000,
	/* IN_CREATE is for links, which are whole at once; a file that is still
	   being written is looked at again at its IN_CLOSE_WRITE. */
	CHANGES = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB |
		  IN_DELETE_SELF | IN_MOVE_SELF,
};

struct watch {
	int fd;                 /* of inotify */
	struct event *readable; /* on fd */
	struct event *quiet;    /* timer: the burst is over */
	int64_t burst_ms;       /* when the burst began, 0: none */
	void (*on_change)(void *context);
	void *context;
};

static void
on_quiet(evutil_socket_t fd, short what, void *argument)
{
	struct watch *watch = argument;

	(void)fd;
	(void)what;
	watch->burst_ms = 0;
	watch->on_change(watch->context);
}

static void
on_readable(evutil_socket_t fd, short what, void *argument)
{
	struct timeval delay = {.tv_usec = QUIET_MS * 1000};
	struct watch *watch = argument;
	char events[4096] __attribute__((aligned(8)));

	(void)what;
	while (read(fd, events, sizeof(events)) > 0)
		;
	if (watch->burst_ms == 0)
		watch->burst_ms = monotonic_ms();
	if (monotonic_ms() - watch->burst_ms < PATIENCE_MS)
		evtimer_add(watch->quiet, &delay);
}

int
watch_start(struct event_base *base, void (*on_change)(void *context), void *context,
	    struct watch **ret_watch)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	int error;

	if (watch == NULL)
		return -ENOMEM;
	watch->on_change = on_change;
	watch->context = context;
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->fd == -1) {
		error = -errno;
		free(watch);
		return error;
	}
	watch->readable = event_new(base, watch->fd, EV_READ | EV_PERSIST, on_readable, watch);
	watch->quiet = evtimer_new(base, on_quiet, watch);
	if (watch->readable == NULL || watch->quiet == NULL ||
	    event_add(watch->readable, NULL) == -1) {
		watch_stop(watch);
		return -ENOMEM;
	}
	*ret_watch = watch;
	return 0;
}

int
watch_add(struct watch *watch, const char *directory)
{
	return inotify_add_watch(watch->fd, directory, CHANGES | IN_ONLYDIR) == -1 ? -errno : 0;
}

void
watch_stop(struct watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->readable != NULL)
		event_free(watch->readable);
	if (watch->quiet != NULL)
		event_free(watch->quiet);
	close(watch->fd);
	free(watch);
}
