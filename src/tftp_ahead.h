/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The piece of a file that a transfer holds in memory.
 *
 * It is read in large pieces, so that a transfer in lockstep does not read
 * block by block, and blocks leave from where they were read. What comes out of
 * a stream comes once and in order, so the piece keeps what may be asked for
 * again: all from where the last fetch that needed more began.
 */
#ifndef TFTP_AHEAD_H
#define TFTP_AHEAD_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct file;
struct stream;

struct tftp_ahead {
	const struct file *file;
	struct in_addr client; /* zero until it has proven to be there */
	struct stream *stream; /* opened by the first fetch if the file needs one */
	uint8_t *bytes;
	size_t size;     /* room */
	size_t length;   /* filled */
	uint64_t offset; /* in the file, of the first byte */
};

/* Room for the `window` bytes that may be asked for again, and for some blocks
   of a transfer in lockstep; never for more than the file has. `file` must
   stay. 0 or -ENOMEM. */
int tftp_ahead_init(struct tftp_ahead *, const struct file *, size_t window);

/* `client` has proven to be there. All others share the streams that one client
   may have: their requests may be forged. */
void tftp_ahead_trust(struct tftp_ahead *, struct in_addr client);

void tftp_ahead_clear(struct tftp_ahead *);

/* Points *ret_bytes at `wanted` bytes of the file from `offset` on: -> how many
   there are, fewer only at the end of the file; -EINPROGRESS when a stream has
   not so many yet, -EBUSY when none can be had now; -EIO or another negative
   errno. A transfer fetches a window before parts of it, and nothing that lies
   before its last window. */
ssize_t tftp_ahead_fetch(struct tftp_ahead *, uint64_t offset, size_t wanted,
			 const uint8_t **ret_bytes);

#endif
