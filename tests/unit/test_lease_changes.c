/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of leases: they are handed out to be stored, taken back when that
 * fails, and put back by the next start.
 */
#include "lease_unit.h"

static const struct in_addr none;

/* What could not be stored never happened; what happened since stays. */
static void
a_change_is_taken_back_as_if_it_had_not_been(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.51");
	const struct lease_owner owner = machine(1);
	struct lease_change first, renewal, none_left;
	struct lease lease;

	(void)state;
	offer(leases, 1, address("10.9.0.50"), 0);
	assert_false(leases_take_change(leases, &none_left));
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 10, 1000), 0);
	assert_true(leases_take_change(leases, &first));
	assert_false(leases_take_change(leases, &none_left));
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 500, 1000), 0);
	assert_true(leases_take_change(leases, &renewal));
	/* not while a later one stands */
	leases_undo(leases, &first);
	assert_true(leases_find(leases, &owner, 1400, &lease));
	leases_undo(leases, &renewal);
	assert_true(leases_find(leases, &owner, 1009, &lease));
	assert_int_equal(lease.expires_at, 1010);
	leases_undo(leases, &first);
	assert_true(leases_find(leases, &owner, 20, &lease));
	assert_int_equal(lease.state, LEASE_OFFERED);
	assert_false(leases_find(leases, &owner, LEASE_OFFER_SECONDS, &lease));
	leases_free(leases);
}

static void
giving_back_and_declining_are_changes_too(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.51");
	const struct lease_owner owner = machine(1);
	struct lease_change change;

	(void)state;
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 0, 1000), 0);
	assert_true(leases_take_change(leases, &change));
	assert_int_equal(leases_release(leases, &owner, address("10.9.0.50")), 0);
	assert_true(leases_take_change(leases, &change));
	assert_int_equal(change.after.state, LEASE_FREE);
	assert_int_equal(bind_to(leases, 1, "10.9.0.50", 0, 1000), 0);
	assert_int_equal(leases_decline(leases, &owner, address("10.9.0.50"), 1), 0);
	assert_true(leases_take_change(leases, &change));
	assert_int_equal(change.after.state, LEASE_DECLINED);
	assert_int_equal(change.after.owner.length, 0);
	leases_free(leases);
}

/* Two rows of one machine, as a move leaves behind: the newer one holds. */
static void
what_was_stored_is_put_back(void **state)
{
	struct leases *leases = make("10.9.0.50", "10.9.0.52");
	struct lease row = {.address = address("10.9.0.51"),
			    .owner = machine(1),
			    .state = LEASE_BOUND,
			    .expires_at = 900};
	struct lease lease;

	(void)state;
	leases_exclude(leases, address("10.9.0.52"));
	leases_restore(leases, &row);
	row.address = address("10.9.0.50");
	leases_restore(leases, &row);
	row.address = address("10.9.0.52");
	leases_restore(leases, &row);
	row.address = address("10.8.0.1");
	leases_restore(leases, &row);
	assert_true(leases_find(leases, &row.owner, 100, &lease));
	assert_int_equal(lease.address.s_addr, inet_addr("10.9.0.50"));
	assert_int_equal(offer(leases, 2, address("10.9.0.50"), 100), inet_addr("10.9.0.51"));
	assert_int_equal(offer(leases, 3, none, 100), 0);
	assert_int_equal(offer(leases, 3, none, 900), inet_addr("10.9.0.51"));
	leases_free(leases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_taken_back_as_if_it_had_not_been),
		cmocka_unit_test(giving_back_and_declining_are_changes_too),
		cmocka_unit_test(what_was_stored_is_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
