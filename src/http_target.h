/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target of a request, from what was sent to the path that is looked up:
 * RFC 9112 section 3.2, HTTP-3, HTTP-4, HTTP-16. Pure.
 *
 * Dot segments and repeated slashes stay: content_open resolves them, for TFTP
 * and HTTP alike.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "http_request.h"
#include "http_slice.h"

struct http_target {
	char path[HTTP_LINE_MAX + 2]; /* decoded, ends with a NUL, begins with '/' */
	struct http_slice query;      /* behind '?', as sent; may be empty */
};

/* Reads origin-form ("/a/b?c"), absolute-form ("http://host/a/b") and GRUB's
   form without the leading slash ("a/b"). 0; -EINVAL for what is malformed
   (400); -ENOENT for an encoded separator, which is part of a name and no name
   has it (404). */
int http_target_parse(struct http_slice text, struct http_target *ret_target);

/* The same target with a slash at the end of its path, percent-encoded, as the value
   of a Location field: 0, or -ENAMETOOLONG when `size` is too small. */
int http_target_redirect(const struct http_target *target, char *buffer, size_t size);

#endif
