/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Media types by a file's ending (HTTP-20).
 */
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H

/* The type of a file called `name`: static, never NULL. */
const char *media_type(const char *name);

#endif
