/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TFTP service packet by packet. Each test runs with a port for each
 * transfer and with a single port (TFTP-31).
 */
#include "tftp_service_unit.h"

static void
files_of_all_sizes_arrive_whole(void **state)
{
	static const unsigned sizes[] = {0, 1, 511, 512, 513, 1024, 32768, 33000, 100000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int client = client_new(1);
		char bytes[64];
		int length =
			snprintf(bytes, sizeof(bytes), "%c%csize/%u%coctet", 0, 1, sizes[i], 0);
		request(client, bytes, (size_t)length + 1);
		for (uint64_t block = 1; block <= sizes[i] / 512 + 1; block++) {
			uint64_t left = sizes[i] - (block - 1) * 512;
			expect_block(client, block, 512, left < 512 ? left : 512);
			assert_int_equal(is_from_service_port(), service.single_port);
			acknowledge(client, block);
		}
		expect_nothing(client);
		assert_int_equal(service.files_open, 0);
		close(client);
	}
}

static void
windows_go_out_whole_and_restart_where_the_client_says(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/300000\0octet\0blksize\0001000\0windowsize\00070\0tsize\0000\0"));
	expect(client, RAW("\0\6blksize\0001000\0tsize\000300000\0windowsize\00064\0"));
	expect_nothing(client);
	acknowledge(client, 0);
	for (uint64_t block = 1; block <= 64; block++)
		expect_block(client, block, 1000, 1000);
	expect_nothing(client);
	acknowledge(client, 10);
	for (uint64_t block = 11; block <= 74; block++)
		expect_block(client, block, 1000, 1000);
	acknowledge(client, 74);
	acknowledge(client, 74);
	for (uint64_t block = 75; block <= 138; block++)
		expect_block(client, block, 1000, 1000);
	expect_nothing(client);
	acknowledge(client, 138);
	for (uint64_t block = 139; block <= 202; block++)
		expect_block(client, block, 1000, 1000);
	acknowledge(client, 202);
	for (uint64_t block = 203; block <= 266; block++)
		expect_block(client, block, 1000, 1000);
	acknowledge(client, 266);
	for (uint64_t block = 267; block <= 301; block++)
		expect_block(client, block, 1000, block == 301 ? 0 : 1000);
	acknowledge(client, 301);
	expect_nothing(client);
	assert_int_equal(service.files_open, 0);
	close(client);
}

static void
largest_blocks_arrive(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/300000\0octet\0blksize\00065464\0windowsize\0009\0"));
	expect(client, RAW("\0\6blksize\00065464\0windowsize\0002\0"));
	acknowledge(client, 0);
	for (uint64_t block = 1; block <= 5; block++) {
		expect_block(client, block, 65464, block == 5 ? 300000 - 4 * 65464 : 65464);
		if (block % 2 == 0 || block == 5)
			acknowledge(client, block);
	}
	expect_nothing(client);
	close(client);
}

static void
lost_packet_is_sent_again_with_the_same_bytes(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/2000\0octet\0"));
	expect_block(client, 1, 512, 512);
	expect_block(client, 1, 512, 512);
	acknowledge(client, 1);
	expect_block(client, 2, 512, 512);
	expect_block(client, 2, 512, 512);
	close(client);
}

static void
window_of_several_bursts_is_sent_again_alike(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/300000\0octet\0windowsize\000100\0"));
	expect(client, RAW("\0\6windowsize\000100\0"));
	acknowledge(client, 0);
	for (uint64_t block = 1; block <= 100; block++)
		expect_block(client, block, 512, 512);
	acknowledge(client, 10);
	for (int again = 0; again < 2; again++) {
		for (uint64_t block = 11; block <= 110; block++)
			expect_block(client, block, 512, 512);
	}
	close(client);
}

static void
netascii_is_converted_and_sent_again_alike(void **state)
{
	uint8_t text[2000], first[516];
	size_t length = 0;
	int client = client_new(1);

	(void)state;
	for (uint64_t i = 0; i < 600; i++) {
		uint8_t byte = image_byte(i);
		if (byte == '\n')
			text[length++] = '\r';
		text[length++] = byte;
		if (byte == '\r')
			text[length++] = '\0';
	}
	request(client, RRQ("size/600\0NetASCII\0tsize\0000\0"));
	assert_true(receive_within(client, 50));
	assert_int_equal(answer.length, 516);
	assert_memory_equal(answer.bytes + 4, text, 512);
	acknowledge(client, 1);
	assert_true(receive_within(client, 50));
	assert_int_equal(answer.length, 4 + length - 512);
	assert_memory_equal(answer.bytes + 4, text + 512, length - 512);
	memcpy(first, answer.bytes, (size_t)answer.length);
	assert_true(receive_within(client, 1500));
	assert_memory_equal(answer.bytes, first, 4 + length - 512);
	acknowledge(client, 2);
	expect_nothing(client);
	assert_int_equal(service.files_open, 0);
	close(client);
}

static void
refusals_come_at_once_with_their_code(void **state)
{
	static const struct {
		const char *name;
		const char *packet;
		size_t length;
		uint8_t code;
	} rows[] = {
		{"missing", RRQ("nothing\0octet\0blksize\000512\0"), 1},
		{"directory", RRQ("folder\0octet\0"), 2},
		{"write", RAW("\0\2size/1\0octet\0"), 2},
		{"mail", RRQ("size/1\0mail\0"), 4},
		{"no mode", RRQ("size/1\0"), 4},
		{"opcode 9", RAW("\0\11abc"), 4},
		{"stray ACK", RAW("\0\4\0\1"), 5},
		{"stray DATA", RAW("\0\3\0\1abc"), 5},
	};
	int client = client_new(1);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		request(client, rows[i].packet, rows[i].length);
		print_message("# %s\n", rows[i].name);
		expect_error(client, rows[i].code);
	}
	request(client, RAW("\0\5\0\1no\0"));
	expect_nothing(client);
	request(client, RAW("\0\6blksize\000512\0"));
	expect_nothing(client);
	close(client);
}

static void
answer_comes_from_the_address_that_was_asked(void **state)
{
	int client = client_new(1);
	struct sockaddr_in other = service.address;

	(void)state;
	other.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 6);
	send_to(client, &other, RRQ("size/1\0octet\0"));
	expect_block(client, 1, 512, 1);
	assert_int_equal(answer.from.sin_addr.s_addr, other.sin_addr.s_addr);
	send_to(client, &other, RRQ("nothing\0octet\0"));
	expect_error(client, 1);
	assert_int_equal(answer.from.sin_addr.s_addr, other.sin_addr.s_addr);
	close(client);
}

static void
repeated_request_has_one_answer(void **state)
{
	int client = client_new(1);

	(void)state;
	for (int i = 0; i < 6; i++)
		request(client, RRQ("size/600\0octet\0tsize\0000\0"));
	expect(client, RAW("\0\6tsize\000600\0"));
	expect_nothing(client);
	assert_int_equal(service.files_open, 1);
	acknowledge(client, 0);
	expect_block(client, 1, 512, 512);
	close(client);
}

static void
another_request_of_the_same_port_replaces_the_first(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/2000\0octet\0"));
	expect_block(client, 1, 512, 512);
	request(client, RRQ("size/500\0octet\0"));
	expect_block(client, 1, 512, 500);
	assert_int_equal(service.files_open, 1);
	acknowledge(client, 1);
	expect_nothing(client);
	assert_int_equal(service.files_open, 0);
	close(client);
}

static void
error_of_the_client_ends_it_without_an_answer(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/2000\0octet\0blksize\0001000\0"));
	expect(client, RAW("\0\6blksize\0001000\0"));
	send_to(client, &answer.from, RAW("\0\5\0\10User aborted the transfer\0"));
	expect_nothing(client);
	assert_int_equal(service.files_open, 0);
	close(client);
}

static void
client_that_closes_its_port_is_forgotten(void **state)
{
	int client = client_new(1), other = client_new(1);

	(void)state;
	request(client, RRQ("size/2000\0octet\0"));
	expect_block(client, 1, 512, 512);
	acknowledge(client, 1);
	close(client);
	if (!service.single_port) {
		expect_nothing(other);
		assert_int_equal(service.files_open, 0);
	}
	close(other);
}

static void
image_that_is_cut_ends_the_transfer_with_an_error(void **state)
{
	int client = client_new(1);

	(void)state;
	request(client, RRQ("size/300000\0octet\0blksize\00060000\0"));
	expect(client, RAW("\0\6blksize\00060000\0"));
	acknowledge(client, 0);
	expect_block(client, 1, 60000, 60000);
	assert_int_equal(ftruncate(service.image_fd, 100), 0);
	acknowledge(client, 1);
	expect_error(client, 0);
	assert_int_equal(service.files_open, 0);
	close(client);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(files_of_all_sizes_arrive_whole, setup),
		BOTH(windows_go_out_whole_and_restart_where_the_client_says, setup),
		BOTH(largest_blocks_arrive, setup),
		BOTH(lost_packet_is_sent_again_with_the_same_bytes, setup),
		BOTH(window_of_several_bursts_is_sent_again_alike, setup_wide),
		BOTH(netascii_is_converted_and_sent_again_alike, setup),
		BOTH(refusals_come_at_once_with_their_code, setup),
		BOTH(answer_comes_from_the_address_that_was_asked, setup),
		BOTH(repeated_request_has_one_answer, setup),
		BOTH(another_request_of_the_same_port_replaces_the_first, setup),
		BOTH(error_of_the_client_ends_it_without_an_answer, setup),
		BOTH(client_that_closes_its_port_is_forgotten, setup),
		BOTH(image_that_is_cut_ends_the_transfer_with_an_error, setup),
	};

	return cmocka_run_group_tests_name("tftp_service", tests, NULL, NULL);
}
