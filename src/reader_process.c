/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader as a process; see reader_process.h.
 *
 * The child gets nothing but what is named here: the daemon's descriptors,
 * signal handlers and memory stay behind.
 */
#include "reader_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "monotonic.h"
#include "reader_protocol.h"

/* How long a child that was killed may take to die. */
enum { REAP_MS = 2000 };

/* What the child's descriptors are: nothing to read, nothing to write to but
   stderr and perhaps a pipe, and the socket. */
static int
prepare_files(posix_spawn_file_actions_t *files, int socket, int output)
{
	int error = output == -1
			    ? posix_spawn_file_actions_addopen(files, READER_OUTPUT_FD, "/dev/null",
							       O_WRONLY, 0)
			    : posix_spawn_file_actions_adddup2(files, output, READER_OUTPUT_FD);

	if (error != 0 ||
	    (error = posix_spawn_file_actions_adddup2(files, socket, READER_FD)) != 0 ||
	    (error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0)) != 0)
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
spawn(const char *program, int socket, int output, pid_t *ret_child)
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
	error = prepare_files(&files, socket, output);
	if (error == 0)
		error = prepare_signals(&attributes);
	if (error == 0)
		error = posix_spawn(ret_child, program, &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
destroy_files:
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

int
reader_process_start(const char *program, int output, struct reader_process *ret_process)
{
	int sockets[2];
	pid_t child;
	int result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	result = spawn(program, sockets[1], output, &child);
	close(sockets[1]);
	if (result < 0) {
		close(sockets[0]);
		return result;
	}
	*ret_process = (struct reader_process){.child = child, .socket = sockets[0]};
	return 0;
}

/* Waits for the child's end: its wait status, or -1 when it has not come. */
static int
reap(pid_t child, int64_t patience_ms)
{
	int64_t end = monotonic_ms() + patience_ms;
	int status;

	for (;;) {
		pid_t waited = waitpid(child, &status, WNOHANG);

		if (waited == child)
			return status;
		if ((waited < 0 && errno != EINTR) || monotonic_ms() > end)
			return -1;
		poll(NULL, 0, 1);
	}
}

int
reader_process_stop(struct reader_process *process, int64_t grace_ms)
{
	int status;

	if (process->child == 0)
		return -1;
	close(process->socket);
	status = reap(process->child, grace_ms);
	if (status < 0) {
		kill(process->child, SIGKILL);
		status = reap(process->child, REAP_MS);
	}
	*process = READER_PROCESS_NONE;
	return status;
}

int
reader_process_limit(const struct reader_process *process, unsigned processor_s)
{
	struct rlimit limit;
	struct timespec used;
	clockid_t clock;
	rlim_t until;
	int error = clock_getcpuclockid(process->child, &clock);

	if (error != 0)
		return -error;
	if (clock_gettime(clock, &used) < 0 ||
	    prlimit(process->child, RLIMIT_CPU, NULL, &limit) < 0)
		return -errno;
	until = (rlim_t)used.tv_sec + 1 + processor_s;
	limit.rlim_cur = until < limit.rlim_max ? until : limit.rlim_max;
	return prlimit(process->child, RLIMIT_CPU, &limit, NULL) < 0 ? -errno : 0;
}
