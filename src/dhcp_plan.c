/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In this order: the networks, then which addresses of each are lent, then
 * which belong to one machine, then the leases of each network, which must
 * know all of that.
 */
#include "dhcp_plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_plan_part.h"

enum { HTYPE_ETHERNET = 1 };

/* Adds a span of addresses to lend: false when it is not wholly inside. */
static bool
add_span(struct dhcp_subnet *subnet, const struct config_span *span)
{
	if (!dhcp_subnet_contains(subnet, span->first) ||
	    !dhcp_subnet_contains(subnet, span->last) || subnet->span_count == DHCP_SPANS_MAX)
		return false;
	subnet->spans[subnet->span_count++] = (struct dhcp_span){span->first, span->last};
	return true;
}

static void
plan_section(struct plan *plan, const struct subnet_section *section)
{
	const char *slash = strchr(section->head.argument, '/');
	char network[INET_ADDRSTRLEN], first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];
	struct dhcp_subnet *subnet;
	struct in_addr address, netmask;

	snprintf(network, sizeof(network), "%.*s", (int)(slash - section->head.argument),
		 section->head.argument);
	inet_pton(AF_INET, network, &address);
	netmask.s_addr = htonl(UINT32_MAX << (32 - atoi(slash + 1)));
	for (size_t i = 0; i < plan->subnets.count; i++)
		if (((plan->subnets.items[i].network.s_addr ^ address.s_addr) & netmask.s_addr &
		     plan->subnets.items[i].netmask.s_addr) == 0) {
			plan_complain(plan, "subnet", &section->head,
				      "overlaps [subnet %s]: left out",
				      plan->subnets.items[i].name);
			return;
		}
	subnet = plan_subnet(plan, address, netmask, section);
	for (size_t i = 0; i < section->range.count; i++)
		if (!add_span(subnet, &section->range.spans[i]))
			plan_complain(plan, "subnet", &section->head,
				      "range %s-%s is not inside it",
				      plan_text(section->range.spans[i].first, first),
				      plan_text(section->range.spans[i].last, last));
}

/* A span of [dhcp]'s own range. */
static void
plan_span(struct plan *plan, const struct config_span *span)
{
	static const struct subnet_section plain = {.domain = NULL};
	struct dhcp_subnet *subnet = dhcp_subnets_find(&plan->subnets, span->first);
	char first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];

	for (size_t i = 0; subnet == NULL && i < plan->own_count; i++) {
		const struct net_address *own = &plan->own[i];
		uint32_t mask = own->netmask.s_addr;

		if (!config_serves(plan->config, own->name, own->address) ||
		    ((own->address.s_addr ^ span->first.s_addr) & mask) != 0 ||
		    ((own->address.s_addr ^ span->last.s_addr) & mask) != 0)
			continue;
		subnet = plan_subnet(plan, (struct in_addr){own->address.s_addr & mask},
				     own->netmask, &plain);
	}
	if (subnet == NULL || !add_span(subnet, span))
		plan_complain(
			plan, "dhcp", NULL,
			"range %s-%s: not inside the subnet of an interface that is served; give "
			"an interface an address of that network first, or write a [subnet] for it",
			plan_text(span->first, first), plan_text(span->last, last));
}

/* What is wrong with a machine's address; NULL: nothing. */
static const char *
judge_address(const struct plan *plan, struct in_addr address)
{
	const struct dhcp_subnet *subnet = dhcp_subnets_find(&plan->subnets, address);

	if (subnet == NULL)
		return "lies in no subnet that is served";
	if (!dhcp_subnet_is_host(subnet, address))
		return "is the network's own or its broadcast";
	if (address.s_addr == subnet->router.s_addr)
		return "is the router's";
	for (size_t i = 0; i < plan->own_count; i++)
		if (plan->own[i].address.s_addr == address.s_addr)
			return "is our own";
	for (size_t i = 0; i < plan->subnets.host_count; i++)
		if (plan->subnets.hosts[i].address.s_addr == address.s_addr)
			return "is another machine's already";
	return NULL;
}

static void
plan_host(struct plan *plan, const struct machine_section *section)
{
	struct in_addr address = section->address;
	const char *who = section->head.argument;
	char text[INET_ADDRSTRLEN];
	const char *why;

	if (address.s_addr == 0 && section->hostname == NULL)
		return;
	if (strchr(who, '*') != NULL) {
		plan_complain(
			plan, "machine", &section->head,
			"address and hostname are for one machine: write its whole MAC or its "
			"UUID");
		return;
	}
	why = address.s_addr != 0 ? judge_address(plan, address) : NULL;
	if (why != NULL) {
		plan_complain(plan, "machine", &section->head, "address %s %s",
			      plan_text(address, text), why);
		address.s_addr = 0;
	}
	plan->subnets.hosts[plan->subnets.host_count++] =
		(struct dhcp_host){who, address, section->hostname};
}

/* The first and the last address that anybody gets. */
static void
find_ends(const struct plan *plan, const struct dhcp_subnet *subnet, uint32_t *ret_low,
	  uint32_t *ret_high)
{
	uint32_t low = UINT32_MAX, high = 0;

	for (size_t i = 0; i < subnet->span_count; i++) {
		uint32_t first = ntohl(subnet->spans[i].first.s_addr);
		uint32_t last = ntohl(subnet->spans[i].last.s_addr);

		low = first < low ? first : low;
		high = last > high ? last : high;
	}
	for (size_t i = 0; i < plan->subnets.host_count; i++) {
		uint32_t address = ntohl(plan->subnets.hosts[i].address.s_addr);

		if (!dhcp_subnet_contains(subnet, plan->subnets.hosts[i].address))
			continue;
		low = address < low ? address : low;
		high = address > high ? address : high;
	}
	/* Options can be all that is given; the network's own address is none. */
	*ret_low = low <= high ? low : ntohl(subnet->network.s_addr);
	*ret_high = low <= high ? high : ntohl(subnet->network.s_addr);
}

static bool
is_in_span(const struct dhcp_subnet *subnet, uint32_t address)
{
	for (size_t i = 0; i < subnet->span_count; i++)
		if (address >= ntohl(subnet->spans[i].first.s_addr) &&
		    address <= ntohl(subnet->spans[i].last.s_addr))
			return true;
	return false;
}

/* Whose it is a MAC says at once; a UUID, when a machine comes with it. */
static void
reserve(struct leases *leases, const struct dhcp_host *host)
{
	struct lease_owner owner = {.type = HTYPE_ETHERNET};
	const char *at = host->who;
	int used;

	if (leases_reserve(leases, host->address) < 0 || strlen(at) != MACHINE_MAC_SIZE - 1)
		return;
	while (owner.length < 6 &&
	       sscanf(at, "%2hhx%n", &owner.address[owner.length], &used) == 1) {
		owner.length++;
		at += used + 1;
	}
	leases_assign(leases, &owner, host->address, 0);
}

static int
make_leases(const struct plan *plan, struct dhcp_subnet *subnet)
{
	uint32_t low, high;
	int error;

	find_ends(plan, subnet, &low, &high);
	if (high - low >= LEASES_MAX) {
		plan_complain(plan, "subnet", NULL,
			      "%s is left out: its first and last address to give are more than %d "
			      "apart",
			      subnet->name, LEASES_MAX);
		return -ERANGE;
	}
	error = leases_new((struct in_addr){htonl(low)}, (struct in_addr){htonl(high)},
			   &subnet->leases);
	if (error < 0)
		return error;
	for (uint32_t address = low; address <= high; address++)
		if (!is_in_span(subnet, address))
			leases_exclude(subnet->leases, (struct in_addr){htonl(address)});
	leases_exclude(subnet->leases, subnet->network);
	leases_exclude(subnet->leases, subnet->router);
	leases_exclude(subnet->leases,
		       (struct in_addr){subnet->network.s_addr | ~subnet->netmask.s_addr});
	for (size_t i = 0; i < subnet->relay_count; i++)
		leases_exclude(subnet->leases, subnet->relays[i]);
	for (size_t i = 0; i < plan->own_count; i++)
		leases_exclude(subnet->leases, plan->own[i].address);
	for (size_t i = 0; i < plan->subnets.host_count; i++)
		reserve(subnet->leases, &plan->subnets.hosts[i]);
	return 0;
}

/* Makes the leases of all subnets, and drops those that cannot have any. */
static int
finish(struct plan *plan)
{
	size_t kept = 0;
	int error = 0;

	for (size_t i = 0; i < plan->subnets.count && error != -ENOMEM; i++) {
		error = make_leases(plan, &plan->subnets.items[i]);
		if (error == 0)
			plan->subnets.items[kept++] = plan->subnets.items[i];
	}
	plan->subnets.count = kept;
	if (error == -ENOMEM)
		return error;
	return kept > 0 ? 0 : -EINVAL;
}

int
dhcp_plan_make(const struct config *config, const struct net_address *own, size_t own_count,
	       const struct dhcp_plan_report *report, struct dhcp_subnets *ret_subnets)
{
	struct plan plan = {.config = config, .report = report, .own = own, .own_count = own_count};
	const struct subnet_section *sections = config->subnets.items;
	const struct machine_section *machines = config->machines.items;
	int error = -ENOMEM;

	/* One at least: calloc may give NULL for none. */
	plan.subnets.items =
		calloc(config->subnets.count + CONFIG_SPANS_MAX, sizeof(*plan.subnets.items));
	plan.subnets.hosts = calloc(config->machines.count + 1, sizeof(*plan.subnets.hosts));
	if (plan.subnets.items != NULL && plan.subnets.hosts != NULL) {
		for (size_t i = 0; i < config->subnets.count; i++)
			plan_section(&plan, &sections[i]);
		for (size_t i = 0; i < config->dhcp_range.count; i++)
			plan_span(&plan, &config->dhcp_range.spans[i]);
		for (size_t i = 0; i < config->machines.count; i++)
			plan_host(&plan, &machines[i]);
		error = finish(&plan);
	}
	if (error < 0)
		dhcp_subnets_free(&plan.subnets);
	else
		*ret_subnets = plan.subnets;
	return error;
}
