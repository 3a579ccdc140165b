/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The helper: the init that stands before the initramfs's own, as the script
 * `wrapper` does, for an initramfs that has no shell to run that. It attaches the
 * image, which lies in the initramfs as one file or in parts, to a loop device,
 * where the own init then finds its disc by label or UUID.
 *
 * It is a program of its own, not part of pxeiso: without a library, a few
 * kilobytes, for the processor of the machine that boots. Whatever fails is
 * said, and the own init is started all the same: it knows best what to say to
 * a person.
 */
#include "system.h"

/* For umount2, from a header of the C library's. */
enum { MNT_DETACH = 2 };

/* Where the kernel starts it: argc, argv, NULL, envp, NULL lie on the stack. */
void _start(void);
void helper_main(const char **stack) __attribute__((noreturn, used));

#if defined(__x86_64__)
__asm__(".text\n"
	".global _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call helper_main\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".global _start\n"
	"_start:\n"
	"	mov x29, #0\n"
	"	mov x0, sp\n"
	"	b helper_main\n");
#endif

void
helper_main(const char **stack)
{
	long count = (long)stack[0];
	const char **arguments = stack + 1;
	const char **environment = arguments + count + 1;
	bool has_mounted;
	long error;

	/* Even where /dev has nodes already: loop-control comes with the module. */
	system_call(__NR_mkdirat, AT_FDCWD, (long)"/dev", 0755, 0, 0);
	has_mounted = system_call(__NR_mount, (long)"devtmpfs", (long)"/dev", (long)"devtmpfs", 0,
				  0) == 0;
	image_attach("/pxeiso.iso");
	/* Later, as the loop device of parts has a file there that is in use. */
	if (has_mounted)
		system_call(__NR_umount2, (long)"/dev", MNT_DETACH, 0, 0, 0);

	if (count > 0)
		arguments[0] = "/init";
	error = system_call(__NR_execve, (long)"/init", (long)arguments, (long)environment, 0, 0);
	say_failure("/init", "cannot be started", (int)error);
	for (;;)
		system_call(__NR_exit, 1, 0, 0, 0, 0);
}
