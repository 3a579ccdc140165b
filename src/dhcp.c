/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DHCP service: its lifetime, and its sockets 67 and 4011 on libevent.
 *
 * Not here yet: a look whether another server answers on the network.
 */
#include "dhcp_service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "log.h"
#include "store.h"

/* Listens on `fd`, unless it is -1: 0, or negative errno. */
static int
listen_on(struct event_base *base, struct dhcp *dhcp, int fd, struct event **ret_event)
{
	const int on = 1;

	if (fd == -1)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == -1)
		return -errno;
	*ret_event = event_new(base, fd, EV_READ | EV_PERSIST, dhcp_exchange, dhcp);
	if (*ret_event == NULL)
		return -ENOMEM;
	return event_add(*ret_event, NULL) == -1 ? -ENOMEM : 0;
}

static void
restore_leases(struct dhcp *dhcp)
{
	const struct dhcp_subnets *subnets = &dhcp->options.subnets;
	unsigned running = 0;

	for (size_t i = 0; i < subnets->count; i++)
		running += dhcp_commits_restore(dhcp->commits, subnets->items[i].leases);
	log_info("dhcp: leases that run: %u, read from %s", running,
		 store_path(dhcp->options.store));
}

static int
start(struct event_base *base, struct dhcp *dhcp)
{
	const struct dhcp_options *options = &dhcp->options;
	int error = 0;

	if (options->store != NULL)
		error = dhcp_commits_new(base, options->store, &dhcp->options.raw, &dhcp->commits);
	if (error == 0 && options->mode == DHCP_SERVER && options->store != NULL)
		restore_leases(dhcp);
	if (options->mode == DHCP_SERVER && options->raw.frames == -1)
		log_warning("dhcp: frames may not be sent here, as in a container without the "
			    "capability CAP_NET_RAW: machines that have no address yet are sent "
			    "broadcasts, and whether an address is in use is not asked");
	if (error == 0)
		error = dhcp_probing_start(base, dhcp);
	if (error == 0)
		error = listen_on(base, dhcp, options->fd67, &dhcp->on_67);
	if (error == 0)
		error = listen_on(base, dhcp, options->fd4011, &dhcp->on_4011);
	if (error == 0)
		error = dhcp_attempts_start(base, dhcp);
	if (error == 0)
		error = dhcp_networks_start(base, dhcp);
	if (error < 0)
		log_error("dhcp: cannot start: %s", strerror(-error));
	return error;
}

int
dhcp_start(struct event_base *base, const struct dhcp_options *options, struct clients *clients,
	   struct dhcp **ret_dhcp)
{
	struct dhcp *dhcp = calloc(1, sizeof(*dhcp));
	int error = 0;

	if (dhcp == NULL) {
		log_error("dhcp: cannot start: out of memory");
		return -ENOMEM;
	}
	dhcp->options = *options;
	dhcp->clients = clients;
	if (options->mode == DHCP_SERVER && options->fd67 == -1) {
		error = -EINVAL;
		log_error("dhcp: cannot start the server: it needs port 67");
	} else {
		error = start(base, dhcp);
	}
	if (error < 0) {
		dhcp_stop(dhcp);
		return error;
	}
	dhcp_network_changed(dhcp);
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
	dhcp_attempts_stop(dhcp);
	dhcp_networks_stop(dhcp);
	if (dhcp->on_67 != NULL)
		event_free(dhcp->on_67);
	if (dhcp->on_4011 != NULL)
		event_free(dhcp->on_4011);
	if (dhcp->options.fd67 != -1)
		close(dhcp->options.fd67);
	if (dhcp->options.fd4011 != -1)
		close(dhcp->options.fd4011);
	address_probe_stop(dhcp->address_probe);
	net_raw_close(&dhcp->options.raw);
	dhcp_commits_free(dhcp->commits);
	dhcp_subnets_free(&dhcp->options.subnets);
	dhcp_sides_free(&dhcp->sides);
	free(dhcp);
}
