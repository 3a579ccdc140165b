/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve_dhcp.h"

#include <stdlib.h>

#include "dhcp_plan.h"
#include "log.h"
#include "net.h"
#include "sockets.h"

struct dhcp_options
serve_dhcp_options(const struct config *config, const struct sockets *sockets)
{
	struct dhcp_options options = {
		.mode = config->dhcp == CONFIG_DHCP_SERVER ? DHCP_SERVER : DHCP_PROXY,
		.fd67 = sockets->dhcp,
		.fd4011 = sockets->pxe,
		.raw = sockets->raw,
		.client_fd = sockets->client,
		.look_again_seconds = config->dhcp_look_again,
		.is_forced = config->dhcp_force,
		.interfaces = (const char *const *)config->interfaces.items,
		.interface_count = config->interfaces.count,
		.probe = config->dhcp_probe,
		.http_port = config->http_enabled ? config->http_port : 0,
		.has_tftp = config->tftp_enabled && config->tftp_port == 69,
		.machines = &config->machines,
	};

	for (size_t i = 0; i < PLATFORM_COUNT; i++)
		options.own_loaders[i] = config->own_loaders[i];
	return options;
}

static void
log_mistake(void *context, const char *where, const char *why)
{
	(void)context;
	log_error("dhcp: %s: %s", where, why);
}

int
serve_dhcp_plan(const struct config *config, struct dhcp_subnets *ret_subnets)
{
	const struct dhcp_plan_report report = {.complain = log_mistake};
	struct net_address *own;
	size_t count;
	int error;

	if (config->dhcp != CONFIG_DHCP_SERVER)
		return 0;
	error = net_addresses(false, &own, &count);
	if (error == 0) {
		error = dhcp_plan_make(config, own, count, &report, ret_subnets);
		free(own);
	}
	if (error < 0)
		log_error("dhcp: the server has no subnet to serve");
	return error;
}
