/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader's own life: it takes images, gives back indexes or the bytes of a
 * file, and ends with the daemon, whose death closes the socket.
 *
 * It holds nothing but that socket, what it streams to, and the image it works
 * on, and is in its jail before the first of them comes. Where the jail cannot be had it answers
 * every request with that, and looks at no image.
 */
#include "reader.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "initramfs.h"
#include "isofs.h"
#include "jail.h"
#include "reader_protocol.h"
#include "reader_stream.h"
#include "squashfs.h"

/* How it went with the jail. */
struct confinement {
	int error; /* 0, or why there is none */
	const char *what;
};

static void
refuse(const struct confinement *confinement, struct reader_answer *answer)
{
	answer->result = -EPERM;
	snprintf(answer->why, sizeof(answer->why),
		 "the reader does not work without its jail: %s: %s", confinement->what,
		 strerror(-confinement->error));
}

static int
index_squashfs(const struct reader_request *request, int image_fd, int *ret_memfd,
	       const char **ret_why)
{
	struct squashfs *squashfs;
	int result = squashfs_open(image_fd, &request->piece, &squashfs, ret_why);

	if (result < 0)
		return result;
	result = squashfs_index(squashfs, ret_memfd, ret_why);
	squashfs_close(squashfs);
	return result;
}

/* Does what is asked for: 0, or negative errno with *ret_why as text or not. */
static int
work(const struct reader_request *request, int image_fd, int *ret_memfd, const char **ret_why)
{
	if (image_fd < 0)
		return -EINVAL;
	switch (request->operation) {
	case READER_INDEX:
		return isofs_index(image_fd, ret_memfd, ret_why);
	case READER_INDEX_SQUASHFS:
		return index_squashfs(request, image_fd, ret_memfd, ret_why);
	case READER_INDEX_INITRAMFS:
		return initramfs_index(image_fd, &request->piece, ret_memfd, ret_why);
	case READER_STREAM:
		return reader_stream(request, image_fd, ret_why);
	default:
		return -EINVAL;
	}
}

/* Answers one request about the image behind `image_fd`. */
static int
answer(int fd, const struct confinement *confinement, const struct reader_request *request,
       int image_fd)
{
	struct reader_answer answer = {.number = request->number};
	const char *why = NULL;
	int memfd = -1;
	int result;

	if (confinement->error < 0)
		refuse(confinement, &answer);
	else
		answer.result = work(request, image_fd, &memfd, &why);
	if (answer.result < 0 && why)
		snprintf(answer.why, sizeof(answer.why), "%s", why);
	result = reader_send(fd, &answer, sizeof(answer), memfd);
	if (memfd >= 0)
		close(memfd);
	/* The end of a stream is the end of its child, not of READER_OUTPUT_FD alone:
	   the next image would take that number. */
	return request->operation == READER_STREAM ? -EPIPE : result;
}

/* Until the daemon closes its end, or a stream has ended: -> -EPIPE, or another
   negative errno. */
static int
serve(int fd, const struct confinement *confinement)
{
	int result;

	do {
		struct reader_request request;
		int image_fd;

		result = reader_receive(fd, &request, sizeof(request), &image_fd);
		if (result < 0)
			return result;
		result = answer(fd, confinement, &request, image_fd);
		if (image_fd >= 0)
			close(image_fd);
	} while (result == 0);
	return result;
}

void
reader_serve(int fd)
{
	struct confinement confinement = {0};

	/* Who stops to read a stream is told by write(2), in the answer. */
	signal(SIGPIPE, SIG_IGN);
	confinement.error = jail_enter(fd, READER_OUTPUT_FD, &confinement.what);
	/* Not by way of exit handlers, which may ask for what is forbidden here. */
	_exit(serve(fd, &confinement) == -EPIPE ? 0 : 1);
}
