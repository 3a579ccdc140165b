/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What machines did with what they were offered, for dhcp_style.h: which of
 * them fetched their loader, and where that is remembered.
 *
 * A fetch is known by the address that it comes from; whose that is, DHCP has
 * told: the REQUEST for it is a broadcast, which a proxy hears too, and so is
 * the question to port 4011 from there. Where neither reaches us, as behind
 * some relays, the loader itself tells: iPXE asks for a boot file with the MAC
 * of the card that it was loaded from.
 */
#include "dhcp_service.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "clients.h"
#include "dhcp_style.h"
#include "log.h"
#include "machine.h"
#include "store.h"

enum { SETTLE_SECONDS = 1, ETHERNET = 1 };

/* Keeps the style of a machine, here and on the disk. When the disk fails, who
   writes leases complains, and this is known until we end. */
static void
remember(struct dhcp *dhcp, const unsigned char mac[6], const struct dhcp_style_memory *style)
{
	struct store_machine row = {
		.owner = {.type = ETHERNET, .length = 6},
		.changed_at = time(NULL),
	};
	uint64_t ticket;

	clients_note_style(dhcp->clients, mac, style);
	if (dhcp->options.store == NULL)
		return;
	memcpy(row.owner.address, mac, 6);
	dhcp_style_format(style, row.facts);
	store_put_machine(dhcp->options.store, &row, &ticket);
}

static void
on_stored_machine(void *clients, const struct store_machine *row)
{
	struct client_facts facts = {.seen_at = row->changed_at};

	if (row->owner.type != ETHERNET || row->owner.length != sizeof(facts.mac) ||
	    dhcp_style_parse(row->facts, &facts.style) < 0)
		return;
	memcpy(facts.mac, row->owner.address, sizeof(facts.mac));
	clients_note(clients, &facts);
	clients_note_style(clients, facts.mac, &facts.style);
}

/* The machine fetched its loader: its style is the right one. */
static void
note_success(struct dhcp *dhcp, const unsigned char mac[6], struct dhcp_style_memory *style)
{
	enum dhcp_style before = style->worked;
	char name[MACHINE_MAC_SIZE];

	if (!dhcp_style_note_fetch(style))
		return;
	remember(dhcp, mac, style);
	machine_format_mac(mac, name);
	if (style->worked != before)
		log_info("dhcp %s: fetched its loader: style %s is kept for it", name,
			 dhcp_style_name(style->worked));
}

void
dhcp_attempts_settle(struct dhcp *dhcp)
{
	struct client_facts facts;

	while (clients_take_fetch(dhcp->clients, &facts))
		note_success(dhcp, facts.mac, &facts.style);
}

static void
on_interval(evutil_socket_t fd, short events, void *service)
{
	(void)fd;
	(void)events;
	dhcp_attempts_settle(service);
}

int
dhcp_attempts_start(struct event_base *base, struct dhcp *dhcp)
{
	const struct timeval interval = {.tv_sec = SETTLE_SECONDS};

	if (dhcp->options.store != NULL &&
	    store_read_machines(dhcp->options.store, on_stored_machine, dhcp->clients) < 0)
		log_error("dhcp: %s: not all machines could be read",
			  store_path(dhcp->options.store));
	dhcp->on_interval = event_new(base, -1, EV_PERSIST, on_interval, dhcp);
	if (dhcp->on_interval == NULL)
		return -ENOMEM;
	return event_add(dhcp->on_interval, &interval) == -1 ? -ENOMEM : 0;
}

void
dhcp_attempts_stop(struct dhcp *dhcp)
{
	dhcp_attempts_settle(dhcp);
	if (dhcp->on_interval != NULL)
		event_free(dhcp->on_interval);
}

void
dhcp_attempts_choose(struct dhcp *dhcp, const struct dhcp_message *message,
		     struct dhcp_decision *decision, int64_t now)
{
	const struct dhcp_header *header = &message->header;
	const struct dhcp_style_request request = {header->xid, header->secs, now};
	struct client_facts facts;
	bool is_new;

	if (header->hlen != sizeof(facts.mac) ||
	    !clients_find_mac(dhcp->clients, header->chaddr, &facts))
		return;
	if (decision->machine.policy.is_ipxe)
		note_success(dhcp, facts.mac, &facts.style);
	if (decision->verdict != DHCP_OFFERED || decision->style != DHCP_STYLE_4011)
		return;
	decision->style = dhcp_style_choose(&facts.style, &request, decision->fixed_style, &is_new);
	if (is_new)
		remember(dhcp, facts.mac, &facts.style);
	else
		clients_note_style(dhcp->clients, facts.mac, &facts.style);
}
