/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Leases: no address is had by two machines, and no machine has two.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "lease_unit.h"

static const struct in_addr none;

static void
a_range_must_make_sense(void **state)
{
	struct leases *leases = NULL;

	(void)state;
	assert_int_equal(leases_new(address("10.0.0.2"), address("10.0.0.1"), &leases), -EINVAL);
	assert_int_equal(leases_new(address("10.0.0.0"), address("10.1.0.0"), &leases), -EINVAL);
	assert_null(leases);
	assert_int_equal(leases_new(address("10.0.0.0"), address("10.0.255.255"), &leases), 0);
	leases_free(leases);
}

static void
a_machine_keeps_its_address_through_all_stages(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.99");
	const struct lease_owner owner = machine(1);
	struct lease lease;
	in_addr_t first;

	(void)state;
	first = offer(leases, 1, none, 0);
	assert_int_equal(offer(leases, 1, none, 1), first);
	assert_int_equal(leases_bind(leases, &owner, (struct in_addr){first}, 2, 100), 0);
	/* The next stage asks anew and even wishes for another address. */
	assert_int_equal(offer(leases, 1, address("10.9.0.77"), 3), first);
	assert_true(leases_find(leases, &owner, 50, &lease));
	assert_int_equal(lease.state, LEASE_BOUND);
	assert_int_equal(lease.expires_at, 102);
	/* Expired, and still remembered. */
	assert_false(leases_find(leases, &owner, 102, &lease));
	assert_int_equal(offer(leases, 1, none, 5000), first);
	leases_free(leases);
}

static void
a_requested_address_is_given_when_free(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.99");

	(void)state;
	assert_int_equal(offer(leases, 1, address("10.9.0.77"), 0), inet_addr("10.9.0.77"));
	assert_int_not_equal(offer(leases, 2, address("10.9.0.77"), 0), inet_addr("10.9.0.77"));
	assert_int_not_equal(offer(leases, 3, address("10.9.0.100"), 0), inet_addr("10.9.0.100"));
	leases_free(leases);
}

/* Leases are forgotten by a restart; the address should not be. */
static void
a_machine_finds_its_address_again_after_a_restart(void **state)
{
	(void)state;
	for (uint16_t number = 1; number < 40; number++) {
		struct leases *before = make("10.9.0.50", "10.9.0.99");
		struct leases *after = make("10.9.0.50", "10.9.0.99");

		assert_int_equal(offer(before, number, none, 0), offer(after, number, none, 9));
		leases_free(before);
		leases_free(after);
	}
}

static void
no_address_is_given_twice_and_none_is_left_over(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.99");
	bool is_taken[256] = {false};

	(void)state;
	for (uint16_t number = 0; number < 50; number++) {
		uint32_t given = ntohl(offer(leases, number, none, 0)) & 0xff;

		assert_true(given >= 50 && given <= 99);
		assert_false(is_taken[given]);
		is_taken[given] = true;
	}
	assert_int_equal(offer(leases, 50, none, 0), 0);
	/* Offers that nobody took come back. */
	assert_int_not_equal(offer(leases, 50, none, LEASE_OFFER_SECONDS), 0);
	leases_free(leases);
}

static void
the_address_free_for_longest_is_reused_first(void **state)
{
	struct leases *leases = make("10.9.0.1", "10.9.0.3");

	(void)state;
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 0, 300), 0);
	assert_int_equal(bind_to(leases, 2, "10.9.0.2", 0, 100), 0);
	assert_int_equal(bind_to(leases, 3, "10.9.0.3", 0, 200), 0);
	assert_int_equal(offer(leases, 4, none, 1000), inet_addr("10.9.0.2"));
	leases_free(leases);
}

static void
binding_knows_whose_an_address_is(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.99");

	(void)state;
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 0, 100), 0);
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 50, 100), 0);
	assert_int_equal(bind_to(leases, 2, "10.9.0.50", 60, 100), -EADDRINUSE);
	assert_int_equal(bind_to(leases, 1, "10.9.0.51", 60, 100), -EEXIST);
	assert_int_equal(bind_to(leases, 1, "10.9.1.50", 60, 100), -ERANGE);
	assert_int_equal(bind_to(leases, 1, "10.9.0.49", 60, 100), -ERANGE);
	/* When the first one's time is over, both may move. */
	assert_int_equal(bind_to(leases, 2, "10.9.0.50", 150, 100), 0);
	assert_int_equal(bind_to(leases, 1, "10.9.0.51", 150, 100), 0);
	leases_free(leases);
}

static void
a_machine_that_moves_leaves_its_old_address_to_others(void **state)
{
	struct leases *leases = make("10.9.0.1", "10.9.0.2");
	const struct lease_owner owner = machine(1);
	struct lease lease;

	(void)state;
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 0, 10), 0);
	assert_int_equal(bind_to(leases, 1, "10.9.0.2", 20, 100), 0);
	assert_true(leases_find(leases, &owner, 21, &lease));
	assert_int_equal(lease.address.s_addr, inet_addr("10.9.0.2"));
	assert_int_equal(offer(leases, 1, none, 21), inet_addr("10.9.0.2"));
	assert_int_equal(offer(leases, 2, none, 21), inet_addr("10.9.0.1"));
	leases_free(leases);
}

static void
excluded_addresses_are_never_given(void **state)
{
	struct leases *leases = make("10.8.255.254", "10.9.0.2");

	(void)state;
	/* .255 and .0 are excluded anyway (DHCP-20). */
	leases_exclude(leases, address("10.9.0.1"));
	leases_exclude(leases, address("192.0.2.1"));
	assert_int_equal(bind_to(leases, 1, "10.8.255.255", 0, 10), -EADDRINUSE);
	assert_int_equal(bind_to(leases, 1, "10.9.0.0", 0, 10), -EADDRINUSE);
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 0, 10), -EADDRINUSE);
	assert_int_not_equal(offer(leases, 1, address("10.9.0.1"), 0), 0);
	assert_int_not_equal(offer(leases, 2, address("10.9.0.0"), 0), 0);
	assert_int_equal(offer(leases, 3, none, 0), 0);
	leases_free(leases);
}

static void
release_frees_for_others_and_remembers(void **state)
{
	struct leases *leases = make("10.9.0.1", "10.9.0.1");
	const struct lease_owner owner = machine(1), other = machine(2);

	(void)state;
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 0, 100), 0);
	assert_int_equal(leases_release(leases, &other, address("10.9.0.1")), -ENOENT);
	assert_int_equal(leases_release(leases, &owner, address("10.9.0.2")), -ENOENT);
	assert_int_equal(offer(leases, 2, none, 1), 0);
	assert_int_equal(leases_release(leases, &owner, address("10.9.0.1")), 0);
	assert_int_equal(offer(leases, 2, none, 1), inet_addr("10.9.0.1"));
	leases_free(leases);
}

static void
a_declined_address_rests(void **state)
{
	struct leases *leases = make("10.9.0.1", "10.9.0.1");
	const struct lease_owner owner = machine(1), other = machine(2);

	(void)state;
	assert_int_equal(leases_decline(leases, &owner, address("10.9.0.1"), 0), -ENOENT);
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 0, 100), 0);
	assert_int_equal(leases_decline(leases, &other, address("10.9.0.1"), 1), -ENOENT);
	assert_int_equal(leases_decline(leases, &owner, address("10.9.0.1"), 1), 0);
	assert_int_equal(offer(leases, 1, address("10.9.0.1"), LEASE_DECLINE_SECONDS), 0);
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", LEASE_DECLINE_SECONDS, 9), -EADDRINUSE);
	assert_int_equal(offer(leases, 2, none, LEASE_DECLINE_SECONDS + 1), inet_addr("10.9.0.1"));
	leases_free(leases);
}

static void
only_an_offer_can_be_forgotten(void **state)
{
	struct leases *leases = make("10.9.0.1", "10.9.0.1");
	const struct lease_owner owner = machine(1);

	(void)state;
	leases_forget(leases, &owner);
	assert_int_not_equal(offer(leases, 1, none, 0), 0);
	leases_forget(leases, &owner);
	assert_int_equal(bind_to(leases, 2, "10.9.0.1", 1, 5), 0);
	assert_int_equal(bind_to(leases, 1, "10.9.0.1", 10, 100), 0);
	leases_forget(leases, &owner);
	assert_int_equal(offer(leases, 2, none, 11), 0);
	leases_free(leases);
}

/* A static host's address: nobody else's, and its machine's alone. */
static void
a_reserved_address_waits_for_its_machine(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.51");
	const struct lease_owner owner = machine(1);
	const char *reserved = "10.9.0.50";

	(void)state;
	assert_int_equal(leases_reserve(leases, address("10.9.0.52")), -ERANGE);
	assert_int_equal(leases_reserve(leases, address(reserved)), 0);
	assert_int_equal(leases_assign(leases, &owner, address("10.9.0.51"), 0), -ERANGE);
	assert_int_equal(offer(leases, 2, address(reserved), 0), inet_addr("10.9.0.51"));
	assert_int_equal(offer(leases, 3, address(reserved), 0), 0);
	assert_int_equal(bind_to(leases, 3, reserved, 0, 60), -EADDRINUSE);

	assert_int_equal(leases_assign(leases, &owner, address(reserved), 0), 0);
	assert_int_equal(offer(leases, 1, address("10.9.0.51"), 500), inet_addr(reserved));
	assert_int_equal(bind_to(leases, 1, "10.9.0.51", 500, 60), -EEXIST);
	assert_int_equal(bind_to(leases, 1, reserved, 500, 60), 0);
	/* Another card of the machine has to wait until the first is gone. */
	assert_int_equal(leases_assign(leases, &(struct lease_owner){.type = 1, .length = 6},
				       address(reserved), 501),
			 -EADDRINUSE);
	leases_free(leases);
}

static void
a_machine_moves_to_its_reserved_address(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.51");
	const struct lease_owner owner = machine(1);

	(void)state;
	/* even to one that is never lent otherwise */
	leases_exclude(leases, address("10.9.0.51"));
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 0, 60), 0);
	assert_int_equal(leases_reserve(leases, address("10.9.0.51")), 0);
	assert_int_equal(leases_assign(leases, &owner, address("10.9.0.51"), 1), 0);
	assert_int_equal(offer(leases, 1, none, 2), inet_addr("10.9.0.51"));
	assert_int_equal(offer(leases, 2, none, 2), inet_addr("10.9.0.50"));
	leases_free(leases);
}

/* The index by machine follows every change of owner. */
static void
a_full_range_knows_each_of_its_machines(void **state)
{
	struct leases *leases = make("10.9.1.0", "10.9.2.255");
	struct lease lease;

	(void)state;
	for (unsigned round = 0; round < 3; round++)
		for (uint16_t number = 0; number < 508; number++) {
			const struct lease_owner owner = machine((uint16_t)(number + round * 254));
			struct in_addr got = {offer(leases, (uint16_t)(number + round * 254), none,
						    round * 1000)};

			assert_int_not_equal(got.s_addr, 0);
			assert_int_equal(leases_bind(leases, &owner, got, round * 1000, 100), 0);
			assert_true(leases_find(leases, &owner, round * 1000, &lease));
			assert_int_equal(lease.address.s_addr, got.s_addr);
		}
	leases_free(leases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_must_make_sense),
		cmocka_unit_test(a_machine_keeps_its_address_through_all_stages),
		cmocka_unit_test(a_requested_address_is_given_when_free),
		cmocka_unit_test(a_machine_finds_its_address_again_after_a_restart),
		cmocka_unit_test(no_address_is_given_twice_and_none_is_left_over),
		cmocka_unit_test(the_address_free_for_longest_is_reused_first),
		cmocka_unit_test(binding_knows_whose_an_address_is),
		cmocka_unit_test(a_machine_that_moves_leaves_its_old_address_to_others),
		cmocka_unit_test(excluded_addresses_are_never_given),
		cmocka_unit_test(release_frees_for_others_and_remembers),
		cmocka_unit_test(a_declined_address_rests),
		cmocka_unit_test(only_an_offer_can_be_forgotten),
		cmocka_unit_test(a_reserved_address_waits_for_its_machine),
		cmocka_unit_test(a_machine_moves_to_its_reserved_address),
		cmocka_unit_test(a_full_range_knows_each_of_its_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
