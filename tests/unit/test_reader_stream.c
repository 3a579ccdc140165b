/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader's child, asked as the daemon asks it for a squashfs: what it gives
 * through the pipe, what it answers, and that its answer is there when the bytes
 * end.
 *
 * The child is this program, executed again with "--reader", in its jail.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "reader.h"
#include "reader_protocol.h"
#include "squashfs_unit.h"

enum { FILE_SIZE = 70 * SQUASH_BLOCK + 1 };

/* --- the child ------------------------------------------------------------- */

struct child {
	pid_t pid;
	int socket;
	int output; /* our end of the pipe */
};

static struct child
start_child(void)
{
	struct child child;
	int sockets[2], ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child.pid = fork();
	if (child.pid == 0) {
		char name[] = "test", option[] = "--reader";
		char *const arguments[] = {name, option, NULL};

		if (dup2(ends[1], READER_OUTPUT_FD) < 0 || dup2(sockets[1], READER_FD) < 0)
			_exit(1);
		fcntl(READER_FD, F_SETFD, 0);
		execv("/proc/self/exe", arguments);
		_exit(1);
	}
	close(sockets[1]);
	close(ends[1]);
	child.socket = sockets[0];
	child.output = ends[0];
	return child;
}

/* It goes when its socket is closed, by itself. */
static void
end_child(struct child *child)
{
	int status;

	close(child->socket);
	if (child->output >= 0)
		close(child->output);
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static struct reader_answer
answer_of(struct child *child, int *ret_fd)
{
	struct pollfd ready = {.fd = child->socket, .events = POLLIN};
	struct reader_answer answer;

	if (poll(&ready, 1, 10000) != 1)
		fail_msg("no answer");
	assert_int_equal(reader_receive(child->socket, &answer, sizeof(answer), ret_fd), 0);
	return answer;
}

/* Reads until the end: -> how many bytes. */
static size_t
read_output(struct child *child, uint8_t *buffer, size_t size)
{
	size_t done = 0;
	ssize_t count;

	while ((count = read(child->output, buffer + done, size - done)) > 0)
		done += (size_t)count;
	assert_int_equal(count, 0);
	return done;
}

/* --- the squashfs ---------------------------------------------------------- */

/* A file of 71 blocks that tell where they are, the last a fragment; the block
   `bad` is too short, unless it is -1. -> where the squashfs lies. */
static struct extent
write_image(long bad, uint8_t *contents, uint64_t *ret_inode, int *ret_fd)
{
	static struct squash_file file;
	struct squash *squash = squash_new();
	struct extent where = {SQUASH_OFFSET, 0};
	uint64_t fragment;

	file = (struct squash_file){.size = FILE_SIZE, .header_count = 70};
	file.start = squash_data(squash, FILE_SIZE - 1);
	memcpy(contents, squash->bytes + file.start, FILE_SIZE - 1);
	fragment = squash_data(squash, 1);
	contents[FILE_SIZE - 1] = squash->bytes[fragment];
	file.fragment = squash_fragment(squash, fragment, SQUASH_STORED | 1);
	for (long i = 0; i < 70; i++)
		file.headers[i] = SQUASH_STORED | (i == bad ? 10 : SQUASH_BLOCK);
	*ret_inode = squash_file(squash, &file);
	squash_finish(squash, squash_directory(squash, &(struct squash_entry){"f", *ret_inode}, 1));
	where.length = squash->length;
	*ret_fd = squash_memfd(squash);
	free(squash);
	return where;
}

/* --- streams --------------------------------------------------------------- */

static void
stream_gives_the_bytes_and_then_the_answer_is_there(void **state)
{
	static const struct {
		const char *name;
		long bad;
		uint64_t first, length;
		size_t given;
		int result;
		const char *why;
	} rows[] = {
		{"whole", -1, 0, FILE_SIZE, FILE_SIZE, 0, ""},
		{"nothing", -1, 5, 0, 0, 0, ""},
		{"a byte", -1, 5000, 1, 1, 0, ""},
		{"the last byte", -1, FILE_SIZE - 1, 1, 1, 0, ""},
		{"a part", -1, 100000, 150000, 150000, 0, ""},
		{"a bad block", 40, 0, FILE_SIZE, 40 * SQUASH_BLOCK, -EBADMSG,
		 "the squashfs is damaged there"},
		{"more than there is", -1, 0, FILE_SIZE + 1, FILE_SIZE, -EBADMSG,
		 "the file in the squashfs is shorter than its index says"},
		{"from behind its end", -1, FILE_SIZE, 1, 0, -EBADMSG,
		 "the file in the squashfs is shorter than its index says"},
	};
	static uint8_t contents[FILE_SIZE], buffer[FILE_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reader_request request = {.operation = READER_STREAM, .number = 7};
		struct child child = start_child();
		struct reader_answer answer;
		struct pollfd ready = {.fd = child.socket, .events = POLLIN};
		size_t given;
		int fd, none;

		request.piece = write_image(rows[i].bad, contents, &request.inode, &fd);
		request.first = rows[i].first;
		request.length = rows[i].length;
		assert_int_equal(reader_send(child.socket, &request, sizeof(request), fd), 0);
		given = read_output(&child, buffer, sizeof(buffer));
		/* Without waiting. */
		assert_int_equal(poll(&ready, 1, 0), 1);
		answer = answer_of(&child, &none);
		assert_int_equal(none, -1);
		assert_int_equal(answer.number, 7);
		if (given != rows[i].given || answer.result != rows[i].result ||
		    strcmp(answer.why, rows[i].why) != 0)
			fail_msg("%s: %zu bytes, %d, %s", rows[i].name, given, answer.result,
				 answer.why);
		if (given > 0)
			assert_memory_equal(buffer, contents + rows[i].first, given);
		close(fd);
		end_child(&child);
	}
}

static void
child_that_nobody_reads_says_so(void **state)
{
	static uint8_t contents[FILE_SIZE];
	struct reader_request request = {.operation = READER_STREAM, .length = FILE_SIZE};
	struct child child = start_child();
	struct reader_answer answer;
	int fd, none;

	(void)state;
	request.piece = write_image(-1, contents, &request.inode, &fd);
	close(child.output);
	child.output = -1;
	assert_int_equal(reader_send(child.socket, &request, sizeof(request), fd), 0);
	answer = answer_of(&child, &none);
	assert_int_equal(answer.result, -EPIPE);
	assert_string_equal(answer.why, "");
	/* It streams once. */
	assert_int_equal(reader_receive(child.socket, &answer, sizeof(answer), &none), -EPIPE);
	close(fd);
	end_child(&child);
}

static void
what_cannot_be_done_is_refused(void **state)
{
	static uint8_t contents[FILE_SIZE];
	static const struct {
		const char *name;
		uint32_t operation;
		uint64_t offset;
		int has_image;
		int result;
	} rows[] = {
		{"no image", READER_STREAM, 0, 0, -EINVAL},
		{"no image to index", READER_INDEX_SQUASHFS, 0, 0, -EINVAL},
		{"unknown operation", READER_STREAM + 1, 0, 1, -EINVAL},
		{"operation 0", 0, 0, 1, -EINVAL},
		{"no squashfs there", READER_STREAM, 1, 1, -ENOTDIR},
		{"no squashfs to index", READER_INDEX_SQUASHFS, 1, 1, -ENOTDIR},
		{"no image of its own", READER_INDEX, 0, 1, -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reader_request request = {.operation = rows[i].operation, .length = 1};
		struct child child = start_child();
		int fd, none, result;

		request.piece = write_image(-1, contents, &request.inode, &fd);
		request.piece.offset += rows[i].offset;
		assert_int_equal(reader_send(child.socket, &request, sizeof(request),
					     rows[i].has_image ? fd : -1),
				 0);
		result = answer_of(&child, &none).result;
		if (result != rows[i].result || none != -1)
			fail_msg("%s: %d", rows[i].name, result);
		close(fd);
		end_child(&child);
	}
}

static void
index_of_a_squashfs_comes_back(void **state)
{
	static uint8_t contents[FILE_SIZE];
	struct reader_request request = {.operation = READER_INDEX_SQUASHFS};
	struct child child = start_child();
	const char *why;
	struct index *index;
	uint64_t inode;
	int fd, memfd;

	(void)state;
	request.piece = write_image(-1, contents, &inode, &fd);
	/* A child indexes as many as it is asked for. */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(reader_send(child.socket, &request, sizeof(request), fd), 0);
		assert_int_equal(answer_of(&child, &memfd).result, 0);
		assert_int_equal(index_map(memfd, INDEX_OF_INODES, &index, &why), 0);
		assert_int_equal(index_size(index, 1), FILE_SIZE);
		index_close(index);
		close(memfd);
	}
	close(fd);
	end_child(&child);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_gives_the_bytes_and_then_the_answer_is_there),
		cmocka_unit_test(child_that_nobody_reads_says_so),
		cmocka_unit_test(what_cannot_be_done_is_refused),
		cmocka_unit_test(index_of_a_squashfs_comes_back),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		reader_serve(READER_FD);
	return cmocka_run_group_tests_name("reader_stream", tests, NULL, NULL);
}
