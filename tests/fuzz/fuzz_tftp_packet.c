/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any datagram as a request: its strings end within it, and what is agreed on
 * is within the limits and fits into an OACK. The last two bytes choose the
 * limits, so that they are hostile too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tftp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tftp_limits limits = {.blksize = 1468, .windowsize = 64, .window_bytes = 1 << 17};
	struct tftp_request request;
	struct tftp_terms terms;
	uint8_t reply[TFTP_REPLY_MAX];
	const char *text;

	if (size > 1) {
		limits.blksize = (uint16_t)(data[size - 1] * 257);
		limits.window_bytes = data[size - 2] * 1024U;
	}
	int err = tftp_request_decode(data, size, &request);
	if (err) {
		tftp_error_of(err, &text);
		return text == NULL;
	}
	if (strlen(request.path) + 3 > size)
		abort();
	tftp_agree(&request, &limits, UINT64_MAX, &terms);
	if (terms.blksize < TFTP_BLKSIZE_MIN || terms.windowsize < 1 ||
	    (terms.options & ~request.options) != 0 ||
	    (terms.blksize > limits.blksize && terms.options & TFTP_OPTION_BLKSIZE) ||
	    tftp_oack_encode(&terms, reply) > sizeof(reply))
		abort();
	return 0;
}
