/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an initramfs: refused with a reason, or an index that passes its
 * own check and holds each node at its path. Small inputs unpack to large ones,
 * so they are kept small.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index.h"
#include "initramfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where the initramfs begins in the file: something else lies around it. */
enum { BEGIN = 2048, SIZE_MAX_FUZZED = 8192 };

static int
image_of(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("image", MFD_CLOEXEC);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, BEGIN) != (ssize_t)size ||
	    pwrite(fd, "070701", 6, (off_t)(BEGIN + size)) != 6)
		abort();
	return fd;
}

static void
use_index(const struct index *index)
{
	static char path[40000];

	for (uint32_t i = 0; i < index_node_count(index); i++) {
		uint32_t found;

		if (index_path(index, i, path, sizeof(path)) != 0 ||
		    index_lookup(index, path, INDEX_NOFOLLOW, &found) != 0 || found != i)
			abort();
		index_lookup(index, path, INDEX_CASEFOLD, &found);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct extent where = {BEGIN, size};
	const char *why = NULL;
	struct index *index;
	int memfd, result;

	if (size > SIZE_MAX_FUZZED)
		return 0;
	result = initramfs_index(image_of(data, size), &where, &memfd, &why);
	if ((result == -EBADMSG || result == -EFBIG) && !why)
		abort();
	if (result < 0)
		return 0;
	if (index_map(memfd, INDEX_OF_UNPACKED, &index, &why) != 0)
		abort();
	use_index(index);
	index_close(index);
	close(memfd);
	return 0;
}
