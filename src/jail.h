/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The jail: what a process that reads hostile bytes gives up before it does.
 *
 *      limits     memory, size of files, descriptors, no child, no core
 *      Landlock   no path can be opened, where the kernel knows Landlock
 *      seccomp    the few system calls that reading an image takes; any other
 *                 ends the process with SIGSYS
 *
 * None of it can be undone. What it does not limit is time: that is for the
 * parent, who can tell one image from the next (reader.h).
 */
#ifndef JAIL_H
#define JAIL_H

/* All of it. `socket` is the one descriptor over which messages may go, `output`
   the one that bytes may be written to. 0, or a negative errno with *ret_what as
   what could not be had (static text, such as "seccomp"): then the process is
   not in a jail and must not look at anything hostile. */
int jail_enter(int socket, int output, const char **ret_what);

/* The three layers alone, for jail_enter and for tests. 0 or negative errno;
   a kernel without Landlock is not an error: seccomp stands alone there. */
int jail_limit(void);
int jail_close_paths(void);
int jail_filter_calls(int socket, int output);

#endif
