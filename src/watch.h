/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watcher: notices that something changed in the directories of images.
 *
 * It lives in the main thread and touches no disk: it only reads inotify's
 * descriptor, waits for a quiet moment, and calls back. Which directories are
 * watched is said by the scanner, from its own thread, as it finds them.
 */
#ifndef WATCH_H
#define WATCH_H

struct event_base;
struct watch;

/* `on_change` is called in the loop's thread, a fifth of a second after the
   last of a burst of changes, at the latest one second after its first. */
int watch_start(struct event_base *, void (*on_change)(void *context), void *context,
		struct watch **ret_watch);

/* Watches `directory` too; again is harmless. From any thread. -errno, for
   instance -ENOSPC (fs.inotify.max_user_watches). */
int watch_add(struct watch *, const char *directory);

/* NULL is allowed. */
void watch_stop(struct watch *);

#endif
