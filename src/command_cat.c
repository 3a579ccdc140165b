/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso cat: the bytes of a file in an image on stdout, and nothing else.
 *
 * The kernel copies them from the image (sendfile); where stdout cannot take
 * that, as a file opened for appending, they are read and written.
 */
#include "commands.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "image.h"
#include "index.h"
#include "offline.h"
#include "options.h"

enum { SLICE = 1 << 20 };

static int
write_whole(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = write(STDOUT_FILENO, bytes, length);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			bytes += done;
			length -= (size_t)done;
		}
	}
	return 0;
}

/* Reads and writes one slice: -> its length, 0 at the end of the image. */
static ssize_t
copy_slice(int fd, off_t *offset, size_t length)
{
	char buffer[64 * 1024];
	ssize_t got = pread(fd, buffer, length < sizeof(buffer) ? length : sizeof(buffer), *offset);
	int err;

	if (got <= 0)
		return got < 0 ? -errno : 0;
	err = write_whole(buffer, (size_t)got);
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
copy_file(const struct image *image, const char *path)
{
	const struct extent *extents;
	uint32_t node, count;
	int err = index_lookup(image->index, path, INDEX_CASEFOLD, &node);

	if (err < 0)
		return err;
	switch (index_kind(image->index, node)) {
	case NODE_FILE:
		break;
	case NODE_DIRECTORY:
		return -EISDIR;
	default:
		return -EOPNOTSUPP;
	}
	extents = index_extents(image->index, node, &count);
	for (uint32_t i = 0; i < count && err == 0; i++)
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
	err = copy_file(image, path);
	if (err == -EPIPE)
		offline.status = 1; /* nobody reads any more: nothing to tell */
	else if (err == -EOPNOTSUPP)
		offline_complain(&offline, path, "not a file that can be read");
	else if (err < 0)
		offline_complain(&offline, path, strerror(-err));
	image_unref(image);
	return offline_finish(&offline);
}
