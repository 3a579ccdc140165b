/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an answer to a machine of each kind: read whole, its texts end,
 * and what is said of it can be printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sockaddr_in source = {.sin_family = AF_INET};
	struct dhcp_client client = {0};
	struct dhcp_client_answer answer;

	/* So that any message is for this client. */
	if (size < 34)
		return 0;
	client.xid = (uint32_t)data[4] << 24 | (uint32_t)data[5] << 16 | (uint32_t)data[6] << 8 |
		     data[7];
	memcpy(client.mac, data + 28, sizeof(client.mac));
	for (int kind = 0; kind < DHCP_CLIENT_KINDS; kind++) {
		client.kind = (enum dhcp_client_kind)kind;
		if (dhcp_client_read(&client, data, size, &source, &answer) < 0)
			continue;
		if (memchr(answer.file, '\0', sizeof(answer.file)) == NULL ||
		    memchr(answer.server_name, '\0', sizeof(answer.server_name)) == NULL ||
		    memchr(answer.message, '\0', sizeof(answer.message)) == NULL)
			abort();
		for (unsigned i = 0; dhcp_client_problem(answer.problems, i) != NULL; i++)
			if (i > 32)
				abort();
	}
	return 0;
}
