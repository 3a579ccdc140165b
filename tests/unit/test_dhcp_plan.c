/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a configuration to subnets: what is served, and what is told and left
 * out. Our addresses are 10.9.0.1/24 on eth0 and 10.20.0.1/16 on eth1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_plan.h"
#include "unit.h"

static char told[2048]; /* "where: why\n" for each mistake */

static void
note_mistake(void *context, const char *where, const char *why)
{
	size_t used = strlen(told);

	(void)context;
	snprintf(told + used, sizeof(told) - used, "%s: %s\n", where, why);
}

static struct in_addr
address(const char *text)
{
	return (struct in_addr){inet_addr(text)};
}

/* The plan of a configuration: what dhcp_plan_make returned. */
static int
plan(struct config *config, const char *text, struct dhcp_subnets *ret_subnets)
{
	const struct dhcp_plan_report report = {.complain = note_mistake};
	const struct net_address own[] = {
		{.name = "eth0",
		 .address = address("10.9.0.1"),
		 .netmask = address("255.255.255.0")},
		{.name = "eth1",
		 .address = address("10.20.0.1"),
		 .netmask = address("255.255.0.0")},
	};
	char why[256] = "";

	told[0] = '\0';
	*ret_subnets = (struct dhcp_subnets){0};
	assert_int_equal(config_init(config), 0);
	if (config_read_text(config, "test.conf", text, why, sizeof(why)) < 0 ||
	    config_finish(config, why, sizeof(why)) < 0)
		fail_msg("%s", why);
	return dhcp_plan_make(config, own, 2, &report, ret_subnets);
}

static const struct {
	const char *name;
	const char *text;
	const char *says; /* all of it; NULL: nothing is left to serve */
	const char *subnets;
} rows[] = {
	{"a range of the network of an interface", "[dhcp]\nrange = 10.9.0.50-10.9.0.59\n", "",
	 "10.9.0.0/24"},
	{"ranges of two interfaces", "[dhcp]\nrange = 10.20.1.1-10.20.1.9, 10.9.0.50-10.9.0.59\n",
	 "", "10.20.0.0/16 10.9.0.0/24"},
	{"a range inside a subnet", "[dhcp]\nrange = 10.30.0.5-10.30.0.9\n[subnet 10.30.0.0/24]\n",
	 "", "10.30.0.0/24"},
	{"a range over the end",
	 "[subnet 10.9.0.0/24]\nrange = 10.9.0.200-10.9.1.20\n[subnet 10.30.0.0/24]\n",
	 "test.conf:1: [subnet 10.9.0.0/24]: range 10.9.0.200-10.9.1.20 is not inside it\n",
	 "10.9.0.0/24 10.30.0.0/24"},
	{"two that overlap", "[subnet 10.9.0.0/24]\n[subnet 10.9.0.128/25]\n",
	 "test.conf:2: [subnet 10.9.0.128/25]: overlaps [subnet 10.9.0.0/24]: left out\n",
	 "10.9.0.0/24"},
	{"a router elsewhere", "[subnet 10.9.0.0/24]\nrouter = 10.9.1.1\n",
	 "test.conf:1: [subnet 10.9.0.0/24]: router 10.9.1.1 is not inside it: machines could "
	 "not reach it\n",
	 "10.9.0.0/24"},
	{"an address of no subnet",
	 "[subnet 10.9.0.0/24]\n\n[machine 52:54:00:12:34:56]\naddress = 10.8.0.5\n",
	 "test.conf:3: [machine 52:54:00:12:34:56]: address 10.8.0.5 lies in no subnet that is "
	 "served\n",
	 "10.9.0.0/24"},
	{"an address given twice",
	 "[subnet 10.9.0.0/24]\n[machine 52:54:00:12:34:56]\naddress = 10.9.0.5\n"
	 "[machine 52:54:00:12:34:57]\naddress = 10.9.0.5\n",
	 "test.conf:4: [machine 52:54:00:12:34:57]: address 10.9.0.5 is another machine's "
	 "already\n",
	 "10.9.0.0/24"},
	{"our own address",
	 "[subnet 10.9.0.0/24]\n[machine 52:54:00:12:34:56]\naddress = 10.9.0.1\n",
	 "test.conf:2: [machine 52:54:00:12:34:56]: address 10.9.0.1 is our own\n", "10.9.0.0/24"},
	{"the router's address",
	 "[subnet 10.9.0.0/24]\nrouter = 10.9.0.2\n[machine 52:54:00:12:34:56]\n"
	 "address = 10.9.0.2\n",
	 "test.conf:3: [machine 52:54:00:12:34:56]: address 10.9.0.2 is the router's\n",
	 "10.9.0.0/24"},
	{"the broadcast address",
	 "[subnet 10.9.0.0/24]\n[machine 52:54:00:12:34:56]\naddress = 10.9.0.255\n",
	 "test.conf:2: [machine 52:54:00:12:34:56]: address 10.9.0.255 is the network's own or "
	 "its broadcast\n",
	 "10.9.0.0/24"},
	{"an address for many", "[subnet 10.9.0.0/24]\n[machine 52:54:*]\naddress = 10.9.0.5\n",
	 "test.conf:2: [machine 52:54:*]: address and hostname are for one machine: write its "
	 "whole MAC or its UUID\n",
	 "10.9.0.0/24"},
	{"a subnet too wide",
	 "[subnet 10.0.0.0/8]\nrange = 10.1.0.1-10.1.0.9, 10.9.0.1-10.9.0.9\n"
	 "[subnet 192.168.0.0/24]\n",
	 "[subnet]: 10.0.0.0/8 is left out: its first and last address to give are more than "
	 "65536 apart\n",
	 "192.168.0.0/24"},
	{"nothing at all", "[dhcp]\nrange = 192.0.2.1-192.0.2.9\n", NULL, ""},
};

static void
what_makes_no_sense_is_told_and_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_subnets subnets;
		struct config config;
		char names[256] = "";
		int error = plan(&config, rows[i].text, &subnets);

		for (size_t s = 0; s < subnets.count; s++)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
				 s > 0 ? " " : "", subnets.items[s].name);
		if (error != (rows[i].says == NULL ? -EINVAL : 0))
			fail_msg("%s: %d", rows[i].name, error);
		if (rows[i].says != NULL && strcmp(told, rows[i].says) != 0)
			fail_msg("%s: says %s", rows[i].name, told);
		if (strcmp(names, rows[i].subnets) != 0)
			fail_msg("%s: %s", rows[i].name, names);
		dhcp_subnets_free(&subnets);
		config_free(&config);
	}
}

static void
assert_option(const struct dhcp_subnet *subnet, uint8_t code, const char *bytes, size_t length)
{
	struct dhcp_slice value = dhcp_subnet_option(subnet, code);

	assert_int_equal(value.length, length);
	assert_memory_equal(value.bytes, bytes, length);
}

static void
a_subnet_says_it_better_than_dhcp(void **state)
{
	static const char text[] = "[dhcp]\nlease = 1h\nrouter = 10.9.0.254\ndns = 10.9.0.2\n"
				   "domain = example.org\nntp = 10.9.0.3\noption 26 = 1400\n"
				   "option 17 = /one\nauthoritative = yes\n"
				   "[subnet 10.9.0.0/24]\n"
				   "[subnet 10.30.0.0/24]\nlease = 2h\nrouter = 10.30.0.1\n"
				   "dns = 10.30.0.2\ndns = 10.30.0.3\ndomain = lab\n"
				   "option 17 = /two\noption 17 = /three\nauthoritative = no\n"
				   "boot-clients-only = yes\nrapid-commit = yes\n"
				   "relay = 10.30.0.1\n";
	const struct dhcp_subnet *first, *second;
	struct dhcp_subnets subnets;
	struct config config;

	(void)state;
	assert_int_equal(plan(&config, text, &subnets), 0);
	assert_string_equal(told, "");
	assert_int_equal(subnets.count, 2);
	first = &subnets.items[0];
	second = &subnets.items[1];
	assert_int_equal(first->lease_seconds, 3600);
	assert_int_equal(first->router.s_addr, inet_addr("10.9.0.254"));
	assert_option(first, DHCP_DNS, "\12\11\0\2", 4);
	assert_option(first, DHCP_DOMAIN, "example.org", 11);
	assert_option(first, 17, "/one", 4);
	assert_true(first->is_authoritative);
	assert_false(first->is_for_boot_clients || first->has_rapid_commit);

	assert_int_equal(second->lease_seconds, 7200);
	assert_int_equal(second->router.s_addr, inet_addr("10.30.0.1"));
	assert_option(second, DHCP_DNS, "\12\36\0\2\12\36\0\3", 8);
	assert_option(second, DHCP_DOMAIN, "lab", 3);
	assert_option(second, DHCP_NTP, "\12\11\0\3", 4);
	assert_option(second, 26, "\5\170", 2);
	assert_option(second, 17, "/three", 6);
	assert_false(second->is_authoritative);
	assert_true(second->is_for_boot_clients && second->has_rapid_commit);
	assert_int_equal(second->relay_count, 1);
	dhcp_subnets_free(&subnets);
	config_free(&config);
}

/* Several ranges are one pool with holes; nothing of ours is in it. */
static void
only_addresses_of_the_ranges_are_lent(void **state)
{
	static const char text[] = "[subnet 10.9.0.0/24]\nrouter = 10.9.0.3\n"
				   "range = 10.9.0.1-10.9.0.4, 10.9.0.9-10.9.0.10\n"
				   "[machine 52:54:00:12:34:56]\naddress = 10.9.0.9\n"
				   "[machine 52:54:00:12:34:57]\naddress = 10.9.0.200\n";
	static const char *const lent[] = {"10.9.0.2", "10.9.0.4", "10.9.0.10"};
	struct dhcp_subnets subnets;
	struct config config;
	unsigned count = 0;

	(void)state;
	assert_int_equal(plan(&config, text, &subnets), 0);
	for (uint8_t machine = 0; machine < 10; machine++) {
		const struct lease_owner owner = {.type = 1, .length = 6, .address = {2, machine}};
		bool is_known = false;
		struct in_addr got;

		if (leases_offer(subnets.items[0].leases, &owner, address("10.9.0.200"), 0, &got) <
		    0)
			continue;
		for (size_t i = 0; i < 3; i++)
			is_known |= got.s_addr == inet_addr(lent[i]);
		assert_true(is_known);
		count++;
	}
	assert_int_equal(count, 3);
	dhcp_subnets_free(&subnets);
	config_free(&config);
}

/* Others may have had it when they were configured. */
static void
a_reserved_address_is_not_restored_to_another(void **state)
{
	static const char text[] = "[subnet 10.9.0.0/24]\n"
				   "[machine 52:54:00:12:34:56]\naddress = 10.9.0.9\n";
	const struct lease stored = {
		.address = address("10.9.0.9"),
		.owner = {.type = 1, .length = 6, .address = {2}},
		.state = LEASE_BOUND,
		.expires_at = 1000,
	};
	struct dhcp_subnets subnets;
	struct config config;
	struct lease lease;

	(void)state;
	assert_int_equal(plan(&config, text, &subnets), 0);
	leases_restore(subnets.items[0].leases, &stored);
	assert_false(leases_find(subnets.items[0].leases, &stored.owner, 1, &lease));
	dhcp_subnets_free(&subnets);
	config_free(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_makes_no_sense_is_told_and_left_out),
		cmocka_unit_test(a_subnet_says_it_better_than_dhcp),
		cmocka_unit_test(only_addresses_of_the_ranges_are_lent),
		cmocka_unit_test(a_reserved_address_is_not_restored_to_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
