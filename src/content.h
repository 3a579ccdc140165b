/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that clients see, the same for TFTP and HTTP (DESIGN.md section 4).
 *
 * One `struct content` belongs to one worker thread; it looks at the newest
 * catalog that was handed to that worker. Reading content_open shows every
 * path that exists.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine.h"

struct catalog;
struct clients;
struct content;
struct file;
struct nested;

/* What the menus say beside the images. Copied; strings must stay. */
struct content_options {
	struct clients *clients; /* shared; NULL: none */
	struct nested *nested;   /* shared; NULL: no paths into a squashfs */
	uint16_t http_port;      /* 0: no HTTP service to point at */
	uint16_t tftp_port;
	const char *menu_title;
	struct machine_menu menu;               /* of machines without a section */
	const struct config_sections *machines; /* [machine WHO]; NULL: none */
};

/* A view of an empty tree: 0 or -ENOMEM. */
int content_new(const struct content_options *, struct content **ret_content);

/* NULL is allowed. Files that are open stay good. */
void content_free(struct content *);

/* Shows `catalog` from now on, and owns the reference. */
void content_set_catalog(struct content *, struct catalog *);

/* Who asks, and through which of our addresses: generated menus name it. */
struct client {
	struct in_addr address; /* the client's */
	struct in_addr server;  /* ours, on the side the request came in */
	bool is_http;           /* paths that only HTTP has are shown */
};

/* Opens what `client` should see at `path`, which is decoded ('/' separates,
   no percent escapes) but otherwise as the client sent it: '\' counts as '/',
   empty and "." segments are dropped, ".." is resolved and never leaves the
   tree (TFTP-38..42, HTTP-16).
   0, or -ENOENT, -EACCES (".." above the root, a file that cannot be served),
   -EISDIR (a directory), -EINVAL (control bytes), -ELOOP, -EIO, -ENOMEM;
   -EINPROGRESS when a squashfs on the way must be read first: ask again when
   nested.h says so; -EBUSY when too many must. */
int content_open(struct content *, const struct client *, const char *path, struct file **ret_file);

/* The listing of the directory at `path`, HTML or JSON, as a file in memory.
   A squashfs is one too. 0, or -ENOENT, -ENOTDIR, -EFBIG (more than 20,000 children in an image's
   directory, or more than TEXT_LIMIT bytes), and the errors of content_open. */
int content_list(struct content *, const struct client *, const char *path, bool json,
		 struct file **ret_file);

#endif
