/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Request headers and targets: whatever comes, slices stay inside the input, a
 * full buffer is decided, and a redirect stays on this server.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "http_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_target target;
	struct http_request request;
	char location[256];

	if (http_request_parse((const char *)data, size, &request) < 0) {
		assert(size < HTTP_HEADER_MAX);
		return 0;
	}
	assert(request.status != 0 || (request.header_length > 0 && request.header_length <= size));
	if (request.target.bytes && http_target_parse(request.target, &target) == 0 &&
	    http_target_redirect(&target, location, sizeof(location)) == 0)
		assert(location[0] == '/' && location[1] != '/' && location[1] != '\\');
	return 0;
}
