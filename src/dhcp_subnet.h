/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The networks that a full server gives addresses of, what it says of each, the
 * machines with addresses of their own, and which network a message is for.
 *
 * Pure. The configuration makes them (dhcp_plan.h), the decision uses them.
 *
 * A message belongs to the network of
 *
 *	its relay         link selection (82.5), else subnet selection (118),
 *	                  else the relay's own address (DHCP-30, 23)
 *	its own address   when it is sent to us alone: RENEWING, RELEASE, INFORM
 *	our addresses     on the interface that it came in by, otherwise
 */
#ifndef DHCP_SUBNET_H
#define DHCP_SUBNET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp_packet.h"
#include "lease.h"

enum {
	DHCP_SUBNET_NAME_SIZE = 20,
	DHCP_SUBNET_OPTIONS_MAX = 1024,
	DHCP_RELAYS_MAX = 8,
	DHCP_SPANS_MAX = 32
};

struct dhcp_subnet {
	char name[DHCP_SUBNET_NAME_SIZE]; /* "192.0.2.0/24" */
	struct in_addr network;
	struct in_addr netmask;
	struct leases *leases; /* never NULL; owned */
	struct dhcp_span {
		struct in_addr first;
		struct in_addr last;
	} spans[DHCP_SPANS_MAX]; /* that are lent; both ends included */
	size_t span_count;
	uint32_t lease_seconds;
	struct in_addr router;    /* 0.0.0.0: none is named */
	bool is_authoritative;    /* also refuse what we know nothing of (DHCP-12) */
	bool is_for_boot_clients; /* strangers that do not network-boot get nothing */
	bool has_rapid_commit;    /* (DHCP-21) */
	bool is_full;             /* no address was left; for dhcp_log.c, as the next */
	int64_t full_said_at;     /* seconds; 0: never */
	struct in_addr relays[DHCP_RELAYS_MAX]; /* that may ask for it */
	const char *loader; /* of its machines without another; NULL: ours. Not owned */
	size_t relay_count; /* 0: those with an address in any of our networks */

	/* What else clients are told: code, length, value, and again. */
	unsigned char options[DHCP_SUBNET_OPTIONS_MAX];
	size_t options_length;
};

/* A machine that is known beforehand. Strings are the configuration's. */
struct dhcp_host {
	const char *who;        /* as machine_parse_who writes it; one machine */
	struct in_addr address; /* 0.0.0.0: one of the range */
	const char *hostname;   /* NULL: none is named */
};

struct dhcp_subnets {
	struct dhcp_subnet *items; /* in the order of the configuration */
	size_t count;
	struct dhcp_host *hosts;
	size_t host_count;
};

/* Frees what is in it. */
void dhcp_subnets_free(struct dhcp_subnets *);

/* Whether the address belongs to the network, hosts or not. */
bool dhcp_subnet_contains(const struct dhcp_subnet *, struct in_addr);

/* Whether a machine can have the address: not the network itself, not its
   broadcast. */
bool dhcp_subnet_is_host(const struct dhcp_subnet *, struct in_addr);

/* What clients are told as option `code`, if that was configured. */
struct dhcp_slice dhcp_subnet_option(const struct dhcp_subnet *, uint8_t code);

/* The network with this address, or NULL. */
struct dhcp_subnet *dhcp_subnets_find(const struct dhcp_subnets *, struct in_addr);

/* Whether a relay with this address may ask for the network (DHCP-30). */
bool dhcp_subnets_know_relay(const struct dhcp_subnets *, const struct dhcp_subnet *,
			     struct in_addr relay);

/* A machine as the leases know it: by its hardware address. */
struct lease_owner dhcp_owner(const struct dhcp_header *);

/* What is known of the sender of a message, or NULL. `uuid` is that of
   dhcp_describe. A UUID says more than a MAC. */
const struct dhcp_host *dhcp_subnets_host(const struct dhcp_subnets *, const struct dhcp_header *,
					  const unsigned char uuid[16]);

/* How a message reached us. */
struct dhcp_way {
	struct in_addr destination; /* as in its IP header */
	const struct in_addr *own;  /* our addresses on its interface */
	size_t own_count;
	int64_t now;
};

/* The network that a message is for, or NULL. Where several are on one
   interface it is the one whose server the message names, else that of the
   machine's own address, else that of its lease, else that of the address it
   asks for, else the first with a free address, else the first. */
struct dhcp_subnet *dhcp_subnets_choose(const struct dhcp_subnets *, const struct dhcp_message *,
					const struct dhcp_way *);

/* The address that the client knows us by: option 82.11 of a relay that stands
   in front of us (RFC 5107), else `own`. */
struct in_addr dhcp_server_id(const struct dhcp_message *, struct in_addr own);

#endif
