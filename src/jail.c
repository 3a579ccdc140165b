/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The jail of the reader; see jail.h.
 *
 * Descriptors are handed in through the socket and only through it. So no call
 * that takes a path is allowed, and none that makes a process, a thread or a
 * signal handler. fstat(2) is allowed, newfstatat(2), which glibc's fstat()
 * asks for, is not: it can look at any path.
 *
 * What decompressors need (zlib, bzip2, xz, zstd, lz4, lzo; libsquashfuse): memory
 * and pread(2), which they have. They must be used without threads.
 *
 * write(2) is allowed to one descriptor only: the pipe that a file of a squashfs
 * is streamed to, /dev/null in a child that streams nothing. Who takes over the
 * reader by an image says there what the image could have said as well, to the
 * one client that asked for it. Were it closed, its number could be taken by an
 * image, which is open for reading only, or by the reader's own memory files.
 *
 * The list is that of 64-bit Linux. It was written from strace(1), and from
 * what glibc asks behind one's back: see the notes at the calls.
 */
#include "jail.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "jail_sanitizer.h"

/* The reader's own memory, one file of memory that it makes, and descriptors:
   three standard ones (the second is the output), the socket, an image, its
   index, two to spare. */
enum { MEMORY_MIB = 2048, FILE_MIB = 512, DESCRIPTORS_MAX = 8, MIB_SHIFT = 20 };

/* --- limits ---------------------------------------------------------------- */

static int
set_limit(unsigned resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return -errno;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value)
		value = limit.rlim_max;
	limit = (struct rlimit){value, value};
	return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

int
jail_limit(void)
{
	static const struct {
		unsigned resource;
		rlim_t value;
	} limits[] = {
		{RLIMIT_AS, SANITIZER_RUNS ? RLIM_INFINITY : (rlim_t)MEMORY_MIB << MIB_SHIFT},
		{RLIMIT_FSIZE, (rlim_t)FILE_MIB << MIB_SHIFT},
		{RLIMIT_NOFILE, DESCRIPTORS_MAX + SANITIZER_DESCRIPTORS},
		{RLIMIT_NPROC, 0},
		{RLIMIT_CORE, 0},
		{RLIMIT_MEMLOCK, 0},
		{RLIMIT_MSGQUEUE, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		int result = set_limit(limits[i].resource, limits[i].value);

		if (result < 0)
			return result;
	}
	return 0;
}

/* Not to be traced, never more rights than now, and gone with the daemon. */
static int
give_up_rights(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/* --- Landlock -------------------------------------------------------------- */

/* What a ruleset handles; the kernel's own struct grows with its headers, this
   is the whole of version 6. glibc has no wrappers. */
struct ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

enum { RULESET_VERSION = 1 };

/* How many rights of each kind a version of Landlock knows. */
static struct ruleset
all_rights(long version)
{
	unsigned files = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;

	return (struct ruleset){
		.files = (UINT64_C(1) << files) - 1,
		.ports = version >= 4 ? 3 : 0,
		.scopes = version >= 6 ? 3 : 0,
	};
}

int
jail_close_paths(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);
	struct ruleset ruleset;
	int fd, result = 0;

	if (version < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -errno;
	ruleset = all_rights(version);
	/* All rights are handled and no rule grants any. An older kernel takes the
	   longer struct as long as what it does not know is zero. */
	fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		result = -errno;
	close(fd);
	return result;
}

/* --- seccomp --------------------------------------------------------------- */

/* A call that is allowed whatever its arguments are. */
static const int plain_calls[] = {
	SCMP_SYS(pread64),       SCMP_SYS(fstat),        SCMP_SYS(lseek),
	SCMP_SYS(close),         SCMP_SYS(memfd_create), SCMP_SYS(ftruncate),
	SCMP_SYS(brk),           SCMP_SYS(munmap),       SCMP_SYS(mremap),
	SCMP_SYS(madvise),       SCMP_SYS(getrandom), /* malloc's first */
	SCMP_SYS(sysinfo),                            /* qsort: how much memory there is */
	SCMP_SYS(clock_gettime),                      /* where the vDSO cannot tell the time */
	SCMP_SYS(getpid),                             /* abort, as is gettid */
	SCMP_SYS(gettid),        SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall),
};

static int
allow_plain_calls(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(plain_calls) / sizeof(plain_calls[0]); i++) {
		int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain_calls[i], 0);

		if (result < 0)
			return result;
	}
	return 0;
}

/* Calls that are allowed for what they are needed for. glibc says on stderr
   what it aborts for: refused, so that an image cannot write into the log, but
   not fatal, so that the end is still told from a forbidden call. */
static int
allow_checked_calls(scmp_filter_ctx filter, int socket, int output)
{
	const struct {
		uint32_t action;
		int call;
		struct scmp_arg_cmp condition;
	} rules[] = {
		{SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(write), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)output, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_ADD_SEALS, 0)},
		{SCMP_ACT_ALLOW, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)},
		{SCMP_ACT_ERRNO(EPERM), SCMP_SYS(write), SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0)},
		{SCMP_ACT_ERRNO(EPERM), SCMP_SYS(writev), SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0)},
		{SCMP_ACT_ERRNO(EPERM), SCMP_SYS(rt_sigprocmask),
		 SCMP_A0(SCMP_CMP_LE, SIG_SETMASK, 0)},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		int result;

		if (SANITIZER_RUNS && rules[i].action != SCMP_ACT_ALLOW)
			continue;
		result = seccomp_rule_add(filter, rules[i].action, rules[i].call, 1,
					  rules[i].condition);
		if (result < 0)
			return result;
	}
	return 0;
}

int
jail_filter_calls(int socket, int output)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result;

	if (!filter)
		return -ENOMEM;
	/* Calls of another architecture (32-bit, x32) are no way around. */
	result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (result == 0)
		result = allow_plain_calls(filter);
	if (result == 0)
		result = allow_checked_calls(filter, socket, output);
	if (result == 0)
		result = sanitizer_allow_calls(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result;
}

/* --- the whole ------------------------------------------------------------- */

int
jail_enter(int socket, int output, const char **ret_what)
{
	int result;

	/* gmtime_r and its like read the time zone at their first call. */
	tzset();
	sanitizer_prepare();
	*ret_what = "limits";
	result = jail_limit();
	if (result < 0)
		return result;
	*ret_what = "giving up rights";
	result = give_up_rights();
	if (result < 0)
		return result;
	*ret_what = "Landlock";
	result = jail_close_paths();
	if (result < 0)
		return result;
	*ret_what = "seccomp";
	return jail_filter_calls(socket, output);
}
