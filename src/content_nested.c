/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths that go on behind a squashfs in an image:
 *
 *      images/NAME/live/filesystem.squashfs/etc/os-release
 *                  └──── the carrier ─────┘ └─── rest ───┘
 *
 * The squashfs itself stays a file at its own path. Links in it end in it.
 */
#include <errno.h>
#include <stdlib.h>

#include "content_view.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "media_type.h"
#include "nested.h"
#include "stream.h"

/* What an open file of a squashfs holds. */
struct holder {
	struct stream_source source;
	struct image *image; /* whose descriptor the source uses */
};

static void
release_holder(void *owner)
{
	struct holder *holder = owner;

	image_unref(holder->image);
	free(holder);
}

int
content_nested(const struct content *content, struct image *image, const char *path,
	       struct squash **ret_squash, const char **ret_rest)
{
	uint32_t carrier;
	int error;

	if (content->options.nested == NULL)
		return -ENOTDIR;
	error = nested_find_carrier(image->index, path, &carrier, ret_rest);
	if (error < 0)
		return error;
	error = nested_open(content->options.nested, image, carrier, ret_squash);
	return error == -EBADMSG ? -EIO : error;
}

static struct file *
make_file(const struct content *content, struct image *image, const struct squash *squash,
	  uint32_t node)
{
	const struct index *index = squash_index(squash);
	const struct extent squashfs = squash_extent(squash);
	uint32_t count;
	const struct extent *extent = index_extents(index, node, &count);
	struct holder *holder = malloc(sizeof(*holder));
	struct file *file = file_new(count);

	if (holder == NULL || file == NULL) {
		free(holder);
		free(file);
		return NULL;
	}
	*holder = (struct holder){
		.source = {.streams = nested_streams(content->options.nested),
			   .image_fd = image->fd,
			   .squashfs = squashfs},
		.image = image_ref(image),
	};
	/* A file without bytes has no extent, and no need for a stream. */
	if (count > 0) {
		holder->source.inode = extent->offset;
		file->source = &holder->source;
		file->segment_count = 1;
		file->segments[0] = (struct segment){
			.kind = SEGMENT_INODE,
			.fd = -1,
			.offset = extent->offset,
			.length = extent->length,
		};
	}
	file->type = media_type(index_name(index, node));
	file->mtime = index_mtime(index, node);
	file->release = release_holder;
	file->owner = holder;
	file_seal(file, image_version(image) + squashfs.offset);
	return file;
}

static int
open_in_squash(const struct content *content, struct image *image, const struct squash *squash,
	       const char *path, struct file **ret_file)
{
	const struct index *index = squash_index(squash);
	uint32_t node;
	int error = index_lookup(index, path, INDEX_CASEFOLD, &node);

	if (error < 0)
		return error;
	if (index_kind(index, node) == NODE_DIRECTORY)
		return -EISDIR;
	if (index_kind(index, node) != NODE_FILE)
		return -EACCES;
	*ret_file = make_file(content, image, squash, node);
	return *ret_file == NULL ? -ENOMEM : 0;
}

int
content_open_nested(const struct content *content, struct image *image, const char *path,
		    struct file **ret_file)
{
	struct squash *squash;
	const char *rest;
	int error = content_nested(content, image, path, &squash, &rest);

	if (error < 0)
		return error;
	error = open_in_squash(content, image, squash, rest, ret_file);
	squash_unref(squash);
	return error;
}
