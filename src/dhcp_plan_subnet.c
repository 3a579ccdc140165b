/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A subnet of the plan but for its addresses: the router, the options, who may
 * ask for it. A section's own words win over those of [dhcp].
 */
#include "dhcp_plan_part.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "option_text.h"

enum { WHERE_SIZE = 512 };

void
plan_complain(const struct plan *plan, const char *kind, const struct config_section *head,
	      const char *format, ...)
{
	const char *file = plan->config->file;
	char where[WHERE_SIZE], why[256];
	va_list arguments;

	if (head == NULL)
		snprintf(where, sizeof(where), "[%s]", kind);
	else if (file == NULL)
		snprintf(where, sizeof(where), "[%s %s]", kind, head->argument);
	else
		snprintf(where, sizeof(where), "%s:%u: [%s %s]", file, head->line, kind,
			 head->argument);
	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	plan->report->complain(plan->report->context, where, why);
}

const char *
plan_text(struct in_addr address, char text[INET_ADDRSTRLEN])
{
	return inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
}

static bool
is_yes(enum machine_answer answer, bool otherwise)
{
	return answer == MACHINE_UNSET ? otherwise : answer == MACHINE_YES;
}

/* Puts an option behind those that are there, unless it is there already. */
static void
add_option(const struct plan *plan, struct dhcp_subnet *subnet, uint8_t code, const void *value,
	   size_t length)
{
	unsigned char *at = subnet->options + subnet->options_length;

	if (length == 0 || dhcp_subnet_option(subnet, code).bytes != NULL)
		return;
	if (length > OPTION_TEXT_MAX ||
	    subnet->options_length + 2 + length > sizeof(subnet->options)) {
		plan_complain(plan, "dhcp", NULL,
			      "option %u is left out of %s: its options are too long", code,
			      subnet->name);
		return;
	}
	at[0] = code;
	at[1] = (unsigned char)length;
	memcpy(at + 2, value, length);
	subnet->options_length += 2 + length;
}

static void
add_addresses(const struct plan *plan, struct dhcp_subnet *subnet, uint8_t code,
	      const struct config_list *list)
{
	struct in_addr addresses[OPTION_TEXT_MAX / sizeof(struct in_addr)];
	size_t count = 0;

	for (; count < list->count && count < sizeof(addresses) / sizeof(addresses[0]); count++)
		inet_pton(AF_INET, list->items[count], &addresses[count]);
	add_option(plan, subnet, code, addresses, count * sizeof(addresses[0]));
}

/* Later lines replace earlier ones. */
static void
add_lines(const struct plan *plan, struct dhcp_subnet *subnet, const struct config_list *lines)
{
	for (size_t i = lines->count; i > 0; i--) {
		unsigned char value[OPTION_TEXT_MAX];
		const char *why;
		size_t length;
		uint8_t code;

		if (option_text_parse_line(lines->items[i - 1], &code, value, &length, &why) == 0)
			add_option(plan, subnet, code, value, length);
	}
}

/* What clients are told: the section's own words before those of [dhcp]. */
static void
add_options(const struct plan *plan, struct dhcp_subnet *subnet,
	    const struct subnet_section *section)
{
	const struct config *config = plan->config;
	const char *domain = section->domain != NULL ? section->domain : config->dhcp_domain;

	add_addresses(plan, subnet, DHCP_DNS, &section->dns);
	add_addresses(plan, subnet, DHCP_DNS, &config->dhcp_dns);
	if (domain != NULL)
		add_option(plan, subnet, DHCP_DOMAIN, domain, strlen(domain));
	add_addresses(plan, subnet, DHCP_NTP, &section->ntp);
	add_addresses(plan, subnet, DHCP_NTP, &config->dhcp_ntp);
	add_lines(plan, subnet, &section->options);
	add_lines(plan, subnet, &config->dhcp_options);
}

/* A router is of use only where it is a neighbour: that of [dhcp] is named in
   its own network alone. */
static void
add_router(const struct plan *plan, struct dhcp_subnet *subnet,
	   const struct subnet_section *section)
{
	char text[INET_ADDRSTRLEN];

	if (dhcp_subnet_is_host(subnet, plan->config->dhcp_router))
		subnet->router = plan->config->dhcp_router;
	if (section->router.s_addr == 0)
		return;
	if (dhcp_subnet_is_host(subnet, section->router))
		subnet->router = section->router;
	else
		plan_complain(plan, "subnet", &section->head,
			      "router %s is not inside it: machines could not reach it",
			      plan_text(section->router, text));
}

static void
add_relays(const struct plan *plan, struct dhcp_subnet *subnet,
	   const struct subnet_section *section)
{
	for (size_t i = 0; i < section->relays.count; i++) {
		if (subnet->relay_count == DHCP_RELAYS_MAX) {
			plan_complain(plan, "subnet", &section->head, "names more than %d relays",
				      DHCP_RELAYS_MAX);
			return;
		}
		inet_pton(AF_INET, section->relays.items[i],
			  &subnet->relays[subnet->relay_count++]);
	}
}

struct dhcp_subnet *
plan_subnet(struct plan *plan, struct in_addr network, struct in_addr netmask,
	    const struct subnet_section *section)
{
	const struct config *config = plan->config;
	struct dhcp_subnet *subnet = &plan->subnets.items[plan->subnets.count++];
	char text[INET_ADDRSTRLEN];

	*subnet = (struct dhcp_subnet){
		.network = network,
		.netmask = netmask,
		.lease_seconds =
			section->range.lease != 0 ? section->range.lease : config->dhcp_range.lease,
		.loader = section->loader,
		.is_authoritative = is_yes(section->authoritative, config->dhcp_authoritative),
		.is_for_boot_clients =
			is_yes(section->boot_clients_only, config->dhcp_boot_clients_only),
		.has_rapid_commit = is_yes(section->rapid_commit, config->dhcp_rapid_commit),
	};
	snprintf(subnet->name, sizeof(subnet->name), "%s/%d", plan_text(network, text),
		 __builtin_popcount(netmask.s_addr));
	add_router(plan, subnet, section);
	add_relays(plan, subnet, section);
	add_options(plan, subnet, section);
	return subnet;
}
