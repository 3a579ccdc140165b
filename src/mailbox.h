/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mailbox for catalogs: any thread posts, one event loop receives.
 *
 * Only the newest catalog matters; one that was not yet received is replaced.
 */
#ifndef MAILBOX_H
#define MAILBOX_H

struct catalog;
struct event_base;
struct mailbox;

/* `on_catalog` runs in the loop of `base` and owns the reference it gets. */
int mailbox_new(struct event_base *, void (*on_catalog)(void *context, struct catalog *),
		void *context, struct mailbox **ret_mailbox);

/* Hands over one reference. From any thread. */
void mailbox_post(struct mailbox *, struct catalog *);

/* In the loop's thread, or after it ended. NULL is allowed. */
void mailbox_free(struct mailbox *);

#endif
