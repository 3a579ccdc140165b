/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso cat: the bytes of a file in an image on stdout, and nothing else.
 *
 * The kernel copies them from the image (sendfile); where stdout cannot take
 * that, as a file opened for appending, they are read and written. What lies in
 * a squashfs comes out of a stream.
 */
#include "commands.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "image.h"
#include "index.h"
#include "nested.h"
#include "offline.h"
#include "options.h"
#include "stream.h"
#include "write_all.h"

enum { SLICE = 1 << 20 };

/* Reads and writes one slice: -> its length, 0 at the end of the image. */
static ssize_t
copy_slice(int fd, off_t *offset, size_t length)
{
	char buffer[64 * 1024];
	ssize_t got = pread(fd, buffer, length < sizeof(buffer) ? length : sizeof(buffer), *offset);
	int err;

	if (got <= 0)
		return got < 0 ? -errno : 0;
	err = write_all(STDOUT_FILENO, buffer, (size_t)got);
	if (err < 0)
		return err;
	*offset += got;
	return got;
}

/* Sends one slice; -> as copy_slice. */
static ssize_t
send_slice(int fd, off_t *offset, size_t length)
{
	ssize_t done = sendfile(STDOUT_FILENO, fd, offset, length);

	if (done >= 0)
		return done;
	return errno == EINVAL || errno == ENOSYS ? copy_slice(fd, offset, length) : -errno;
}

static int
copy_extent(int fd, const struct extent *extent)
{
	off_t offset = (off_t)extent->offset;
	uint64_t left = extent->length;

	while (left > 0) {
		ssize_t done = send_slice(fd, &offset, left < SLICE ? (size_t)left : SLICE);

		if (done == -EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? (int)done : -EIO; /* the image was cut meanwhile */
		left -= (uint64_t)done;
	}
	return 0;
}

static int
copy_stream(struct stream *stream, uint64_t length)
{
	char buffer[64 * 1024];

	while (length > 0) {
		struct pollfd ready = {.fd = stream_fd(stream), .events = POLLIN};
		size_t wanted = length < sizeof(buffer) ? (size_t)length : sizeof(buffer);
		ssize_t got = stream_read(stream, buffer, wanted);
		int err = got < 0 ? (int)got : write_all(STDOUT_FILENO, buffer, (size_t)got);

		if (got == -EINPROGRESS)
			poll(&ready, 1, 1000);
		else if (err < 0)
			return err;
		else
			length -= (uint64_t)got;
	}
	return 0;
}

/* Copies a file of a squashfs in the image. */
static int
copy_inode(struct offline *offline, const struct stream_source *source, const char *path,
	   uint64_t length)
{
	const struct in_addr nobody = {0};
	struct stream *stream;
	char why[120];
	int err = stream_open(source, nobody, 0, length, &stream);

	if (err < 0)
		return err;
	err = copy_stream(stream, length);
	if (err == -EIO || err == -ETIMEDOUT) {
		stream_explain(stream, why, sizeof(why));
		offline_complain(offline, path, why);
		err = -EBADMSG;
	}
	stream_close(stream);
	return err;
}

/* Finds the file at `path`. */
static int
find_file(const struct index *index, const char *path, const struct extent **ret_extents,
	  uint32_t *ret_count)
{
	uint32_t node;
	int err = index_lookup(index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	if (index_kind(index, node) == NODE_DIRECTORY)
		return -EISDIR;
	if (index_kind(index, node) != NODE_FILE)
		return -EOPNOTSUPP;
	*ret_extents = index_extents(index, node, ret_count);
	return 0;
}

static int
copy_nested(struct offline *offline, const struct image *image, const char *path)
{
	struct stream_source source = {.image_fd = image->fd};
	struct offline_nested nested;
	const struct extent *extents;
	uint32_t count;
	int err = offline_open_nested(offline, image, path, &nested);

	if (err < 0)
		return err;
	err = find_file(nested.index, nested.rest, &extents, &count);
	/* A file without bytes has no extent. */
	if (err == 0 && count > 0) {
		source.inode = extents->offset;
		nested_extent(image->index, nested.carrier, &source.squashfs);
		err = streams_new("/proc/self/exe", &source.streams);
		if (err == 0)
			err = copy_inode(offline, &source, path, extents->length);
		streams_free(source.streams);
	}
	index_close(nested.index);
	return err;
}

static int
copy_file(struct offline *offline, const struct image *image, const char *path)
{
	const struct extent *extents;
	uint32_t count;
	int err = find_file(image->index, path, &extents, &count);

	if (err == -ENOTDIR)
		return copy_nested(offline, image, path);
	for (uint32_t i = 0; err == 0 && i < count; i++)
		err = copy_extent(image->fd, &extents[i]);
	return err;
}

int
command_cat(const struct options *options)
{
	const char *path = options->arguments[1];
	struct offline offline;
	struct image *image;
	int err;

	if (offline_start(&offline) < 0)
		return 1;
	image = offline_open(&offline, options->arguments[0]);
	if (image == NULL)
		return offline_finish(&offline);
	err = copy_file(&offline, image, path);
	if (err == -EPIPE)
		offline.status = 1; /* nobody reads any more: nothing to tell */
	else if (err == -EOPNOTSUPP)
		offline_complain(&offline, path, "not a file that can be read");
	else if (err < 0 && err != -EBADMSG)
		offline_complain(&offline, path, strerror(-err));
	image_unref(image);
	return offline_finish(&offline);
}
