/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roots: the directories and single images that a person named, as the
 * scanner looks at them again and again.
 */
#ifndef ROOTS_H
#define ROOTS_H

#include <stdbool.h>
#include <stdint.h>

struct config_list;
struct image_list;

struct roots {
	const struct config_list *paths; /* as named */
	/* Called for each directory whose changes matter, at each look. */
	void (*on_directory)(void *context, const char *path);
	void *context;
	uint64_t troubles; /* which could not be listed last time, a bit each */
	bool is_remote;    /* one lies where changes are not announced: NFS, SMB, FUSE */
};

/* Lists all images of all roots. A root that cannot be listed is logged when
   it begins to fail, not at each look. */
void roots_list(struct roots *, struct image_list *);

#endif
