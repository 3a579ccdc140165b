/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads an image and makes its index. Runs only in the reader process: the
 * bytes are hostile, and this is the code that meets them.
 */
#ifndef ISOFS_H
#define ISOFS_H

#include <stdint.h>

/* Parses the image behind `fd` (seekable; its position is not used) and
   writes its index to a new sealed memfd. 0, or -EBADMSG with *ret_why (static
   text, such as "not an ISO 9660 image") when it is no image we can read,
   -EIO and others of pread, -ENOMEM, -EFBIG above the limits on nodes. */
int isofs_index(int fd, int *ret_memfd, const char **ret_why);

/* The bytes of the file or block device behind `fd`: 0, or -EBADMSG when it is
   neither, or negative errno. */
int isofs_image_size(int fd, uint64_t *ret_size);

#endif
