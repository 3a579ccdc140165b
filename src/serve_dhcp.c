/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve_dhcp.h"

#include <arpa/inet.h>

#include "config.h"
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
		.first = config->dhcp_range.first,
		.last = config->dhcp_range.last,
		.lease_seconds = config->dhcp_range.lease,
		.router = config->dhcp_router,
		.probe = config->dhcp_probe,
		.http_port = config->http_enabled ? config->http_port : 0,
		.has_tftp = config->tftp_enabled && config->tftp_port == 69,
		.machines = &config->machines,
	};

	for (size_t i = 0; i < config->dhcp_dns.count && i < DHCP_DNS_MAX; i++)
		inet_pton(AF_INET, config->dhcp_dns.items[i], &options.dns[i]);
	for (size_t i = 0; i < PLATFORM_COUNT; i++)
		options.own_loaders[i] = config->own_loaders[i];
	return options;
}
