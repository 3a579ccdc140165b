/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image for `pxeiso explain`: what it is, which of its
 * configuration files were read, every entry with where it is from, its
 * arguments before and after, each change with its reason, every URL that will
 * be fetched and whether it is there, what a machine needs, and why an entry is
 * not offered. As text for people, as JSON for scripts.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "fetch.h"
#include "menu.h"

struct companion;
struct text;
struct volume;

enum {
	EXPLAIN_PXELINUX = 1 << MENU_PXELINUX,
	EXPLAIN_IPXE = 1 << MENU_IPXE,
	EXPLAIN_GRUB = 1 << MENU_GRUB,
	EXPLAIN_UEFI = EXPLAIN_IPXE | EXPLAIN_GRUB, /* those that UEFI firmware can start */
	EXPLAIN_ALL = EXPLAIN_PXELINUX | EXPLAIN_IPXE | EXPLAIN_GRUB,
};

/* What is explained. */
struct explain {
	const struct menu_context *context;
	const struct menu_image *image;
	const struct volume *volume;       /* what it says of itself; NULL: not known */
	const struct companion *companion; /* the folder beside it; NULL: there is none */
	const struct fetch_tree *tree;
	unsigned clients; /* the kinds of client that it is about */
};

/* Appends the story of one image. Nothing in it can write to a terminal: what
   comes out of the image is on one line, without control bytes. */
void explain_text(const struct explain *, struct text *);

/* Appends one JSON object, without a newline behind it. The fields are named
   in pxeiso(8). 0, or -ENOMEM. */
int explain_json(const struct explain *, struct text *);

/* Calls `complain` for each URL that an entry which is offered cannot do without
   and that is not there: "ENTRY: URL" and why. */
typedef void explain_complain(void *context, const char *what, const char *why);

void explain_check(const struct explain *, explain_complain *complain, void *context);

#endif
