/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams without a squashfs: the test program is executed again as the reader
 * ("--reader"), and gives bytes that tell their place in the file, or does what
 * the environment variable MISBEHAVE says. Included once, by a test program
 * whose main begins with stream_child.
 */
#ifndef STREAM_UNIT_H
#define STREAM_UNIT_H

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "reader_protocol.h"
#include "stream.h"
#include "unit.h"

enum { STREAM_PIECE = 65536, SLOW_MS = 300 };

/* What byte `place` of a file is; 251 is no divisor of any block size. */
static inline uint8_t
stream_byte(uint64_t place)
{
	return place % 7 == 0 ? '\n' : (uint8_t)(place % 251);
}

/* --- the child ------------------------------------------------------------- */

static inline void
stream_write(uint64_t first, uint64_t length)
{
	uint8_t piece[STREAM_PIECE];

	while (length > 0) {
		size_t count = length < STREAM_PIECE ? (size_t)length : STREAM_PIECE;
		ssize_t done;

		for (size_t i = 0; i < count; i++)
			piece[i] = stream_byte(first + i);
		done = write(READER_OUTPUT_FD, piece, count);
		if (done < 0)
			exit(5);
		first += (uint64_t)done;
		length -= (uint64_t)done;
	}
}

/* Its limits, as text. */
static inline void
stream_write_limits(void)
{
	struct rlimit memory, processor;

	getrlimit(RLIMIT_AS, &memory);
	getrlimit(RLIMIT_CPU, &processor);
	dprintf(READER_OUTPUT_FD, "%llu bytes, %llu s, nice %d.",
		(unsigned long long)memory.rlim_cur, (unsigned long long)processor.rlim_cur,
		getpriority(PRIO_PROCESS, 0));
}

static inline int
stream_misbehave(const char *how)
{
	struct reader_answer answer = {.number = 1};
	struct reader_request request;
	int fd = -1;

	signal(SIGPIPE, SIG_IGN);
	if (reader_receive(READER_FD, &request, sizeof(request), &fd) < 0)
		return 4;
	if (request.operation != READER_STREAM || fd < 0)
		return 6;
	if (strcmp(how, "gives too much") == 0) {
		stream_write(request.first, 10 * request.length);
	} else if (strcmp(how, "ends early") == 0) {
		stream_write(request.first, request.length / 2);
		return 0;
	} else if (strcmp(how, "crashes") == 0) {
		poll(NULL, 0, 50);
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (strcmp(how, "says why") == 0) {
		stream_write(request.first, request.length / 2);
		answer.result = -EBADMSG;
		memset(answer.why, 'x', sizeof(answer.why));
		memcpy(answer.why, "damaged", 7);
		reader_send(READER_FD, &answer, sizeof(answer), fd);
	} else if (strcmp(how, "gives an errno") == 0) {
		answer.result = -ENOMEM;
		reader_send(READER_FD, &answer, sizeof(answer), -1);
	} else if (strcmp(how, "hangs") == 0) {
		signal(SIGTERM, SIG_IGN);
		poll(NULL, 0, 60 * 1000);
	} else if (strcmp(how, "is slow") == 0) {
		poll(NULL, 0, SLOW_MS);
		stream_write(request.first, request.length);
	} else if (strcmp(how, "pauses") == 0) {
		stream_write(request.first, request.length / 2);
		poll(NULL, 0, SLOW_MS);
		stream_write(request.first + request.length / 2,
			     request.length - request.length / 2);
	} else if (strcmp(how, "tells its limits") == 0) {
		stream_write_limits();
	} else {
		stream_write(request.first, request.length);
	}
	close(READER_OUTPUT_FD);
	/* Until the daemon ends it. */
	reader_receive(READER_FD, &request, sizeof(request), &fd);
	return 0;
}

/* Does not return in a child. */
static inline void
stream_child(int argc, char **argv)
{
	const char *how = getenv("MISBEHAVE");

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		_exit(stream_misbehave(how != NULL ? how : ""));
}

/* --- what tests need ------------------------------------------------------- */

/* What the children of later streams do; NULL: as they should. */
static inline void
stream_children(const char *how)
{
	if (how != NULL)
		setenv("MISBEHAVE", how, 1);
	else
		unsetenv("MISBEHAVE");
}

/* Streams of children of this program. */
static inline struct stream_source
stream_source_new(void)
{
	struct stream_source source = {.inode = 7, .squashfs = {4096, 8192}};

	signal(SIGPIPE, SIG_IGN);
	stream_children(NULL);
	source.image_fd = memfd_create("image", MFD_CLOEXEC);
	assert_int_equal(streams_new("/proc/self/exe", &source.streams), 0);
	return source;
}

/* Ends them: each child is gone, and waited for. */
static inline void
stream_source_free(struct stream_source *source)
{
	for (unsigned tries = 0;
	     tries < 5000 && waitid(P_ALL, 0, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) == 0;
	     tries++) {
		streams_reap(source->streams);
		poll(NULL, 0, 1);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	streams_free(source->streams);
	close(source->image_fd);
}

/* A file of `size` bytes that is read by streams. */
static inline struct file *
stream_file_new(const struct stream_source *source, uint64_t size)
{
	struct file *file = file_new(1);

	assert_non_null(file);
	file->source = source;
	file->segment_count = 1;
	file->segments[0] = (struct segment){
		.kind = SEGMENT_INODE,
		.fd = -1,
		.offset = source->inode,
		.length = size,
	};
	file->type = "application/octet-stream";
	file_seal(file, 1);
	return file;
}

/* How many descriptors are open. */
static inline unsigned
stream_descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

/* How many children there are, ended ones that were not waited for included. */
static inline unsigned
stream_count_children(void)
{
	FILE *file = fopen("/proc/thread-self/children", "r");
	unsigned count = 0;
	int child;

	assert_non_null(file);
	while (fscanf(file, "%d", &child) == 1)
		count++;
	fclose(file);
	return count;
}

#endif
