/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that grows. What went wrong is remembered, so a caller appends freely
 * and looks once, at the end.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty text. */
struct text {
	char *bytes;   /* NUL behind the last one; NULL while nothing was appended */
	size_t length; /* without the NUL */
	size_t size;   /* allocated */
	int error;     /* 0, -ENOMEM, or -EFBIG above TEXT_LIMIT */
};

enum { TEXT_LIMIT = 16 * 1024 * 1024 };

void text_append(struct text *, const char *string);
void text_append_bytes(struct text *, const char *bytes, size_t length);
void text_append_char(struct text *, char c);
void text_printf(struct text *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *, const char *format, va_list) __attribute__((format(printf, 2, 0)));

/* Percent-encodes all but unreserved characters and '/' (RFC 3986; IPXE-6). */
void text_append_url_path(struct text *, const char *path);

/* A copy on one line: control bytes and runs of blanks become one blank, none is
   left at the ends, and each `dropped` (0: none) is left out. malloc'ed; NULL
   when out of memory. */
char *text_clean(const char *string, char dropped);

/* What can be typed of a title: letters in lower case, digits, and one '-' for
   all between them; "" if there are none. malloc'ed; NULL when out of memory. */
enum { TEXT_LABEL_SIZE = 48 };
char *text_label(const char *title);

/* Takes back what was appended beyond `length`. */
void text_cut(struct text *, size_t length);

/* Hands the string over (never NULL on success) and empties the text: 0, or
   what went wrong; then the text is freed. */
int text_take(struct text *, char **ret_string, size_t *ret_length);

/* What was appended so far, "" for nothing. Valid until the next append. */
const char *text_string(const struct text *);

/* Frees and empties. */
void text_free(struct text *);

#endif
