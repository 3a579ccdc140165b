/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a request to its response: the one place where HTTP meets the tree of
 * content.h. No sockets.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <stdint.h>

#include "http_request.h"
#include "http_response.h"

struct client;
struct content;

/* Decides on the answer to a parsed request, a refused one included: what goes
   wrong is a status. The caller closes ret_response->file with file_close, and
   its stream with stream_close. 0, or -EINPROGRESS with no answer: ask again
   when content_open or stream_open may have one. */
int http_answer(struct content *, const struct client *, const struct http_request *, int64_t now,
		struct http_response *ret_response);

#endif
