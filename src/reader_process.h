/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader as a process: started, limited and ended by the daemon.
 *
 * It is this program, executed again (argv: program "--reader"), with the
 * socket on READER_FD, /dev/null as input, /dev/null or a pipe as output, and
 * the daemon's stderr. What is said over the socket is in reader_protocol.h.
 */
#ifndef READER_PROCESS_H
#define READER_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

struct reader_process {
	pid_t child; /* 0: none runs */
	int socket;  /* the daemon's end, -1 when none runs */
};

#define READER_PROCESS_NONE ((struct reader_process){.child = 0, .socket = -1})

/* Its standard output is `output`, or /dev/null when that is -1. 0, or a
   negative errno when it cannot be executed. */
int reader_process_start(const char *program, int output, struct reader_process *ret_process);

/* Gives it `processor_s` seconds of processor time on top of what it has used;
   then SIGXCPU ends it. It cannot do so itself: its jail has no setrlimit(2).
   0 or negative errno, -ESRCH when it is dead. */
int reader_process_limit(const struct reader_process *, unsigned processor_s);

/* Ends it, if it runs: it sees its socket close and has `grace_ms` to go by
   itself, then it is killed. -> its status as of waitpid(2), or -1 when none
   ran or it cannot even be killed (a dead disk holds it), which must not hold
   us. */
int reader_process_stop(struct reader_process *, int64_t grace_ms);

#endif
