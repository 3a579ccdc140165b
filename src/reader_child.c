/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader's own life: it takes images, gives back indexes, and ends with
 * the daemon, whose death closes the socket.
 *
 * It holds nothing but that socket and the image it works on. Its jail
 * belongs before the loop.
 */
#include "reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "isofs.h"
#include "reader_protocol.h"

/* Answers one request about the image behind `image_fd`. */
static int
answer(int fd, const struct reader_request *request, int image_fd)
{
	struct reader_answer answer = {.number = request->number, .result = -EINVAL};
	const char *why = NULL;
	int memfd = -1;
	int result;

	if (request->operation == READER_INDEX && image_fd >= 0)
		answer.result = isofs_index(image_fd, &memfd, &why);
	if (answer.result < 0 && why)
		snprintf(answer.why, sizeof(answer.why), "%s", why);
	result = reader_send(fd, &answer, sizeof(answer), memfd);
	if (memfd >= 0)
		close(memfd);
	return result;
}

int
reader_serve(int fd)
{
	for (;;) {
		struct reader_request request;
		int image_fd;
		int result;

		result = reader_receive(fd, &request, sizeof(request), &image_fd);
		if (result < 0)
			return result == -EPIPE ? 0 : 1;
		result = answer(fd, &request, image_fd);
		if (image_fd >= 0)
			close(image_fd);
		if (result < 0)
			return result == -EPIPE ? 0 : 1;
	}
}
