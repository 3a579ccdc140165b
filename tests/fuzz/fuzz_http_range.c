/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ranges, dates and conditions: a range is never empty and never leaves the
 * file. The first byte chooses the field and the method.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "file.h"
#include "http_conditions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file file = {.size = 1000, .mtime = 784111777, .etag = "\"tag\""};
	struct http_request request = {.method = HTTP_GET};
	struct http_range range = {0, 0};

	if (size == 0)
		return 0;
	request.fields[HTTP_RANGE] = (struct http_slice){"bytes=0-9", 9};
	request.fields[data[0] % HTTP_FIELD_COUNT] =
		(struct http_slice){(const char *)data + 1, size - 1};
	unsigned status = http_conditions_check(&request, &file, 1795000000, &range);
	if (status == 206 || status == 200)
		assert(range.first < range.end && range.end <= file.size);
	return 0;
}
