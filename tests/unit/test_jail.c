/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The jail of the reader: an image that takes over its parser gets nowhere,
 * is refused with the reason, and the next image is read as if nothing was.
 *
 * The program under test is this one, executed again with "--reader": the real
 * reader.c and reader_child.c, with hostile_isofs.c in the parser's place. The
 * environment variable KERNEL makes the child's kernel an older one.
 */
#include "jail.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "iso_unit.h"
#include "jail_sanitizer.h"
#include "reader.h"
#include "reader_protocol.h"

#define FORBIDDEN "the reader was stopped: it asked the kernel for what its jail forbids"

enum { WHY_SIZE = 200 };

/* --- images and readers ---------------------------------------------------- */

/* An image that does `act`; see hostile_isofs.c. */
static int
hostile_image(const char *act)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_int_equal(ftruncate(fd, 65536), 0);
	assert_true(dprintf(fd, "HOSTILE %s", act) > 0);
	return fd;
}

/* A file "FILE" of 3 bytes. */
static int
good_image(void)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);

	image_record(image, &spot, "FILE", (struct record)FILE_AT(30, 3));
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	free(image);
	return fd;
}

static struct reader *
new_reader(void)
{
	struct reader *reader;

	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	return reader;
}

static void
must_read_good(struct reader *reader, const char *after)
{
	char why[WHY_SIZE] = "";
	struct index *index;
	int fd = good_image();
	int result = reader_index(reader, fd, &index, why, sizeof(why));

	close(fd);
	if (result != 0)
		fail_msg("after %s: %d, %s", after, result, why);
	assert_int_equal(index_size(index, find(index, "FILE")), 3);
	index_close(index);
}

/* What the reader makes of an image that does `act`: -> the result. */
static int
read_hostile(struct reader *reader, const char *act, char *ret_why)
{
	struct index *index;
	int fd = hostile_image(act);
	int result = reader_index(reader, fd, &index, ret_why, WHY_SIZE);

	close(fd);
	return result;
}

static void
must_refuse(struct reader *reader, const char *act, int expected, const char *expected_why)
{
	char why[WHY_SIZE] = "";
	int result = read_hostile(reader, act, why);

	if (result != expected || strcmp(why, expected_why) != 0)
		fail_msg("%s: %d, %s", act, result, why);
}

static unsigned
count_descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	while (folder && readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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
	struct scmp_arg_cmp by_prctl = SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP);

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

/* --- breaking down --------------------------------------------------------- */

static void
image_that_breaks_the_reader_is_refused_and_the_next_is_read(void **state)
{
	static const struct {
		const char *act;
		int result;
		const char *why;
	} rows[] = {
		{"make large file", -EPIPE, "the reader was stopped: its index is too large"},
		{"keep descriptors", -EBADMSG, "not stopped"},
		{"no such act", -EBADMSG, "no such act"},
#if !SANITIZER_RUNS
		/* These are told by their signals; a sanitizer makes reports of them. */
		{"crash", -EPIPE, "the reader died of it: Segmentation fault"},
		{"fill stack", -EPIPE, "the reader died of it: Segmentation fault"},
		{"abort", -EPIPE, "the reader died of it: Aborted"},
		{"free twice", -EPIPE, "the reader died of it: Aborted"},
		{"take memory", -EBADMSG, "not stopped"},
#endif
	};
	unsigned before = count_descriptors();
	struct reader *reader = new_reader();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		must_refuse(reader, rows[i].act, rows[i].result, rows[i].why);
		must_read_good(reader, rows[i].act);
	}
	reader_free(reader);
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
image_that_hangs_the_reader_is_refused_at_the_deadline(void **state)
{
	static const char *const acts[] = {"spin", "sleep"};
	struct reader *reader = new_reader();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int64_t start;

		must_read_good(reader, "the start");
		reader_set_deadline(reader, 300);
		start = now_ms();
		must_refuse(reader, acts[i], -ETIMEDOUT,
			    "the reader did not answer within 300 ms and was ended");
		assert_in_range(now_ms() - start, 300, 3000);
		reader_set_deadline(reader, 20000);
		must_read_good(reader, acts[i]);
	}
	reader_free(reader);
}

static void
image_that_computes_too_long_is_refused(void **state)
{
	struct reader *reader = new_reader();

	(void)state;
	reader_set_processor_time(reader, 1);
	must_refuse(reader, "spin", -EPIPE,
		    "the reader was stopped: it took more than 1 s of processor time");
	must_read_good(reader, "spinning");
	reader_free(reader);
}

static void *
cancel_soon(void *reader)
{
	poll(NULL, 0, 200);
	reader_cancel(reader);
	return NULL;
}

/* Whoever stops the daemon does not wait for an image. */
static void
request_can_be_canceled_from_another_thread(void **state)
{
	struct reader *reader = new_reader();
	char why[WHY_SIZE];
	int64_t start = now_ms();
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, reader), 0);
	assert_int_equal(read_hostile(reader, "spin", why), -ECANCELED);
	assert_in_range(now_ms() - start, 200, 5000);
	pthread_join(thread, NULL);
	assert_int_equal(read_hostile(reader, "crash", why), -ECANCELED);
	reader_free(reader);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Each request has its own: what others took before does not count. */
static void
processor_time_is_for_each_request(void **state)
{
	struct reader *reader = new_reader();
	char children[16] = "";
	struct rlimit limit;
	FILE *file;

	(void)state;
	reader_set_processor_time(reader, 5);
	must_read_good(reader, "the start");
	file = fopen("/proc/thread-self/children", "r");
	assert_non_null(file);
	assert_non_null(fgets(children, sizeof(children), file));
	fclose(file);
	assert_int_equal(prlimit(atoi(children), RLIMIT_CPU, NULL, &limit), 0);
	assert_in_range(limit.rlim_cur, 6, 8);
	reader_set_processor_time(reader, 50);
	must_read_good(reader, "the first");
	assert_int_equal(prlimit(atoi(children), RLIMIT_CPU, NULL, &limit), 0);
	assert_in_range(limit.rlim_cur, 51, 53);
	reader_free(reader);
}

/* --- breaking out ---------------------------------------------------------- */

static void
image_that_breaks_out_is_stopped_and_the_next_is_read(void **state)
{
	static const char *const acts[] = {
		"open",
		"openat",
		"stat",
		"fstatat",
		"socket",
		"execve",
		"execveat",
		"fork",
		"clone",
		"ptrace",
		"kill",
		"tgkill",
		"pwrite",
		"recv",
		"sendmsg",
		"mmap",
		"mprotect",
		"setrlimit",
		"dup",
		"fcntl",
		"ioctl",
		"unshare",
		"io_uring",
		"process_vm_readv",
		"prctl",
#if !SANITIZER_RUNS
		/* What a report takes. */
		"write",
		"write output",
		"sigaction",
#endif
#ifdef __x86_64__
		"x32",
		"i386",
#endif
	};
	unsigned before = count_descriptors();
	struct reader *reader = new_reader();

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		must_refuse(reader, acts[i], -EPIPE, FORBIDDEN);
		must_read_good(reader, acts[i]);
	}
	reader_free(reader);
	assert_int_equal(count_descriptors(), before);
}

/* Runs an image with stderr in a file: -> what is in it afterwards. */
static const char *
stderr_of(const char *act, char *ret_why)
{
	static char text[65536];
	int file = memfd_create("stderr", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
	struct reader *reader;
	ssize_t length;

	dup2(file, STDERR_FILENO);
	reader = new_reader();
	read_hostile(reader, act, ret_why);
	reader_free(reader);
	dup2(saved, STDERR_FILENO);
	length = pread(file, text, sizeof(text) - 1, 0);
	assert_true(length >= 0);
	text[length] = '\0';
	close(saved);
	close(file);
	return text;
}

#if SANITIZER_RUNS
static void
sanitizer_can_report_from_within(void **state)
{
	char why[WHY_SIZE];
	const char *text = stderr_of("read past memory", why);

	(void)state;
	if (!strstr(text, "heap-buffer-overflow") || !strstr(text, "SUMMARY"))
		fail_msg("%s: %s", why, text);
	assert_string_equal(why, "the reader ended at it");
}
#else
static void
image_cannot_write_into_the_log(void **state)
{
	char why[WHY_SIZE];

	(void)state;
	assert_string_equal(stderr_of("write log", why), "");
	assert_string_equal(why, "not stopped");
}
#endif

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
	static const int none[] = {RLIMIT_NPROC, RLIMIT_CORE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE};
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
		cmocka_unit_test(image_that_breaks_the_reader_is_refused_and_the_next_is_read),
		cmocka_unit_test(image_that_hangs_the_reader_is_refused_at_the_deadline),
		cmocka_unit_test(image_that_computes_too_long_is_refused),
		cmocka_unit_test(request_can_be_canceled_from_another_thread),
		cmocka_unit_test(processor_time_is_for_each_request),
		cmocka_unit_test(image_that_breaks_out_is_stopped_and_the_next_is_read),
#if SANITIZER_RUNS
		cmocka_unit_test(sanitizer_can_report_from_within),
#else
		cmocka_unit_test(image_cannot_write_into_the_log),
#endif
		cmocka_unit_test(reader_refuses_to_work_without_seccomp),
		cmocka_unit_test(reader_refuses_to_work_where_landlock_fails),
		cmocka_unit_test(reader_works_on_kernels_without_landlock),
		cmocka_unit_test(landlock_alone_closes_all_paths),
		cmocka_unit_test(limits_are_set),
		cmocka_unit_test(reader_ends_with_the_daemon),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0) {
		if (getenv("KERNEL"))
			become_older(getenv("KERNEL"));
		reader_serve(READER_FD);
	}
	return cmocka_run_group_tests_name("jail", tests, NULL, NULL);
}
