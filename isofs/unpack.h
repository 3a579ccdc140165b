/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unpacks one compressed stream that lies in a file: what Linux can find an
 * initramfs packed with. Runs only in the reader process.
 *
 * Where a stream ends is said by its decoder and by nothing else, as in the
 * kernel: further archives may follow it, compressed or not. libarchive does
 * not tell that (it gives up the last bytes of xz, zstd and lz4 when anything
 * follows), so the decoders are asked themselves. Those of squashfs are the
 * same ones, but bzip2's. None of them starts a thread.
 *
 * lz4 is the legacy format of `lz4 -l`, the only one that the kernel knows. LZO
 * is not read.
 */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdint.h>

#include "bytes.h"

struct unpacker;
struct window;

/* Begins to unpack the stream at `offset` of the window, which must outlive the
   unpacker. 0, -ENOTDIR when nothing that is known begins there, -EIO and
   others of pread, -ENOMEM. */
int unpacker_open(struct window *, uint64_t offset, struct unpacker **ret_unpacker);

/* NULL is allowed. */
void unpacker_close(struct unpacker *);

/* The next bytes, valid until the next call: none at the end of the stream.
   0, -EBADMSG with *ret_why (static text) when they are damaged or end too
   early, or an errno of pread. */
int unpacker_next(struct unpacker *, struct bytes *ret_bytes, const char **ret_why);

/* Where the stream ended: the offset of the first byte behind it. */
uint64_t unpacker_end(const struct unpacker *);

#endif
