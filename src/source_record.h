/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source that remembers which files were read through it: so explain can tell
 * of the configuration files of an image, whoever read them.
 */
#ifndef SOURCE_RECORD_H
#define SOURCE_RECORD_H

#include "source.h"

struct entry_note;

struct source_record {
	struct source source; /* what is handed on; as `inner` in all else */
	const struct source *inner;
	struct entry_note *read; /* the paths, each once, in the order of reading */
	int error;               /* -ENOMEM when one could not be kept */
};

/* Starts to record what is read from `inner`, which must outlive it. Points into
   itself: not to be copied. `read` is the caller's to free or to take. */
void source_record_init(struct source_record *, const struct source *inner);

#endif
