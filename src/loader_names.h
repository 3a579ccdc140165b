/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loaders that the configuration names, and whether they are there.
 */
#ifndef LOADER_NAMES_H
#define LOADER_NAMES_H

struct config;
struct loaders;

/* Complains of each name that no loader has: a sentence that says where it stands
   and what to do. */
void loader_names_check(const struct config *, const struct loaders *,
			void (*complain)(void *context, const char *text), void *context);

#endif
