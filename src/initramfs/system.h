/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the helper (init.c) has in place of a C library: the kernel's calls by
 * their numbers, and a little text. There is no errno: calls return it negated,
 * as the kernel does.
 *
 * Only calls that both x86-64 and aarch64 have are used: openat, not open.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <asm/errno.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <stdbool.h>
#include <stddef.h>

/* A path, or a line of a message. */
enum { TEXT_SIZE = 512 };

#if defined(__x86_64__)
static inline long
system_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
static inline long
system_call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}
#else
#error "the helper is made for x86-64 and aarch64"
#endif

static inline int
file_open(const char *path, int flags)
{
	return (int)system_call(__NR_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC, 0, 0);
}

static inline void
file_close(int fd)
{
	system_call(__NR_close, fd, 0, 0, 0, 0);
}

static inline bool
file_exists(const char *path)
{
	return system_call(__NR_faccessat, AT_FDCWD, (long)path, 0, 0, 0) == 0;
}

/* ioctl with a number or a pointer as its argument. */
static inline int
device_control(int fd, unsigned long request, long argument)
{
	return (int)system_call(__NR_ioctl, fd, (long)request, argument, 0, 0);
}

/* --- text.c ---------------------------------------------------------------- */

void *memset(void *, int, size_t);
void *memcpy(void *restrict, const void *restrict, size_t);

size_t text_length(const char *);

/* Puts one text behind another; what does not fit in TEXT_SIZE is cut off. */
void text_add(char text[TEXT_SIZE], const char *more);
void text_add_number(char text[TEXT_SIZE], unsigned long number);

/* Makes `text` of several parts one behind the other, and returns it. */
#define text_join(text, ...) text_join_parts(text, (const char *const[]){__VA_ARGS__, NULL})
char *text_join_parts(char text[TEXT_SIZE], const char *const *parts);

/* Says what is the case about `what` in the kernel's log: a failure is shown on
   the console even of a quiet kernel. `error` (negative, or 0 for none) is added
   as its number. */
void say(const char *what, const char *message);
void say_failure(const char *what, const char *message, int error);

/* --- modules.c ------------------------------------------------------------- */

enum module { MODULE_LOOP, MODULE_ISOFS, MODULE_MAPPER };

/* Has the kernel load a module. Says why one that is there cannot be loaded; one
   that is not there may be part of the kernel. */
void module_load(enum module);

/* --- devices.c ------------------------------------------------------------- */

/* Attaches the image, PATH or its parts PATH.00, PATH.01 ..., to a loop device:
   says so, or what failed. */
void image_attach(const char *path);

#endif
