/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words and tokens of kernel arguments. Purely text; what a token stands for
 * is the caller's business.
 */
#include "arguments.h"

#include <string.h>

#include "text.h"

/* As the kernel counts white space, whatever the locale. */
static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
arguments_next(const char **cursor, const char **ret_word, size_t *ret_length)
{
	const char *start = *cursor;
	const char *end;
	bool is_quoted = false;

	while (is_blank(*start))
		start++;
	for (end = start; *end != '\0'; end++) {
		if ((unsigned char)*end > ' ' && *end != '"')
			continue;
		if (*end == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && is_blank(*end))
			break;
	}
	*cursor = end;
	if (end == start)
		return false;
	*ret_word = start;
	*ret_length = (size_t)(end - start);
	return true;
}

void
arguments_escape(struct text *text, const char *arguments, size_t length)
{
	bool is_quoted = false;

	for (size_t i = 0; i < length; i++) {
		char c = arguments[i];

		if (c == '"')
			is_quoted = !is_quoted;
		if (is_blank(c) && !is_quoted && i > 0 && is_blank(arguments[i - 1]))
			continue;
		if (is_blank(c))
			c = ' ';
		text_append_char(text, (unsigned char)c < ' ' || c == 0x7f ? '?' : c);
		if (c == '{')
			text_append_char(text, '{');
	}
}

const char *
arguments_expand(const char *arguments, arguments_fill *fill, const void *context,
		 struct text *text)
{
	const char *unknown = NULL;

	while (*arguments != '\0') {
		size_t length = strcspn(arguments, "{");
		size_t name;

		text_append_bytes(text, arguments, length);
		arguments += length;
		if (arguments[0] == '\0')
			break;
		if (arguments[1] == '{') {
			text_append_char(text, '{');
			arguments += 2;
			continue;
		}
		name = strcspn(arguments, "}");
		if ((arguments[name] == '\0' || !fill(context, arguments + 1, name - 1, text)) &&
		    unknown == NULL)
			unknown = arguments;
		arguments += name + (arguments[name] != '\0');
	}
	return unknown;
}
