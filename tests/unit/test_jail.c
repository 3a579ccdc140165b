/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The jail, layer by layer, and on kernels that have less; what it holds back
 * is in test_jail_images.c. The environment variable KERNEL makes the reader's
 * kernel an older one.
 */
#include "jail.h"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "jail_unit.h"

/* --- the kernel that the child sees ---------------------------------------- */

static void
take_call_away(int call, int error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter || seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)error), call, 0) != 0 ||
	    seccomp_load(filter) != 0)
		abort();
	seccomp_release(filter);
}

static void
take_seccomp_away(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct scmp_arg_cmp by_prctl = SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0);

	if (!filter ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, by_prctl) != 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0) != 0 ||
	    seccomp_load(filter) != 0)
		abort();
	seccomp_release(filter);
}

static void
become_older(const char *kernel)
{
	if (strcmp(kernel, "without seccomp") == 0)
		take_seccomp_away();
	else if (strcmp(kernel, "without Landlock") == 0)
		take_call_away(SCMP_SYS(landlock_create_ruleset), ENOSYS);
	else if (strcmp(kernel, "with Landlock off") == 0)
		take_call_away(SCMP_SYS(landlock_create_ruleset), EOPNOTSUPP);
	else if (strcmp(kernel, "with Landlock that fails") == 0)
		take_call_away(SCMP_SYS(landlock_restrict_self), E2BIG);
}

/* --- the layers ------------------------------------------------------------ */

static void
reader_refuses_to_work_without_seccomp(void **state)
{
	struct reader *reader;
	struct index *index;
	char why[WHY_SIZE];
	int fd = good_image();

	(void)state;
	setenv("KERNEL", "without seccomp", 1);
	reader = new_reader();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(reader_index(reader, fd, &index, why, sizeof(why)), -EPERM);
		assert_ptr_equal(
			strstr(why, "the reader does not work without its jail: seccomp: "), why);
	}
	reader_free(reader);
	unsetenv("KERNEL");
	close(fd);
}

static void
reader_refuses_to_work_where_landlock_fails(void **state)
{
	struct reader *reader;

	(void)state;
	setenv("KERNEL", "with Landlock that fails", 1);
	reader = new_reader();
	must_refuse(reader, "spin", -EPERM,
		    "the reader does not work without its jail: Landlock: Argument list too long");
	reader_free(reader);
	unsetenv("KERNEL");
}

static void
reader_works_on_kernels_without_landlock(void **state)
{
	static const char *const kernels[] = {"without Landlock", "with Landlock off"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct reader *reader;

		setenv("KERNEL", kernels[i], 1);
		reader = new_reader();
		must_read_good(reader, kernels[i]);
		must_refuse(reader, "openat", -EPIPE, FORBIDDEN);
		reader_free(reader);
		unsetenv("KERNEL");
	}
}

/* In a child: 0 when no path can be opened any more. */
static int
try_landlock(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	if (fd < 0 || syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 0)
		return 77;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || jail_close_paths() != 0)
		return 1;
	if (open("/", O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES)
		return 2;
	if (openat(fd, "etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 3;
	return open("/dev/null", O_RDONLY) >= 0 || errno != EACCES ? 4 : 0;
}

static int
try_limits(void)
{
	static const unsigned none[] = {RLIMIT_NPROC, RLIMIT_CORE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE};
	struct rlimit limit;

	if (jail_limit() != 0)
		return 1;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (getrlimit(none[i], &limit) != 0 || limit.rlim_max != 0)
			return 2;
	}
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_max != 512 << 20)
		return 3;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max != 8 + SANITIZER_DESCRIPTORS)
		return 4;
	if (!SANITIZER_RUNS &&
	    (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_max != (rlim_t)2 << 30))
		return 5;
	return 0;
}

static int
status_of(int (*try)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(try());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
landlock_alone_closes_all_paths(void **state)
{
	int status = status_of(try_landlock);

	(void)state;
	if (status == 77) {
		print_message("# this kernel has no Landlock: seccomp alone was tested\n");
		return;
	}
	assert_int_equal(status, 0);
}

static void
limits_are_set(void **state)
{
	(void)state;
	assert_int_equal(status_of(try_limits), 0);
}

/* A reader that spins looks at no socket: it must end with the daemon. */
static void
reader_ends_with_the_daemon(void **state)
{
	pid_t daemon, orphan = 0;
	int status, ready[2];
	char children[16] = "";

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	assert_int_equal(pipe(ready), 0);
	daemon = fork();
	if (daemon == 0) {
		struct reader *reader = new_reader();
		char why[WHY_SIZE];

		must_read_good(reader, "the start");
		FILE *file = fopen("/proc/thread-self/children", "r");
		if (!file || !fgets(children, sizeof(children), file) ||
		    write(ready[1], children, sizeof(children)) < 0)
			_exit(1);
		read_hostile(reader, "spin", why);
		_exit(0);
	}
	assert_int_equal(read(ready[0], children, sizeof(children)), sizeof(children));
	orphan = (pid_t)atoi(children);
	poll(NULL, 0, 100);
	kill(daemon, SIGKILL);
	assert_int_equal(waitpid(daemon, &status, 0), daemon);
	assert_int_equal(waitpid(orphan, &status, 0), orphan);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	close(ready[0]);
	close(ready[1]);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_refuses_to_work_without_seccomp),
		cmocka_unit_test(reader_refuses_to_work_where_landlock_fails),
		cmocka_unit_test(reader_works_on_kernels_without_landlock),
		cmocka_unit_test(landlock_alone_closes_all_paths),
		cmocka_unit_test(limits_are_set),
		cmocka_unit_test(reader_ends_with_the_daemon),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0) {
		const char *kernel = getenv("KERNEL");

		if (kernel)
			become_older(kernel);
		reader_serve(READER_FD);
	}
	return cmocka_run_group_tests_name("jail", tests, NULL, NULL);
}
