/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One socket and one timer for all networks. What a look's messages are and
 * when they go out is decided in dhcp_rival.c.
 */
#include "server_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "log.h"
#include "monotonic.h"
#include "net_client.h"

enum { BATCH = 64 }; /* answers before other events have their turn */

struct network {
	struct net_address own;
	struct dhcp_rival rival;
	bool was_unsendable; /* that was said */
};

struct server_probe {
	struct server_probe_options options;
	struct event *on_answer; /* NULL without the socket */
	struct event *on_due;
	struct dhcp_client client; /* as whom it asks */
	int64_t interval_ms;
	struct network *networks;
	size_t count;
	struct in_addr *own; /* all our addresses */
	size_t own_count;
};

static struct network *
find_network(const struct server_probe *probe, unsigned interface)
{
	for (size_t i = 0; i < probe->count; i++)
		if (probe->networks[i].own.index == interface)
			return &probe->networks[i];
	return NULL;
}

static bool
is_own(const struct server_probe *probe, struct in_addr address)
{
	for (size_t i = 0; i < probe->own_count; i++)
		if (probe->own[i].s_addr == address.s_addr)
			return true;
	return false;
}

/* "10.9.0.2 (52:54:00:00:00:02, "router")" */
static const char *
format_who(const struct dhcp_rival_sign *who, char *text, size_t size)
{
	char address[INET_ADDRSTRLEN], mac[24] = "";
	const unsigned char *m = who->mac;

	inet_ntop(AF_INET, &who->server, address, sizeof(address));
	if (who->has_mac)
		snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
			 m[4], m[5]);
	if (mac[0] == '\0')
		snprintf(text, size, "%s", address);
	else if (who->name[0] == '\0' || strcmp(who->name, address) == 0)
		snprintf(text, size, "%s (%s)", address, mac);
	else
		snprintf(text, size, "%s (%s, \"%.64s\")", address, mac, who->name);
	return text;
}

static void
tell_forced(const char *name, enum dhcp_rival_news news, const char *who)
{
	if (news == DHCP_RIVAL_ABSENT)
		log_info("dhcp %s: no other DHCP server answers", name);
	else if (news == DHCP_RIVAL_GONE)
		log_info("dhcp %s: the DHCP server %s no longer answers", name, who);
	else
		log_warning("dhcp %s: another DHCP server answers: %s; addresses are lent all the "
			    "same, as --dhcp-force says: take care that the ranges differ",
			    name, who);
}

static void
tell(const struct server_probe *probe, const struct network *network, enum dhcp_rival_news news)
{
	const char *name = network->own.name;
	char who[160];

	format_who(&network->rival.who, who, sizeof(who));
	if (news != DHCP_RIVAL_NONE && probe->options.is_forced) {
		tell_forced(name, news, who);
		return;
	}
	switch (news) {
	case DHCP_RIVAL_ABSENT:
		log_info("dhcp %s: no other DHCP server answers: addresses are lent", name);
		break;
	case DHCP_RIVAL_FOUND:
		log_warning("dhcp %s: another DHCP server answers: %s; no addresses are lent here, "
			    "it is helped as by a proxy; leave out --range, or switch that server "
			    "off, or say --dhcp-force",
			    name, who);
		break;
	case DHCP_RIVAL_APPEARED:
		log_warning("dhcp %s: another DHCP server has appeared: %s; no new addresses are "
			    "lent while it is there, it is helped as by a proxy; those that were "
			    "lent are renewed; switch one of both servers off, or say --dhcp-force",
			    name, who);
		break;
	case DHCP_RIVAL_GONE:
		log_info("dhcp %s: the DHCP server %s no longer answers: addresses are lent again",
			 name, who);
		break;
	case DHCP_RIVAL_NONE:
		break;
	}
}

static void
send_message(struct server_probe *probe, struct network *network, int number)
{
	struct dhcp_client client = probe->client;
	enum dhcp_client_state state;
	struct dhcp_writer message;
	int error;

	client.kind = dhcp_rival_message(number, &state);
	client.address = network->own.address;
	dhcp_client_compose(&client, state, &message);
	error = net_client_send(probe->options.fd, network->own.index, network->own.address,
				message.bytes, message.length);
	if (error < 0 && !network->was_unsendable)
		log_warning("dhcp %s: cannot look for other DHCP servers: %s", network->own.name,
			    strerror(-error));
	network->was_unsendable = error < 0;
}

/* Sets the timer for what is due first. */
static void
schedule(struct server_probe *probe)
{
	int64_t now = monotonic_ms(), due = DHCP_RIVAL_NEVER, wait;

	for (size_t i = 0; i < probe->count; i++) {
		int64_t at = dhcp_rival_due(&probe->networks[i].rival);

		due = at < due ? at : due;
	}
	if (due == DHCP_RIVAL_NEVER || probe->on_answer == NULL) {
		event_del(probe->on_due);
		return;
	}
	wait = due > now ? due - now : 0;
	event_add(probe->on_due,
		  &(struct timeval){.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000});
}

static void
on_due(evutil_socket_t fd, short events, void *context)
{
	struct server_probe *probe = context;
	int64_t now = monotonic_ms();

	(void)fd;
	(void)events;
	for (size_t i = 0; i < probe->count; i++) {
		struct network *network = &probe->networks[i];
		int number;

		tell(probe, network, dhcp_rival_tick(&network->rival, now, &number));
		if (number >= 0)
			send_message(probe, network, number);
	}
	schedule(probe);
}

/* Reads an answer as if we were the machine that it is for: whoever lends an
   address to anybody is another server. */
static void
hear_answer(struct server_probe *probe, const struct net_client_answer *from, const void *bytes)
{
	struct network *network = find_network(probe, from->interface);
	struct dhcp_client client = probe->client;
	struct dhcp_client_answer answer;
	struct dhcp_rival_sign sign;
	struct dhcp_message message;
	const char *why;

	if (network == NULL || dhcp_decode(bytes, from->length, &message, &why) < 0)
		return;
	client.xid = message.header.xid;
	memcpy(client.mac, message.header.chaddr, sizeof(client.mac));
	if (dhcp_client_read(&client, bytes, from->length, &from->source, &answer) < 0 ||
	    !dhcp_rival_is_server(&answer) || is_own(probe, answer.server) ||
	    is_own(probe, from->source.sin_addr))
		return;
	sign = (struct dhcp_rival_sign){.server = answer.server, .has_mac = true};
	memcpy(sign.mac, from->mac, sizeof(sign.mac));
	memcpy(sign.name, answer.server_name, sizeof(sign.name));
	tell(probe, network, dhcp_rival_hear(&network->rival, &sign));
	schedule(probe);
}

static void
on_answer(evutil_socket_t fd, short events, void *context)
{
	(void)events;
	for (unsigned i = 0; i < BATCH; i++) {
		unsigned char buffer[DHCP_REQUEST_MAX + 1];
		struct net_client_answer from;
		int error = net_client_receive(fd, buffer, sizeof(buffer), &from);

		if (error == 0)
			hear_answer(context, &from, buffer);
		else if (error != -EBADMSG)
			return;
	}
}

bool
server_probe_hear(struct server_probe *probe, const struct net_datagram *datagram,
		  const struct dhcp_message *message)
{
	struct network *network = find_network(probe, datagram->interface);
	struct dhcp_rival_sign sign = {.server = datagram->peer.sin_addr};
	bool is_look = dhcp_rival_is_look(&message->header), is_suspect;

	if (is_look && memcmp(message->header.chaddr, probe->client.mac, 6) == 0)
		return true; /* on another interface of ours, on the same wire */
	/* What a relay hands on was said on another wire. */
	if (network == NULL || message->header.giaddr.s_addr != 0)
		return false;
	if (is_look) {
		tell(probe, network,
		     dhcp_rival_hear_look(&network->rival, network->own.address, &sign));
	} else if (!is_own(probe, dhcp_option_address(message, DHCP_SERVER_ID))) {
		bool is_chosen = dhcp_rival_is_chosen(message, network->own.address,
						      network->own.netmask, &is_suspect);

		sign.server = dhcp_option_address(message, DHCP_SERVER_ID);
		if (is_chosen)
			tell(probe, network, dhcp_rival_hear(&network->rival, &sign));
		else if (is_suspect)
			dhcp_rival_suspect(&network->rival, monotonic_ms());
	}
	schedule(probe);
	return false;
}

enum dhcp_standing
server_probe_standing(const struct server_probe *probe, unsigned interface)
{
	const struct network *network = find_network(probe, interface);

	if (probe->options.is_forced)
		return DHCP_ALONE;
	return network != NULL ? network->rival.standing : DHCP_LOOKING;
}

/* The first line about a network. */
static void
tell_start(const struct server_probe *probe, const char *name)
{
	bool is_forced = probe->options.is_forced;

	if (probe->on_answer == NULL)
		log_warning("dhcp %s: other DHCP servers cannot be looked for, that needs the "
			    "capability CAP_NET_RAW: %s",
			    name,
			    is_forced ? "addresses are lent all the same, as --dhcp-force says"
				      : "no addresses are lent; say --dhcp-force where there is "
					"certainly no other");
	else if (!is_forced)
		log_info("dhcp %s: looking for other DHCP servers; no addresses are lent until it "
			 "is known that there is none",
			 name);
}

int
server_probe_set_networks(struct server_probe *probe, const struct net_address *list, size_t count,
			  const struct net_address *own, size_t own_count)
{
	struct network *networks = calloc(count + 1, sizeof(*networks));
	struct in_addr *addresses = calloc(own_count + 1, sizeof(*addresses));
	int64_t now = monotonic_ms();

	if (networks == NULL || addresses == NULL) {
		free(networks);
		free(addresses);
		return -ENOMEM;
	}
	for (size_t i = 0; i < own_count; i++)
		addresses[i] = own[i].address;
	for (size_t i = 0; i < count; i++) {
		const struct network *known = find_network(probe, list[i].index);

		if (known != NULL && known->own.address.s_addr == list[i].address.s_addr) {
			networks[i] = *known;
			dhcp_rival_suspect(&networks[i].rival, now);
			continue;
		}
		networks[i].own = list[i];
		dhcp_rival_start(&networks[i].rival, now, probe->interval_ms);
		tell_start(probe, list[i].name);
	}
	free(probe->networks);
	free(probe->own);
	probe->networks = networks;
	probe->count = count;
	probe->own = addresses;
	probe->own_count = own_count;
	schedule(probe);
	return 0;
}

/* Who asks is made up for each run: another MAC than any machine's, and
   another than that of a server of our kind. */
static void
make_client(struct server_probe *probe)
{
	unsigned char random[8] = {0};
	int64_t interval = (int64_t)probe->options.interval_seconds * 1000;

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) == -1)
		memcpy(random, &(int64_t){monotonic_ms()}, sizeof(random));
	dhcp_rival_make_mac(random, probe->client.mac);
	memcpy(&probe->client.xid, random + 3, sizeof(probe->client.xid));
	probe->client.wants_broadcast = true;
	/* Two servers that look at the same times would hear each other only. */
	probe->interval_ms = interval + interval / 4 * random[7] / 256;
}

int
server_probe_start(struct event_base *base, const struct server_probe_options *options,
		   struct server_probe **ret_probe)
{
	struct server_probe *probe = calloc(1, sizeof(*probe));

	if (probe == NULL) {
		if (options->fd != -1)
			close(options->fd);
		return -ENOMEM;
	}
	probe->options = *options;
	make_client(probe);
	probe->on_due = evtimer_new(base, on_due, probe);
	if (options->fd != -1)
		probe->on_answer =
			event_new(base, options->fd, EV_READ | EV_PERSIST, on_answer, probe);
	if (probe->on_due == NULL || (options->fd != -1 && probe->on_answer == NULL) ||
	    (probe->on_answer != NULL && event_add(probe->on_answer, NULL) == -1)) {
		server_probe_stop(probe);
		return -ENOMEM;
	}
	*ret_probe = probe;
	return 0;
}

void
server_probe_stop(struct server_probe *probe)
{
	if (probe == NULL)
		return;
	if (probe->on_due != NULL)
		event_free(probe->on_due);
	if (probe->on_answer != NULL)
		event_free(probe->on_answer);
	if (probe->options.fd != -1)
		close(probe->options.fd);
	free(probe->networks);
	free(probe->own);
	free(probe);
}
