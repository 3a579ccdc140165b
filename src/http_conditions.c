/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The precedence of conditions (RFC 9110 section 13.2.2):
 *
 *   If-Match             else If-Unmodified-Since   fails -> 412
 *   If-None-Match        else If-Modified-Since     hits  -> 304
 *   Range, with If-Range                                  -> 206, 416 or 200
 *
 * edk2 resumes a download with Range and If-Match or If-Unmodified-Since. A
 * date that cannot be read counts as absent (HTTP-28).
 */
#include "http_conditions.h"

#include <errno.h>
#include <string.h>

#include "file.h"
#include "http_date.h"

/* Takes the next entity-tag off a list, quotes included: false at the end, or
   at what is no entity-tag. A comma between the quotes is part of the tag. */
static bool
take_etag(struct http_slice *list, bool *ret_is_weak, struct http_slice *ret_etag)
{
	while (list->length > 0 && strchr(" \t,", list->bytes[0]))
		*list = http_slice_from(*list, 1);
	bool is_weak = list->length >= 2 && memcmp(list->bytes, "W/", 2) == 0;
	struct http_slice etag = http_slice_from(*list, is_weak ? 2 : 0);
	if (etag.length < 2 || etag.bytes[0] != '"')
		return false;
	const char *quote = memchr(etag.bytes + 1, '"', etag.length - 1);
	if (!quote)
		return false;
	etag.length = (size_t)(quote + 1 - etag.bytes);

	*list = http_slice_from(*list, (is_weak ? 2 : 0) + etag.length);
	*ret_is_weak = is_weak;
	*ret_etag = etag;
	return true;
}

/* Whether `list`, or "*", names the file's entity-tag, which is strong; a weak
   one in the list matches only where `allows_weak`. */
static bool
names_etag(struct http_slice list, const char *etag, bool allows_weak)
{
	struct http_slice one;
	bool is_weak;

	if (http_slice_is(list, "*"))
		return true;
	while (take_etag(&list, &is_weak, &one)) {
		if (is_weak && !allows_weak)
			continue;
		if (one.length == strlen(etag) && memcmp(one.bytes, etag, one.length) == 0)
			return true;
	}
	return false;
}

/* Whether a Range counts: If-Range must name exactly this file (HTTP-27). */
static bool
allows_range(struct http_slice if_range, const struct file *file, int64_t now)
{
	int64_t date;

	if (!if_range.bytes)
		return true;
	if (http_date_parse(if_range, now, &date) == 0)
		return date == file->mtime;
	return !http_slice_is(if_range, "*") && names_etag(if_range, file->etag, false);
}

/* The first of the three steps: whether the file is still what the client
   means. */
static bool
is_expected(const struct http_request *request, const struct file *file, int64_t now)
{
	struct http_slice etags = request->fields[HTTP_IF_MATCH];
	struct http_slice since = request->fields[HTTP_IF_UNMODIFIED_SINCE];
	int64_t date;

	if (etags.bytes)
		return names_etag(etags, file->etag, false);
	return !since.bytes || http_date_parse(since, now, &date) < 0 || file->mtime <= date;
}

/* The second: whether the client has the file already. */
static bool
is_known(const struct http_request *request, const struct file *file, int64_t now)
{
	struct http_slice etags = request->fields[HTTP_IF_NONE_MATCH];
	struct http_slice since = request->fields[HTTP_IF_MODIFIED_SINCE];
	int64_t date;

	if (etags.bytes)
		return names_etag(etags, file->etag, true);
	return since.bytes && http_date_parse(since, now, &date) == 0 && file->mtime <= date;
}

unsigned
http_conditions_check(const struct http_request *request, const struct file *file, int64_t now,
		      struct http_range *ret_range)
{
	struct http_slice range = request->fields[HTTP_RANGE];

	if (!is_expected(request, file, now))
		return 412;
	if (is_known(request, file, now))
		return 304;
	if (request->method == HTTP_GET && range.bytes &&
	    allows_range(request->fields[HTTP_IF_RANGE], file, now)) {
		int err = http_range_parse(range, file->size, ret_range);
		if (err == 0)
			return 206;
		if (err == -ERANGE)
			return 416;
	}
	*ret_range = (struct http_range){0, file->size};
	return 200;
}
