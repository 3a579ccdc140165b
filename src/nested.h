/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The squashfs images that lie in images: what is known of them, shared by all
 * threads. Their indexes are made when somebody first asks for a path in one.
 *
 *      worker ── nested_open ──► not yet: -EINPROGRESS ──► nested_await ── indexer
 *         ▲                                                                  │
 *         └────────────── ask again ◄──────────────── nested_answer ◄────────┘
 *
 * Whether a file is a squashfs is asked of its bytes, not of its name. What was
 * found is remembered, refusals too; the indexes that were not used for longest
 * are forgotten when they get too large together.
 */
#ifndef NESTED_H
#define NESTED_H

#include <stdbool.h>
#include <stdint.h>

#include "index.h"

struct image;
struct nested;
struct streams;

/* An index of a squashfs, counted and never changed. */
struct squash;

/* `program` is for streams_new: 0 or -ENOMEM. */
int nested_new(const char *program, struct nested **ret_nested);

/* When all streams are closed and nobody asks any more. NULL is allowed. */
void nested_free(struct nested *);

/* What the files of all squashfs images are read by. */
struct streams *nested_streams(const struct nested *);

/* The squashfs that the file `node` of `image` is. From any thread; never
   waits. 0; -EINPROGRESS: ask again later; -EBUSY: too many are asked
   for at once; -ENOTDIR: it is none; -EBADMSG: one that cannot be read, the
   log says why; -ENOMEM. */
int nested_open(struct nested *, struct image *, uint32_t node, struct squash **ret_squash);

const struct index *squash_index(const struct squash *);
struct extent squash_extent(const struct squash *); /* where it lies in the image */
void squash_unref(struct squash *);

/* A squashfs that somebody asked for. */
struct nested_question {
	struct squash *squash;
	struct image *image;
	uint32_t node;        /* in the image */
	struct extent extent; /* in the image */
};

/* Waits for a question: true, and nested_answer must follow; false once
   nested_stop was called. For one thread. */
bool nested_await(struct nested *, struct nested_question *ret_question);

/* Says what reader_index_squashfs found: `index`, which is taken over, with
   `result` 0. Those who asked should ask again. */
void nested_answer(struct nested *, const struct nested_question *, int result,
		   struct index *index);

/* From now on what is not known is -EBUSY. */
void nested_stop(struct nested *);

/* Looks for a file on the way of `path`, which index_lookup said -ENOTDIR or 0
   to: 0 with the file, and the path behind it ("" for itself), or -ENOENT. */
int nested_find_carrier(const struct index *, const char *path, uint32_t *ret_node,
			const char **ret_rest);

/* Where the file `node` lies, if it lies in one piece as a squashfs must (SQ-3):
   0, or -ENOTDIR. */
int nested_extent(const struct index *, uint32_t node, struct extent *ret_extent);

#endif
