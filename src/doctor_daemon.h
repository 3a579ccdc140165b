/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of the daemon that runs on this machine.
 */
#ifndef DOCTOR_DAEMON_H
#define DOCTOR_DAEMON_H

struct options;
struct doctor_daemon;

/* Gives `options`, when they say nothing of what is served, what the daemon
   was started with; then this process is in the daemon's folder. -> the
   daemon's process, or 0 when nothing was taken. What `*ret_daemon` (or NULL)
   holds must outlive the options. */
long doctor_daemon_options(struct options *options, struct doctor_daemon **ret_daemon);

void doctor_daemon_free(struct doctor_daemon *);

#endif
