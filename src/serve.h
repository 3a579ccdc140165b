/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's life, from its ports to its end.
 */
#ifndef SERVE_H
#define SERVE_H

#include "policy.h"

struct loaders;
struct options;

/* Serves until SIGTERM or SIGINT. -> the exit status: 0, or 1 when it could
   not start, which it then explained. */
int serve(const struct options *);

/* Which loaders of the boot policy there are. */
struct policy_loaders serve_loaders(const struct loaders *);

#endif
