/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetching as a machine does: the beginning of a file, by TFTP or HTTP, with
 * what a person wants to know of it. Blocks, for a few seconds at most.
 */
#ifndef DOCTOR_FETCH_H
#define DOCTOR_FETCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum { DOCTOR_FETCH_SECONDS = 3 }; /* without an answer */

struct doctor_fetched {
	char why[200];    /* what went wrong, "" for nothing */
	bool is_silent;   /* nobody answered */
	uint64_t size;    /* bytes of the whole file */
	struct text body; /* its beginning; freed by the caller */
	unsigned ms;      /* until then */
};

/* Fetches `name`: "http://ADDRESS[:PORT]/PATH", "tftp://ADDRESS/PATH", or a
   path of TFTP on `server`. Up to `most` bytes are received; with 0 the file is
   only asked for (HEAD, tsize). `why` tells how it went. */
void doctor_fetch(const char *name, struct in_addr server, size_t most,
		  struct doctor_fetched *ret_fetched);

#endif
