/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's side of the reader: starts it, asks it, and outlives it.
 *
 *      reader_index ─► ensure a child ─► send ─► wait ─► map what came back
 *                                          │       │            │
 *                                          └───────┴────────────┴─► else: kill it
 *
 * Whatever goes wrong between the two, the child is killed and the next
 * request starts another: a child is trusted only as long as it answers in
 * time with what was asked. An image that is refused by a child that has read
 * others is tried once more by a new one. The index that it gives is hostile
 * until index_map has checked it.
 */
#include "reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "index.h"
#include "index_cache.h"
#include "isofs.h"
#include "monotonic.h"
#include "reader_process.h"
#include "reader_protocol.h"

/* How long a child may take to answer, and to end by itself. */
enum { DEADLINE_MS = 20 * 1000, GRACE_MS = 1000 };

/* Of that, how much it may spend on computing. */
enum { PROCESSOR_S = 10 };

struct reader {
	char *program;
	unsigned deadline_ms;
	unsigned processor_s;
	int canceled; /* an eventfd: readable when nothing is to be read any more */
	int cache;    /* a folder (index_cache.h), or -1 */
	bool is_cache_read_only;
	uint32_t number; /* of the last request */
	struct reader_process process;
};

int
reader_new(const char *program, struct reader **ret_reader)
{
	struct reader *reader = malloc(sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	*reader = (struct reader){
		.program = strdup(program),
		.deadline_ms = DEADLINE_MS,
		.processor_s = PROCESSOR_S,
		.canceled = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.cache = -1,
		.process = READER_PROCESS_NONE,
	};
	if (!reader->program || reader->canceled < 0) {
		reader_free(reader);
		return -ENOMEM;
	}
	*ret_reader = reader;
	return 0;
}

void
reader_set_deadline(struct reader *reader, unsigned deadline_ms)
{
	reader->deadline_ms = deadline_ms;
}

void
reader_set_processor_time(struct reader *reader, unsigned processor_s)
{
	reader->processor_s = processor_s;
}

void
reader_set_cache(struct reader *reader, int folder, bool is_read_only)
{
	if (reader->cache >= 0)
		close(reader->cache);
	reader->cache = folder;
	reader->is_cache_read_only = is_read_only;
}

void
reader_free(struct reader *reader)
{
	if (!reader)
		return;
	reader_process_stop(&reader->process, GRACE_MS);
	if (reader->canceled >= 0)
		close(reader->canceled);
	reader_set_cache(reader, -1, true);
	free(reader->program);
	free(reader);
}

void
reader_cancel(struct reader *reader)
{
	eventfd_write(reader->canceled, 1);
}

/* --- requests -------------------------------------------------------------- */

/* What is wanted of which image. */
struct wish {
	int image_fd;
	uint64_t image_size; /* that the index is checked against */
	struct reader_request request;
};

/* Sends the request, to a new child when none runs. */
static int
ask(struct reader *reader, struct wish *wish)
{
	struct reader_process *process = &reader->process;
	int result = process->child == 0 ? reader_process_start(reader->program, -1, process) : 0;

	wish->request.number = ++reader->number;
	if (result == 0)
		result = reader_process_limit(process, reader->processor_s);
	if (result == 0)
		result = reader_send(process->socket, &wish->request, sizeof(wish->request),
				     wish->image_fd);
	return result == -ESRCH ? -EPIPE : result;
}

/* Waits for the answer: 0, -ETIMEDOUT, -ECANCELED, or what poll says. */
static int
wait_for_answer(const struct reader *reader)
{
	int64_t end = monotonic_ms() + reader->deadline_ms;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = reader->canceled, .events = POLLIN},
			{.fd = reader->process.socket, .events = POLLIN},
		};
		int64_t left = end - monotonic_ms();
		int ready = poll(fds, 2, left > 0 ? (int)left : 0);

		if (ready > 0)
			return fds[0].revents != 0 ? -ECANCELED : 0;
		if (ready == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* The answer to the last request. Anything else than an index or a reason
   is no answer. */
static int
receive(struct reader *reader, struct reader_answer *answer, int *ret_memfd)
{
	int memfd = -1;
	int result;

	result = wait_for_answer(reader);
	if (result < 0)
		return result;
	result = reader_receive(reader->process.socket, answer, sizeof(*answer), &memfd);
	if (result < 0)
		return result;
	if (answer->number != reader->number || answer->result > 0 || answer->result < -4095 ||
	    (answer->result == 0) != (memfd >= 0)) {
		if (memfd >= 0)
			close(memfd);
		return -EPROTO;
	}
	answer->why[sizeof(answer->why) - 1] = '\0';
	*ret_memfd = memfd;
	return 0;
}

/* Where the caller wants to be told why. */
struct reader_reason {
	char *text;
	size_t size;
};

/* Says what ended a child without our doing. */
static void
explain_end(const struct reader *reader, int status, struct reader_reason reason)
{
	int number = status >= 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (number == SIGSYS)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: it asked the kernel for what its jail forbids");
	else if (number == SIGXCPU)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: it took more than %u s of processor time",
			 reader->processor_s);
	else if (number == SIGXFSZ)
		snprintf(reason.text, reason.size,
			 "the reader was stopped: its index is too large");
	else if (number != 0)
		snprintf(reason.text, reason.size, "the reader died of it: %s", strsignal(number));
	else
		snprintf(reason.text, reason.size, "the reader ended at it");
}

/* Says why there was no answer, and ends the child that gave none. */
static void
give_up(struct reader *reader, int error, struct reader_reason reason)
{
	int status = reader_process_stop(&reader->process, error == -EPIPE ? GRACE_MS : 0);

	if (error == -ETIMEDOUT)
		snprintf(reason.text, reason.size,
			 "the reader did not answer within %u ms and was ended",
			 reader->deadline_ms);
	else if (error != -EPIPE)
		snprintf(reason.text, reason.size, "the reader failed: %s", strerror(-error));
	else
		explain_end(reader, status, reason);
}

/* Asks once. A child that gives no index has had its last image. */
static int
try(struct reader *reader, struct wish *wish, struct index **ret_index, struct reader_reason reason)
{
	struct reader_answer answer = {0};
	const char *why = "";
	int memfd = -1;
	int result = ask(reader, wish);

	if (result == 0)
		result = receive(reader, &answer, &memfd);
	if (result < 0) {
		give_up(reader, result, reason);
		return result;
	}
	if (answer.result < 0) {
		reader_process_stop(&reader->process, 0);
		snprintf(reason.text, reason.size, "%s",
			 answer.why[0] ? answer.why : strerror(-answer.result));
		return answer.result;
	}

	result = index_map(memfd, wish->image_size, ret_index, &why);
	close(memfd);
	if (result < 0) {
		/* The image changed meanwhile, or it has taken over the reader. */
		reader_process_stop(&reader->process, 0);
		snprintf(reason.text, reason.size, "%s",
			 result == -EBADMSG ? why : strerror(-result));
	}
	return result;
}

static int
get_index(struct reader *reader, struct wish *wish, struct index **ret_index,
	  struct reader_reason reason)
{
	const bool is_fresh = reader->process.child == 0;
	int result = try(reader, wish, ret_index, reason);

	/* What earlier images have left behind in the child is not this one's
	   fault: only a child that has seen no other refuses an image. */
	if (result < 0 && result != -ECANCELED && !is_fresh)
		result = try(reader, wish, ret_index, reason);
	return result;
}

int
reader_index(struct reader *reader, int image_fd, struct index **ret_index, char *ret_why,
	     size_t size)
{
	struct wish wish = {.image_fd = image_fd, .request.operation = READER_INDEX};
	int result = isofs_image_size(image_fd, &wish.image_size);

	if (result < 0) {
		snprintf(ret_why, size, "neither a file nor a block device");
		return result;
	}
	return get_index(reader, &wish, ret_index, (struct reader_reason){ret_why, size});
}

int
reader_index_squashfs(struct reader *reader, int image_fd, const struct extent *squashfs,
		      struct index **ret_index, char *ret_why, size_t size)
{
	struct wish wish = {
		.image_fd = image_fd,
		.image_size = INDEX_OF_INODES,
		.request = {.operation = READER_INDEX_SQUASHFS, .piece = *squashfs},
	};

	return get_index(reader, &wish, ret_index, (struct reader_reason){ret_why, size});
}

/* Whether it is known from before what there is in an initramfs, or why that cannot be
   said: *ret_result. */
static bool
load_index(const struct reader *reader, const char *name, struct index **ret_index,
	   struct reader_reason reason, int *ret_result)
{
	*ret_result = 0;
	if (index_cache_load(reader->cache, name, INDEX_OF_UNPACKED, ret_index) == 0)
		return true;
	*ret_result = index_cache_load_failure(reader->cache, name, reason.text, reason.size);
	return *ret_result < 0;
}

int
reader_index_initramfs(struct reader *reader, int image_fd, const struct extent *initramfs,
		       struct index **ret_index, char *ret_why, size_t size)
{
	struct wish wish = {
		.image_fd = image_fd,
		.image_size = INDEX_OF_UNPACKED,
		.request = {.operation = READER_INDEX_INITRAMFS, .piece = *initramfs},
	};
	int result = 0;
	const struct reader_reason reason = {ret_why, size};
	char name[INDEX_CACHE_NAME_SIZE];
	bool is_kept = reader->cache >= 0 && index_cache_name(image_fd, initramfs, name) == 0;
	bool is_found = is_kept && load_index(reader, name, ret_index, reason, &result);

	if (!is_found)
		result = get_index(reader, &wish, ret_index, reason);
	if (!is_kept || reader->is_cache_read_only)
		return result;
	if (is_found)
		index_cache_touch(reader->cache, name);
	else if (result == 0)
		index_cache_store(reader->cache, name, *ret_index);
	else
		index_cache_store_failure(reader->cache, name, result, ret_why);
	return result;
}
