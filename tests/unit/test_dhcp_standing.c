/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a server does where another one lends addresses, or may do so. What
 * breaks without it: two machines with one address, or a machine that runs and
 * loses its own.
 */
#include "dhcp_request.h"

#include "dhcp_standing.h"
#include "lease.h"

#define MINE "10.9.0.50" /* lent to the machine of all rows */

static const struct {
	const char *name;
	struct request request;
	bool is_about_lease; /* then it is answered whoever else is there */
} rows[] = {
	{"DISCOVER", {.type = DHCP_DISCOVER}, false},
	{"DISCOVER of its address", {.type = DHCP_DISCOVER, .requested = MINE}, false},
	{"RENEWING", {.type = DHCP_REQUEST, .ciaddr = MINE}, true},
	{"INIT-REBOOT", {.type = DHCP_REQUEST, .requested = MINE}, true},
	{"SELECTING, ours",
	 {.type = DHCP_REQUEST, .requested = MINE, .server_id = "10.9.0.1"},
	 true},
	{"SELECTING, another's",
	 {.type = DHCP_REQUEST, .requested = MINE, .server_id = "10.9.0.2"},
	 false},
	{"SELECTING, ours, not offered",
	 {.type = DHCP_REQUEST, .requested = "10.9.0.51", .server_id = "10.9.0.1"},
	 false},
	{"RENEWING what we did not lend", {.type = DHCP_REQUEST, .ciaddr = "10.9.0.51"}, false},
	{"RENEWING another machine's",
	 {.type = DHCP_REQUEST, .ciaddr = MINE, .machine = 0x57},
	 false},
	{"RELEASE", {.type = DHCP_RELEASE, .ciaddr = MINE, .server_id = "10.9.0.1"}, true},
	{"DECLINE", {.type = DHCP_DECLINE, .requested = MINE, .server_id = "10.9.0.1"}, true},
	{"DECLINE of another's",
	 {.type = DHCP_DECLINE, .requested = MINE, .server_id = "10.9.0.2"},
	 false},
	{"INFORM", {.type = DHCP_INFORM, .ciaddr = MINE}, false},
};

static struct dhcp_side
make_lending_side(void)
{
	struct dhcp_side side = make_side(DHCP_SERVER);
	const struct lease_owner owner = {
		.type = 1, .length = 6, .address = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};

	assert_int_equal(leases_new(address(MINE), address("10.9.0.60"), &side.subnet->leases), 0);
	assert_int_equal(leases_bind(side.subnet->leases, &owner, address(MINE), side.now, 3600),
			 0);
	return side;
}

static void
what_was_lent_is_renewed_and_nothing_new_is_lent(void **state)
{
	static const enum dhcp_standing standings[] = {DHCP_ALONE, DHCP_LOOKING, DHCP_SECOND};
	const struct dhcp_side original = make_lending_side();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_message message = make_request(&rows[i].request);

		for (size_t at = 0; at < 3; at++) {
			struct dhcp_side side = original;
			bool is_free = standings[at] == DHCP_ALONE || rows[i].is_about_lease;
			bool is_answered = dhcp_standing_apply(standings[at], &message, &side);

			if (is_answered != (is_free || standings[at] == DHCP_SECOND) ||
			    side.mode != (is_free ? DHCP_SERVER : DHCP_PROXY))
				fail_msg("%s, standing %d", rows[i].name, (int)standings[at]);
		}
	}
	leases_free(original.subnet->leases);
}

static void
beside_another_server_boot_clients_are_helped_as_by_a_proxy(void **state)
{
	struct dhcp_side side = make_lending_side();
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_message message = make_request(&(struct request){
		.type = DHCP_DISCOVER, .vendor_class = "PXEClient:Arch:00000:UNDI:002001"});
	struct dhcp_decision decision;

	(void)state;
	assert_true(dhcp_standing_apply(DHCP_SECOND, &message, &side));
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(decision.verdict, DHCP_OFFERED);
	assert_int_equal(decision.address.s_addr, 0);
	assert_string_equal(decision.file, "lpxelinux.0");

	message = make_request(&(struct request){.type = DHCP_DISCOVER});
	dhcp_decide(&side, &arrival, &message, &decision);
	assert_int_equal(decision.type, 0);
	leases_free(side.subnet->leases);
}

static void
a_relay_is_on_another_wire(void **state)
{
	struct dhcp_side side = make_lending_side();
	struct dhcp_subnet *ours = side.subnet;
	struct dhcp_subnet behind = {.network = address("10.8.0.0"),
				     .netmask = address("255.255.255.0")};
	struct dhcp_message message =
		make_request(&(struct request){.type = DHCP_DISCOVER, .giaddr = "10.8.0.1"});

	(void)state;
	assert_int_equal(leases_new(address("10.8.0.50"), address("10.8.0.60"), &behind.leases), 0);
	side.subnet = &behind;
	assert_true(dhcp_standing_apply(DHCP_SECOND, &message, &side));
	assert_int_equal(side.mode, DHCP_SERVER);
	/* One that asks for the network of our own wire. */
	side.subnet = ours;
	message = make_request(&(struct request){.type = DHCP_DISCOVER, .giaddr = "10.9.0.77"});
	assert_true(dhcp_standing_apply(DHCP_SECOND, &message, &side));
	assert_int_equal(side.mode, DHCP_PROXY);
	leases_free(ours->leases);
	leases_free(behind.leases);
}

static void
a_proxy_stays_one(void **state)
{
	struct dhcp_side side = make_side(DHCP_PROXY);
	struct dhcp_message message = make_request(&(struct request){.type = DHCP_DISCOVER});

	(void)state;
	assert_true(dhcp_standing_apply(DHCP_LOOKING, &message, &side));
	assert_int_equal(side.mode, DHCP_PROXY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_lent_is_renewed_and_nothing_new_is_lent),
		cmocka_unit_test(beside_another_server_boot_clients_are_helped_as_by_a_proxy),
		cmocka_unit_test(a_relay_is_on_another_wire),
		cmocka_unit_test(a_proxy_stays_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
