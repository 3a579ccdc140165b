/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service and files that come out of streams: transfers that wait for
 * their reader. Each test runs with a port for each transfer and with a single
 * port.
 */
#include "tftp_stream_unit.h"

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

/* Not at the next tick, of which there are ten in a second. */
static void
a_window_leaves_as_soon_as_it_is_there(void **state)
{
	uint64_t least = UINT64_MAX;

	(void)state;
	stream_children("is slow");
	for (unsigned i = 0; i < 4; i++) {
		int client = client_new(1);
		uint64_t start = now_ms();

		request(client, RRQ("stream\0octet\0blksize\0001024\0"));
		expect(client, RAW("\0\6blksize\0001024\0"));
		acknowledge(client, 0);
		expect_streamed(client, 1, BLKSIZE, BLKSIZE);
		least = now_ms() - start < least ? now_ms() - start : least;
		send_to(client, &answer.from, RAW("\0\5\0\0enough\0"));
		expect_nothing(client);
		close(client);
	}
	assert_in_range(least, SLOW_MS, SLOW_MS + 75);
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

/* There are bytes for a burst, but not yet for all of the window. */
static void
a_window_is_whole_before_any_of_it_leaves(void **state)
{
	int client = client_new(1);

	(void)state;
	stream_children("pauses");
	request(client, RRQ("stream\0octet\0windowsize\000100\0"));
	expect(client, RAW("\0\6windowsize\000100\0"));
	acknowledge(client, 0);
	assert_false(receive_within(client, SLOW_MS / 2));
	for (uint64_t block = 1; block <= 100; block++)
		expect_streamed(client, block, 512, 512);
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

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		BOTH_STREAMS(a_stream_arrives_whole),
		BOTH_STREAMS(a_window_that_was_lost_in_part_comes_again),
		BOTH_STREAMS(asking_for_the_size_opens_no_stream),
		BOTH_STREAMS(text_is_made_of_a_stream_too),
		BOTH_STREAMS(a_window_leaves_as_soon_as_it_is_there),
		BOTH_STREAMS(a_session_waits_for_its_reader_without_resending),
		BOTH_STREAMS(a_window_is_whole_before_any_of_it_leaves),
		BOTH_STREAMS(a_stream_that_breaks_off_ends_in_an_error),
		BOTH_STREAMS(a_client_that_ends_it_ends_its_reader),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("tftp_stream", tests, NULL, NULL);
}
