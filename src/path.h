/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths as clients write them, made into the one form that is looked up.
 *
 * Purely lexical: no file system is touched and no symbolic link is known
 * here. TFTP names and HTTP paths both go through it inside content_open, so
 * there is one place to read about escapes from the tree.
 *
 * Rules: TFTP-38..42, HTTP-16. Percent-decoding is not done here (HTTP does
 * it before; TFTP never does).
 */
#ifndef PATH_H
#define PATH_H

#include <stddef.h>

/* A buffer for any path that is accepted, with its NUL. */
#define PATH_SIZE 1024

/* Writes `raw` to `buffer` (of `size` bytes) in its clean form: segments
   joined by single '/', none at either end, so the root is "". '\' counts as
   '/'; empty and "." segments are dropped; ".." takes the segment before it
   away. The clean form is never longer than `raw`. Bytes from 0x80 on pass
   unchanged. `buffer` may be `raw` itself.
   0, -EACCES (".." above the root), -EINVAL (a control byte),
   -ENAMETOOLONG (longer than `size` allows, or a segment of over 255 bytes).
   `buffer` holds nothing useful after an error. */
int path_clean(const char *raw, char *buffer, size_t size);

/* The "//" rule (TFTP-42): PXELINUX puts its directory before every path, so
   "/x" in an image's configuration arrives as "NAME/isolinux//x". Cuts `raw`
   at its last "//" and writes what is before it to `head` and what is behind
   it to `tail` (of `size` bytes each, two different buffers), both clean. The
   caller looks for `tail` in the root of the image that `head` lies in.
   0, -ENOENT (`raw` has no "//" but at its start), or an error of path_clean:
   for `tail` -EACCES means above the root of the image. */
int path_split_double_slash(const char *raw, char *head, char *tail, size_t size);

/* Reads `raw` as Latin-1 and writes it to `buffer` (of `size` bytes) as UTF-8:
   for a name that was not found as it stands (TFTP-41). 0, -ENOENT (no byte
   from 0x80 on: it would be the same), -ENAMETOOLONG. */
int path_from_latin1(const char *raw, char *buffer, size_t size);

#endif
