/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening the ports, and explaining to a person why one cannot be had.
 */
#include "sockets.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "net.h"
#include "net_client.h"
#include "port_holder.h"

enum { PORT_DHCP = 67, PORT_PXE = 4011 };

/* A port, as a person knows it. */
struct port {
	const char *service;
	uint16_t number;
	bool is_udp;
	const char *way_out; /* how to do without it */
};

static void
explain(const struct port *port, int error, char *ret_why, size_t size)
{
	char holder[96];

	switch (error) {
	case -EADDRINUSE:
		port_holder(port->number, port->is_udp, holder, sizeof(holder));
		snprintf(ret_why, size, "%s: port %u is in use by %s: stop it, or %s",
			 port->service, port->number, holder, port->way_out);
		break;
	case -EACCES:
		snprintf(ret_why, size,
			 "%s: port %u may be opened only by root: run pxeiso as root (sudo), or %s",
			 port->service, port->number, port->way_out);
		break;
	case -EADDRNOTAVAIL:
		snprintf(ret_why, size, "%s: the address of --listen is not one of this machine",
			 port->service);
		break;
	default:
		snprintf(ret_why, size, "%s: port %u: %s", port->service, port->number,
			 strerror(-error));
	}
}

static int
open_port(const struct port *port, struct in_addr address, bool shared, int *ret_fd)
{
	if (port->is_udp)
		return net_udp_socket(address, port->number, shared, ret_fd);
	return net_tcp_listener(address, port->number, shared, ret_fd);
}

/* Opens one socket a worker on the same port. The first is tried unshared: a
   second daemon of the same user could join a shared port unnoticed and take
   half of the requests. */
static int
open_workers(const struct port *port, struct in_addr address, size_t count, int *ret_fds)
{
	int error = open_port(port, address, false, &ret_fds[0]);

	if (error < 0)
		return error;
	close(ret_fds[0]);
	ret_fds[0] = -1;
	for (size_t i = 0; i < count && error == 0; i++)
		error = open_port(port, address, true, &ret_fds[i]);
	return error;
}

static int
open_dhcp(const struct config *config, struct sockets *sockets, char *ret_why, size_t size)
{
	const struct in_addr any = {INADDR_ANY};
	const struct port dhcp = {"dhcp", PORT_DHCP, true, "use --dhcp off"};
	const struct port pxe = {"dhcp", PORT_PXE, true, "use --dhcp off"};
	int error = open_port(&pxe, any, false, &sockets->pxe);

	if (error < 0) {
		explain(&pxe, error, ret_why, size);
		return error;
	}
	error = open_port(&dhcp, any, false, &sockets->dhcp);
	if (error == 0) {
		const int on = 1;

		/* The service does without them, and says so. */
		if (config->dhcp == CONFIG_DHCP_SERVER) {
			net_raw_open(&sockets->raw);
			net_client_open(&sockets->client);
		}
		if (setsockopt(sockets->dhcp, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == -1)
			return -errno;
		return 0;
	}
	explain(&dhcp, error, ret_why, size);
	return error == -EADDRINUSE && config->dhcp == CONFIG_DHCP_PROXY ? 0 : error;
}

void
sockets_close(const struct sockets *sockets)
{
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		if (sockets->http[i] != -1)
			close(sockets->http[i]);
		if (sockets->tftp[i] != -1)
			close(sockets->tftp[i]);
	}
	if (sockets->dhcp != -1)
		close(sockets->dhcp);
	if (sockets->pxe != -1)
		close(sockets->pxe);
	if (sockets->client != -1)
		close(sockets->client);
	net_raw_close(&sockets->raw);
}

static size_t
count_workers(const struct config *config)
{
	long cores = config->workers != 0 ? (long)config->workers : sysconf(_SC_NPROCESSORS_ONLN);

	if (cores < 1)
		return 1;
	return cores > WORKERS_MAX ? WORKERS_MAX : (size_t)cores;
}

/* HTTP connections and TFTP transfers each hold a descriptor. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int
sockets_open(const struct config *config, struct sockets *ret_sockets, char *ret_why, size_t size)
{
	const struct port http = {"http", config->http_port, false,
				  "choose another with --http-port, or use --no-http"};
	const struct port tftp = {"tftp", config->tftp_port, true,
				  "choose another with --tftp-port, or use --no-tftp"};
	struct sockets sockets = {.dhcp = -1, .pxe = -1, .client = -1, .raw = {-1, -1}};
	int error = 0;

	raise_descriptor_limit();
	ret_why[0] = '\0';
	memset(sockets.http, -1, sizeof(sockets.http));
	memset(sockets.tftp, -1, sizeof(sockets.tftp));
	sockets.worker_count = count_workers(config);
	if (config->http_enabled) {
		error = open_workers(&http, config->listen, sockets.worker_count, sockets.http);
		if (error < 0)
			explain(&http, error, ret_why, size);
	}
	if (error == 0 && config->tftp_enabled) {
		error = open_workers(&tftp, config->listen, sockets.worker_count, sockets.tftp);
		if (error < 0)
			explain(&tftp, error, ret_why, size);
	}
	if (error == 0 && config->dhcp != CONFIG_DHCP_OFF)
		error = open_dhcp(config, &sockets, ret_why, size);
	if (error < 0) {
		sockets_close(&sockets);
		return error;
	}
	*ret_sockets = sockets;
	return 0;
}
