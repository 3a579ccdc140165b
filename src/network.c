/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All addresses are listed anew at each change and compared with what was
 * announced: that is right whatever happened in between.
 */
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "net.h"
#include "net_watch.h"

struct network {
	struct network_options options;
	struct net_watch *watch;
	struct net_address *addresses; /* announced */
	size_t count;
};

static const char *
describe_dhcp(const struct network_options *options)
{
	if (options->config->dhcp == CONFIG_DHCP_OFF)
		return "DHCP off: your own DHCP server must name our loader";
	if (options->config->dhcp == CONFIG_DHCP_SERVER)
		return "DHCP server: gives out addresses";
	if (options->proxy_only_pxe)
		return "DHCP proxy on port 4011 alone";
	return "DHCP proxy: beside the network's own DHCP server";
}

/* "http://192.0.2.1:8080/" */
static void
format_url(const struct config *config, struct in_addr address, char *buffer, size_t size)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address, text, sizeof(text));
	if (config->http_port == 80)
		snprintf(buffer, size, "http://%s/", text);
	else
		snprintf(buffer, size, "http://%s:%u/", text, config->http_port);
}

/* Loopback counts only where a person asked for it. */
static bool
is_served(const struct config *config, const struct net_address *own)
{
	return config_serves(config, own->name, own->address) &&
	       (strcmp(own->name, "lo") != 0 || config->interfaces.count > 0 ||
		config->listen.s_addr != INADDR_ANY);
}

static bool
is_in(const struct net_address *list, size_t count, const struct net_address *own)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].address.s_addr == own->address.s_addr &&
		    strcmp(list[i].name, own->name) == 0)
			return true;
	return false;
}

/* Logs what is in `list` and not in what was announced. -> how many are served
   in all. */
static size_t
announce_new(const struct network *network, const struct net_address *list, size_t count)
{
	const struct config *config = network->options.config;
	size_t served = 0;
	char url[64];

	for (size_t i = 0; i < count; i++) {
		if (!is_served(config, &list[i]))
			continue;
		served++;
		if (is_in(network->addresses, network->count, &list[i]))
			continue;
		format_url(config, list[i].address, url, sizeof(url));
		log_info("network %s: %s (%s)", list[i].name, url,
			 describe_dhcp(&network->options));
	}
	return served;
}

/* -> how many were served. */
static size_t
announce_gone(const struct network *network, const struct net_address *list, size_t count)
{
	const struct config *config = network->options.config;
	size_t served = 0;
	char url[64];

	for (size_t i = 0; i < network->count; i++) {
		const struct net_address *old = &network->addresses[i];

		if (!is_served(config, old))
			continue;
		served++;
		if (is_in(list, count, old))
			continue;
		format_url(config, old->address, url, sizeof(url));
		log_info("network %s: %s is gone", old->name, url);
	}
	return served;
}

/* What is announced stays when the addresses cannot be listed. */
static void
announce(struct network *network, bool is_first)
{
	struct net_address *list;
	size_t count, gone, served;

	if (net_addresses(true, &list, &count) < 0)
		return;
	gone = announce_gone(network, list, count);
	served = announce_new(network, list, count);
	if (served == 0 && (is_first || gone > 0))
		log_warning("network: no interface with an IPv4 address is served: give one an "
			    "address, or look at --interface and --listen");
	free(network->addresses);
	network->addresses = list;
	network->count = count;
}

static void
on_watch(void *context)
{
	struct network *network = context;

	announce(network, false);
	network->options.on_change(network->options.context);
}

int
network_start(struct event_base *base, const struct network_options *options,
	      struct network **ret_network)
{
	struct network *network = calloc(1, sizeof(*network));
	int error;

	if (network == NULL)
		return -ENOMEM;
	network->options = *options;
	error = net_watch_start(base, on_watch, network, &network->watch);
	if (error < 0) {
		free(network);
		return error;
	}
	announce(network, true);
	*ret_network = network;
	return 0;
}

void
network_stop(struct network *network)
{
	if (network == NULL)
		return;
	net_watch_stop(network->watch);
	free(network->addresses);
	free(network);
}
