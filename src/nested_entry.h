/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of one squashfs, for nested.c alone; others see what nested.h
 * shows of it.
 */
#ifndef NESTED_ENTRY_H
#define NESTED_ENTRY_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/queue.h>

#include "image.h"
#include "index.h"

struct squash {
	atomic_uint references;
	TAILQ_ENTRY(squash) link;
	struct image_identity identity; /* of the image */
	struct extent extent;           /* in the image */
	struct image *image;            /* while it waits for the reader, else NULL */
	uint32_t node;                  /* in the image: for the log */
	int result;                     /* -EINPROGRESS until the reader has answered */
	int64_t answered_at;            /* monotonic ms */
	struct index *index;            /* only with result 0 */
};

#endif
