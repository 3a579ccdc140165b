/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A parser that has been taken over: what an image of hostile bytes could make
 * of isofs_index, were there a hole in it. Only tests link it, by
 * --wrap=isofs_index, so that it runs where the real one does: in the reader,
 * in its jail.
 *
 * An image that begins with "HOSTILE name" makes it do what the table at the
 * end has under that name. Any other image goes to the real parser. An attempt
 * that the jail should stop and does not is told as "not stopped".
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
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
#include <unistd.h>

#include "isofs.h"
#include "reader_protocol.h"

/* The linker's own names for the two. */
int __wrap_isofs_index(int fd, int *ret_memfd, const char **ret_why);
int __real_isofs_index(int fd, int *ret_memfd, const char **ret_why);

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

/* As much as it gets, all of it touched. */
static void
take_memory(int fd)
{
	(void)fd;
	for (char *memory; (memory = malloc(16 * MIB)) != NULL;)
		memset(memory, 1, 16 * MIB);
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

static void
read_past_memory(int fd)
{
	char *volatile memory = malloc(100);
	volatile char byte = memory[100 + (fd & 0)];

	free(memory);
	(void)byte;
}

/* --- breaking out ---------------------------------------------------------- */

static void
open_file(int fd)
{
	(void)fd;
	syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

static void
openat_file(int fd)
{
	(void)fd;
	open("/etc/passwd", O_RDONLY);
}

static void
look_at_path(int fd)
{
	struct stat status;

	(void)fd;
	stat("/etc/passwd", &status);
}

static void
look_through_descriptor(int fd)
{
	struct stat status;

	fstatat(fd, "/etc/passwd", &status, AT_EMPTY_PATH);
}

static void
make_socket(int fd)
{
	(void)fd;
	socket(AF_INET, SOCK_DGRAM, 0);
}

static void
make_program(int fd)
{
	char name[] = "sh";
	char *const arguments[] = {name, NULL};

	(void)fd;
	execve("/bin/sh", arguments, NULL);
}

static void
run_memory(int fd)
{
	char name[] = "sh";
	char *const arguments[] = {name, NULL};

	syscall(SYS_execveat, fd, "", arguments, NULL, AT_EMPTY_PATH);
}

static void
make_child(int fd)
{
	(void)fd;
	if (syscall(SYS_fork) == 0)
		_exit(0);
}

static void
make_thread(int fd)
{
	(void)fd;
	syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, NULL, NULL, NULL, NULL);
}

static void
trace(int fd)
{
	(void)fd;
	syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static void
signal_others(int fd)
{
	(void)fd;
	kill(-1, 0);
}

static void
signal_one(int fd)
{
	(void)fd;
	syscall(SYS_tgkill, 1, 1, 0);
}

static void
write_image(int fd)
{
	syscall(SYS_pwrite64, fd, "x", 1, 0);
}

static void
write_descriptor(int fd)
{
	if (write(fd, "x", 1) < 0)
		return;
}

static void
write_output(int fd)
{
	(void)fd;
	if (write(STDOUT_FILENO, "x", 1) < 0)
		return;
}

static void
write_log(int fd)
{
	(void)fd;
	if (write(STDERR_FILENO, "forged\n", 7) < 0)
		return;
}

static void
read_descriptor(int fd)
{
	(void)fd;
	recv(STDIN_FILENO, NULL, 0, 0);
}

static void
send_elsewhere(int fd)
{
	struct msghdr message = {0};

	sendmsg(fd, &message, 0);
}

static void
map_code(int fd)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}

static void
make_code(int fd)
{
	static char page[8192];
	uintptr_t start = ((uintptr_t)page + 4095) & ~(uintptr_t)4095;

	(void)fd;
	mprotect((void *)start, 4096, PROT_READ | PROT_EXEC);
}

static void
raise_limits(int fd)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	(void)fd;
	syscall(SYS_setrlimit, RLIMIT_CPU, &limit);
}

static void
copy_descriptor(int fd)
{
	if (dup(fd) < 0)
		return;
}

static void
unseal(int fd)
{
	fcntl(fd, F_SETFL, O_ASYNC);
}

static void
ask_device(int fd)
{
	unsigned long size;

	syscall(SYS_ioctl, fd, 0x80081272 /* BLKGETSIZE64 */, &size);
}

static void
make_namespace(int fd)
{
	(void)fd;
	unshare(CLONE_NEWUSER);
}

static void
catch_signal(int fd)
{
	char action[64] = {0};

	(void)fd;
	syscall(SYS_rt_sigaction, SIGXCPU, action, NULL, 4096);
}

static void
use_ring(int fd)
{
	char parameters[200] = {0};

	(void)fd;
	syscall(SYS_io_uring_setup, 8, parameters);
}

static void
read_parent(int fd)
{
	(void)fd;
	syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0);
}

static void
come_out_of_jail(int fd)
{
	(void)fd;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

#ifdef __x86_64__
static void
call_as_x32(int fd)
{
	(void)fd;
	syscall(0x40000000 + SYS_open, "/etc/passwd", O_RDONLY);
}

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
} acts[] = {
	{"crash", crash},
	{"spin", spin},
	{"sleep", sleep_forever},
	{"abort", abort_itself},
	{"free twice", free_twice},
	{"take memory", take_memory},
	{"fill stack", fill_stack},
	{"make large file", make_large_file},
	{"keep descriptors", keep_descriptors},
	{"read past memory", read_past_memory},
	{"open", open_file},
	{"openat", openat_file},
	{"stat", look_at_path},
	{"fstatat", look_through_descriptor},
	{"socket", make_socket},
	{"execve", make_program},
	{"execveat", run_memory},
	{"fork", make_child},
	{"clone", make_thread},
	{"ptrace", trace},
	{"kill", signal_others},
	{"tgkill", signal_one},
	{"pwrite", write_image},
	{"write", write_descriptor},
	{"write output", write_output},
	{"write log", write_log},
	{"recv", read_descriptor},
	{"sendmsg", send_elsewhere},
	{"mmap", map_code},
	{"mprotect", make_code},
	{"setrlimit", raise_limits},
	{"dup", copy_descriptor},
	{"fcntl", unseal},
	{"ioctl", ask_device},
	{"unshare", make_namespace},
	{"sigaction", catch_signal},
	{"io_uring", use_ring},
	{"process_vm_readv", read_parent},
	{"prctl", come_out_of_jail},
#ifdef __x86_64__
	{"x32", call_as_x32},
	{"i386", call_as_i386},
#endif
};

int
__wrap_isofs_index(int fd, int *ret_memfd, const char **ret_why)
{
	static const char mark[] = "HOSTILE ";
	char start[sizeof(mark) + NAME_MAX_LENGTH + 1] = "";

	if (pread(fd, start, sizeof(start) - 1, 0) < 0 ||
	    strncmp(start, mark, sizeof(mark) - 1) != 0)
		return __real_isofs_index(fd, ret_memfd, ret_why);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(start + sizeof(mark) - 1, acts[i].name) == 0) {
			acts[i].act(fd);
			*ret_why = "not stopped";
			return -EBADMSG;
		}
	}
	*ret_why = "no such act";
	return -EBADMSG;
}
