/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A parser that has been taken over: what an image of hostile bytes could make
 * of isofs_index, or a squashfs in it of squashfs_open, were there a hole in
 * them. Only tests link it, by --wrap, so that it runs where the real ones do:
 * in the reader, in its jail.
 *
 * An image that begins with "HOSTILE name", or a squashfs that begins with
 * "hsqsHOSTILE name", makes it do what the table at the end has under its name.
 * Any other goes to the real parser. An attempt that the jail should stop and
 * does not is told as "not stopped".
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "isofs.h"
#include "reader_protocol.h"
#include "squashfs.h"

/* The linker's own names for them. */
int __wrap_isofs_index(int fd, int *ret_memfd, const char **ret_why);
int __real_isofs_index(int fd, int *ret_memfd, const char **ret_why);
int __wrap_squashfs_open(int fd, const struct extent *where, struct squashfs **ret_squashfs,
			 const char **ret_why);
int __real_squashfs_open(int fd, const struct extent *where, struct squashfs **ret_squashfs,
			 const char **ret_why);

/* What the daemon takes for a squashfs begins with "hsqs". */
enum { MAGIC_LENGTH = 4 };

enum { NAME_MAX_LENGTH = 63, MIB = 1 << 20 };

/* --- breaking down --------------------------------------------------------- */

static void
crash(int fd)
{
	volatile char *volatile nowhere = NULL;

	nowhere[0] = (char)fd;
}

static void
spin(int fd)
{
	for (volatile int i = 0;; i = i ^ fd)
		;
}

static void
sleep_forever(int fd)
{
	/* For a request that does not come. */
	struct msghdr message = {0};

	(void)fd;
	for (;;)
		recvmsg(READER_FD, &message, 0);
}

static void
abort_itself(int fd)
{
	(void)fd;
	abort();
}

static void
free_twice(int fd)
{
	char *volatile memory = malloc(5000);
	char *volatile other = malloc(5000);

	(void)fd;
	free(memory);
	free(memory);
	free(other);
}

/* As many addresses as it gets. */
static void
take_memory(int fd)
{
	(void)fd;
	for (char *memory; (memory = malloc(16 * MIB)) != NULL;)
		memory[0] = 1;
}

/* Through pointers that the compiler cannot follow. */
static void fill_stack(int fd);
static void (*volatile next)(int fd) = fill_stack;

static void
fill_stack(int fd)
{
	volatile char frame[4096];

	frame[0] = (char)fd;
	next(fd);
	frame[1] = frame[0];
}

static void
make_large_file(int fd)
{
	(void)fd;
	if (ftruncate(memfd_create("large", MFD_CLOEXEC), (off_t)4096 * MIB) != 0)
		return;
}

static void
keep_descriptors(int fd)
{
	(void)fd;
	for (int i = 0; i < 1000; i++) {
		if (memfd_create("kept", MFD_CLOEXEC) < 0)
			return;
	}
	abort();
}

/* Leaves one for its own index and the next image's: not enough for both. */
static void
leak_descriptors(int fd)
{
	int last = -1, next_fd;

	(void)fd;
	while ((next_fd = memfd_create("kept", MFD_CLOEXEC)) >= 0)
		last = next_fd;
	close(last);
}

static void
read_past_memory(int fd)
{
	char *volatile memory = malloc(100);
	volatile char byte = memory[100 + (fd & 0)];

	free(memory);
	(void)byte;
}

/* --- breaking out ---------------------------------------------------------- */

/* In the place of an argument: the image's descriptor. */
enum { IMAGE = -1000 };

#define P(object) (long)(uintptr_t)(object)

/* Asks for what the jail does not have: -> false when there is no such name.
   None would do harm if it were allowed. */
static bool
ask_for(const char *name, int fd)
{
	static const char path[] = "/etc/passwd", text[] = "forged\n";
	static char *no_arguments[] = {NULL};
	static _Alignas(4096) char page[4096];
	char room[256] = "";
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	const struct msghdr message = {0};
	const struct iovec part = {NULL, 0};
	const struct {
		const char *name;
		long call;
		long arguments[6];
	} calls[] = {
		{"open", SYS_open, {P(path), O_RDONLY}},
		{"openat", SYS_openat, {AT_FDCWD, P(path), O_RDONLY}},
		{"stat", SYS_newfstatat, {AT_FDCWD, P(path), P(room), 0}},
		{"fstatat", SYS_newfstatat, {IMAGE, P(path), P(room), AT_EMPTY_PATH}},
		{"socket", SYS_socket, {AF_INET, SOCK_DGRAM, 0}},
		{"execve", SYS_execve, {P(path), P(no_arguments), P(no_arguments)}},
		{"execveat",
		 SYS_execveat,
		 {IMAGE, P(""), P(no_arguments), P(no_arguments), AT_EMPTY_PATH}},
		{"fork", SYS_fork, {0}},
		{"clone", SYS_clone, {CLONE_VM | CLONE_SIGHAND | CLONE_THREAD}},
		{"ptrace", SYS_ptrace, {PTRACE_TRACEME}},
		{"kill", SYS_kill, {-1, 0}},
		{"tgkill", SYS_tgkill, {1, 1, 0}},
		{"pwrite", SYS_pwrite64, {IMAGE, P(text), 1, 0}},
		{"write", SYS_write, {IMAGE, P(text), 1}},
		{"write output", SYS_write, {STDOUT_FILENO, P(text), 1}},
		{"writev output", SYS_writev, {STDOUT_FILENO, P(&part), 1}},
		{"write log", SYS_write, {STDERR_FILENO, P(text), sizeof(text) - 1}},
		{"recvmsg", SYS_recvmsg, {STDIN_FILENO, P(&message), 0}},
		{"sendmsg", SYS_sendmsg, {IMAGE, P(&message), 0}},
		{"mmap", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, IMAGE, 0}},
		{"mprotect", SYS_mprotect, {P(page), 4096, PROT_READ | PROT_EXEC}},
		{"setrlimit", SYS_setrlimit, {RLIMIT_CPU, P(&unlimited)}},
		{"dup", SYS_dup, {IMAGE}},
		{"fcntl", SYS_fcntl, {IMAGE, F_SETFL, O_ASYNC}},
		{"ioctl", SYS_ioctl, {IMAGE, 0x80081272 /* BLKGETSIZE64 */, P(room)}},
		{"unshare", SYS_unshare, {CLONE_NEWUSER}},
		{"sigaction", SYS_rt_sigaction, {SIGXCPU, 0, P(room), 8}},
		{"io_uring", SYS_io_uring_setup, {8, P(room)}},
		{"process_vm_readv", SYS_process_vm_readv, {1, 0, 0, 0, 0, 0}},
		{"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1, 0, 0, 0}},
#ifdef __x86_64__
		{"x32", 0x40000000 + SYS_open, {P(path), O_RDONLY}},
#endif
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		long arguments[6];

		if (strcmp(name, calls[i].name) != 0)
			continue;
		for (size_t j = 0; j < 6; j++)
			arguments[j] = calls[i].arguments[j] == IMAGE ? fd : calls[i].arguments[j];
		syscall(calls[i].call, arguments[0], arguments[1], arguments[2], arguments[3],
			arguments[4], arguments[5]);
		return true;
	}
	return false;
}

#ifdef __x86_64__
static void
call_as_i386(int fd)
{
	int result;

	(void)fd;
	/* getpid, as a program of 32 bits asks for it. */
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "cc");
}
#endif

/* --- which ----------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*act)(int fd);
	bool goes_on; /* and is read like any other image */
} acts[] = {
	{"crash", crash, false},
	{"spin", spin, false},
	{"sleep", sleep_forever, false},
	{"abort", abort_itself, false},
	{"free twice", free_twice, false},
	{"take memory", take_memory, false},
	{"fill stack", fill_stack, false},
	{"make large file", make_large_file, false},
	{"keep descriptors", keep_descriptors, false},
	{"leak descriptors", leak_descriptors, true},
	{"read past memory", read_past_memory, false},
#ifdef __x86_64__
	{"i386", call_as_i386, false},
#endif
};

/* Does what is said at `offset` of the image: -> false when it is not hostile,
   or what it did shall not show. */
static bool
is_hostile(int fd, uint64_t offset, const char **ret_why)
{
	static const char mark[] = "HOSTILE ";
	char start[sizeof(mark) + NAME_MAX_LENGTH + 1] = "";

	if (pread(fd, start, sizeof(start) - 1, (off_t)offset) < 0 ||
	    strncmp(start, mark, sizeof(mark) - 1) != 0)
		return false;
	*ret_why = "not stopped";
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(start + sizeof(mark) - 1, acts[i].name) == 0) {
			acts[i].act(fd);
			return !acts[i].goes_on;
		}
	}
	if (!ask_for(start + sizeof(mark) - 1, fd))
		*ret_why = "no such act";
	return true;
}

int
__wrap_isofs_index(int fd, int *ret_memfd, const char **ret_why)
{
	return is_hostile(fd, 0, ret_why) ? -EBADMSG : __real_isofs_index(fd, ret_memfd, ret_why);
}

int
__wrap_squashfs_open(int fd, const struct extent *where, struct squashfs **ret_squashfs,
		     const char **ret_why)
{
	return is_hostile(fd, where->offset + MAGIC_LENGTH, ret_why)
		       ? -EBADMSG
		       : __real_squashfs_open(fd, where, ret_squashfs, ret_why);
}
