/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interfaces of this machine: whether machines can reach us there at all.
 */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char topic[] = "interfaces";

/* What the addresses of one interface come to. */
struct interface {
	struct text addresses; /* "10.9.0.1/24, 10.9.1.1/24" */
	char mac[18];
	bool has_address;
	bool is_served;
};

static void
add_address(const struct config *config, const struct ifaddrs *entry, struct interface *interface)
{
	struct sockaddr_in address, mask = {0};
	char text[INET_ADDRSTRLEN];

	memcpy(&address, entry->ifa_addr, sizeof(address));
	if (entry->ifa_netmask != NULL)
		memcpy(&mask, entry->ifa_netmask, sizeof(mask));
	inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
	text_printf(&interface->addresses, "%s%s/%d", interface->has_address ? ", " : "", text,
		    __builtin_popcount(mask.sin_addr.s_addr));
	interface->has_address = true;
	interface->is_served |= config_serves(config, entry->ifa_name, address.sin_addr);
}

static void
add_mac(const struct ifaddrs *entry, struct interface *interface)
{
	struct sockaddr_ll link;

	memcpy(&link, entry->ifa_addr, sizeof(link));
	if (link.sll_halen == 6)
		snprintf(interface->mac, sizeof(interface->mac), "%02x:%02x:%02x:%02x:%02x:%02x",
			 link.sll_addr[0], link.sll_addr[1], link.sll_addr[2], link.sll_addr[3],
			 link.sll_addr[4], link.sll_addr[5]);
}

static bool
is_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->interfaces.count; i++)
		if (strcmp(config->interfaces.items[i], name) == 0)
			return true;
	return false;
}

static void
judge(struct doctor *doctor, const char *name, unsigned flags, const struct interface *interface)
{
	struct findings *findings = &doctor->findings;
	bool is_named_here = is_named(&doctor->offline.config, name);
	enum finding_state wrong = is_named_here ? FINDING_FAIL : FINDING_NOTE;
	const char *addresses =
		interface->has_address ? text_string(&interface->addresses) : "no IPv4 address";

	if ((flags & IFF_UP) == 0) {
		findings_add(findings, topic, name, wrong, "down; %s; %s", addresses,
			     interface->mac);
		findings_fix(findings, "ip link set %s up", name);
	} else if ((flags & IFF_RUNNING) == 0) {
		findings_add(findings, topic, name, wrong, "up, but no link; %s; %s", addresses,
			     interface->mac);
		findings_fix(findings, "plug in the cable of %s, or switch its other end on", name);
	} else if (!interface->has_address) {
		findings_add(findings, topic, name, wrong, "up; no IPv4 address; %s",
			     interface->mac);
		if (is_named_here)
			findings_fix(findings, "ip addr add ADDRESS/LENGTH dev %s", name);
	} else {
		findings_add(findings, topic, name,
			     interface->is_served ? FINDING_OK : FINDING_NOTE, "up; %s; %s%s%s",
			     addresses, interface->mac, interface->mac[0] != '\0' ? "; " : "",
			     interface->is_served ? "served" : "not served");
	}
}

static void
check_interface(struct doctor *doctor, const struct ifaddrs *list, const struct ifaddrs *link)
{
	struct interface interface = {0};

	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || strcmp(i->ifa_name, link->ifa_name) != 0)
			continue;
		if (i->ifa_addr->sa_family == AF_INET)
			add_address(&doctor->offline.config, i, &interface);
		else if (i->ifa_addr->sa_family == AF_PACKET)
			add_mac(i, &interface);
	}
	judge(doctor, link->ifa_name, link->ifa_flags, &interface);
	text_free(&interface.addresses);
}

/* Each interface has one entry with its link. Loopback counts where it was
   asked for. */
static void
list_interfaces(struct doctor *doctor, const struct ifaddrs *list)
{
	const struct config *config = &doctor->offline.config;

	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_PACKET &&
		    ((i->ifa_flags & IFF_LOOPBACK) == 0 || is_named(config, i->ifa_name)))
			check_interface(doctor, list, i);
	for (size_t i = 0; i < config->interfaces.count; i++) {
		const struct ifaddrs *found = list;

		while (found != NULL && strcmp(found->ifa_name, config->interfaces.items[i]) != 0)
			found = found->ifa_next;
		if (found != NULL)
			continue;
		findings_add(&doctor->findings, topic, config->interfaces.items[i], FINDING_FAIL,
			     "there is no such interface");
		findings_fix(&doctor->findings,
			     "name one of the list above with --interface, or in [network]");
	}
}

/* The addresses that requests are answered from. */
static int
find_sides(struct doctor *doctor)
{
	struct net_address *list;
	size_t count;
	int error = net_addresses(false, &list, &count);

	if (error < 0)
		return error;
	for (size_t i = 0; i < count; i++)
		if (config_serves(&doctor->offline.config, list[i].name, list[i].address))
			list[doctor->side_count++] = list[i];
	doctor->sides = list;
	return 0;
}

void
doctor_check_interfaces(struct doctor *doctor)
{
	struct findings *findings = &doctor->findings;
	struct ifaddrs *list;
	int error = getifaddrs(&list) == -1 ? -errno : 0;

	if (error == 0) {
		list_interfaces(doctor, list);
		freeifaddrs(list);
		error = find_sides(doctor);
	}
	if (error < 0) {
		findings_add(findings, topic, "all", FINDING_UNKNOWN, "cannot be listed: %s",
			     strerror(-error));
	} else if (doctor->side_count == 0) {
		findings_add(findings, topic, "all", FINDING_FAIL,
			     "none that is served is up with an IPv4 address");
		findings_fix(findings, "bring up the interface of the machines and give it an "
				       "address, or look at --interface and --listen");
	}
}
