/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Giving up root: the ports are bound by then, what is left to do is to read
 * images and answer requests.
 */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stddef.h>

/* The user to become: the configured one, else "pxeiso" where a package made
   it, else "nobody". */
const char *privileges_user(const char *configured);

/* Becomes `user` with all capabilities gone and none to be gained again
   (no_new_privs). When `user` may not read one of the `count` directories, the
   right to read any file (CAP_DAC_READ_SEARCH) is kept for the daemon itself,
   and *ret_unreadable is that directory (else NULL); the reader process never
   has it. Does nothing when the process is not root or `user` is "root".
   To be called before any thread exists. 0, -ENOENT (no such user), or a
   negative errno of the system calls. */
int privileges_drop(const char *user, const char *const *directories, size_t count,
		    const char **ret_unreadable);

#endif
