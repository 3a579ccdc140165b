/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state machine of a transfer: see tftp_transfer.h.
 *
 *      acknowledged │ in flight: one window   │ never sent
 *      ─────────────┼─────────────────────────┼───────────
 *               base-1  base ...          high
 *
 * An ACK of a block in flight moves base behind that block and makes the next
 * window due from there on, whether or not it was the window's last block
 * (RFC 7440 section 4, TFTP-21). All other ACKs are old news and are ignored.
 *
 * The window is sent again when the time has run out, first after an interval
 * that the client asked for or that the measured round trip time suggests,
 * then after twice as long each time (RFC 1123 section 4.2.3.2).
 *
 * A request may be forged. Until the first ACK proves that somebody is there,
 * the patience is short whatever the timeout that was asked for, and few
 * packets are sent to what may be a victim.
 */
#include "tftp_transfer.h"

enum {
	MILLISECOND = 1000,
	SECOND = 1000 * MILLISECOND,
	INTERVAL_FIRST = SECOND, /* before a round trip was measured */
	INTERVAL_MIN = 200 * MILLISECOND,
	INTERVAL_MAX = 8 * SECOND,
	PATIENCE = 30 * SECOND, /* and at least TRIES_MIN tries */
	TRIES_MIN = 5,
	PATIENCE_UNANSWERED = 15 * SECOND, /* before the first ACK */
	TRIES_UNANSWERED = 3,
	DUPLICATES_FOR_RESEND = 2,
};

static uint64_t
clamp(uint64_t value, uint64_t low, uint64_t high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

/* How long to wait for the ACK of a window that was sent once. */
static uint64_t
first_interval(const struct tftp_transfer *transfer)
{
	if (transfer->timeout > 0)
		return transfer->timeout;
	if (transfer->rtt == 0)
		return INTERVAL_FIRST;
	return clamp(transfer->rtt + 4 * transfer->rtt_deviation, INTERVAL_MIN, INTERVAL_MAX);
}

void
tftp_transfer_start(struct tftp_transfer *transfer, const struct tftp_terms *terms, uint64_t size,
		    uint64_t now)
{
	bool has_oack = terms->options != 0;

	*transfer = (struct tftp_transfer){
		.state = TFTP_DUE,
		.windowsize = terms->windowsize,
		.rolls_to_1 = terms->rolls_to_1,
		.base = has_oack ? 0 : 1,
		.high = has_oack ? 0 : 1,
		.last = terms->is_netascii ? UINT64_MAX : size / terms->blksize + 1,
		.progress_at = now,
		.timeout = (uint64_t)terms->timeout * SECOND,
	};
	transfer->interval = first_interval(transfer);
}

uint32_t
tftp_transfer_window(const struct tftp_transfer *transfer, uint64_t *ret_first)
{
	uint64_t left = transfer->last - transfer->base + 1;

	*ret_first = transfer->base;
	if (transfer->base == 0)
		return 1;
	return left < transfer->windowsize ? (uint32_t)left : transfer->windowsize;
}

void
tftp_transfer_end(struct tftp_transfer *transfer, uint64_t block)
{
	transfer->last = block;
}

void
tftp_transfer_sent(struct tftp_transfer *transfer, uint64_t now)
{
	uint64_t first;
	uint32_t count = tftp_transfer_window(transfer, &first);

	transfer->high = first + count - 1;
	transfer->sent_at = now;
	transfer->resend_at = now + transfer->interval;
	transfer->state = TFTP_WAITING;
}

/* RFC 6298 section 2, with Karn's rule: a window that was sent twice says
   nothing about the time, as its ACK may be for either. */
static void
measure_rtt(struct tftp_transfer *transfer, uint64_t now)
{
	uint64_t sample = now - transfer->sent_at + 1;
	uint64_t rtt = transfer->rtt;

	if (rtt == 0) {
		transfer->rtt = sample;
		transfer->rtt_deviation = sample / 2;
		return;
	}
	uint64_t distance = sample > rtt ? sample - rtt : rtt - sample;
	transfer->rtt_deviation = (3 * transfer->rtt_deviation + distance) / 4;
	transfer->rtt = (7 * rtt + sample) / 8;
}

static void
move_base(struct tftp_transfer *transfer, uint64_t base, uint64_t now)
{
	bool is_whole_window = base > transfer->high;

	if (is_whole_window && transfer->tries == 0 && !transfer->has_resent_early)
		measure_rtt(transfer, now);
	transfer->interval = first_interval(transfer);
	transfer->base = base;
	transfer->progress_at = now;
	transfer->tries = 0;
	transfer->duplicates = 0;
	transfer->has_resent_early = false;
	transfer->has_begun = true;
	transfer->state = base > transfer->last ? TFTP_DONE : TFTP_DUE;
}

/* The first block of a window was lost and the client has said so more than
   once: one early resend saves it a timeout. Not sooner than a round trip
   after the window, since edk2 acknowledges every single block that it did
   not expect, and never twice, or each would be multiplied (TFTP-23). */
static void
count_duplicate(struct tftp_transfer *transfer, uint64_t now)
{
	transfer->duplicates++;
	if (transfer->windowsize == 1 || transfer->base == 0 || transfer->has_resent_early ||
	    transfer->duplicates < DUPLICATES_FOR_RESEND || transfer->rtt == 0 ||
	    now - transfer->sent_at < transfer->rtt)
		return;
	transfer->has_resent_early = true;
	transfer->resends++;
	transfer->state = TFTP_DUE;
}

/* How many blocks the ACK `number` is ahead of base - 1. More than were sent
   means that it is no ACK of this window (TFTP-20). */
static uint16_t
ack_distance(const struct tftp_transfer *transfer, uint16_t number)
{
	uint16_t before = tftp_block_number(transfer->base - 1, transfer->rolls_to_1);

	/* Before block 2 there is the OACK's 0, and no window reaches 65535. */
	if (!transfer->rolls_to_1 || transfer->base < 2)
		return (uint16_t)(number - before);
	if (number == 0)
		return UINT16_MAX;
	return (uint16_t)(number >= before ? number - before : number + UINT16_MAX - before);
}

void
tftp_transfer_ack(struct tftp_transfer *transfer, uint16_t number, uint64_t now)
{
	if (transfer->state > TFTP_DUE)
		return;
	uint16_t distance = ack_distance(transfer, number);
	if (distance > transfer->high - transfer->base + 1)
		return;
	if (distance > 0)
		move_base(transfer, transfer->base + distance, now);
	else if (transfer->state == TFTP_WAITING)
		count_duplicate(transfer, now);
}

static bool
has_lost_patience(const struct tftp_transfer *transfer, uint64_t now)
{
	uint64_t silence = now - transfer->progress_at;

	if (!transfer->has_begun)
		return silence >= PATIENCE_UNANSWERED;
	return now >= transfer->resend_at && transfer->tries >= TRIES_MIN && silence >= PATIENCE;
}

void
tftp_transfer_tick(struct tftp_transfer *transfer, uint64_t now)
{
	if (transfer->state != TFTP_WAITING)
		return;
	if (has_lost_patience(transfer, now)) {
		transfer->state = tftp_transfer_is_dallying(transfer) ? TFTP_DONE : TFTP_FAILED;
		return;
	}
	if (now < transfer->resend_at)
		return;
	if (!transfer->has_begun && transfer->tries >= TRIES_UNANSWERED)
		return;
	/* A timeout longer than our longest was the client's own wish. */
	if (transfer->interval < INTERVAL_MAX)
		transfer->interval = clamp(transfer->interval * 2, 0, INTERVAL_MAX);
	transfer->tries++;
	transfer->resends++;
	transfer->state = TFTP_DUE;
}

bool
tftp_transfer_is_probe(const struct tftp_transfer *transfer, uint16_t code)
{
	return (code == TFTP_UNDEFINED || code == TFTP_BAD_OPTION) && transfer->base <= 1;
}

bool
tftp_transfer_is_dallying(const struct tftp_transfer *transfer)
{
	return transfer->high >= transfer->last;
}
