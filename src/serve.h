/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's life, from its ports to its end.
 */
#ifndef SERVE_H
#define SERVE_H

struct options;

/* Serves until SIGTERM or SIGINT. -> the exit status: 0, or 1 when it could
   not start, which it then explained. */
int serve(const struct options *);

#endif
