/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One transfer in the world: see tftp_session.h.
 *
 * Blocks leave from where the file was read (tftp_ahead.h), a window with one
 * call. A file that comes out of a stream may keep a window waiting.
 * A netascii block has no fixed place in the file, so the session remembers
 * where the block being sent begins and can make the same bytes again
 * (TFTP-28).
 *
 * Each transfer ends in exactly one line of the log: at info when a file was
 * sent or broken off, at debug when the client only asked for its size
 * (TFTP-26) or went away (TFTP-32).
 */
#include "tftp_session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "stream.h"
#include "tftp_arrival.h"

enum {
	TURN_PACKETS = 64, /* taken from one socket before others have their turn */
	SECOND = 1000 * 1000,
	BUSY_PATIENCE = 20 * SECOND, /* for a stream that cannot be had now */
};

int
tftp_session_new(const struct tftp_request *request, const struct tftp_limits *limits,
		 const struct tftp_wire *wire, struct file *file, uint64_t now,
		 struct tftp_session **ret_session)
{
	size_t path_size = strlen(request->path) + 1;
	struct tftp_session *session = calloc(1, sizeof(*session) + path_size);
	if (session == NULL)
		return -ENOMEM;

	memcpy(session->path, request->path, path_size);
	session->started_at = now;
	session->wire = *wire;
	session->file = file;
	session->text_block = 1;
	tftp_agree(request, limits, file->size, &session->terms);
	tftp_transfer_start(&session->transfer, &session->terms, file->size, now);
	if (tftp_ahead_init(&session->ahead, file,
			    (size_t)session->terms.blksize * session->terms.windowsize)) {
		free(session);
		return -ENOMEM;
	}
	*ret_session = session;
	return 0;
}

void
tftp_session_free(struct tftp_session *session)
{
	if (session->has_waited)
		event_del(&session->filled);
	tftp_ahead_clear(&session->ahead);
	file_close(session->file);
	tftp_wire_close(&session->wire);
	free(session);
}

bool
tftp_session_is_repeat(const struct tftp_session *session, uint64_t fingerprint, uint64_t now)
{
	uint64_t young = session->transfer.has_begun ? 1 * SECOND : 3 * SECOND;

	return now - session->started_at < young && session->fingerprint == fingerprint;
}

/* Bytes of the file that the client has acknowledged. */
static uint64_t
bytes_delivered(const struct tftp_session *session)
{
	uint64_t base = session->transfer.base;
	uint64_t bytes = base > 1 ? (base - 1) * session->terms.blksize : 0;

	return bytes < session->file->size ? bytes : session->file->size;
}

static void
log_end(const struct tftp_session *session, enum log_level level, const char *how, uint64_t now)
{
	char peer[INET_ADDRSTRLEN];
	uint64_t size = session->file->size;
	double seconds = (double)(now - session->started_at) / 1e6;

	if (!log_wants(level))
		return;
	inet_ntop(AF_INET, &session->wire.peer.sin_addr, peer, sizeof(peer));
	if (how == NULL)
		log_info("tftp %s: %s: %" PRIu64 " bytes in %.2f s", peer, session->path, size,
			 seconds);
	else if (level == LOG_INFO)
		log_info("tftp %s: %s: %s, after %" PRIu64 " of %" PRIu64 " bytes and %.2f s", peer,
			 session->path, how, bytes_delivered(session), size, seconds);
	else
		log_debug("tftp %s: %s: %s", peer, session->path, how);
}

void
tftp_session_abandon(const struct tftp_session *session, const char *why, uint64_t now)
{
	if (tftp_transfer_is_dallying(&session->transfer))
		log_end(session, LOG_INFO, NULL, now);
	else
		log_end(session, LOG_DEBUG, why, now);
}

/* The client's ERROR is the last word: no answer (TFTP-26, 27). */
static void
log_client_error(const struct tftp_session *session, const void *packet, size_t length,
		 uint64_t now)
{
	const char *text = (const char *)packet + TFTP_HEADER_SIZE;
	int text_length = (int)strnlen(text, length - TFTP_HEADER_SIZE);
	char how[TFTP_ERROR_TEXT_MAX + 40];
	uint16_t code;

	if (!tftp_number(packet, length, &code))
		return;
	snprintf(how, sizeof(how), "the client ended it with error %u \"%.*s\"", code,
		 text_length < TFTP_ERROR_TEXT_MAX ? text_length : TFTP_ERROR_TEXT_MAX, text);
	bool is_probe = tftp_transfer_is_probe(&session->transfer, code);
	log_end(session, is_probe ? LOG_DEBUG : LOG_INFO, how, now);
}

/* Whether the transfer goes on; logs how it ended if not. */
static bool
goes_on(const struct tftp_session *session, uint64_t now)
{
	if (session->transfer.state == TFTP_DONE)
		log_end(session, LOG_INFO, NULL, now);
	else if (session->transfer.state == TFTP_FAILED)
		log_end(session, LOG_INFO, "no answer from the client", now);
	return session->transfer.state <= TFTP_DUE;
}

bool
tftp_session_take(struct tftp_session *session, const void *packet, size_t length, uint64_t now)
{
	uint16_t number;
	if (!tftp_number(packet, length, &number))
		return true;

	switch (tftp_opcode(packet, length)) {
	case TFTP_ACK:
		tftp_transfer_ack(&session->transfer, number, now);
		if (session->transfer.has_begun)
			tftp_ahead_trust(&session->ahead, session->wire.peer.sin_addr);
		return goes_on(session, now);
	case TFTP_ERROR:
		log_client_error(session, packet, length, now);
		return false;
	default:
		return true;
	}
}

bool
tftp_session_receive(struct tftp_session *session, uint64_t now)
{
	uint8_t packet[TFTP_PACKET_SIZE];

	for (int i = 0; i < TURN_PACKETS; i++) {
		ssize_t length = recv(session->wire.fd, packet, sizeof(packet), 0);
		if (length == -1 && errno == ECONNREFUSED) {
			tftp_session_abandon(session, "the client is gone", now);
			return false;
		}
		if (length == -1)
			return true;
		if (!tftp_session_take(session, packet, (size_t)length, now))
			return false;
	}
	return true;
}

/* One block of netascii, made in `text`: -> its length, or an error of
   tftp_ahead_fetch. Finds out which block is the last. */
static ssize_t
fetch_text(struct tftp_session *session, uint64_t block, uint8_t *text)
{
	size_t blksize = session->terms.blksize;
	const uint8_t *raw;

	if (block != session->text_block) {
		session->text_block = block;
		session->text = session->text_after;
	}
	ssize_t got = tftp_ahead_fetch(&session->ahead, session->text.offset, blksize, &raw);
	if (got < 0)
		return got;
	session->text_after = session->text;
	size_t length = netascii_convert(&session->text_after, raw, (size_t)got, text, blksize);
	if (length < blksize)
		tftp_transfer_end(&session->transfer, block);
	return (ssize_t)length;
}

/* Sends DATA blocks in bursts: 0, or the errno of reading or sending. The whole
   window is there before any of it leaves. */
static int
send_blocks(struct tftp_session *session, struct tftp_burst *burst, uint64_t first, uint32_t count)
{
	uint32_t blksize = session->terms.blksize;

	burst->rolls_to_1 = session->terms.rolls_to_1;
	if (!session->terms.is_netascii) {
		const uint8_t *window;
		ssize_t length = tftp_ahead_fetch(&session->ahead, (first - 1) * blksize,
						  (size_t)count * blksize, &window);
		if (length < 0)
			return (int)length;
	}
	for (uint32_t done = 0, n; done < count; done += n) {
		uint64_t block = first + done;
		const uint8_t *bytes = burst->text;

		n = count - done < TFTP_BURST_BLOCKS ? count - done : TFTP_BURST_BLOCKS;
		ssize_t length = session->terms.is_netascii
					 ? fetch_text(session, block, burst->text)
					 : tftp_ahead_fetch(&session->ahead, (block - 1) * blksize,
							    (size_t)n * blksize, &bytes);
		if (length < 0)
			return (int)length;
		tftp_burst_fill(burst, block, n, bytes, (size_t)length, blksize);
		int err = tftp_wire_send_burst(&session->wire, burst);
		if (err)
			return err;
	}
	return 0;
}

static int
send_oack(const struct tftp_session *session)
{
	uint8_t packet[TFTP_REPLY_MAX];
	size_t length = tftp_oack_encode(&session->terms, packet);

	return tftp_wire_send(&session->wire, packet, length);
}

static void
send_error(const struct tftp_session *session, int err, uint64_t now)
{
	uint8_t packet[TFTP_REPLY_MAX];
	const char *text;
	enum tftp_error code = tftp_error_of(err, &text);
	char why[120];

	tftp_wire_send(&session->wire, packet, tftp_error_encode(code, text, packet));
	if (err == -EIO && session->ahead.stream != NULL) {
		stream_explain(session->ahead.stream, why, sizeof(why));
		text = why;
	}
	log_end(session, LOG_INFO, text, now);
}

/* Whether `err` only means that the bytes may still come. */
static bool
may_come(const struct tftp_session *session, int err, uint64_t now)
{
	return err == -EINPROGRESS ||
	       (err == -EBUSY && now - session->transfer.progress_at < BUSY_PATIENCE);
}

bool
tftp_session_send(struct tftp_session *session, struct tftp_burst *burst, uint64_t now)
{
	if (session->transfer.state != TFTP_DUE)
		return true;

	uint64_t first;
	uint32_t count = tftp_transfer_window(&session->transfer, &first);
	int err = first == 0 ? send_oack(session) : send_blocks(session, burst, first, count);
	if (may_come(session, err, now))
		return true;
	if (err == -ECONNREFUSED) {
		tftp_session_abandon(session, "the client is gone", now);
		return false;
	}
	if (err) {
		send_error(session, err, now);
		return false;
	}
	tftp_transfer_sent(&session->transfer, now);
	return true;
}

int
tftp_session_awaits(const struct tftp_session *session)
{
	if (session->transfer.state != TFTP_DUE || session->ahead.stream == NULL)
		return -1;
	return stream_fd(session->ahead.stream);
}

bool
tftp_session_tick(struct tftp_session *session, struct tftp_burst *burst, uint64_t now)
{
	tftp_transfer_tick(&session->transfer, now);
	return goes_on(session, now) && tftp_session_send(session, burst, now);
}
