/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader process: whatever happens to the child, the daemon gets an answer
 * in time, says why, leaks nothing, and the next image is read by a new child.
 *
 * The program under test is this one, executed again with "--reader". What the
 * child does then is told by the environment variable MISBEHAVE.
 */
#include "reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "iso_unit.h"
#include "reader_protocol.h"

/* --- the child ------------------------------------------------------------- */

static int
unsealed_memory(void)
{
	int fd = memfd_create("unsealed", MFD_ALLOW_SEALING);

	return fd >= 0 && write(fd, "anything", 8) == 8 ? fd : -1;
}

static int
sealed_rubbish(void)
{
	static char rubbish[8192] = "rubbish";
	int fd = memfd_create("rubbish", MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, rubbish, sizeof(rubbish)) != sizeof(rubbish) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
		return -1;
	return fd;
}

/* Two descriptors where one is expected. */
static void
send_two(struct reader_answer *answer)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr header;
	} control = {0};
	int fds[2] = {0, 1};
	struct iovec part = {answer, sizeof(*answer)};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	sendmsg(READER_FD, &message, MSG_NOSIGNAL);
}

static unsigned
count_descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static int
misbehave(const char *how)
{
	struct reader_answer answer = {.result = 0};
	struct reader_request request;
	int fd = -1;

	if (strcmp(how, "exits at once") == 0)
		return 3;
	if (reader_receive(READER_FD, &request, sizeof(request), &fd) < 0)
		return 4;
	answer.number = request.number;
	if (strcmp(how, "crashes") == 0) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (strcmp(how, "exits") == 0) {
		return 0;
	} else if (strcmp(how, "hangs") == 0) {
		signal(SIGTERM, SIG_IGN);
		poll(NULL, 0, 60 * 1000);
	} else if (strcmp(how, "says nothing useful") == 0) {
		reader_send(READER_FD, "?", 1, -1);
	} else if (strcmp(how, "says nothing") == 0) {
		reader_send(READER_FD, "", 0, -1);
	} else if (strcmp(how, "claims success without an index") == 0) {
		reader_send(READER_FD, &answer, sizeof(answer), -1);
	} else if (strcmp(how, "answers another question") == 0) {
		answer.number--;
		reader_send(READER_FD, &answer, sizeof(answer), sealed_rubbish());
	} else if (strcmp(how, "sends unsealed memory") == 0) {
		reader_send(READER_FD, &answer, sizeof(answer), unsealed_memory());
	} else if (strcmp(how, "sends rubbish") == 0) {
		reader_send(READER_FD, &answer, sizeof(answer), sealed_rubbish());
	} else if (strcmp(how, "sends a socket") == 0) {
		reader_send(READER_FD, &answer, sizeof(answer), READER_FD);
	} else if (strcmp(how, "sends two descriptors") == 0) {
		send_two(&answer);
	} else if (strcmp(how, "invents an errno") == 0) {
		answer.result = -100000;
		reader_send(READER_FD, &answer, sizeof(answer), -1);
	} else if (strcmp(how, "does not end its reason") == 0) {
		answer.result = -EBADMSG;
		memset(answer.why, 'x', sizeof(answer.why));
		reader_send(READER_FD, &answer, sizeof(answer), -1);
	} else if (strcmp(how, "counts descriptors") == 0) {
		answer.result = -EBADMSG;
		snprintf(answer.why, sizeof(answer.why), "%u", count_descriptors());
		reader_send(READER_FD, &answer, sizeof(answer), -1);
	}
	/* Until the daemon ends it. */
	reader_receive(READER_FD, &request, sizeof(request), &fd);
	return 0;
}

/* --- the tests ------------------------------------------------------------- */

static struct reader *
new_reader(const char *how)
{
	struct reader *reader;

	if (how)
		setenv("MISBEHAVE", how, 1);
	else
		unsetenv("MISBEHAVE");
	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	return reader;
}

/* The descriptor of a good image: a file "FILE" of 3 bytes. */
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

static void
must_read(struct reader *reader, int fd)
{
	char why[200] = "";
	struct index *index;
	int result = reader_index(reader, fd, &index, why, sizeof(why));

	if (result != 0)
		fail_msg("%d: %s", result, why);
	assert_int_equal(index_size(index, find(index, "FILE")), 3);
	index_close(index);
}

static void
image_is_read_by_another_process(void **state)
{
	struct reader *reader = new_reader(NULL);
	int fd = good_image();

	(void)state;
	must_read(reader, fd);
	must_read(reader, fd);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	close(fd);
	reader_free(reader);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	reader_free(NULL);
}

static void
reason_comes_back(void **state)
{
	struct reader *reader = new_reader(NULL);
	int fd = memfd_create("image", MFD_CLOEXEC), good = good_image();
	struct index *index;
	char why[200], little[8];

	(void)state;
	assert_int_equal(ftruncate(fd, 100000), 0);
	assert_int_equal(reader_index(reader, fd, &index, why, sizeof(why)), -EBADMSG);
	assert_string_equal(why, "not an ISO 9660 image");
	assert_int_equal(reader_index(reader, fd, &index, little, sizeof(little)), -EBADMSG);
	assert_string_equal(little, "not an ");
	assert_int_equal(reader_index(reader, -1, &index, why, sizeof(why)), -EBADF);
	must_read(reader, good);
	close(fd);
	close(good);
	reader_free(reader);
}

static void
child_that_misbehaves_is_ended_and_replaced(void **state)
{
	static const struct {
		const char *how;
		int result;
		const char *why;
	} rows[] = {
		{"exits at once", -EPIPE, "the reader ended at it"},
		{"crashes", -EPIPE, "the reader died of it: Segmentation fault"},
		{"exits", -EPIPE, "the reader ended at it"},
		{"hangs", -ETIMEDOUT, "the reader did not answer within 300 ms and was ended"},
		{"says nothing useful", -EBADMSG, "the reader failed: Bad message"},
		{"says nothing", -EPIPE, "the reader ended at it"},
		{"claims success without an index", -EPROTO, "the reader failed: Protocol error"},
		{"answers another question", -EPROTO, "the reader failed: Protocol error"},
		{"sends unsealed memory", -EBADMSG, "not a sealed memory file"},
		{"sends rubbish", -EBADMSG, "not an index"},
		{"sends a socket", -EBADMSG, "not a sealed memory file"},
		{"sends two descriptors", -EBADMSG, "not a sealed memory file"},
		{"invents an errno", -EPROTO, "the reader failed: Protocol error"},
		{"does not end its reason", -EBADMSG, "xxxxxxxxxxxxxxxxxxx"},
	};
	int fd = good_image();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned before = count_descriptors();
		struct reader *reader = new_reader(rows[i].how);
		struct index *index;
		char why[20 + 100] = "";
		int result;

		reader_set_deadline(reader, strcmp(rows[i].how, "hangs") == 0 ? 300 : 10000);
		result = reader_index(reader, fd, &index, why, sizeof(why));
		if (result != rows[i].result || strncmp(why, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("%s: %d, %s", rows[i].how, result, why);
		unsetenv("MISBEHAVE");
		reader_set_deadline(reader, 10000);
		if (strcmp(rows[i].how, "does not end its reason") != 0)
			must_read(reader, fd);
		reader_free(reader);
		assert_int_equal(count_descriptors(), before);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	close(fd);
}

static void
child_that_died_while_idle_is_not_missed(void **state)
{
	struct reader *reader = new_reader(NULL);
	int fd = good_image();
	siginfo_t info;
	FILE *children;
	pid_t child;

	(void)state;
	must_read(reader, fd);
	children = fopen("/proc/thread-self/children", "r");
	assert_non_null(children);
	assert_int_equal(fscanf(children, "%d", &child), 1);
	fclose(children);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	must_read(reader, fd);
	close(fd);
	reader_free(reader);
}

static void
child_has_nothing_of_the_daemon(void **state)
{
	/* 0, 1, 2, the socket, the image, and what counting them takes: ".", ".." and a
	   descriptor. */
	struct reader *reader;
	int fd = good_image(), open_fds[20];
	struct index *index;
	char why[200];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		open_fds[i] = open("/dev/null", O_RDONLY);
	reader = new_reader("counts descriptors");
	assert_int_equal(reader_index(reader, fd, &index, why, sizeof(why)), -EBADMSG);
	assert_string_equal(why, "8");
	reader_free(reader);
	for (size_t i = 0; i < 20; i++)
		close(open_fds[i]);
	close(fd);
}

static void
program_that_is_not_there_is_an_error(void **state)
{
	struct reader *reader;
	struct index *index;
	int fd = good_image();
	char why[200];

	(void)state;
	assert_int_equal(reader_new("/nonexistent/pxeiso", &reader), 0);
	assert_int_equal(reader_index(reader, fd, &index, why, sizeof(why)), -ENOENT);
	assert_string_equal(why, "the reader failed: No such file or directory");
	reader_free(reader);
	close(fd);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_is_read_by_another_process),
		cmocka_unit_test(reason_comes_back),
		cmocka_unit_test(child_that_misbehaves_is_ended_and_replaced),
		cmocka_unit_test(child_that_died_while_idle_is_not_missed),
		cmocka_unit_test(child_has_nothing_of_the_daemon),
		cmocka_unit_test(program_that_is_not_there_is_an_error),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0) {
		const char *how = getenv("MISBEHAVE");

		if (how)
			return misbehave(how);
		reader_serve(READER_FD);
	}
	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
