/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Headers that the poorest clients understand: GRUB and U-Boot look for
 * "HTTP/1.1 " and "Content-Length: " in exactly this case, with exactly one
 * space, and GRUB gives up at a line without CR (HTTP-1, HTTP-6, HTTP-10).
 * There is never a Content-Encoding, nor a chunked body (HTTP-9).
 */
#include "http_response.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "file.h"
#include "http_date.h"

struct output {
	char *bytes;
	size_t length;
};

static const struct {
	unsigned status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

const char *
http_status_reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Unknown";
}

__attribute__((format(printf, 2, 3))) static void
put(struct output *output, const char *format, ...)
{
	size_t room = HTTP_RESPONSE_MAX - output->length;
	va_list arguments;

	va_start(arguments, format);
	int written = vsnprintf(output->bytes + output->length, room, format, arguments);
	va_end(arguments);
	if (written > 0)
		output->length += (size_t)written < room ? (size_t)written : room - 1;
}

/* What is said of a file whether its bytes follow or not. */
static void
put_validators(struct output *output, const struct file *file)
{
	put(output, "ETag: %s\r\n", file->etag);
	put(output, "Cache-Control: %s\r\n", file->generated ? "no-cache" : "public, max-age=60");
}

static void
put_file(struct output *output, const struct http_response *response)
{
	const struct file *file = response->file;
	char date[HTTP_DATE_SIZE];

	http_date_format(file->mtime, date);
	put(output, "Content-Type: %s\r\n", file->type);
	put(output, "Content-Length: %" PRIu64 "\r\n", response->range.end - response->range.first);
	if (response->status == 206)
		put(output, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n",
		    response->range.first, response->range.end - 1, file->size);
	put(output, "Accept-Ranges: bytes\r\n");
	put(output, "Last-Modified: %s\r\n", date);
	put_validators(output, file);
}

/* The fields of an answer whose body is `text_length` bytes of text. */
static void
put_text(struct output *output, const struct http_response *response, int text_length)
{
	put(output, "Content-Type: text/plain; charset=utf-8\r\n");
	put(output, "Content-Length: %d\r\n", text_length);
	if (response->status == 301)
		put(output, "Location: %s\r\n", response->location);
	if (response->status == 405)
		put(output, "Allow: GET, HEAD, OPTIONS\r\n");
	if (response->status == 416)
		put(output, "Content-Range: bytes */%" PRIu64 "\r\n", response->file->size);
	if (response->status == 503)
		put(output, "Retry-After: 5\r\n");
}

size_t
http_response_format(const struct http_response *response, int64_t now,
		     char buffer[HTTP_RESPONSE_MAX])
{
	struct output output = {buffer, 0};
	unsigned status = response->status;
	const char *reason = http_status_reason(status);
	char date[HTTP_DATE_SIZE], text[64];
	int text_length = snprintf(text, sizeof(text), "%u %s\n", status, reason);

	http_date_format(now, date);
	put(&output, "HTTP/1.1 %u %s\r\nDate: %s\r\nServer: pxeiso\r\n", status, reason, date);
	if (status == 200 || status == 206)
		put_file(&output, response);
	else if (status == 304)
		put_validators(&output, response->file);
	else if (status == 204)
		put(&output, "Allow: GET, HEAD, OPTIONS\r\n");
	else
		put_text(&output, response, text_length);
	put(&output, "X-Content-Type-Options: nosniff\r\n");

	/* Each version's default goes without saying. */
	if (!response->keep_alive)
		put(&output, "Connection: close\r\n");
	else if (response->is_http10)
		put(&output, "Connection: keep-alive\r\n");
	put(&output, "\r\n");
	if (status >= 300 && status != 304 && !response->is_head)
		put(&output, "%s", text);
	return output.length;
}
