/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DHCP service: sockets 67 and 4011 on libevent.
 *
 *	datagram -> dhcp_decode -> side -> dhcp_decide -> dhcp_compose -> datagram
 *
 * A side is our address on the interface that a message came in by; the reply
 * leaves by the same interface and names that address (DHCP-28).
 *
 * Not here yet: leases that outlive the daemon, more than one range, a look
 * whether another server answers on the network.
 */
#include "dhcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "clients.h"
#include "dhcp_log.h"
#include "lease.h"
#include "log.h"
#include "net.h"

enum {
	BATCH = 64,                  /* datagrams before other events have their turn */
	ADDRESSES_VALID_SECONDS = 2, /* our addresses are looked up again after */
};

struct dhcp {
	struct dhcp_options options;
	struct clients *clients;
	struct leases *leases; /* NULL for a proxy */
	bool knows_loaders;    /* they are looked for while we already serve */
	struct event *on_67;   /* NULL without that socket */
	struct event *on_4011;
	struct dhcp_journal journal;
	struct net_address *addresses;
	size_t address_count;
	int64_t addresses_at; /* when they were looked up */
};

/* Seconds that pass while the machine sleeps too, as they do for leases. */
static int64_t
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static bool
is_served(const struct dhcp_options *options, const char *name)
{
	if (options->interfaces == NULL)
		return true;
	for (const char *const *i = options->interfaces; *i != NULL; i++)
		if (strcmp(*i, name) == 0)
			return true;
	return false;
}

static bool
is_in_subnet(const struct net_address *of, struct in_addr address)
{
	return ((of->address.s_addr ^ address.s_addr) & of->netmask.s_addr) == 0;
}

/* The address of ours in whose subnet the range lies; NULL if none is. */
static const struct net_address *
find_range(const struct dhcp_options *options, const struct net_address *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_served(options, list[i].name) && is_in_subnet(&list[i], options->first) &&
		    is_in_subnet(&list[i], options->last))
			return &list[i];
	return NULL;
}

int
dhcp_check(const struct dhcp_options *options, char *ret_why, size_t why_size)
{
	char first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];
	uint32_t low = ntohl(options->first.s_addr), high = ntohl(options->last.s_addr);
	struct net_address *list;
	bool is_found;
	size_t count;
	int error;

	if (options->mode == DHCP_PROXY)
		return 0;
	inet_ntop(AF_INET, &options->first, first, sizeof(first));
	inet_ntop(AF_INET, &options->last, last, sizeof(last));
	if (low > high || high - low >= LEASES_MAX) {
		snprintf(ret_why, why_size,
			 "range %s-%s: must go upwards and have at most %d addresses", first, last,
			 LEASES_MAX);
		return -EINVAL;
	}
	error = net_addresses(false, &list, &count);
	if (error < 0) {
		snprintf(ret_why, why_size, "cannot list interfaces: %s", strerror(-error));
		return -EINVAL;
	}
	is_found = find_range(options, list, count) != NULL;
	free(list);
	if (!is_found) {
		snprintf(ret_why, why_size,
			 "range %s-%s: not inside the subnet of an interface that is served; give "
			 "an interface an address of that network first",
			 first, last);
		return -EINVAL;
	}
	return 0;
}

/* Keeps our own addresses out of the range. */
static void
exclude_own(struct dhcp *dhcp)
{
	for (size_t i = 0; i < dhcp->address_count; i++) {
		const struct net_address *own = &dhcp->addresses[i];
		struct in_addr network = {own->address.s_addr & own->netmask.s_addr};
		struct in_addr broadcast = {own->address.s_addr | ~own->netmask.s_addr};

		leases_exclude(dhcp->leases, own->address);
		leases_exclude(dhcp->leases, network);
		leases_exclude(dhcp->leases, broadcast);
	}
	leases_exclude(dhcp->leases, dhcp->options.router);
}

/* Looks our addresses up when what is known may be stale. Keeps the old ones
   when that fails. */
static void
refresh_addresses(struct dhcp *dhcp, int64_t now)
{
	struct net_address *list;
	size_t count;

	if (dhcp->addresses != NULL && now - dhcp->addresses_at < ADDRESSES_VALID_SECONDS)
		return;
	if (net_addresses(false, &list, &count) < 0)
		return;
	free(dhcp->addresses);
	dhcp->addresses = list;
	dhcp->address_count = count;
	dhcp->addresses_at = now;
	if (dhcp->leases != NULL)
		exclude_own(dhcp);
}

/* The address of ours to answer a datagram from: as a server the one in the
   range's subnet, as a proxy the one it was sent to, else the interface's
   first. NULL: not an interface that is served. */
static const struct net_address *
find_own(const struct dhcp *dhcp, const struct net_datagram *datagram)
{
	const struct net_address *found = NULL;

	for (size_t i = 0; i < dhcp->address_count; i++) {
		const struct net_address *own = &dhcp->addresses[i];

		if (own->index != datagram->interface || !is_served(&dhcp->options, own->name))
			continue;
		if (dhcp->options.mode == DHCP_SERVER) {
			if (is_in_subnet(own, dhcp->options.first))
				return own;
		} else if (own->address.s_addr == datagram->local.s_addr) {
			return own;
		} else if (found == NULL) {
			found = own;
		}
	}
	return found;
}

static struct dhcp_side
side_of(const struct dhcp *dhcp, const struct net_address *own, int64_t now)
{
	const struct dhcp_options *options = &dhcp->options;
	struct dhcp_side side = {
		.mode = options->mode,
		.site = {.server = own->address,
			 .http_port = options->http_port,
			 .has_tftp = options->has_tftp,
			 .loaders = options->loaders},
		.netmask = own->netmask,
		.mtu = own->mtu,
		.has_4011 = dhcp->on_4011 != NULL,
		.now = now,
		.leases = dhcp->leases,
		.lease_seconds = options->lease_seconds,
		.router = options->router,
		.authoritative = options->authoritative,
	};

	memcpy(side.dns, options->dns, sizeof(side.dns));
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
	    message->header.hlen != sizeof(facts.mac))
		return;
	memcpy(facts.mac, message->header.chaddr, sizeof(facts.mac));
	memcpy(facts.uuid, decision->machine.uuid, sizeof(facts.uuid));
	/* An address that is only offered is not yet its own. */
	if (decision->verdict != DHCP_OFFERED)
		facts.address = decision->address;
	clients_note(dhcp->clients, &facts);
}

static void
send_reply(int fd, const struct dhcp_side *side, const struct net_datagram *datagram,
	   const struct dhcp_message *message, const struct dhcp_decision *decision)
{
	char chaddr[DHCP_CHADDR_SIZE];
	struct dhcp_writer reply;
	int error = dhcp_compose(side, message, decision, &reply);

	if (error == 0)
		error = net_send(fd, &decision->to, side->site.server, datagram->interface,
				 reply.bytes, reply.length);
	if (error < 0)
		log_warning("dhcp %s: reply not sent: %s",
			    dhcp_format_chaddr(&message->header, chaddr), strerror(-error));
}

static void
handle(struct dhcp *dhcp, int fd, const struct net_datagram *datagram, const void *bytes)
{
	int64_t now = seconds_now();
	struct dhcp_arrival arrival = {
		.peer = datagram->peer,
		.destination = datagram->destination,
		.on_4011 = fd == dhcp->options.fd4011,
	};
	struct dhcp_decision decision;
	struct dhcp_message message;
	const struct net_address *own;
	struct dhcp_side side;
	const char *why;

	if (dhcp_decode(bytes, datagram->length, &message, &why) < 0) {
		log_debug("dhcp %s: dropped: %s", inet_ntoa(datagram->peer.sin_addr), why);
		return;
	}
	refresh_addresses(dhcp, now);
	own = find_own(dhcp, datagram);
	if (own == NULL) {
		log_debug("dhcp interface %u: ignored: no address of ours to answer from",
			  datagram->interface);
		return;
	}
	side = side_of(dhcp, own, now);
	dhcp_decide(&side, &arrival, &message, &decision);
	if (decision.verdict == DHCP_UNBOOTABLE && !dhcp->knows_loaders)
		decision.verdict =
			dhcp_because(&decision, DHCP_IGNORED, "loaders are being looked for");
	if (decision.type != 0)
		send_reply(fd, &side, datagram, &message, &decision);
	note_client(dhcp, &message, &decision);
	dhcp_log_decision(&dhcp->journal, &message, &decision, now);
}

static void
on_readable(int fd, short events, void *context)
{
	(void)events;
	for (unsigned i = 0; i < BATCH; i++) {
		/* One byte more than a message may have, so that one which was cut
		   off is seen to be too long. */
		unsigned char buffer[DHCP_REQUEST_MAX + 1];
		struct net_datagram datagram;

		if (net_receive(fd, buffer, sizeof(buffer), &datagram) < 0)
			return;
		handle(context, fd, &datagram, buffer);
	}
}

/* Listens on `fd`, unless it is -1: 0, or negative errno. */
static int
listen_on(struct event_base *base, struct dhcp *dhcp, int fd, struct event **ret_event)
{
	const int on = 1;

	if (fd == -1)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == -1)
		return -errno;
	*ret_event = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, dhcp);
	if (*ret_event == NULL)
		return -ENOMEM;
	return event_add(*ret_event, NULL) == -1 ? -ENOMEM : 0;
}

static int
start(struct event_base *base, struct dhcp *dhcp)
{
	const struct dhcp_options *options = &dhcp->options;
	int error = 0;

	if (options->mode == DHCP_SERVER)
		error = leases_new(options->first, options->last, &dhcp->leases);
	if (error == 0)
		error = listen_on(base, dhcp, options->fd67, &dhcp->on_67);
	if (error == 0)
		error = listen_on(base, dhcp, options->fd4011, &dhcp->on_4011);
	if (error < 0)
		log_error("dhcp: cannot start: %s", strerror(-error));
	return error;
}

int
dhcp_start(struct event_base *base, const struct dhcp_options *options, struct clients *clients,
	   struct dhcp **ret_dhcp)
{
	struct dhcp *dhcp = calloc(1, sizeof(*dhcp));
	char why[256] = "it needs port 67";
	int error = 0;

	if (dhcp == NULL) {
		log_error("dhcp: cannot start: out of memory");
		return -ENOMEM;
	}
	dhcp->options = *options;
	dhcp->clients = clients;
	if (options->lease_seconds == 0)
		dhcp->options.lease_seconds = DHCP_LEASE_SECONDS;
	if (options->mode == DHCP_SERVER && options->fd67 == -1)
		error = -EINVAL;
	else
		error = dhcp_check(options, why, sizeof(why));
	if (error < 0)
		log_error("dhcp: cannot start the server: %s", why);
	else
		error = start(base, dhcp);
	if (error < 0) {
		dhcp_stop(dhcp);
		return error;
	}
	refresh_addresses(dhcp, seconds_now());
	*ret_dhcp = dhcp;
	return 0;
}

void
dhcp_set_loaders(struct dhcp *dhcp, const struct policy_loaders *loaders)
{
	dhcp->options.loaders = *loaders;
	dhcp->knows_loaders = true;
}

void
dhcp_stop(struct dhcp *dhcp)
{
	if (dhcp == NULL)
		return;
	if (dhcp->on_67 != NULL)
		event_free(dhcp->on_67);
	if (dhcp->on_4011 != NULL)
		event_free(dhcp->on_4011);
	if (dhcp->options.fd67 != -1)
		close(dhcp->options.fd67);
	if (dhcp->options.fd4011 != -1)
		close(dhcp->options.fd4011);
	leases_free(dhcp->leases);
	free(dhcp->addresses);
	free(dhcp);
}
