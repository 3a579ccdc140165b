/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the jail (jail.c) leaves open in a build with AddressSanitizer, which
 * only tests use: room for its shadow memory, and what it takes to write a
 * report to stderr. In any other build this is nothing.
 *
 * A report cannot go to a file of its own, since there are no paths: it goes
 * to stderr. What opens files (the symbolizer) is done beforehand. There is no
 * look for leaks at the end, which takes a thread that traces: the fuzz
 * targets look for leaks in the same code.
 */
#ifndef JAIL_SANITIZER_H
#define JAIL_SANITIZER_H

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZER_RUNS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZER_RUNS 1
#endif
#endif

#ifdef SANITIZER_RUNS

#include <sanitizer/common_interface_defs.h>
#include <stdint.h>
#include <unistd.h>

enum { SANITIZER_DESCRIPTORS = 8 }; /* the pipes to a symbolizer */

static inline void
sanitizer_prepare(void)
{
	__sanitizer_sandbox_arguments arguments = {0};
	char text[256];

	__sanitizer_set_report_fd((void *)(uintptr_t)STDERR_FILENO);
	__sanitizer_symbolize_pc(__builtin_return_address(0), "%f", text, sizeof(text));
	__sanitizer_sandbox_on_notify(&arguments);
}

static inline int
sanitizer_allow_calls(scmp_filter_ctx filter)
{
	static const int calls[] = {
		SCMP_SYS(write),          SCMP_SYS(writev),       SCMP_SYS(read),
		SCMP_SYS(futex),          SCMP_SYS(sched_yield),  SCMP_SYS(sigaltstack),
		SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(prlimit64),
	};

	int result = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	/* Whether stderr is a terminal, for colours. */
	if (result == 0)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
					  SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0));
	return result;
}

#else

#define SANITIZER_RUNS 0

enum { SANITIZER_DESCRIPTORS = 0 };

static inline void
sanitizer_prepare(void)
{
}

static inline int
sanitizer_allow_calls(scmp_filter_ctx filter)
{
	(void)filter;
	return 0;
}

#endif
#endif
