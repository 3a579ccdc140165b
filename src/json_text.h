/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text out of images as JSON: JSON is UTF-8, names in images need not be.
 */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <jansson.h>

#include "text.h"

/* A JSON string; each byte that is not part of UTF-8 becomes U+FFFD. NULL
   when out of memory. */
json_t *json_text(const char *text);

/* Appends the same as it is written in JSON, with its quotes. */
void json_text_append(struct text *, const char *string);

#endif
