/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A transfer's state machine: what is sent after which ACK
 * (TFTP-8, 18..23, 26).
 */
#include "tftp_transfer_unit.h"

static void
oack_is_followed_by_nothing_until_ack_0(void **state)
{
	struct tftp_transfer transfer = start(4, 10000);

	(void)state;
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_ack(&transfer, 1, 10);
	tftp_transfer_ack(&transfer, 65535, 10);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_ack(&transfer, 0, 10);
	expect_sent(&transfer, 1, 4, 10);
}

static void
without_options_the_first_block_comes_at_once(void **state)
{
	struct tftp_transfer transfer = start(0, 1000);

	(void)state;
	expect_sent(&transfer, 1, 1, 0);
	tftp_transfer_ack(&transfer, 1, 1);
	expect_sent(&transfer, 2, 2, 1);
	tftp_transfer_ack(&transfer, 2, 2);
	assert_int_equal(transfer.state, TFTP_DONE);
}

static void
last_block_is_shorter_than_the_others_even_if_empty(void **state)
{
	static const struct {
		uint64_t size, last;
	} rows[] = {{0, 1},   {1, 1},    {511, 1},  {512, 2},
		    {513, 2}, {1023, 2}, {1024, 3}, {5368709120, 10485761}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_transfer transfer = start(0, rows[i].size);
		assert_int_equal(transfer.last, rows[i].last);
	}
}

static void
last_window_ends_with_the_file(void **state)
{
	struct tftp_transfer transfer = start(4, 5 * 512 + 1);

	(void)state;
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_ack(&transfer, 0, 1);
	expect_sent(&transfer, 1, 4, 1);
	tftp_transfer_ack(&transfer, 4, 2);
	expect_sent(&transfer, 5, 6, 2);
	tftp_transfer_ack(&transfer, 6, 3);
	assert_int_equal(transfer.state, TFTP_DONE);
}

static void
block_numbers_roll_over_to_0(void **state)
{
	struct tftp_transfer transfer = start_at(0, 65535, UINT64_C(1) << 40);

	(void)state;
	tftp_transfer_ack(&transfer, 65535, 100 * SECOND);
	expect_sent(&transfer, 65536, 65536, 100 * SECOND);
	tftp_transfer_ack(&transfer, 0, 100 * SECOND);
	expect_sent(&transfer, 65537, 65537, 100 * SECOND);
	tftp_transfer_ack(&transfer, 1, 100 * SECOND);
	expect_sent(&transfer, 65538, 65538, 100 * SECOND);
}

static void
block_numbers_roll_over_within_a_window(void **state)
{
	static const struct {
		const char *name;
		uint16_t number;
		uint64_t base;
	} rows[] = {
		{"before the end", 65533, 65534},
		{"the highest", 65535, 65536},
		{"zero", 0, 65537},
		{"behind zero", 5, 65542},
		{"the whole window", 27, 65564},
		{"not sent yet", 28, 65500},
		{"older", 65498, 65500},
		{"half way round", 32700, 65500},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_transfer transfer = start_at(64, 65500, UINT64_C(1) << 40);
		assert_int_equal(transfer.high, 65563);
		tftp_transfer_ack(&transfer, rows[i].number, 100 * SECOND);
		if (transfer.base != rows[i].base)
			fail_msg("%s: base %llu", rows[i].name, (unsigned long long)transfer.base);
	}
}

static void
ack_within_a_window_restarts_behind_it(void **state)
{
	struct tftp_transfer transfer = start_at(8, 1, 1 << 20);

	(void)state;
	tftp_transfer_ack(&transfer, 3, SECOND);
	expect_sent(&transfer, 4, 11, SECOND);
	/* The same again, as edk2 says it for each block it cannot use. */
	for (int i = 0; i < 5; i++)
		tftp_transfer_ack(&transfer, 3, SECOND);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_ack(&transfer, 11, SECOND);
	expect_sent(&transfer, 12, 19, SECOND);
}

static void
several_acks_before_a_send_count_as_the_last(void **state)
{
	struct tftp_transfer transfer = start_at(8, 1, 1 << 20);

	(void)state;
	tftp_transfer_ack(&transfer, 2, SECOND);
	tftp_transfer_ack(&transfer, 2, SECOND);
	tftp_transfer_ack(&transfer, 8, SECOND);
	tftp_transfer_ack(&transfer, 2, SECOND);
	expect_sent(&transfer, 9, 16, SECOND);
}

static void
old_acks_are_ignored(void **state)
{
	struct tftp_transfer transfer = start_at(4, 101, 1 << 20);

	(void)state;
	for (uint16_t number = 0; number < 100; number++)
		tftp_transfer_ack(&transfer, number, SECOND);
	assert_int_equal(transfer.state, TFTP_WAITING);
	assert_int_equal(transfer.base, 101);
	assert_int_equal(transfer.resends, 0);
}

/* Sorcerer's Apprentice: RFC 1123 section 4.2.3.1. */
static void
duplicate_acks_never_double_the_data(void **state)
{
	struct tftp_transfer transfer = start(0, 100 * 512);
	unsigned sent = 0;

	(void)state;
	for (uint64_t now = 0; transfer.state != TFTP_DONE; now += 10 * MS) {
		uint16_t number = (uint16_t)transfer.base;
		assert_int_equal(transfer.state, TFTP_DUE);
		tftp_transfer_sent(&transfer, now);
		sent++;
		for (int i = 0; i < 10; i++)
			tftp_transfer_ack(&transfer, (uint16_t)(number - 1), now + 9 * MS);
		assert_int_equal(transfer.state, TFTP_WAITING);
		tftp_transfer_ack(&transfer, number, now + (number % 2 ? 1U : 10U) * MS);
	}
	assert_int_equal(sent, 101);
}

static void
second_duplicate_after_a_round_trip_resends_once(void **state)
{
	struct tftp_transfer transfer = start_at(4, 101, 1 << 20);
	uint64_t sent_at = transfer.sent_at;

	(void)state;
	assert_true(transfer.rtt > 0);
	/* However many, before a round trip is over. */
	for (int i = 0; i < 5; i++)
		tftp_transfer_ack(&transfer, 100, sent_at + transfer.rtt / 2);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_ack(&transfer, 100, sent_at + 2 * MS);
	expect_sent(&transfer, 101, 104, sent_at + 2 * MS);
	/* Only once for this window. */
	for (int i = 0; i < 50; i++)
		tftp_transfer_ack(&transfer, 100, sent_at + 150 * MS);
	assert_int_equal(transfer.state, TFTP_WAITING);
	assert_int_equal(transfer.resends, 1);
}

static void
first_duplicate_does_nothing_at_any_time(void **state)
{
	struct tftp_transfer transfer = start_at(4, 101, 1 << 20);

	(void)state;
	tftp_transfer_ack(&transfer, 100, transfer.sent_at + 150 * MS);
	assert_int_equal(transfer.state, TFTP_WAITING);
}

static void
early_error_is_a_probe(void **state)
{
	static const struct {
		const char *name;
		uint64_t base;
		uint16_t code;
		bool is_probe;
	} rows[] = {
		{"8 after the OACK", 0, 8, true},
		{"0 after the OACK", 0, 0, true},
		{"0 after the first block", 1, 0, true},
		{"3 after the OACK", 0, 3, false},
		{"0 later", 3, 0, false},
		{"8 later", 3, 8, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_transfer transfer = start_at(1, rows[i].base, 1 << 20);
		if (tftp_transfer_is_probe(&transfer, rows[i].code) != rows[i].is_probe)
			fail_msg("%s", rows[i].name);
	}
}

static void
netascii_ends_where_it_is_told(void **state)
{
	struct tftp_terms terms = {.is_netascii = true, .blksize = 512, .windowsize = 1};
	struct tftp_transfer transfer;

	(void)state;
	tftp_transfer_start(&transfer, &terms, 10, 0);
	expect_sent(&transfer, 1, 1, 0);
	tftp_transfer_ack(&transfer, 1, 1);
	assert_int_equal(transfer.state, TFTP_DUE);
	tftp_transfer_end(&transfer, 2);
	expect_sent(&transfer, 2, 2, 1);
	tftp_transfer_ack(&transfer, 2, 2);
	assert_int_equal(transfer.state, TFTP_DONE);
}

static void
nothing_changes_after_the_end(void **state)
{
	struct tftp_transfer transfer = start(0, 10);

	(void)state;
	expect_sent(&transfer, 1, 1, 0);
	tftp_transfer_ack(&transfer, 1, 1);
	tftp_transfer_ack(&transfer, 1, 2);
	tftp_transfer_ack(&transfer, 2, 2);
	tftp_transfer_tick(&transfer, 100 * SECOND);
	assert_int_equal(transfer.state, TFTP_DONE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(oack_is_followed_by_nothing_until_ack_0),
		cmocka_unit_test(without_options_the_first_block_comes_at_once),
		cmocka_unit_test(last_block_is_shorter_than_the_others_even_if_empty),
		cmocka_unit_test(last_window_ends_with_the_file),
		cmocka_unit_test(block_numbers_roll_over_to_0),
		cmocka_unit_test(block_numbers_roll_over_within_a_window),
		cmocka_unit_test(ack_within_a_window_restarts_behind_it),
		cmocka_unit_test(several_acks_before_a_send_count_as_the_last),
		cmocka_unit_test(old_acks_are_ignored),
		cmocka_unit_test(duplicate_acks_never_double_the_data),
		cmocka_unit_test(second_duplicate_after_a_round_trip_resends_once),
		cmocka_unit_test(first_duplicate_does_nothing_at_any_time),
		cmocka_unit_test(early_error_is_a_probe),
		cmocka_unit_test(netascii_ends_where_it_is_told),
		cmocka_unit_test(nothing_changes_after_the_end),
	};

	return cmocka_run_group_tests_name("tftp_transfer", tests, NULL, NULL);
}
