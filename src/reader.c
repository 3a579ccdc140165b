/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's side of the reader: starts it, asks it, and outlives it.
 *
 *      reader_index ─► ensure a child ─► send ─► wait ─► map what came back
 *                                          │       │            │
 *                                          └───────┴────────────┴─► else: kill it
 *
 * Whatever goes wrong between the two, the child is killed and the next
 * request starts another: a child is trusted only as long as it answers in
 * time with what was asked. An image that is refused by a child that has read
 * others is tried once more by a new one. The index that it gives is hostile
 * until index_map has checked it.
 */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "index.h"
#include "isofs.h"
#include "reader_protocol.h"

/* How long a child may take to answer, to end by itself, and to die. */
enum { DEADLINE_MS = 20 * 1000, GRACE_MS = 1000, REAP_MS = 2000 };

/* Of that, how much it may spend on computing. */
enum { PROCESSOR_S = 10 };

struct reader {
	char *program;
	unsigned deadline_ms;
	unsigned processor_s;
	pid_t child;     /* 0: none runs */
	int socket;      /* to the child, -1 when none runs */
	uint32_t number; /* of the last request */
};

int
reader_new(const char *program, struct reader **ret_reader)
{
	struct reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	*reader = (struct reader){
		.program = strdup(program),
		.deadline_ms = DEADLINE_MS,
		.processor_s = PROCESSOR_S,
		.socket = -1,
	};
	if (!reader->program) {
		free(reader);
		return -ENOMEM;
	}
	*ret_reader = reader;
	return 0;
}

void
reader_set_deadline(struct reader *reader, unsigned deadline_ms)
{
	reader->deadline_ms = deadline_ms;
}

void
reader_set_processor_time(struct reader *reader, unsigned processor_s)
{
	reader->processor_s = processor_s;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the child ------------------------------------------------------------- */

/* What the child's descriptors are: nothing to read, nothing to write to but
   stderr, and the socket. */
static int
prepare_files(posix_spawn_file_actions_t *files, int socket)
{
	int error;

	if ((error = posix_spawn_file_actions_adddup2(files, socket, READER_FD)) != 0 ||
	    (error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0)) != 0 ||
	    (error = posix_spawn_file_actions_addopen(files, 1, "/dev/null", O_WRONLY, 0)) != 0)
		return error;
	return posix_spawn_file_actions_addclosefrom_np(files, READER_FD + 1);
}

/* The daemon's signal mask and handlers are not the child's. */
static int
prepare_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	if ((error = posix_spawnattr_setsigmask(attributes, &none)) != 0 ||
	    (error = posix_spawnattr_setsigdefault(attributes, &all)) != 0)
		return error;
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int
spawn(const char *program, int socket, pid_t *ret_child)
{
	char name[] = "pxeiso", option[] = "--reader";
	char *const arguments[] = {name, option, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error;

	error = posix_spawn_file_actions_init(&files);
	if (error != 0)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (error != 0)
		goto destroy_files;
	error = prepare_files(&files, socket);
	if (error == 0)
		error = prepare_signals(&attributes);
	if (error == 0)
		error = posix_spawn(ret_child, program, &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
destroy_files:
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

static int
start(struct reader *reader)
{
	int sockets[2];
	int result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	result = spawn(reader->program, sockets[1], &reader->child);
	close(sockets[1]);
	if (result < 0) {
		close(sockets[0]);
		reader->child = 0;
		return result;
	}
	reader->socket = sockets[0];
	return 0;
}

/* Waits for the child's end: its wait status, or -1 when it has not come. */
static int
reap(pid_t child, int64_t patience_ms)
{
	int64_t end = now_ms() + patience_ms;
	int status;

	for (;;) {
		pid_t waited = waitpid(child, &status, WNOHANG);

		if (waited == child)
			return status;
		if ((waited < 0 && errno != EINTR) || now_ms() > end)
			return -1;
		poll(NULL, 0, 1);
	}
}

/* Ends the child, which sees its socket close and has `grace_ms` to end by
   itself. -> its wait status, or -1 when it cannot even be killed (a dead disk
   holds it), which must not hold us. */
static int
stop(struct reader *reader, int64_t grace_ms)
{
	int status;

	if (reader->child == 0)
		return -1;
	close(reader->socket);
	reader->socket = -1;
	status = reap(reader->child, grace_ms);
	if (status < 0) {
		kill(reader->child, SIGKILL);
		status = reap(reader->child, REAP_MS);
	}
	reader->child = 0;
	return status;
}

void
reader_free(struct reader *reader)
{
	if (!reader)
		return;
	stop(reader, GRACE_MS);
	free(reader->program);
	free(reader);
}

/* --- requests -------------------------------------------------------------- */

/* Gives the child its processor time for one request, on top of what it has
   used so far. It cannot do so itself: its jail has no setrlimit(2). */
static int
limit_processor_time(const struct reader *reader)
{
	struct rlimit limit;
	struct timespec used;
	clockid_t clock;
	rlim_t until;
	int error = clock_getcpuclockid(reader->child, &clock);

	if (error != 0)
		return -error;
	if (clock_gettime(clock, &used) < 0 || prlimit(reader->child, RLIMIT_CPU, NULL, &limit) < 0)
		return -errno;
	until = (rlim_t)used.tv_sec + 1 + reader->processor_s;
	limit.rlim_cur = until < limit.rlim_max ? until : limit.rlim_max;
	return prlimit(reader->child, RLIMIT_CPU, &limit, NULL) < 0 ? -errno : 0;
}

/* Sends the request, to a new child when none runs. */
static int
ask(struct reader *reader, int image_fd)
{
	const struct reader_request request = {READER_INDEX, ++reader->number};
	int result = reader->child == 0 ? start(reader) : 0;

	if (result == 0)
		result = limit_processor_time(reader);
	if (result == 0)
		result = reader_send(reader->socket, &request, sizeof(request), image_fd);
	return result == -ESRCH ? -EPIPE : result;
}

/* Waits for the answer: 0, -ETIMEDOUT, -EPIPE, or what poll says. */
static int
wait_for_answer(const struct reader *reader)
{
	int64_t end = now_ms() + reader->deadline_ms;

	for (;;) {
		struct pollfd socket = {.fd = reader->socket, .events = POLLIN};
		int64_t left = end - now_ms();
		int ready = poll(&socket, 1, left > 0 ? (int)left : 0);

		if (ready > 0)
			return 0;
		if (ready == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* The answer to the last request. Anything else than an index or a reason
   is no answer. */
static int
receive(struct reader *reader, struct reader_answer *answer, int *ret_memfd)
{
	int memfd = -1;
	int result;

	result = wait_for_answer(reader);
	if (result < 0)
		return result;
	result = reader_receive(reader->socket, answer, sizeof(*answer), &memfd);
	if (result < 0)
		return result;
	if (answer->number != reader->number || answer->result > 0 || answer->result < -4095 ||
	    (answer->result == 0) != (memfd >= 0)) {
		if (memfd >= 0)
			close(memfd);
		return -EPROTO;
	}
	answer->why[sizeof(answer->why) - 1] = '\0';
	*ret_memfd = memfd;
	return 0;
}

/* Where the caller wants to be told why. */
struct reader_reason {
	char *text;
	size_t size;
};

/* Says what ended a child without our doing. */
static void
explain_end(const struct reader *reader, int status, struct reader_reason reason)
{
	int number = status >= 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (number == SIGSYS)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: it asked the kernel for what its jail forbids");
	else if (number == SIGXCPU)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: it took more than %u s of processor time",
			 reader->processor_s);
	else if (number == SIGXFSZ)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: its index is too large");
	else if (number != 0)
		snprintf(reason.text, reason.size, "the reader died of it: %s", strsignal(number));
	else
		snprintf(reason.text, reason.size, "the reader ended at it");
}

/* Says why there was no answer, and ends the child that gave none. */
static void
give_up(struct reader *reader, int error, struct reader_reason reason)
{
	int status = stop(reader, error == -EPIPE ? GRACE_MS : 0);

	if (error == -ETIMEDOUT)
		snprintf(reason.text, reason.size,
			 "the reader did not answer within %u ms and was ended",
			 reader->deadline_ms);
	else if (error != -EPIPE)
		snprintf(reason.text, reason.size, "the reader failed: %s", strerror(-error));
	else
		explain_end(reader, status, reason);
}

/* Asks once. A child that gives no index has had its last image. */
static int
try(struct reader *reader, int image_fd, uint64_t image_size, struct index **ret_index,
    struct reader_reason reason)
{
	struct reader_answer answer = {0};
	const char *why = "";
	int memfd = -1;
	int result = ask(reader, image_fd);

	if (result == 0)
		result = receive(reader, &answer, &memfd);
	if (result < 0) {
		give_up(reader, result, reason);
		return result;
	}
	if (answer.result < 0) {
		stop(reader, 0);
		snprintf(reason.text, reason.size, "%s",
			 answer.why[0] ? answer.why : strerror(-answer.result));
		return answer.result;
	}

	result = index_map(memfd, image_size, ret_index, &why);
	close(memfd);
	if (result < 0) {
		/* The image changed meanwhile, or it has taken over the reader. */
		stop(reader, 0);
		snprintf(reason.text, reason.size, "%s",
			 result == -EBADMSG ? why : strerror(-result));
	}
	return result;
}

int
reader_index(struct reader *reader, int image_fd, struct index **ret_index, char *ret_why,
	     size_t size)
{
	const struct reader_reason reason = {ret_why, size};
	const bool is_fresh = reader->child == 0;
	uint64_t image_size;
	int result;

	result = isofs_image_size(image_fd, &image_size);
	if (result < 0) {
		snprintf(ret_why, size, "neither a file nor a block device");
		return result;
	}
	result = try(reader, image_fd, image_size, ret_index, reason);
	/* What earlier images have left behind in the child is not this one's
	   fault: only a child that has seen no other refuses an image. */
	if (result < 0 && !is_fresh)
		result = try(reader, image_fd, image_size, ret_index, reason);
	return result;
}
