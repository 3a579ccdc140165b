/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a squashfs: refused with a reason, or an index that passes its
 * own check, and files that can be read up to where they are damaged.
 *
 * libsquashfuse itself is not instrumented; what it copies is looked at all the
 * same, since the sanitizer stands in for memcpy and malloc.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index.h"
#include "squashfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 16, BEGIN = 20000, END = 100 };

/* The descriptor of a file with the input, which the next call uses again. */
static int
image_of(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("image", MFD_CLOEXEC);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return fd;
}

static void
read_file(struct squashfs *squashfs, uint64_t inode, uint64_t offset, size_t length)
{
	static uint8_t buffer[BEGIN];
	const char *why = NULL;
	ssize_t count = squashfs_read(squashfs, inode, offset, buffer, length, &why);

	if (count > (ssize_t)length || (count < 0 && !why))
		abort();
}

/* The beginning and the end of some files. */
static void
read_files(struct squashfs *squashfs, const struct index *index)
{
	unsigned files = 0;

	for (uint32_t i = 0; i < index_node_count(index) && files < FILES_MAX; i++) {
		uint32_t count;
		const struct extent *extent = index_extents(index, i, &count);

		if (count == 0)
			continue;
		files++;
		read_file(squashfs, extent->offset, 0, BEGIN);
		if (extent->length > END)
			read_file(squashfs, extent->offset, extent->length - END, END);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct extent where = {0, size};
	struct squashfs *squashfs;
	struct index *index;
	const char *why = NULL;
	int memfd, result;

	result = squashfs_open(image_of(data, size), &where, &squashfs, &why);
	if (result == -EBADMSG && !why)
		abort();
	if (result < 0)
		return 0;
	result = squashfs_index(squashfs, &memfd, &why);
	if (result == -EBADMSG && !why)
		abort();
	if (result == 0) {
		if (index_map(memfd, INDEX_OF_INODES, &index, &why) != 0)
			abort();
		close(memfd);
		read_files(squashfs, index);
		index_close(index);
	}
	squashfs_close(squashfs);
	return 0;
}
