/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that grows by doubling, up to a limit: what is made here goes into
 * menus and replies, and no image may make us allocate without end.
 */
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for `more` bytes and a NUL: whether there is. */
static bool
reserve(struct text *text, size_t more)
{
	size_t size = text->size == 0 ? 256 : text->size;
	char *bytes;

	if (text->error != 0)
		return false;
	if (more > TEXT_LIMIT - text->length) {
		text->error = -EFBIG;
		return false;
	}
	if (text->length + more < text->size)
		return true;
	while (size <= text->length + more)
		size *= 2;
	bytes = realloc(text->bytes, size);
	if (bytes == NULL) {
		text->error = -ENOMEM;
		return false;
	}
	text->bytes = bytes;
	text->size = size;
	return true;
}

void
text_append_bytes(struct text *text, const char *bytes, size_t length)
{
	if (!reserve(text, length))
		return;
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void
text_append(struct text *text, const char *string)
{
	text_append_bytes(text, string, strlen(string));
}

void
text_append_char(struct text *text, char c)
{
	text_append_bytes(text, &c, 1);
}

void
text_vprintf(struct text *text, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		text->error = -EINVAL;
		return;
	}
	if (!reserve(text, (size_t)length))
		return;
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
	text->length += (size_t)length;
}

void
text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_vprintf(text, format, arguments);
	va_end(arguments);
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~/", c) != NULL);
}

void
text_append_url_path(struct text *text, const char *path)
{
	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (is_unreserved(c))
			text_append_char(text, *path);
		else
			text_printf(text, "%%%02X", c);
	}
}

char *
text_clean(const char *string, char dropped)
{
	char *clean = malloc(strlen(string) + 1);
	size_t length = 0;

	if (clean == NULL)
		return NULL;
	for (; *string != '\0'; string++) {
		unsigned char c = (unsigned char)*string;
		bool is_blank = c <= ' ' || c == 0x7f;

		if (*string == dropped || (is_blank && (length == 0 || clean[length - 1] == ' ')))
			continue;
		clean[length++] = is_blank ? ' ' : *string;
	}
	while (length > 0 && clean[length - 1] == ' ')
		length--;
	clean[length] = '\0';
	return clean;
}

char *
text_label(const char *title)
{
	char label[TEXT_LABEL_SIZE];
	size_t length = 0;

	for (; *title != '\0' && length < sizeof(label) - 1; title++) {
		unsigned char c = (unsigned char)*title;

		if (c < 0x80 && isalnum(c))
			label[length++] = (char)tolower(c);
		else if (length > 0 && label[length - 1] != '-')
			label[length++] = '-';
	}
	while (length > 0 && label[length - 1] == '-')
		length--;
	label[length] = '\0';
	return strdup(label);
}

void
text_cut(struct text *text, size_t length)
{
	if (length >= text->length)
		return;
	text->length = length;
	text->bytes[length] = '\0';
}

int
text_take(struct text *text, char **ret_string, size_t *ret_length)
{
	int error;

	reserve(text, 0);
	error = text->error;
	if (error != 0) {
		text_free(text);
		return error;
	}
	text->bytes[text->length] = '\0';
	*ret_string = text->bytes;
	if (ret_length != NULL)
		*ret_length = text->length;
	*text = (struct text){0};
	return 0;
}

const char *
text_string(const struct text *text)
{
	return text->length == 0 ? "" : text->bytes;
}

void
text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}
