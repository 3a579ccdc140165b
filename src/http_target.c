/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets: strip the query, decode once, refuse what cannot be a name
 * (RFC 3986 section 2.4, HTTP-16). '+' is itself: this is a path, not a form.
 */
#include "http_target.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct output {
	char *bytes;
	size_t size;
	size_t length;
};

static bool
is_separator(char byte)
{
	return byte == '/' || byte == '\\';
}

static bool
is_alphanumeric(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9');
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* Takes "http://host" off an absolute-form; other schemes are -EINVAL. What
   only looks like one ("a/b://c") is a path. */
static int
strip_authority(struct http_slice *text)
{
	size_t scheme = 0;

	while (scheme < text->length &&
	       (is_alphanumeric(text->bytes[scheme]) || strchr("+-.", text->bytes[scheme])))
		scheme++;
	if (scheme == 0 || !http_slice_begins(http_slice_from(*text, scheme), "://"))
		return 0;
	if (!http_slice_begins(*text, "http://") && !http_slice_begins(*text, "https://"))
		return -EINVAL;
	*text = http_slice_from(*text, scheme + strlen("://"));
	while (text->length > 0 && text->bytes[0] != '/' && text->bytes[0] != '?')
		*text = http_slice_from(*text, 1);
	return 0;
}

/* "host:80", the form of CONNECT, is nothing that could be read. */
static bool
is_authority(struct http_slice text)
{
	const char *colon = memrchr(text.bytes, ':', text.length);
	uint64_t port;

	return colon && !memchr(text.bytes, '/', text.length) &&
	       http_slice_number(http_slice_from(text, (size_t)(colon + 1 - text.bytes)), &port) ==
		       0;
}

/* Decodes one byte of `text` at *at, and moves on: the byte, or a negative errno. */
static int
decode(struct http_slice text, size_t *at)
{
	unsigned char byte = (unsigned char)text.bytes[(*at)++];

	if (byte != '%')
		return byte;
	if (text.length - *at < 2)
		return -EINVAL;
	int high = hex_value(text.bytes[*at]), low = hex_value(text.bytes[*at + 1]);
	if (high < 0 || low < 0)
		return -EINVAL;
	*at += 2;
	int value = high * 16 + low;
	if (value == '/' || value == '\\')
		return -ENOENT;
	return value < 0x20 || value == 0x7f ? -EINVAL : value;
}

int
http_target_parse(struct http_slice text, struct http_target *ret_target)
{
	if (text.length > HTTP_LINE_MAX || is_authority(text))
		return -EINVAL;
	int err = strip_authority(&text);
	if (err < 0)
		return err;
	const char *question = memchr(text.bytes, '?', text.length);
	struct http_slice query = {text.bytes + text.length, 0};
	if (question) {
		query = http_slice_from(text, (size_t)(question + 1 - text.bytes));
		text.length = (size_t)(question - text.bytes);
	}

	/* A malformed escape further on matters more than a separator. */
	size_t length = 0;
	bool has_separator = false;
	if (text.length == 0 || text.bytes[0] != '/')
		ret_target->path[length++] = '/';
	for (size_t at = 0; at < text.length;) {
		int byte = decode(text, &at);
		if (byte == -EINVAL)
			return byte;
		if (byte == -ENOENT)
			has_separator = true;
		else
			ret_target->path[length++] = (char)byte;
	}
	if (has_separator)
		return -ENOENT;
	ret_target->path[length] = '\0';
	ret_target->query = query;
	return 0;
}

/* Appends `byte` to a Location, escaped unless it is safe or in `also`. */
static int
put_encoded(char byte, const char *also, struct output *output)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned value = (unsigned char)byte;

	if (output->size - output->length < 4)
		return -ENAMETOOLONG;
	if (is_alphanumeric(byte) || (byte && strchr("/-._~!$&'()*+,;=:@", byte)) ||
	    (byte && strchr(also, byte))) {
		output->bytes[output->length++] = byte;
	} else {
		output->bytes[output->length++] = '%';
		output->bytes[output->length++] = digits[value >> 4];
		output->bytes[output->length++] = digits[value & 15];
	}
	return 0;
}

int
http_target_redirect(const struct http_target *target, char *buffer, size_t size)
{
	struct output output = {buffer, size, 0};
	const char *path = target->path;
	int err = 0;

	/* "//host" would lead a browser to another server. */
	while (is_separator(path[0]) && is_separator(path[1]))
		path++;
	for (; *path && err == 0; path++)
		err = put_encoded(is_separator(*path) ? '/' : *path, "", &output);
	if (err == 0 && output.bytes[output.length - 1] != '/')
		err = put_encoded('/', "", &output);
	if (err == 0 && target->query.length > 0)
		err = put_encoded('?', "?", &output);
	for (size_t i = 0; i < target->query.length && err == 0; i++)
		err = put_encoded(target->query.bytes[i], "?%", &output);
	if (err < 0)
		return err;
	buffer[output.length] = '\0';
	return 0;
}
