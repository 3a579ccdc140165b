/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A companion as recipes look at it (source.h): its files, found by path,
 * read whole, listed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "companion.h"

static int
find(const struct source *source, const char *path, struct source_node *ret_node)
{
	const struct companion_file *file = companion_find(source->data, path);

	if (file == NULL && !companion_is_folder(source->data, path))
		return -ENOENT;
	*ret_node = (struct source_node){
		.size = file != NULL ? file->size : 0,
		.is_directory = file == NULL,
		.is_executable = file != NULL && file->is_executable,
	};
	snprintf(ret_node->path, sizeof(ret_node->path), "%s", file != NULL ? file->path : path);
	return 0;
}

/* As much as there is: the file may have become shorter. */
static ssize_t
read_bytes(const struct companion_file *file, char *bytes)
{
	size_t done = 0;

	if (file->text != NULL)
		memcpy(bytes, file->text, (size_t)file->size);
	while (file->text == NULL && done < file->size) {
		ssize_t got = pread(file->fd, bytes + done, (size_t)file->size - done, (off_t)done);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -errno;
		if (got == 0)
			return (ssize_t)done;
		done += (size_t)got;
	}
	return (ssize_t)file->size;
}

static int
read_whole(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	   size_t *ret_length)
{
	const struct companion_file *file = companion_find(source->data, path);
	ssize_t got;
	char *bytes;

	if (file == NULL)
		return -ENOENT;
	if (file->size > limit)
		return -EFBIG;
	bytes = malloc((size_t)file->size + 1);
	if (bytes == NULL)
		return -ENOMEM;
	got = read_bytes(file, bytes);
	if (got < 0) {
		free(bytes);
		return (int)got;
	}
	bytes[got] = '\0';
	*ret_bytes = bytes;
	*ret_length = (size_t)got;
	return 0;
}

struct visit {
	source_visit *visit;
	void *context;
};

static bool
on_name(void *context, const char *name, size_t length, const struct companion_file *file)
{
	const struct visit *visit = context;
	char copy[SOURCE_PATH_SIZE];

	(void)file;
	snprintf(copy, sizeof(copy), "%.*s", (int)length, name);
	return visit->visit(visit->context, copy);
}

static int
list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	struct visit names = {visit, context};

	return companion_list(source->data, path, on_name, &names);
}

void
companion_source_init(struct companion *companion)
{
	static const struct source_calls calls = {.find = find, .read = read_whole, .list = list};

	companion->source = (struct source){
		.calls = &calls,
		.data = companion,
		.name = companion->name,
		.volume_id = "",
	};
}
