/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What machines will fetch from us, in the order in which they do, and whether
 * it is there:
 *
 *      loader ──► menu ──► kernel ──► initrd ──► what the initramfs fetches
 *
 * It is worked out from the model of entries, as the renderers of menus do, and
 * looked up in the tree that is served. No request is made.
 */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "menu.h"

struct entry;

enum fetch_stage { FETCH_LOADER, FETCH_MENU, FETCH_KERNEL, FETCH_INITRD, FETCH_ROOT };

/* The tree that is served. `find` looks a decoded path up as for a request: 0,
   -EISDIR, or another negative errno. */
struct fetch_tree {
	int (*find)(void *data, const char *path, uint64_t *ret_size);
	void *data;
};

struct fetch {
	enum fetch_stage stage;
	unsigned clients; /* who fetches it: a bit, 1 << enum menu_format, for each */
	char *url;
	char *path; /* decoded, "images/x.iso"; NULL: of another server */
	bool is_tftp;
	bool is_optional; /* the machine can do without */
	int result;       /* of the lookup: -EISDIR is what a URL may begin with */
	uint64_t size;    /* bytes, with result 0 */
	const char *why;  /* what to do about a loader that is missing, or NULL; static */
};

/* Bounded: an image can name as many URLs as it likes. */
enum { FETCHES_MAX = 256 };

struct fetches {
	struct fetch *items;
	size_t count;
	size_t left_out; /* URLs that are not among the items: there were too many */
	int error;       /* -ENOMEM */
};

/* What a kind of client fetches until the image's menu is shown. */
void fetches_add_menu(struct fetches *, enum menu_format, const struct menu_context *,
		      const struct menu_image *, const struct fetch_tree *);

/* What it fetches when `entry` is chosen. What several kinds fetch is there once. */
void fetches_add_entry(struct fetches *, enum menu_format, const struct menu_context *,
		       const struct menu_image *, const struct entry *, const struct fetch_tree *);

/* Frees and empties. */
void fetches_free(struct fetches *);

/* Whether something will be asked for that is not there. */
bool fetch_is_missing(const struct fetch *);

/* "kernel", "initrd", ... */
const char *fetch_stage_name(enum fetch_stage);

/* Why it is missing. */
const char *fetch_why(const struct fetch *);

#endif
