/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The DHCP service: proxyDHCP, or a full server for one range of addresses.
 *
 * A proxy gives no addresses: it adds the boot file to what the network's own
 * DHCP server offers, and answers nobody but PXE and HTTP boot clients. A
 * server leases addresses too, to anyone on the subnet of its range.
 *
 * It runs in the main thread and never touches a disk, so an offer leaves
 * within a millisecond whatever else goes on. What to answer is decided in
 * dhcp_decide.h, which knows no sockets.
 */
#ifndef DHCP_H
#define DHCP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp_decide.h"
#include "net_raw.h"
#include "policy.h"

struct clients;
struct dhcp;
struct event_base;
struct store;

struct dhcp_options {
	enum dhcp_mode mode;

	/* net_udp_socket on 0.0.0.0, port 67 and 4011. -1: not to be had. A proxy
	   makes do with 4011 alone, when another daemon has 67 (DHCP-48). */
	int fd67;
	int fd4011;

	/* Server mode: for machines that answer no ARP yet. Those that are -1 are
	   done without: such machines are sent broadcasts. */
	struct net_raw raw;

	/* Where leases and machines are remembered, not owned; NULL: in memory. */
	struct store *store;

	/* Server mode: of net_client_open, to look for other DHCP servers; -1: not
	   to be had. The time between two looks (0: one, at the start), and
	   whether addresses are lent though another answers. */
	int client_fd;
	uint32_t look_again_seconds;
	bool is_forced;

	/* Names of the interfaces to serve on; none: all. They must outlive the
	   service. */
	const char *const *interfaces;
	size_t interface_count;

	/* What machines can be told to fetch. */
	uint16_t http_port; /* 0: no HTTP service */
	bool has_tftp;      /* TFTP is served on port 69 */
	struct policy_loaders loaders;
	const char *own_loaders[PLATFORM_COUNT]; /* of struct policy_site; must outlive it */
	const struct config_sections *machines;  /* each a struct machine_section; the same */

	bool probe; /* ask whether an address is in use before it is offered */

	/* Server mode only: what addresses are given, of dhcp_plan_make. */
	struct dhcp_subnets subnets;
};

/* Starts to answer on the sockets of the options, and owns them and the subnets
   from then on, on failure too. Machines seen are noted in `clients`. Logs why when it
   fails. */
int dhcp_start(struct event_base *, const struct dhcp_options *, struct clients *,
	       struct dhcp **ret_dhcp);

/* Tells which loaders can be had now: after the first look for them, and when
   an image brings or takes one. Before the first call a missing loader is not
   complained of. */
void dhcp_set_loaders(struct dhcp *, const struct policy_loaders *);

/* Looks our addresses up again: one came, went or changed. NULL is allowed. */
void dhcp_network_changed(struct dhcp *);

/* Closes the sockets and frees everything. NULL is allowed. */
void dhcp_stop(struct dhcp *);

#endif
