/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel arguments as text: words apart, and the {tokens} that are filled in
 * when a menu is made.
 *
 * A word ends at white space outside double quotes, as the kernel reads them.
 * A {token} stands for something that only the request tells, such as our
 * address. A brace that an image has in its own arguments is doubled, so no
 * image can make us fill anything in.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/* The next word behind *cursor, which moves on: false at the end. The word
   lies within the text, with its quotes. */
bool arguments_next(const char **cursor, const char **ret_word, size_t *ret_length);

/* Appends `arguments` with white space made into single blanks outside quotes,
   other control bytes into '?', and each '{' doubled: the form that struct
   entry holds, one line whatever the image has. */
void arguments_escape(struct text *, const char *arguments, size_t length);

/* Appends the value of the token `name` (`length` bytes): false if there is
   no such token, or no value for it. */
typedef bool arguments_fill(const void *context, const char *name, size_t length, struct text *);

/* Appends `arguments` with each {token} filled in and each "{{" made "{".
   -> NULL, or where the first token stands that could not be filled in. */
const char *arguments_expand(const char *arguments, arguments_fill *fill, const void *context,
			     struct text *);

#endif
