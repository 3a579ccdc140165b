/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transfers in any state, for the tests of the state machine.
 */
#ifndef TFTP_TRANSFER_UNIT_H
#define TFTP_TRANSFER_UNIT_H

#include "tftp_transfer.h"
#include "unit.h"

enum { MS = 1000, SECOND = 1000 * MS, OACK = TFTP_OPTION_WINDOWSIZE };

/* Blocks of 512 bytes; with a windowsize there is an OACK. */
static inline struct tftp_transfer
start(uint16_t windowsize, uint64_t size)
{
	struct tftp_terms terms = {
		.options = windowsize ? OACK : 0,
		.blksize = 512,
		.windowsize = windowsize ? windowsize : 1,
	};
	struct tftp_transfer transfer;

	tftp_transfer_start(&transfer, &terms, size, 0);
	return transfer;
}

/* Sends what is due and fails unless that is blocks first .. last. */
static inline void
expect_sent(struct tftp_transfer *transfer, uint64_t first, uint64_t last, uint64_t now)
{
	uint64_t from;

	assert_int_equal(transfer->state, TFTP_DUE);
	uint32_t count = tftp_transfer_window(transfer, &from);
	assert_int_equal(from, first);
	assert_int_equal(from + count - 1, last);
	tftp_transfer_sent(transfer, now);
	assert_int_equal(transfer->state, TFTP_WAITING);
}

/* A transfer whose base is `base`, with the window from there on in flight. */
static inline struct tftp_transfer
start_at(uint16_t windowsize, uint64_t base, uint64_t size)
{
	struct tftp_transfer transfer = start(windowsize, size);
	uint64_t now = 0, first;

	while (transfer.base < base) {
		uint32_t count = tftp_transfer_window(&transfer, &first);
		uint64_t end = first + count - 1 < base - 1 ? first + count - 1 : base - 1;
		tftp_transfer_sent(&transfer, now);
		now += MS;
		tftp_transfer_ack(&transfer, (uint16_t)end, now);
	}
	tftp_transfer_sent(&transfer, now);
	return transfer;
}

#endif
