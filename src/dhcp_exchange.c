/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a datagram to its answer:
 *
 *	datagram -> dhcp_decode -> side -> dhcp_decide -> reply
 */
#include "dhcp_service.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "clients.h"
#include "dhcp_rival.h"
#include "lease.h"
#include "log.h"

enum { BATCH = 64 }; /* datagrams before other events have their turn */

/* Seconds that pass while the machine sleeps too, as they do for leases. */
static int64_t
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

/* Keeps our own addresses out of the ranges. */
static void
exclude_own(struct dhcp *dhcp)
{
	const struct dhcp_subnets *subnets = &dhcp->options.subnets;

	for (size_t i = 0; i < dhcp->sides.count; i++)
		for (size_t number = 0; number < subnets->count; number++)
			leases_exclude(subnets->items[number].leases,
				       dhcp->sides.addresses[i].address);
}

static struct dhcp_side
side_of(const struct dhcp *dhcp, const struct net_address *own, struct dhcp_subnet *subnet,
	int64_t now)
{
	const struct dhcp_options *options = &dhcp->options;

	struct dhcp_side side = {
		.mode = options->mode,
		.site = {.server = own->address,
			 .http_port = options->http_port,
			 .has_tftp = options->has_tftp,
			 .loaders = options->loaders},
		.machines = options->machines,
		.loader = subnet != NULL ? subnet->loader : NULL,
		.mtu = own->mtu,
		.has_4011 = dhcp->on_4011 != NULL,
		.now = now,
		.is_probing = dhcp->address_probe != NULL,
		.subnet = subnet,
		.subnets = &options->subnets,
	};

	memcpy(side.site.own, options->own_loaders, sizeof(side.site.own));
	return side;
}

/* Notes a machine that boots; others are not ours to remember. */
static void
note_client(struct dhcp *dhcp, const struct dhcp_message *message,
	    const struct dhcp_decision *decision)
{
	struct client_facts facts = {
		.arch = decision->machine.policy.arch,
		.is_ipxe = decision->machine.policy.is_ipxe,
		.seen_at = time(NULL),
	};

	if (decision->machine.policy.protocol == POLICY_NONE ||
	    dhcp_rival_is_look(&message->header) || message->header.hlen != sizeof(facts.mac))
		return;
	memcpy(facts.mac, message->header.chaddr, sizeof(facts.mac));
	memcpy(facts.uuid, decision->machine.uuid, sizeof(facts.uuid));
	/* An address that is only offered is not yet its own. */
	if (decision->verdict != DHCP_OFFERED)
		facts.address = decision->address;
	clients_note(dhcp->clients, &facts);
}

/* The subnet that a message is for; NULL: none of ours. */
static struct dhcp_subnet *
find_subnet(const struct dhcp *dhcp, const struct net_datagram *datagram,
	    const struct dhcp_message *message, int64_t now)
{
	struct in_addr own[DHCP_SIDES_MAX];
	const struct dhcp_way way = {
		.destination = datagram->destination,
		.own = own,
		.own_count = dhcp_sides_own(&dhcp->sides, &dhcp->options, datagram->interface, own),
		.now = now,
	};

	return dhcp_subnets_choose(&dhcp->options.subnets, message, &way);
}

/* The side that a message is answered from; false: it is not ours to answer. */
static bool
find_side(struct dhcp *dhcp, const struct net_datagram *datagram,
	  const struct dhcp_message *message, struct dhcp_side *ret_side)
{
	struct dhcp_subnet *subnet = NULL;
	const struct net_address *own;
	char name[IF_NAMESIZE];
	int64_t now = seconds_now();

	if (dhcp->options.mode == DHCP_SERVER)
		subnet = find_subnet(dhcp, datagram, message, now);
	own = dhcp_sides_find(&dhcp->sides, &dhcp->options, datagram, subnet);
	if (own == NULL) {
		if (dhcp_sides_is_bare(&dhcp->sides, &dhcp->options, datagram->interface, name))
			log_warning("network %s: machines ask for an address here, but it has no "
				    "IPv4 address itself: they are not answered",
				    name);
		log_debug("dhcp interface %u: ignored: no address of ours to answer from",
			  datagram->interface);
		return false;
	}
	if (dhcp->options.mode == DHCP_SERVER && subnet == NULL) {
		log_debug("dhcp interface %u: ignored: not for a subnet of ours",
			  datagram->interface);
		return false;
	}
	*ret_side = side_of(dhcp, own, subnet, now);
	return true;
}

void
dhcp_network_changed(struct dhcp *dhcp)
{
	if (dhcp == NULL || !dhcp_sides_refresh(&dhcp->sides))
		return;
	exclude_own(dhcp);
	if (dhcp->options.mode == DHCP_SERVER)
		dhcp_networks_refresh(dhcp);
}

void
dhcp_handle(struct dhcp *dhcp, int fd, const struct net_datagram *datagram, const void *bytes)
{
	struct dhcp_arrival arrival = {
		.peer = datagram->peer,
		.destination = datagram->destination,
		.on_4011 = fd == dhcp->options.fd4011,
	};
	struct dhcp_decision decision;
	enum address_answer probed;
	struct dhcp_message message;
	struct dhcp_side side;
	const char *why;

	if (dhcp_decode(bytes, datagram->length, &message, &why) < 0) {
		log_debug("dhcp %s: dropped: %s", inet_ntoa(datagram->peer.sin_addr), why);
		return;
	}
	if (!find_side(dhcp, datagram, &message, &side))
		return;
	if (!arrival.on_4011 && !dhcp_networks_allow(dhcp, datagram, &message, &side))
		return;
	dhcp_attempts_settle(dhcp);
	dhcp_decide(&side, &arrival, &message, &decision);
	while (decision.needs_probe) {
		probed = dhcp_probing_ask(dhcp, fd, datagram, bytes, &message, decision.address);
		if (probed == ADDRESS_ASKED) {
			dhcp_log_recovery(&decision);
			return;
		}
		/* Of those that somebody has there are fewer each time. */
		if (probed == ADDRESS_FREE || dhcp_set_aside(&side, &message, decision.address) < 0)
			side.unused = decision.address;
		dhcp_decide(&side, &arrival, &message, &decision);
	}
	if (decision.verdict == DHCP_UNBOOTABLE && !dhcp->knows_loaders)
		decision.verdict =
			dhcp_because(&decision, DHCP_IGNORED, "loaders are being looked for");
	note_client(dhcp, &message, &decision);
	dhcp_attempts_choose(dhcp, &message, &decision, side.now);
	if (decision.type != 0)
		dhcp_reply_send(dhcp, fd, &side, datagram, &message, &decision);
	else
		dhcp_commits_hold(dhcp->commits, dhcp_side_leases(&side), NULL);
	dhcp_log_decision(&dhcp->journal, &message, &decision, side.now);
}

void
dhcp_exchange(int fd, short events, void *service)
{
	(void)events;
	for (unsigned i = 0; i < BATCH; i++) {
		/* One byte more than a message may have, so that one which was cut
		   off is seen to be too long. */
		unsigned char buffer[DHCP_REQUEST_MAX + 1];
		struct net_datagram datagram;

		if (net_receive(fd, buffer, sizeof(buffer), &datagram) < 0)
			return;
		dhcp_handle(service, fd, &datagram, buffer);
	}
}
