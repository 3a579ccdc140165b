/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that wait until it is known whether the address that they would be
 * offered is in use (DHCP-18). They are kept as they came, and are decided
 * again from the beginning: what else changed meanwhile counts then.
 */
#include "dhcp_service.h"

#include <stdlib.h>
#include <string.h>

struct waiting {
	int fd;
	struct net_datagram datagram;
	unsigned char bytes[];
};

static void
on_answer(void *service, void *what)
{
	struct waiting *waiting = what;

	dhcp_handle(service, waiting->fd, &waiting->datagram, waiting->bytes);
	free(waiting);
}

int
dhcp_probing_start(struct event_base *base, struct dhcp *dhcp)
{
	if (!dhcp->options.probe || dhcp->options.raw.frames == -1)
		return 0;
	return address_probe_start(base, &dhcp->options.raw, on_answer, dhcp, &dhcp->address_probe);
}

static struct waiting *
keep(int fd, const struct net_datagram *datagram, const void *bytes)
{
	struct waiting *waiting = malloc(sizeof(*waiting) + datagram->length);

	if (waiting == NULL)
		return NULL;
	waiting->fd = fd;
	waiting->datagram = *datagram;
	memcpy(waiting->bytes, bytes, datagram->length);
	return waiting;
}

enum address_answer
dhcp_probing_ask(struct dhcp *dhcp, int fd, const struct net_datagram *datagram, const void *bytes,
		 const struct dhcp_message *message, struct in_addr address)
{
	const struct dhcp_header *header = &message->header;
	const struct net_address *own = dhcp_sides_on(&dhcp->sides, datagram->interface);
	struct address_question question = {
		.address = address,
		.is_behind_relay = header->giaddr.s_addr != 0,
		.interface = datagram->interface,
	};
	enum address_answer answer;
	struct waiting *waiting;

	if (dhcp->address_probe == NULL || own == NULL)
		return ADDRESS_FREE;
	waiting = keep(fd, datagram, bytes);
	if (waiting == NULL)
		return ADDRESS_FREE;
	memcpy(question.own_mac, own->mac, sizeof(question.own_mac));
	if (header->hlen == sizeof(question.machine_mac))
		memcpy(question.machine_mac, header->chaddr, sizeof(question.machine_mac));
	answer = address_probe_ask(dhcp->address_probe, &question, waiting);
	if (answer != ADDRESS_ASKED)
		free(waiting);
	return answer;
}
