/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Block numbers on the wire: 65535 is followed by 0, or by 1 for clients that
 * count so (TFTP-19), and an ACK means one block of the window (TFTP-20).
 */
#include "tftp_transfer_unit.h"

enum { BLOCKS = 140000 };

static void
blocks_are_numbered_both_ways(void **state)
{
	static const struct {
		uint64_t block;
		uint16_t to_0;
		uint16_t to_1;
	} rows[] = {
		{0, 0, 0},      {1, 1, 1},     {65534, 65534, 65534},  {65535, 65535, 65535},
		{65536, 0, 1},  {65537, 1, 2}, {131070, 65534, 65535}, {131071, 65535, 1},
		{131072, 0, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(tftp_block_number(rows[i].block, false), rows[i].to_0);
		assert_int_equal(tftp_block_number(rows[i].block, true), rows[i].to_1);
	}
}

static struct tftp_transfer
start_rolling_to_1(uint16_t windowsize)
{
	struct tftp_terms terms = {
		.options = OACK, .blksize = 512, .windowsize = windowsize, .rolls_to_1 = true};
	struct tftp_transfer transfer;

	tftp_transfer_start(&transfer, &terms, UINT64_C(512) * BLOCKS, 0);
	return transfer;
}

/* Acknowledges window by window as such a client counts, across two rolls. */
static void
whole_file_arrives_with(uint16_t windowsize)
{
	struct tftp_transfer transfer = start_rolling_to_1(windowsize);
	uint64_t first, now = 0;

	while (transfer.state == TFTP_DUE) {
		uint32_t count = tftp_transfer_window(&transfer, &first);
		uint64_t last = first + count - 1;
		tftp_transfer_sent(&transfer, now);
		tftp_transfer_ack(&transfer, last == 0 ? 0 : (uint16_t)((last - 1) % 65535 + 1),
				  now += MS);
		assert_int_equal(transfer.base, last + 1);
	}
	assert_int_equal(transfer.state, TFTP_DONE);
	assert_int_equal(transfer.base, BLOCKS + 2);
}

static void
whole_file_arrives_block_by_block(void **state)
{
	(void)state;
	whole_file_arrives_with(1);
}

static void
whole_file_arrives_in_windows(void **state)
{
	(void)state;
	whole_file_arrives_with(16);
}

/* The window of 16 from block 65530 on: 65530 .. 65535, 1 .. 10. */
static void
ack_within_the_window_means_one_block(void **state)
{
	static const struct {
		uint16_t number;
		uint64_t base; /* afterwards */
	} rows[] = {
		{65528, 65530}, {65529, 65530}, {65530, 65531}, {65535, 65536}, {0, 65530},
		{1, 65537},     {9, 65545},     {10, 65546},    {11, 65530},    {32768, 65530},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_transfer transfer = start_rolling_to_1(16);

		transfer.base = 65530;
		tftp_transfer_sent(&transfer, 0);
		tftp_transfer_ack(&transfer, rows[i].number, MS);
		if (transfer.base != rows[i].base)
			fail_msg("ACK %u: base %u", rows[i].number, (unsigned)transfer.base);
	}
}

/* Number 65535 before the first block is no ACK of anything. */
static void
oack_is_acknowledged_by_0_only(void **state)
{
	struct tftp_transfer transfer = start_rolling_to_1(16);

	(void)state;
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_ack(&transfer, 65535, MS);
	tftp_transfer_ack(&transfer, 1, MS);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_ack(&transfer, 0, MS);
	expect_sent(&transfer, 1, 16, MS);
	tftp_transfer_ack(&transfer, 65535, MS);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_ack(&transfer, 3, MS);
	expect_sent(&transfer, 4, 19, MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_numbered_both_ways),
		cmocka_unit_test(whole_file_arrives_block_by_block),
		cmocka_unit_test(whole_file_arrives_in_windows),
		cmocka_unit_test(ack_within_the_window_means_one_block),
		cmocka_unit_test(oack_is_acknowledged_by_0_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
