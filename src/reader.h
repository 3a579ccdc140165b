/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader: a child process that parses images, so that a hostile one can
 * kill or stall nothing but it.
 *
 * The parent hands it an image's descriptor over a socket pair and gets back a
 * sealed memfd with the index, or a reason. The child is this same program,
 * executed again (argv: program "--reader", the socket on descriptor 3), so it
 * holds no memory and no descriptor of the daemon. It works in a jail (jail.h).
 * A reader that dies, or does not answer in time, or takes too much processor
 * time is killed; the next request starts another.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>

struct extent;
struct index;
struct reader;

/* `program` is what to execute, usually "/proc/self/exe". Starts nothing yet. */
int reader_new(const char *program, struct reader **ret_reader);

/* Kills the child, waits for it and frees. NULL is allowed. */
void reader_free(struct reader *);

/* How long an answer may take, in milliseconds; 20 s unless set. */
void reader_set_deadline(struct reader *, unsigned deadline_ms);

/* Takes what was found out about initramfs from `folder`, which is taken over; -1: there
   is none. What is found is kept there, unless it is only for reading. */
void reader_set_cache(struct reader *, int folder, bool is_read_only);

/* How much processor time one request may take, in seconds; 10 s unless set. */
void reader_set_processor_time(struct reader *, unsigned processor_s);

/* Asks for the index of the image behind `image_fd` and maps it. Blocks up to
   twice the deadline, since what a used child cannot read is read once more by
   a new one; one caller at a time (the scanner thread). 0, or a negative
   errno with the reason as text in `ret_why` (up to `size` bytes, always
   terminated): -EBADMSG for what is no readable image, -ETIMEDOUT, -EPIPE when
   the reader died or was stopped by its jail, -EPERM when it has no jail. */
int reader_index(struct reader *, int image_fd, struct index **ret_index, char *ret_why,
		 size_t size);

/* The same for the squashfs that the bytes `squashfs` of the image are. -ENOTDIR
   when they are none. Its files are read by streams (stream.h). */
int reader_index_squashfs(struct reader *, int image_fd, const struct extent *squashfs,
			  struct index **ret_index, char *ret_why, size_t size);

/* The same for the initramfs that the bytes `initramfs` of the image are: what
   is in it, not the bytes of its files. -EFBIG for one beyond its limits. */
int reader_index_initramfs(struct reader *, int image_fd, const struct extent *initramfs,
			   struct index **ret_index, char *ret_why, size_t size);

/* Ends the request that runs, and any later one, at once with -ECANCELED. From
   any thread, as long as the reader is not freed. */
void reader_cancel(struct reader *);

/* The child's life: goes into its jail (jail.h), answers requests on `fd` until
   it is closed, and ends the process. Called by main for "--reader". */
_Noreturn void reader_serve(int fd);

#endif
