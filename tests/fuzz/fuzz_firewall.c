/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as what nft prints: it is refused, or there is a verdict, and a
 * place for each that is not "passes".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct firewall_packet packet = {true, 69, "lan0"};
	char place[FIREWALL_PLACE_SIZE];
	enum firewall_verdict verdict;
	char *text = calloc(1, size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	if (firewall_judge(text, &packet, &verdict, place) == 0 &&
	    (verdict == FIREWALL_PASSES) != (place[0] == '\0'))
		abort();
	free(text);
	return 0;
}
