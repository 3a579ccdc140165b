/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service and files that come out of streams: requests whose path is
 * not known yet, and transfers that wait for their reader. Each test runs with a
 * port for each transfer and with a single port.
 */
#include "stream_unit.h"
#include "tftp_service_unit.h"

enum { SIZE = 100001, BLKSIZE = 1024 };

static struct stream_source source;
static unsigned descriptors;
static unsigned opened; /* calls of content_open */
static bool is_known;   /* what "later" is */
static int not_yet;     /* what content_open says until then */

static int
open_tree(const char *path, struct file **ret_file)
{
	opened++;
	if (strcmp(path, "later") == 0 && !is_known)
		return not_yet;
	if (strcmp(path, "later") != 0 && strcmp(path, "stream") != 0)
		return -ENOENT;
	*ret_file = stream_file_new(&source, SIZE);
	return 0;
}

static int
setup_streams(void **state)
{
	descriptors = stream_descriptors();
	source = stream_source_new();
	open_more = open_tree;
	opened = 0;
	is_known = false;
	not_yet = -EINPROGRESS;
	return setup(state);
}

static int
teardown_streams(void **state)
{
	teardown(state);
	stream_source_free(&source);
	assert_int_equal(stream_descriptors(), descriptors);
	return 0;
}

/* DATA `block` of a file that is streamed. */
static void
expect_streamed(int client, uint64_t block, size_t blksize, size_t length)
{
	assert_true(receive_within(client, 3 * SLOW_MS));
	if (answer.length != (ssize_t)(4 + length))
		fail_msg("block %u: %zd bytes", (unsigned)block, answer.length);
	assert_int_equal(answer.bytes[1], TFTP_DATA);
	assert_int_equal(answer.bytes[2] << 8 | answer.bytes[3], block & 0xffff);
	for (size_t i = 0; i < length; i++) {
		if (answer.bytes[4 + i] != stream_byte((block - 1) * blksize + i))
			fail_msg("byte %zu of block %u", i, (unsigned)block);
	}
}

/* The rest of a file, window by window, once OACK or a window has come. */
static void
expect_rest(int client, uint64_t first, unsigned window)
{
	const uint64_t last = SIZE / BLKSIZE + 1;

	for (uint64_t block = first; block <= last; block++) {
		expect_streamed(client, block, BLKSIZE, block == last ? SIZE % BLKSIZE : BLKSIZE);
		if ((block - first + 1) % window == 0 || block == last)
			acknowledge(client, block);
	}
	expect_nothing(client);
	assert_true(is_from_service_port() == service.single_port);
}

static void
a_stream_arrives_whole(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\00016\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\00016\0"));
	acknowledge(client, 0);
	expect_rest(client, 1, 16);
	close(client);
}

static void
a_window_that_was_lost_in_part_comes_again(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\0008\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\0008\0"));
	acknowledge(client, 0);
	for (uint64_t block = 1; block <= 8; block++)
		expect_streamed(client, block, BLKSIZE, BLKSIZE);
	/* Nothing is acknowledged: all of it once more. */
	for (uint64_t block = 1; block <= 8; block++)
		expect_streamed(client, block, BLKSIZE, BLKSIZE);
	acknowledge(client, 3);
	for (uint64_t block = 4; block <= 11; block++)
		expect_streamed(client, block, BLKSIZE, BLKSIZE);
	acknowledge(client, 11);
	expect_rest(client, 12, 8);
	close(client);
}

/* Only when somebody wants bytes is there a reader (TFTP-26). */
static void
asking_for_the_size_opens_no_stream(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("stream\0octet\0tsize\0000\0"));
	expect(client, RAW("\0\6tsize\000100001\0"));
	assert_int_equal(stream_count_children(), 0);
	send_to(client, &answer.from, RAW("\0\5\0\0size known\0"));
	expect_nothing(client);
	assert_int_equal(stream_count_children(), 0);
	close(client);
}

/* Each byte '\n' becomes two; blocks begin at odd places of the file. */
static void
text_is_made_of_a_stream_too(void **state)
{
	static uint8_t text[2 * SIZE];
	size_t length = 0, got = 0;
	int client = client_new(1);

	(void)state;
	for (uint64_t i = 0; i < SIZE; i++) {
		if (stream_byte(i) == '\n' || stream_byte(i) == '\r')
			text[length++] = '\r';
		text[length++] = stream_byte(i) == '\r' ? '\0' : stream_byte(i);
	}
	request(client, RRQ("stream\0netascii\0blksize\0001024\0"));
	expect(client, RAW("\0\6blksize\0001024\0"));
	acknowledge(client, 0);
	for (uint64_t block = 1;; block++) {
		assert_true(receive_within(client, 1500));
		if (block % 50 == 3) /* as if it were lost */
			assert_true(receive_within(client, 1500));
		assert_int_equal(answer.bytes[2] << 8 | answer.bytes[3], block);
		size_t count = (size_t)answer.length - 4;
		assert_true(got + count <= length);
		assert_memory_equal(answer.bytes + 4, text + got, count);
		got += count;
		acknowledge(client, block);
		if (count < BLKSIZE)
			break;
	}
	assert_int_equal(got, length);
	close(client);
}

/* Nothing is sent twice, and the client's impatience changes nothing. */
static void
a_session_waits_for_its_reader_without_resending(void **state)
{
	int client = client_new(1);

	(void)state;
	stream_children("is slow");
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\0004\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\0004\0"));
	for (unsigned i = 0; i < 4; i++) {
		acknowledge(client, 0);
		assert_false(receive_within(client, SLOW_MS / 8));
	}
	expect_rest(client, 1, 4);
	close(client);
}

/* It has a part of a window when its reader pauses. */
static void
a_window_is_whole_before_any_of_it_leaves(void **state)
{
	int client = client_new(1);

	(void)state;
	stream_children("pauses");
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\00030\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\00030\0"));
	acknowledge(client, 0);
	for (uint64_t block = 1; block <= 30; block++)
		expect_streamed(client, block, BLKSIZE, BLKSIZE);
	acknowledge(client, 30);
	assert_false(receive_within(client, SLOW_MS / 2));
	expect_rest(client, 31, 30);
	close(client);
}

static void
a_stream_that_breaks_off_ends_in_an_error(void **state)
{
	static const char *const hows[] = {"crashes", "hangs", "says why", "ends early"};

	(void)state;
	streams_set_deadline(source.streams, 300);
	for (size_t i = 0; i < 4; i++) {
		int client = client_new(1);

		stream_children(hows[i]);
		request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\00030\0"));
		expect(client, RAW("\0\6blksize\0001024\0windowsize\00030\0"));
		acknowledge(client, 0);
		if (i >= 2) {
			for (uint64_t block = 1; block <= 30; block++)
				expect_streamed(client, block, BLKSIZE, BLKSIZE);
			acknowledge(client, 30);
		}
		assert_true(receive_within(client, 2000));
		assert_int_equal(answer.bytes[1], TFTP_ERROR);
		expect_nothing(client);
		close(client);
	}
}

static void
a_client_that_ends_it_ends_its_reader(void **state)
{
	int client = client_new(1);

	(void)state;
	stream_children("hangs");
	request(client, RRQ("stream\0octet\0blksize\0001024\0"));
	expect(client, RAW("\0\6blksize\0001024\0"));
	acknowledge(client, 0);
	expect_nothing(client);
	assert_int_equal(stream_count_children(), 1);
	send_to(client, &answer.from, RAW("\0\5\0\0enough\0"));
	for (unsigned i = 0; stream_count_children() > 0 && i < 50; i++) {
		receive_within(client, 10);
		streams_reap(source.streams);
	}
	assert_int_equal(stream_count_children(), 0);
	close(client);
}

/* --- paths that are not known yet ------------------------------------------ */

static void
a_request_waits_until_its_path_is_known(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("later\0octet\0blksize\0001024\0windowsize\0008\0"));
	expect_nothing(client);
	tftp_retry(service.tftp); /* nothing new */
	expect_nothing(client);
	/* It asks again, as clients do. */
	request(client, RRQ("later\0octet\0blksize\0001024\0windowsize\0008\0"));
	expect_nothing(client);
	is_known = true;
	tftp_retry(service.tftp);
	expect(client, RAW("\0\6blksize\0001024\0windowsize\0008\0"));
	opened = 0;
	tftp_retry(service.tftp);
	tftp_retry(NULL);
	assert_int_equal(opened, 0);
	acknowledge(client, 0);
	expect_rest(client, 1, 8);
	close(client);
}

static void
a_request_that_waited_may_end_in_an_error(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("later\0octet\0"));
	expect_nothing(client);
	not_yet = -EIO;
	tftp_retry(service.tftp);
	assert_true(receive_within(client, 50));
	assert_int_equal(answer.bytes[1], TFTP_ERROR);
	close(client);
}

/* It will ask again: no answer is better than an error, which ends its boot. */
static void
a_request_is_ignored_when_too_many_wait(void **state)
{
	int client = client_new(1);

	(void)state;
	not_yet = -EBUSY;
	request(client, RRQ("later\0octet\0"));
	expect_nothing(client);
	is_known = true;
	tftp_retry(service.tftp);
	expect_nothing(client);
	request(client, RRQ("later\0octet\0blksize\0001024\0"));
	expect(client, RAW("\0\6blksize\0001024\0"));
	close(client);
}

static void
all_that_waits_ends_with_the_service(void **state)
{
	int waiting = client_new(1), streaming = client_new(1);

	(void)state;
	stream_children("hangs");
	request(waiting, RRQ("later\0octet\0"));
	request(streaming, RRQ("stream\0octet\0"));
	expect_nothing(waiting);
	expect_nothing(streaming);
	assert_int_equal(stream_count_children(), 1);
	close(waiting);
	close(streaming);
}

static void
a_stream_that_cannot_be_had_is_waited_for(void **state)
{
	const struct in_addr address = {htonl(INADDR_LOOPBACK)};
	struct stream *streams[STREAMS_PER_CLIENT];
	int client = client_new(1);

	(void)state;
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		assert_int_equal(stream_open(&source, address, 0, 9, &streams[i]), 0);
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\0008\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\0008\0"));
	acknowledge(client, 0);
	expect_nothing(client);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		stream_close(streams[i]);
	expect_rest(client, 1, 8);
	close(client);
}

#define BOTH_STREAMS(test)                                                                         \
	{#test, test, setup_streams, teardown_streams, NULL},                                      \
	{                                                                                          \
#test " (single port)", test, setup_streams, teardown_streams,                     \
			(void *)(uintptr_t) "single"                                               \
	}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		BOTH_STREAMS(a_stream_arrives_whole),
		BOTH_STREAMS(a_window_that_was_lost_in_part_comes_again),
		BOTH_STREAMS(asking_for_the_size_opens_no_stream),
		BOTH_STREAMS(text_is_made_of_a_stream_too),
		BOTH_STREAMS(a_session_waits_for_its_reader_without_resending),
		BOTH_STREAMS(a_window_is_whole_before_any_of_it_leaves),
		BOTH_STREAMS(a_stream_that_breaks_off_ends_in_an_error),
		BOTH_STREAMS(a_client_that_ends_it_ends_its_reader),
		BOTH_STREAMS(a_request_waits_until_its_path_is_known),
		BOTH_STREAMS(a_request_that_waited_may_end_in_an_error),
		BOTH_STREAMS(a_request_is_ignored_when_too_many_wait),
		BOTH_STREAMS(a_stream_that_cannot_be_had_is_waited_for),
		BOTH_STREAMS(all_that_waits_ends_with_the_service),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("tftp_stream", tests, NULL, NULL);
}
