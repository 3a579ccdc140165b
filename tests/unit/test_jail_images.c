/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images that take over the parser: they break the reader or try to get out of
 * its jail, are refused with the reason, and the next image is read as if
 * nothing was. What they do is in hostile_isofs.c.
 */
#include <pthread.h>
#include <sys/resource.h>

#include "jail_unit.h"

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

/* It is read itself, and the next one finds a reader without descriptors. */
static void
image_does_not_pay_for_what_the_one_before_has_left(void **state)
{
	struct reader *reader = new_reader();
	struct index *index;
	char why[WHY_SIZE];
	int fd = good_image();

	(void)state;
	assert_true(pwrite(fd, "HOSTILE leak descriptors", 25, 0) == 25);
	assert_int_equal(reader_index(reader, fd, &index, why, sizeof(why)), 0);
	index_close(index);
	must_read_good(reader, "leaking");
	reader_free(reader);
	close(fd);
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
		"recvmsg",
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
		"writev output",
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

/* Which is a pipe to the client that asked for a file, or /dev/null as here. */
static void
image_may_write_to_its_output(void **state)
{
	struct reader *reader = new_reader();

	(void)state;
	must_refuse(reader, "write output", -EBADMSG, "not stopped");
	reader_free(reader);
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

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_that_breaks_the_reader_is_refused_and_the_next_is_read),
		cmocka_unit_test(image_does_not_pay_for_what_the_one_before_has_left),
		cmocka_unit_test(image_that_hangs_the_reader_is_refused_at_the_deadline),
		cmocka_unit_test(image_that_computes_too_long_is_refused),
		cmocka_unit_test(request_can_be_canceled_from_another_thread),
		cmocka_unit_test(processor_time_is_for_each_request),
		cmocka_unit_test(image_that_breaks_out_is_stopped_and_the_next_is_read),
		cmocka_unit_test(image_may_write_to_its_output),
#if SANITIZER_RUNS
		cmocka_unit_test(sanitizer_can_report_from_within),
#else
		cmocka_unit_test(image_cannot_write_into_the_log),
#endif
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		reader_serve(READER_FD);
	return cmocka_run_group_tests_name("jail_images", tests, NULL, NULL);
}
