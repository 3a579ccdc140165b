/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams out of squashfs: see stream.h.
 *
 * A stream is a reader process with one request, whose output is a pipe. The
 * daemon trusts it with nothing: what it writes are the bytes of the file, it
 * can write no more of them than are taken, and when it writes fewer, or none
 * for too long, the transfer ends.
 *
 * A process that is told to die may take its time (a dead disk holds it). Its
 * place is taken until then, and streams_reap looks for it.
 */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jail_sanitizer.h"
#include "monotonic.h"
#include "reader_process.h"
#include "reader_protocol.h"

enum {
	PIPE_BYTES = 256 * 1024,
	DEADLINE_MS = 20 * 1000,
	NICENESS = 10,
	/* A jailed reader needs the two blocks it works on, of up to a MiB, its
	   tables, and what a decompressor takes. */
	MEMORY_BYTES = 256 << 20,
	/* What decompressing may cost at worst; its start has room beside. */
	BYTES_PER_PROCESSOR_S = 1 << 20,
	START_PROCESSOR_S = 10,
};

/* One place for a process. */
struct stream_place {
	pid_t child; /* 0: free; -1: being started */
	bool is_dying;
	struct in_addr client;
};

struct streams {
	char *program;
	unsigned deadline_ms;
	pthread_mutex_t mutex;
	struct stream_place places[STREAMS_MAX]; /* under mutex */
};

struct stream {
	struct streams *streams;
	struct stream_place *place;
	struct reader_process process;
	int fd; /* of the pipe */
	unsigned deadline_ms;
	int64_t waiting_since; /* for a byte to come, monotonic ms; 0: does not wait */
};

/* --- places ---------------------------------------------------------------- */

int
streams_new(const char *program, struct streams **ret_streams)
{
	struct streams *streams = calloc(1, sizeof(*streams));

	if (streams == NULL)
		return -ENOMEM;
	streams->deadline_ms = DEADLINE_MS;
	streams->program = strdup(program);
	if (streams->program == NULL) {
		free(streams);
		return -ENOMEM;
	}
	pthread_mutex_init(&streams->mutex, NULL);
	*ret_streams = streams;
	return 0;
}

void
streams_set_deadline(struct streams *streams, unsigned deadline_ms)
{
	streams->deadline_ms = deadline_ms;
}

static void
reap_places(struct streams *streams)
{
	for (size_t i = 0; i < STREAMS_MAX; i++) {
		struct stream_place *place = &streams->places[i];

		if (place->is_dying && waitpid(place->child, NULL, WNOHANG) != 0)
			*place = (struct stream_place){0};
	}
}

void
streams_reap(struct streams *streams)
{
	if (streams == NULL)
		return;
	pthread_mutex_lock(&streams->mutex);
	reap_places(streams);
	pthread_mutex_unlock(&streams->mutex);
}

void
streams_free(struct streams *streams)
{
	if (streams == NULL)
		return;
	streams_reap(streams);
	pthread_mutex_destroy(&streams->mutex);
	free(streams->program);
	free(streams);
}

/* A place for one more stream of `client`: NULL when there is none. */
static struct stream_place *
take_place(struct streams *streams, struct in_addr client)
{
	struct stream_place *found = NULL;
	unsigned of_client = 0;

	pthread_mutex_lock(&streams->mutex);
	reap_places(streams);
	for (size_t i = 0; i < STREAMS_MAX; i++) {
		struct stream_place *place = &streams->places[i];

		if (place->child == 0)
			found = place;
		else if (place->client.s_addr == client.s_addr)
			of_client++;
	}
	if (of_client >= STREAMS_PER_CLIENT)
		found = NULL;
	if (found != NULL)
		*found = (struct stream_place){.child = -1, .client = client};
	pthread_mutex_unlock(&streams->mutex);
	return found;
}

void
stream_set_client(struct stream *stream, struct in_addr client)
{
	pthread_mutex_lock(&stream->streams->mutex);
	stream->place->client = client;
	pthread_mutex_unlock(&stream->streams->mutex);
}

/* The place is free once `child` is gone; 0: there is none. */
static void
leave_place(struct streams *streams, struct stream_place *place, pid_t child)
{
	pthread_mutex_lock(&streams->mutex);
	place->child = child;
	place->is_dying = child != 0;
	reap_places(streams);
	pthread_mutex_unlock(&streams->mutex);
}

/* --- the process ----------------------------------------------------------- */

/* Both ends; only ours must not block. */
static int
make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES); /* as much as we may have */
	return 0;
}

static int
limit(const struct reader_process *process, uint64_t length)
{
	const struct rlimit memory = {MEMORY_BYTES, MEMORY_BYTES};
	uint64_t processor_s = START_PROCESSOR_S + length / BYTES_PER_PROCESSOR_S;
	int result = reader_process_limit(process, processor_s < UINT32_MAX ? (unsigned)processor_s
									    : UINT32_MAX);

	if (result == 0 && !SANITIZER_RUNS && prlimit(process->child, RLIMIT_AS, &memory, NULL) < 0)
		result = -errno;
	setpriority(PRIO_PROCESS, (id_t)process->child, NICENESS);
	return result;
}

/* Starts the reader of `stream` and tells it what to read. */
static int
start(struct stream *stream, const struct stream_source *source, uint64_t first, uint64_t length)
{
	const struct reader_request request = {
		.operation = READER_STREAM,
		.number = 1,
		.piece = source->squashfs,
		.inode = source->inode,
		.first = first,
		.length = length,
	};
	int ends[2];
	int result = make_pipe(ends);

	if (result < 0)
		return result;
	result = reader_process_start(stream->streams->program, ends[1], &stream->process);
	close(ends[1]);
	if (result == 0)
		result = limit(&stream->process, length);
	if (result == 0)
		result = reader_send(stream->process.socket, &request, sizeof(request),
				     source->image_fd);
	if (result < 0) {
		close(ends[0]);
		return result;
	}
	stream->fd = ends[0];
	return 0;
}

/* -> the child that is to die, or 0. */
static pid_t
end(struct stream *stream)
{
	pid_t child = stream->process.child;

	if (child == 0)
		return 0;
	close(stream->process.socket);
	kill(child, SIGKILL);
	return child;
}

int
stream_open(const struct stream_source *source, struct in_addr client, uint64_t first,
	    uint64_t length, struct stream **ret_stream)
{
	struct stream *stream;
	struct stream_place *place = take_place(source->streams, client);
	int result = -ENOMEM;

	if (place == NULL)
		return -EBUSY;
	stream = malloc(sizeof(*stream));
	if (stream == NULL)
		goto leave;
	*stream = (struct stream){
		.streams = source->streams,
		.place = place,
		.process = READER_PROCESS_NONE,
		.fd = -1,
		.deadline_ms = source->streams->deadline_ms,
	};
	result = start(stream, source, first, length);
	if (result < 0)
		goto end_stream;
	*ret_stream = stream;
	return 0;

end_stream:
	leave_place(source->streams, place, end(stream));
	free(stream);
	return result;
leave:
	leave_place(source->streams, place, 0);
	return result;
}

void
stream_close(struct stream *stream)
{
	if (stream == NULL)
		return;
	close(stream->fd);
	leave_place(stream->streams, stream->place, end(stream));
	free(stream);
}

/* --- the bytes ------------------------------------------------------------- */

int
stream_fd(const struct stream *stream)
{
	return stream->fd;
}

/* What it means that `count` bytes came, with errno as it was. */
static ssize_t
note_arrival(struct stream *stream, ssize_t count)
{
	int64_t now;

	if (count >= 0) {
		stream->waiting_since = 0;
		return count > 0 ? count : -EIO;
	}
	if (errno != EAGAIN && errno != EINTR)
		return -errno;
	now = monotonic_ms();
	if (stream->waiting_since == 0)
		stream->waiting_since = now;
	return now - stream->waiting_since < stream->deadline_ms ? -EINPROGRESS : -ETIMEDOUT;
}

ssize_t
stream_read(struct stream *stream, void *buffer, size_t length)
{
	return note_arrival(stream, read(stream->fd, buffer, length));
}

ssize_t
stream_send(struct stream *stream, int fd, size_t length)
{
	struct pollfd pipe = {.fd = stream->fd, .events = POLLIN};
	ssize_t moved =
		splice(stream->fd, NULL, fd, NULL, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	/* splice does not say which of the two has nothing to give or to take. */
	if (moved < 0 && errno == EAGAIN && poll(&pipe, 1, 0) > 0)
		return -EAGAIN;
	return note_arrival(stream, moved);
}

void
stream_explain(struct stream *stream, char *ret_why, size_t size)
{
	struct reader_answer answer;
	struct pollfd socket = {.fd = stream->process.socket, .events = POLLIN};
	int descriptor = -1;

	snprintf(ret_why, size, "%s",
		 stream->waiting_since != 0 ? "the reader gives nothing"
					    : "the reader ended at it");
	if (poll(&socket, 1, 0) <= 0 ||
	    reader_receive(stream->process.socket, &answer, sizeof(answer), &descriptor) < 0)
		return;
	if (descriptor != -1)
		close(descriptor);
	answer.why[sizeof(answer.why) - 1] = '\0';
	if (answer.why[0] != '\0')
		snprintf(ret_why, size, "%s", answer.why);
	else if (answer.result < 0 && answer.result > -4096)
		snprintf(ret_why, size, "%s", strerror(-answer.result));
}
