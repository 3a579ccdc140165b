/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams a file of a squashfs; see reader_stream.h.
 *
 * The pipe is what slows it down to the speed of the client: write(2) waits.
 */
#include "reader_stream.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "reader_protocol.h"
#include "squashfs.h"
#include "write_all.h"

enum { PIECE_SIZE = 128 * 1024 };

static int
write_file(struct squashfs *squashfs, const struct reader_request *request, char *buffer,
	   const char **ret_why)
{
	uint64_t offset = request->first, left = request->length;

	while (left > 0) {
		size_t wanted = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
		ssize_t count =
			squashfs_read(squashfs, request->inode, offset, buffer, wanted, ret_why);
		int result;

		if (count < 0)
			return (int)count;
		if (count == 0) {
			*ret_why = "the file in the squashfs is shorter than its index says";
			return -EBADMSG;
		}
		result = write_all(READER_OUTPUT_FD, buffer, (size_t)count);
		if (result < 0)
			return result;
		offset += (uint64_t)count;
		left -= (uint64_t)count;
	}
	return 0;
}

int
reader_stream(const struct reader_request *request, int image_fd, const char **ret_why)
{
	char *buffer = malloc(PIECE_SIZE);
	struct squashfs *squashfs = NULL;
	int result = -ENOMEM;

	if (buffer)
		result = squashfs_open(image_fd, &request->piece, &squashfs, ret_why);
	if (result == 0)
		result = write_file(squashfs, request, buffer, ret_why);
	squashfs_close(squashfs);
	free(buffer);
	return result;
}
