/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TFTP requests whose path is not known yet, and transfers for which there is no
 * stream yet. Each test runs with a port for each transfer and with a single
 * port.
 */
#include "tftp_stream_unit.h"

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

/* One packet of a forged source must not cost much: without options it starts a
   reader, so those that were not heard of again share the readers of one client. */
static void
forged_requests_do_not_take_the_streams_of_others(void **state)
{
	int forged[STREAMS_PER_CLIENT], late = client_new(60), client = client_new(1);
	struct sockaddr_in first = {0};

	(void)state;
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++) {
		forged[i] = client_new((uint8_t)(100 + i));
		request(forged[i], RRQ("stream\0octet\0"));
		expect_streamed(forged[i], 1, 512, 512);
		first = i == 0 ? answer.from : first;
	}
	request(late, RRQ("stream\0octet\0"));
	expect_nothing(late);
	assert_int_equal(stream_count_children(), STREAMS_PER_CLIENT);
	request(client, RRQ("stream\0octet\0blksize\0001024\0windowsize\0008\0"));
	expect(client, RAW("\0\6blksize\0001024\0windowsize\0008\0"));
	acknowledge(client, 0);
	expect_rest(client, 1, 8);
	/* One of them is there after all: that makes room for another. */
	answer.from = first;
	acknowledge(forged[0], 1);
	expect_streamed(late, 1, 512, 512);
	for (unsigned i = 0; i < STREAMS_PER_CLIENT; i++)
		close(forged[i]);
	close(late);
	close(client);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		BOTH_STREAMS(a_request_waits_until_its_path_is_known),
		BOTH_STREAMS(a_request_that_waited_may_end_in_an_error),
		BOTH_STREAMS(a_request_is_ignored_when_too_many_wait),
		BOTH_STREAMS(a_stream_that_cannot_be_had_is_waited_for),
		BOTH_STREAMS(forged_requests_do_not_take_the_streams_of_others),
		BOTH_STREAMS(all_that_waits_ends_with_the_service),
	};

	stream_child(argc, argv);
	return cmocka_run_group_tests_name("tftp_waiting", tests, NULL, NULL);
}
