/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a unified kernel image: what is found lies in them.
 */
#include <stdint.h>
#include <stdlib.h>

#include "uki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {".cmdline", ".osrel", ".a"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text;
		size_t length;

		if (uki_find_section(data, size, names[i], &text, &length) == 0 &&
		    ((const uint8_t *)text < data || length > size ||
		     (size_t)((const uint8_t *)text - data) > size - length))
			abort();
	}
	return 0;
}
