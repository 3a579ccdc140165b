/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of `pxeiso doctor` share. Each part looks at one thing and
 * adds what it finds; none prints. They are called in the order of causes: an
 * interface that is down explains all that comes after.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "net.h"
#include "offline.h"
#include "policy.h"

struct options;

struct doctor {
	const struct options *options;
	struct offline offline; /* the configuration, and the images */
	struct findings findings;
	bool is_remote;            /* --server: another machine is examined */
	struct in_addr server;     /* that one */
	long daemon;               /* the process that serves here; 0: none was seen */
	struct net_address *sides; /* our addresses that are served */
	size_t side_count;
	uint64_t silent_sides;      /* a bit each: nobody answers DHCP there */
	struct in_addr silent_tftp; /* a server that did not answer, or 0 */
	struct policy_loaders loaders;
};

/* What the boot policy has to offer on the side of `server`: as the daemon
   would, with the loaders that were found. */
struct policy_site doctor_site(const struct doctor *, struct in_addr server);

/* The process that serves on this machine, or 0. */
long doctor_find_daemon(const struct config *);

/* Root, the user, the state directory. */
void doctor_check_rights(struct doctor *);

/* All interfaces; fills in the sides. */
void doctor_check_interfaces(struct doctor *);

/* Ports and who holds them; fills in daemon. */
void doctor_check_ports(struct doctor *);

/* Rules that drop what machines send, and other switches of the kernel. */
void doctor_check_firewall(struct doctor *);

/* Images and loaders; fills in loaders. */
void doctor_check_images(struct doctor *);
void doctor_check_loaders(struct doctor *);

/* Whether a DHCP server is the pxeiso that is examined. */
bool doctor_is_own(const struct doctor *, struct in_addr server);

/* Who else gives out addresses on each side. */
void doctor_check_servers(struct doctor *);

/* Boots a machine of each kind up to its kernel, on each side. */
void doctor_check_boots(struct doctor *);

#endif
