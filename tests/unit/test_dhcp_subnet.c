/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of several networks a message is for.
 */
#include "dhcp_subnets.h"

#define LINK_20 "\5\4\12\24\0\0" /* 82.5: 10.20.0.0 */
#define LINK_40 "\5\4\12\50\0\0" /* 82.5: 10.40.0.0 */

static const struct {
	const char *name;
	struct request request;
	const char *destination;
	const char *network; /* NULL: none */
} choices[] = {
	{"the first on the wire", {.type = DHCP_DISCOVER}, "255.255.255.255", "10.9.0.0"},
	{"that of the address it wants",
	 {.type = DHCP_DISCOVER, .requested = "10.30.0.55"},
	 "255.255.255.255",
	 "10.30.0.0"},
	{"that of the server it names",
	 {.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = "10.30.0.1"},
	 "255.255.255.255",
	 "10.30.0.0"},
	{"that of its own address, whatever it wants",
	 {.type = DHCP_DISCOVER, .machine = 7, .requested = "10.30.0.55"},
	 "255.255.255.255",
	 "10.9.0.0"},
	{"a network that is elsewhere is not wanted here",
	 {.type = DHCP_DISCOVER, .requested = "10.20.0.55"},
	 "255.255.255.255",
	 "10.9.0.0"},
	{"renewing from behind a relay",
	 {.type = DHCP_REQUEST, .ciaddr = "10.20.0.55"},
	 "10.9.0.1",
	 "10.20.0.0"},
	{"rebinding is broadcast and stays on the wire",
	 {.type = DHCP_REQUEST, .ciaddr = "10.20.0.55"},
	 "255.255.255.255",
	 "10.9.0.0"},
	{"renewing what is nobody's",
	 {.type = DHCP_REQUEST, .ciaddr = "10.99.0.5"},
	 "10.9.0.1",
	 "10.9.0.0"},
	{"the relay's network",
	 {.type = DHCP_DISCOVER, .giaddr = "10.20.0.1"},
	 "10.9.0.1",
	 "10.20.0.0"},
	{"a relay of no network", {.type = DHCP_DISCOVER, .giaddr = "10.99.0.1"}, "10.9.0.1", NULL},
	{"a relay of no network that is named",
	 {.type = DHCP_DISCOVER, .giaddr = "192.0.2.9"},
	 "10.9.0.1",
	 "10.30.0.0"},
	{"link selection",
	 {.type = DHCP_DISCOVER, .giaddr = "10.9.0.3", .relay_information = "placeholder"},
	 "10.9.0.1",
	 "10.20.0.0"},
};

static void
a_message_belongs_to_one_network(void **state)
{
	(void)state;
	make_subnets();
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct dhcp_message message =
			choices[i].request.relay_information != NULL
				? with_option(&choices[i].request, DHCP_RELAY_INFORMATION, LINK_20,
					      6)
				: make_request(&choices[i].request);
		const struct dhcp_subnet *chosen = choose(&message, choices[i].destination, 1000);

		if (choices[i].network == NULL
			    ? chosen != NULL
			    : chosen == NULL ||
				      chosen->network.s_addr != address(choices[i].network).s_addr)
			fail_msg("%s: %s", choices[i].name, chosen != NULL ? chosen->name : "none");
	}
	free_subnets();
}

/* Option 118 of a client alone would let anyone choose (DHCP-23). */
static void
subnet_selection_needs_a_relay(void **state)
{
	const struct request direct = {.type = DHCP_DISCOVER};
	const struct request relayed = {.type = DHCP_DISCOVER, .giaddr = "10.9.0.3"};
	struct dhcp_message message;

	(void)state;
	make_subnets();
	message = with_option(&direct, DHCP_SUBNET_SELECTION, "\12\36\0\0", 4);
	assert_ptr_equal(choose(&message, "255.255.255.255", 1000), &items[0]);
	message = with_option(&relayed, DHCP_SUBNET_SELECTION, "\12\24\0\0", 4);
	assert_ptr_equal(choose(&message, "10.9.0.1", 1000), &items[1]);
	/* what the relay knows of the link counts for more */
	message = with_option(&relayed, DHCP_RELAY_INFORMATION, LINK_40, 6);
	assert_null(choose(&message, "10.9.0.1", 1000));
	free_subnets();
}

static void
a_full_network_leaves_newcomers_to_the_next_on_the_wire(void **state)
{
	struct dhcp_message message = make_request(&(struct request){.type = DHCP_DISCOVER});

	(void)state;
	make_subnets();
	for (uint8_t machine = 1; machine <= 10; machine++) {
		const struct lease_owner owner = {.type = 1, .length = 6, .address = {machine}};
		struct in_addr got;

		assert_int_equal(
			leases_offer(items[0].leases, &owner, (struct in_addr){0}, 1000, &got), 0);
	}
	assert_ptr_equal(choose(&message, "255.255.255.255", 1000), &items[2]);
	/* as the offers run out */
	assert_ptr_equal(choose(&message, "255.255.255.255", 1000 + LEASE_OFFER_SECONDS),
			 &items[0]);
	free_subnets();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_belongs_to_one_network),
		cmocka_unit_test(subnet_selection_needs_a_relay),
		cmocka_unit_test(a_full_network_leaves_newcomers_to_the_next_on_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
