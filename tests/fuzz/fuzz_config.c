/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a configuration file: it is read or refused with a reason, and
 * nothing is lost or left behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[512] = "";
	struct config config;
	char *text = strndup((const char *)data, size);

	if (text == NULL || config_init(&config) < 0)
		abort();
	if (config_read_text(&config, "fuzz", text, why, sizeof(why)) < 0 && why[0] == '\0')
		abort();
	config_finish(&config, why, sizeof(why));
	config_free(&config);
	free(text);
	return 0;
}
