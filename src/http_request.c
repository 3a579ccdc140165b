/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strict reader of request headers.
 *
 *   method SP target SP HTTP/1.x CRLF  (name: value CRLF)*  CRLF
 *
 * It starts from the first byte each time more has come; a header is small and
 * nothing needs to be remembered in between. What is malformed is refused at
 * once; what is well-formed but unwanted (a POST) is refused when the header is
 * whole, so that the connection can go on.
 *
 * Lines may end with LF alone (HTTP-6), but a CR anywhere else, a NUL or
 * another control byte is an attack or an accident: 400. A field that has a say
 * and comes twice is 400 too: there is no reading of it that all agree on.
 */
#include "http_request.h"

#include <errno.h>
#include <string.h>

struct cursor {
	const char *at;
	const char *end;
};

static const struct {
	const char *name;
	enum http_field field;
} known_fields[] = {
	{"Host", HTTP_HOST},
	{"Content-Length", HTTP_CONTENT_LENGTH},
	{"Transfer-Encoding", HTTP_TRANSFER_ENCODING},
	{"Expect", HTTP_EXPECT},
	{"Range", HTTP_RANGE},
	{"If-Range", HTTP_IF_RANGE},
	{"If-Match", HTTP_IF_MATCH},
	{"If-None-Match", HTTP_IF_NONE_MATCH},
	{"If-Modified-Since", HTTP_IF_MODIFIED_SINCE},
	{"If-Unmodified-Since", HTTP_IF_UNMODIFIED_SINCE},
};

static bool
is_token(struct http_slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.bytes[i];
		bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
				 (byte >= '0' && byte <= '9');

		if (!is_letter && (byte == '\0' || !strchr("!#$%&'*+-.^_`|~", byte)))
			return false;
	}
	return text.length > 0;
}

/* Whether `text` holds a control byte; a tab is none where `with_tab`. */
static bool
has_control(struct http_slice text, bool with_tab)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.bytes[i];

		if ((byte < 0x20 && !(with_tab && byte == '\t')) || byte == 0x7f)
			return true;
	}
	return false;
}

/* Takes the next line off, without its end: 0, -EAGAIN when its end has not
   come yet, -EMSGSIZE when it is longer than `limit` bytes. */
static int
next_line(struct cursor *cursor, size_t limit, struct http_slice *ret_line)
{
	size_t rest = (size_t)(cursor->end - cursor->at);
	const char *end = memchr(cursor->at, '\n', rest);

	/* A byte more than the limit may be the CR of the line's end. */
	if (!end)
		return rest > limit + 1 ? -EMSGSIZE : -EAGAIN;
	struct http_slice line = {cursor->at, (size_t)(end - cursor->at)};
	if (line.length > 0 && line.bytes[line.length - 1] == '\r')
		line.length--;
	if (line.length > limit)
		return -EMSGSIZE;
	cursor->at = end + 1;
	*ret_line = line;
	return 0;
}

/* "HTTP/1.0" or "HTTP/1.1"; later 1.x are spoken to as 1.1. 0 or a status. */
static unsigned
parse_version(struct http_slice text, struct http_request *request)
{
	if (text.length != 8 || memcmp(text.bytes, "HTTP/", 5) != 0 || text.bytes[6] != '.')
		return 400;
	char major = text.bytes[5], minor = text.bytes[7];
	if (major < '0' || major > '9' || minor < '0' || minor > '9')
		return 400;
	if (major != '1')
		return 505;
	request->is_http10 = minor == '0';
	return 0;
}

/* HTTP-7: the answer to a method. */
static unsigned
parse_method(struct http_slice name, struct http_request *request)
{
	static const char *const served[] = {"GET", "HEAD", "OPTIONS"};
	static const char *const refused[] = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"};

	for (unsigned i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
		if (name.length == strlen(served[i]) &&
		    memcmp(name.bytes, served[i], name.length) == 0) {
			request->method = (enum http_method)i;
			return 0;
		}
	}
	for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (name.length == strlen(refused[i]) &&
		    memcmp(name.bytes, refused[i], name.length) == 0)
			return 405;
	}
	return 501;
}

/* The method ends at the first space and the version begins after the last:
   GRUB sends targets with raw spaces (HTTP-4). 0 or a status; `ret_refusal` is
   the status for a method that is understood but not served, or 0. */
static unsigned
parse_request_line(struct http_slice line, struct http_request *request, unsigned *ret_refusal)
{
	const char *first = memchr(line.bytes, ' ', line.length);
	const char *last = memrchr(line.bytes, ' ', line.length);
	if (!first || last - first < 2)
		return 400;
	struct http_slice method = {line.bytes, (size_t)(first - line.bytes)};
	struct http_slice target = {first + 1, (size_t)(last - first - 1)};
	struct http_slice version = http_slice_from(line, (size_t)(last + 1 - line.bytes));
	if (!is_token(method) || has_control(target, false))
		return 400;
	unsigned status = parse_version(version, request);
	if (status != 0)
		return status;

	request->target = target;
	request->keep_alive = !request->is_http10;
	*ret_refusal = parse_method(method, request);
	bool is_asterisk = target.length == 1 && target.bytes[0] == '*';
	return is_asterisk && request->method != HTTP_OPTIONS ? 400 : 0;
}

/* Connection may come several times, each a list; "close" wins over all. */
static void
note_connection(struct http_slice value, struct http_request *request, bool *closes)
{
	struct http_slice option;

	while (http_slice_element(&value, &option)) {
		if (http_slice_is(option, "close"))
			*closes = true;
		else if (http_slice_is(option, "keep-alive"))
			request->keep_alive = true;
	}
}

/* One "name: value": 0 or a status. */
static unsigned
parse_field(struct http_slice line, struct http_request *request, bool *closes)
{
	const char *colon = memchr(line.bytes, ':', line.length);
	if (!colon)
		return 400;
	struct http_slice name = {line.bytes, (size_t)(colon - line.bytes)};
	struct http_slice value = http_slice_trim(http_slice_from(line, name.length + 1));

	/* This also refuses a space before the colon and a folded line. */
	if (!is_token(name) || has_control(value, true))
		return 400;
	if (http_slice_is(name, "Connection"))
		note_connection(value, request, closes);
	for (size_t i = 0; i < sizeof(known_fields) / sizeof(known_fields[0]); i++) {
		if (!http_slice_is(name, known_fields[i].name))
			continue;
		struct http_slice *field = &request->fields[known_fields[i].field];
		if (field->bytes)
			return 400;
		*field = value;
	}
	return 0;
}

/* All field lines up to the empty one: 0, -EAGAIN, or a status as a positive
   number. */
static int
parse_fields(struct cursor *cursor, struct http_request *request)
{
	const char *start = cursor->at;
	bool closes = false;
	unsigned count = 0;

	for (;;) {
		struct http_slice line;
		int err = next_line(cursor, HTTP_LINE_MAX, &line);
		const char *seen = err < 0 ? cursor->end : cursor->at;
		if (err == -EMSGSIZE || seen - start > HTTP_FIELDS_MAX)
			return 431;
		if (err < 0)
			return err;
		if (line.length == 0)
			break;
		if (++count > HTTP_FIELD_COUNT_MAX)
			return 431;
		unsigned status = parse_field(line, request, &closes);
		if (status != 0)
			return (int)status;
	}
	if (closes)
		request->keep_alive = false;
	return 0;
}

/* How long the body is, so that the next request is found where its sender
   put it (HTTP-6): 0 or a status. */
static unsigned
check_framing(struct http_request *request)
{
	struct http_slice length = request->fields[HTTP_CONTENT_LENGTH];
	struct http_slice coding = request->fields[HTTP_TRANSFER_ENCODING];

	if (coding.bytes) {
		if (length.bytes || request->is_http10)
			return 400;
		return http_slice_is(coding, "chunked") ? 411 : 501;
	}
	if (!length.bytes)
		return 0;
	if (http_slice_number(length, &request->body_length) < 0 ||
	    request->body_length == UINT64_MAX)
		return 400;
	return request->body_length > HTTP_BODY_MAX ? 413 : 0;
}

/* HTTP-2. The value is not compared with anything, but must be a host. */
static unsigned
check_host(const struct http_request *request)
{
	struct http_slice host = request->fields[HTTP_HOST];

	if (!host.bytes)
		return request->is_http10 ? 0 : 400;
	for (size_t i = 0; i < host.length; i++) {
		if (strchr(" \t,/?#@\\", host.bytes[i]))
			return 400;
	}
	return 0;
}

/* A client that waits for "100 Continue" may send its body or not, once it has
   an answer: what comes next on the connection cannot be known. */
static unsigned
check_expectation(struct http_request *request)
{
	struct http_slice expect = request->fields[HTTP_EXPECT];

	if (!expect.bytes)
		return 0;
	if (request->body_length > 0)
		request->keep_alive = false;
	return http_slice_is(expect, "100-continue") ? 0 : 417;
}

/* Ends the parsing: with keep_alive false, since what follows is not known. */
static int
refuse(struct http_request *request, unsigned status, struct http_request *ret_request)
{
	request->status = status;
	request->keep_alive = false;
	*ret_request = *request;
	return 0;
}

int
http_request_parse(const char *bytes, size_t length, struct http_request *ret_request)
{
	struct http_request request = {.method = HTTP_OTHER};
	struct cursor cursor = {bytes, bytes + length};
	struct http_slice line;

	/* Empty lines before the request line are passed over (RFC 9112
	   section 2.2), but count as part of it. */
	do {
		size_t used = (size_t)(cursor.at - bytes);
		int err = used > HTTP_LINE_MAX ? -EMSGSIZE
					       : next_line(&cursor, HTTP_LINE_MAX - used, &line);
		if (err == -EMSGSIZE)
			return refuse(&request, 414, ret_request);
		if (err < 0)
			return err;
	} while (line.length == 0);

	unsigned refusal = 0;
	unsigned status = parse_request_line(line, &request, &refusal);
	if (status != 0)
		return refuse(&request, status, ret_request);
	int err = parse_fields(&cursor, &request);
	if (err < 0)
		return err;
	status = (unsigned)err;
	if (status == 0)
		status = check_framing(&request);
	if (status == 0)
		status = check_host(&request);
	if (status != 0)
		return refuse(&request, status, ret_request);

	status = check_expectation(&request);
	request.status = status != 0 ? status : refusal;
	request.header_length = (size_t)(cursor.at - bytes);
	*ret_request = request;
	return 0;
}
