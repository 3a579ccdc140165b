/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every path of the tree is content_open's business; only two things are ours:
 * /healthz, and directories. A directory without a slash behind it is sent on
 * to the form with one (HTTP-19), the only redirect there is: GRUB and U-Boot
 * follow none (HTTP-11). A listing is HTML, or JSON with "?json".
 */
#include "http_answer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "file.h"
#include "http_conditions.h"
#include "http_target.h"
#include "stream.h"

/* ".." above the root and loops of links are names that do not exist
   (HTTP-16, HTTP-17); clients go on after a 404 only. */
static unsigned
status_of(int err)
{
	switch (err) {
	case -EINVAL:
		return 400;
	case -EFBIG: /* a directory too large to list */
		return 403;
	case -ENOENT:
	case -ENOTDIR:
	case -EACCES:
	case -ELOOP:
	case -ENAMETOOLONG:
		return 404;
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
		return 503;
	default:
		return 500;
	}
}

static int
open_health(struct file **ret_file)
{
	char *text = strdup("ok\n");
	if (!text)
		return -ENOMEM;
	int err = file_new_memory(text, strlen(text), "text/plain; charset=utf-8", ret_file);
	if (err < 0) {
		free(text);
		return err;
	}
	(*ret_file)->generated = true;
	return 0;
}

/* Whether `path` names a directory as directories are named. */
static bool
ends_as_directory(const char *path)
{
	char last = path[strlen(path) - 1];

	return last == '/' || last == '\\';
}

/* Finds the file behind `target`: 0 with the file, a status that needs none,
   or a negative errno. */
static int
open_target(struct content *content, const struct client *client, const struct http_target *target,
	    struct http_response *response)
{
	bool json = http_slice_is(target->query, "json");

	if (strcmp(target->path, "/healthz") == 0)
		return open_health(&response->file);
	/* A squashfs is a file, and with a slash behind it a directory. */
	int err = -ENOTDIR;
	if (ends_as_directory(target->path))
		err = content_list(content, client, target->path, json, &response->file);
	if (err != -ENOTDIR && err != -ENOENT)
		return err;
	err = content_open(content, client, target->path, &response->file);
	if (err != -EISDIR)
		return err;
	err = http_target_redirect(target, response->location, sizeof(response->location));
	return err < 0 ? err : 301;
}

/* Opens the stream that the body comes out of, if it needs one. */
static int
open_stream(const struct client *client, struct http_response *response)
{
	const struct http_range *range = &response->range;
	const struct file *file = response->file;
	bool has_body = (response->status == 200 || response->status == 206) && !response->is_head;

	if (!has_body || file->source == NULL || range->first == range->end)
		return 0;
	return stream_open(file->source, client->address, range->first, range->end - range->first,
			   &response->stream);
}

static int
answer_read(struct content *content, const struct client *client,
	    const struct http_request *request, int64_t now, struct http_response *response)
{
	struct http_target target;

	int err = http_target_parse(request->target, &target);
	if (err == 0)
		err = open_target(content, client, &target, response);
	if (err == 0) {
		response->status =
			http_conditions_check(request, response->file, now, &response->range);
		err = open_stream(client, response);
		if (err < 0) {
			file_close(response->file);
			response->file = NULL;
			response->range = (struct http_range){0, 0};
		}
	}
	/* Too many others at once: one of them ends sooner or later. */
	if (err == -EINPROGRESS || err == -EBUSY)
		return -EINPROGRESS;
	if (err != 0)
		response->status = err < 0 ? status_of(err) : (unsigned)err;
	return 0;
}

int
http_answer(struct content *content, const struct client *client,
	    const struct http_request *request, int64_t now, struct http_response *ret_response)
{
	ret_response->status = request->status;
	ret_response->file = NULL;
	ret_response->range = (struct http_range){0, 0};
	ret_response->stream = NULL;
	ret_response->is_head = request->method == HTTP_HEAD;
	ret_response->is_http10 = request->is_http10;
	ret_response->keep_alive = request->keep_alive;
	ret_response->location[0] = '\0';
	if (request->status != 0)
		return 0;
	if (request->method != HTTP_OPTIONS)
		return answer_read(content, client, request, now, ret_response);
	ret_response->status = 204;
	return 0;
}
