/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Giving up root: the ports are bound by then, what is left to do is to read
 * images and answer requests.
 */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>

/* The user to become: the configured one, else "pxeiso" where a package made
   it, else "nobody". */
const char *privileges_user(const char *configured);

/* Becomes `user` with all capabilities gone and none to be gained again
   (no_new_privs). When `user` may not read one of the `count` directories, the
   right to read any file (CAP_DAC_READ_SEARCH) can still be taken up by the
   threads that call privileges_read_all, and *ret_unreadable is that directory
   (else NULL); the reader process never has it. Does nothing when the process
   is not root or `user` is "root".
   To be called before any thread exists. 0, -ENOENT (no such user), or a
   negative errno of the system calls. */
int privileges_drop(const char *user, const char *const *directories, size_t count,
		    const char **ret_unreadable);

/* Opens the folder `name` in `directory`, both made if they are not there, and
   gives it to `user`, who can write there afterwards. To be called while still
   root. -> its descriptor, or a negative errno. */
int privileges_own_folder(const char *user, const char *directory, const char *name);

/* Takes up, or lays down, the right to read any file, for the calling thread
   and only where privileges_drop kept it. */
void privileges_read_all(bool on);

/* Gives that right away for good, for the calling thread and those it starts. */
void privileges_forget(void);

#endif
