/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A transfer's state machine: when something is sent again, and when it is
 * over (TFTP-13, 24, 25). Time passes only where a test says so.
 */
#include "tftp_transfer_unit.h"

/* The times at which a silent client is sent the first block again. */
static unsigned
resend_times(struct tftp_transfer *transfer, uint64_t times[20], uint64_t *ret_end)
{
	unsigned count = 0;
	uint64_t now;

	for (now = 0; transfer->state <= TFTP_DUE; now += 100 * MS) {
		tftp_transfer_tick(transfer, now);
		if (transfer->state == TFTP_DUE) {
			if (count < 20)
				times[count] = now;
			count++;
			tftp_transfer_sent(transfer, now);
		}
	}
	*ret_end = now - 100 * MS;
	return count;
}

static void
silent_client_is_asked_again_with_growing_patience(void **state)
{
	struct tftp_transfer transfer = start(4, 100000);
	uint64_t times[20], end;

	(void)state;
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_tick(&transfer, SECOND);
	expect_sent(&transfer, 0, 0, SECOND);
	tftp_transfer_ack(&transfer, 0, SECOND); /* not measured: it was sent twice */
	expect_sent(&transfer, 1, 4, SECOND);
	assert_int_equal(resend_times(&transfer, times, &end), 5);
	assert_int_equal(times[0], 2 * SECOND);
	assert_int_equal(times[1], 4 * SECOND);
	assert_int_equal(times[2], 8 * SECOND);
	assert_int_equal(times[3], 16 * SECOND);
	assert_int_equal(times[4], 24 * SECOND);
	assert_int_equal(end, 32 * SECOND);
	assert_int_equal(transfer.state, TFTP_FAILED);
}

/* Its address may be forged: the packets may go to a victim. */
static void
client_that_never_answers_is_soon_given_up(void **state)
{
	static const struct {
		const char *name;
		uint8_t timeout;
		unsigned count;
		uint64_t first, last; /* seconds */
	} rows[] = {
		{"no timeout", 0, 3, 1, 7},  {"timeout 1", 1, 3, 1, 7},
		{"timeout 3", 3, 2, 3, 9},   {"timeout 8", 8, 1, 8, 8},
		{"timeout 60", 60, 0, 0, 0}, {"timeout 255", 255, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_terms terms = {
			.options = rows[i].timeout ? TFTP_OPTION_TIMEOUT : 0,
			.blksize = 512,
			.timeout = rows[i].timeout,
			.windowsize = 1,
		};
		struct tftp_transfer transfer;
		uint64_t times[20] = {0}, end;

		print_message("# %s\n", rows[i].name);
		tftp_transfer_start(&transfer, &terms, 1 << 20, 0);
		tftp_transfer_sent(&transfer, 0);
		assert_int_equal(resend_times(&transfer, times, &end), rows[i].count);
		assert_int_equal(times[0], rows[i].first * SECOND);
		if (rows[i].count > 0)
			assert_int_equal(times[rows[i].count - 1], rows[i].last * SECOND);
		assert_int_equal(end, 15 * SECOND);
		assert_int_equal(transfer.state, TFTP_FAILED);
	}
}

static void
timeout_that_was_asked_for_is_the_first_interval(void **state)
{
	struct tftp_terms terms = {
		.options = TFTP_OPTION_TIMEOUT, .blksize = 512, .timeout = 3, .windowsize = 1};
	struct tftp_transfer transfer;

	(void)state;
	tftp_transfer_start(&transfer, &terms, 1 << 20, 0);
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_tick(&transfer, 3 * SECOND - 1);
	assert_int_equal(transfer.state, TFTP_WAITING);
	tftp_transfer_tick(&transfer, 3 * SECOND);
	expect_sent(&transfer, 0, 0, 3 * SECOND);
	assert_int_equal(transfer.resend_at, 9 * SECOND);
	/* Progress brings it back, whatever the round trip time is. */
	tftp_transfer_ack(&transfer, 0, 4 * SECOND);
	expect_sent(&transfer, 1, 1, 4 * SECOND);
	assert_int_equal(transfer.resend_at, 7 * SECOND);
	tftp_transfer_ack(&transfer, 1, 4 * SECOND + MS);
	expect_sent(&transfer, 2, 2, 4 * SECOND + MS);
	assert_int_equal(transfer.resend_at, 7 * SECOND + MS);
}

static void
long_timeout_that_was_asked_for_is_not_shortened(void **state)
{
	struct tftp_terms terms = {
		.options = TFTP_OPTION_TIMEOUT, .blksize = 512, .timeout = 60, .windowsize = 1};
	struct tftp_transfer transfer;
	uint64_t times[20], end;

	(void)state;
	tftp_transfer_start(&transfer, &terms, 1 << 20, 0);
	expect_sent(&transfer, 0, 0, 0);
	tftp_transfer_ack(&transfer, 0, 0);
	expect_sent(&transfer, 1, 1, 0);
	assert_int_equal(resend_times(&transfer, times, &end), 5);
	assert_int_equal(times[0], 60 * SECOND);
	assert_int_equal(times[4], 300 * SECOND);
}

static void
quick_client_is_resent_to_soon_but_not_below_200_ms(void **state)
{
	struct tftp_transfer transfer = start_at(0, 100, 1 << 20);

	(void)state;
	assert_int_equal(transfer.resend_at - transfer.sent_at, 200 * MS);
}

static void
slow_client_is_given_its_time(void **state)
{
	struct tftp_transfer transfer = start(0, 1 << 20);

	(void)state;
	for (uint64_t now = 0; now < 50 * SECOND; now += 2 * SECOND) {
		tftp_transfer_sent(&transfer, now);
		tftp_transfer_ack(&transfer, (uint16_t)transfer.base, now + 2 * SECOND);
	}
	tftp_transfer_sent(&transfer, 60 * SECOND);
	assert_true(transfer.resend_at >= 62 * SECOND);
	assert_true(transfer.resend_at <= 68 * SECOND);
}

static void
window_sent_twice_is_not_measured(void **state)
{
	struct tftp_transfer transfer = start(0, 1 << 20);

	(void)state;
	expect_sent(&transfer, 1, 1, 0);
	tftp_transfer_tick(&transfer, SECOND);
	expect_sent(&transfer, 1, 1, SECOND);
	tftp_transfer_ack(&transfer, 1, SECOND + 10);
	assert_int_equal(transfer.rtt, 0);
	assert_int_equal(transfer.interval, SECOND);
	expect_sent(&transfer, 2, 2, SECOND + 10);
	tftp_transfer_ack(&transfer, 2, SECOND + 20);
	assert_in_range(transfer.rtt, 10, 11);
}

static void
progress_starts_the_patience_anew(void **state)
{
	struct tftp_transfer transfer = start(0, 1 << 20);
	uint64_t now = 0;

	(void)state;
	for (uint16_t block = 1; block < 20; block++) {
		/* Long enough for many tries, and for 30 s of all blocks. */
		uint64_t until = now + 14 * SECOND;
		tftp_transfer_sent(&transfer, now);
		tftp_transfer_ack(&transfer, block++, now + MS);
		for (tftp_transfer_sent(&transfer, now); now < until; now += 100 * MS) {
			tftp_transfer_tick(&transfer, now);
			if (transfer.state == TFTP_DUE)
				tftp_transfer_sent(&transfer, now);
			assert_int_equal(transfer.state, TFTP_WAITING);
		}
		assert_true(transfer.tries >= 5);
		tftp_transfer_ack(&transfer, block, now);
		assert_int_equal(transfer.state, TFTP_DUE);
	}
}

static void
missing_last_ack_is_a_success(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
		enum tftp_state end;
	} rows[] = {
		{"all was sent", 3 * 512 + 1, TFTP_DONE},
		{"more was to come", 4 * 512, TFTP_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_transfer transfer = start(4, rows[i].size);
		uint64_t times[20], end;
		expect_sent(&transfer, 0, 0, 0);
		tftp_transfer_ack(&transfer, 0, 0);
		expect_sent(&transfer, 1, 4, 0);
		assert_int_equal(tftp_transfer_is_dallying(&transfer), rows[i].end == TFTP_DONE);
		assert_true(resend_times(&transfer, times, &end) >= 5);
		if (transfer.state != rows[i].end)
			fail_msg("%s: state %d", rows[i].name, transfer.state);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(silent_client_is_asked_again_with_growing_patience),
		cmocka_unit_test(client_that_never_answers_is_soon_given_up),
		cmocka_unit_test(timeout_that_was_asked_for_is_the_first_interval),
		cmocka_unit_test(long_timeout_that_was_asked_for_is_not_shortened),
		cmocka_unit_test(quick_client_is_resent_to_soon_but_not_below_200_ms),
		cmocka_unit_test(slow_client_is_given_its_time),
		cmocka_unit_test(window_sent_twice_is_not_measured),
		cmocka_unit_test(progress_starts_the_patience_anew),
		cmocka_unit_test(missing_last_ack_is_a_success),
	};

	return cmocka_run_group_tests_name("tftp_timing", tests, NULL, NULL);
}
