/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The squashfs images that lie in images: their indexes, made when somebody
 * first asks for a path in one, by a thread and a reader of its own.
 *
 *      worker ── nested_open ──► not yet: -EINPROGRESS ──► thread ──► reader
 *         ▲                                                  │
 *         └───────── on_ready: ask again ◄───────────────────┘
 *
 * Whether a file is a squashfs is asked of its bytes, not of its name. What was
 * found is remembered, refusals too; the indexes that were not used for longest
 * are forgotten when they get too large together.
 */
#ifndef NESTED_H
#define NESTED_H

#include <stdint.h>

#include "index.h"

struct image;
struct nested;
struct streams;

/* An index of a squashfs, counted and never changed. */
struct squash;

/* Starts the thread. `program` as for reader_new; `on_ready` is called in the
   thread each time something was found out. 0 or a negative errno. */
int nested_start(const char *program, void (*on_ready)(void *context), void *context,
		 struct nested **ret_nested);

/* Ends the thread: on_ready is called no more, and what is not known is -EBUSY.
   NULL is allowed, as in nested_free, which forgets everything: to be called
   when all streams are closed and nobody asks any more. */
void nested_stop(struct nested *);
void nested_free(struct nested *);

/* What the files of all squashfs images are read by. */
struct streams *nested_streams(const struct nested *);

/* The squashfs that the file `node` of `image` is. From any thread; never
   waits. 0; -EINPROGRESS: ask again after on_ready; -EBUSY: too many are asked
   for at once; -ENOTDIR: it is none; -EBADMSG: one that cannot be read, the
   log says why; -ENOMEM. */
int nested_open(struct nested *, struct image *, uint32_t node, struct squash **ret_squash);

const struct index *squash_index(const struct squash *);
struct extent squash_extent(const struct squash *); /* where it lies in the image */
void squash_unref(struct squash *);

/* Looks for a file on the way of `path`, which index_lookup said -ENOTDIR or 0
   to: 0 with the file, and the path behind it ("" for itself), or -ENOENT. */
int nested_find_carrier(const struct index *, const char *path, uint32_t *ret_node,
			const char **ret_rest);

/* Where the file `node` lies, if it lies in one piece as a squashfs must (SQ-3):
   0, or -ENOTDIR. */
int nested_extent(const struct index *, uint32_t node, struct extent *ret_extent);

#endif
