/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The indexer: a thread with a reader of its own, which finds out about the
 * squashfs images that workers ask for (nested.h). A slow or hostile one holds
 * up no more than the others that were asked for.
 */
#ifndef INDEXER_H
#define INDEXER_H

struct indexer;
struct nested;

/* Starts the thread. `program` as for reader_new; `on_answer` is called in the
   thread each time something was found out. 0 or a negative errno. */
int indexer_start(struct nested *, const char *program, void (*on_answer)(void *context),
		  void *context, struct indexer **ret_indexer);

/* Ends what is being read, and the thread. NULL is allowed. */
void indexer_stop(struct indexer *);

#endif
