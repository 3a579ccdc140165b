/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When an address is to be asked for before it is given (DHCP-18). What breaks
 * without it: an address that somebody has already, or a machine that waits
 * half a second in each stage of its boot.
 */
#include "dhcp_request.h"
#include "lease.h"

static const struct request discover = {.type = DHCP_DISCOVER, .requested = "10.9.0.55"};
static const struct request take = {
	.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = "10.9.0.1"};
static const struct request release = {.type = DHCP_RELEASE, .ciaddr = "10.9.0.55"};

static int
setup(void **state)
{
	static struct dhcp_side side;

	side = make_side(DHCP_SERVER);
	side.is_probing = true;
	*state = &side;
	return leases_new(address("10.9.0.50"), address("10.9.0.59"), &side.subnet->leases);
}

static int
teardown(void **state)
{
	leases_free(((struct dhcp_side *)*state)->subnet->leases);
	return 0;
}

static struct dhcp_decision
decide(const struct dhcp_side *side, const struct request *request, bool is_rapid)
{
	struct dhcp_message message = make_request(request);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;

	message.options[DHCP_RAPID_COMMIT].is_present = is_rapid;
	dhcp_decide(side, &arrival, &message, &decision);
	return decision;
}

static void
a_new_address_is_asked_for_until_the_answer_is_known(void **state)
{
	struct dhcp_side *side = *state;

	assert_true(decide(side, &discover, false).needs_probe);
	assert_true(decide(side, &discover, false).needs_probe);
	side->unused = address("10.9.0.54");
	assert_true(decide(side, &discover, false).needs_probe);
	side->unused = address("10.9.0.55");
	assert_false(decide(side, &discover, false).needs_probe);
}

static void
who_has_its_address_is_offered_it_at_once(void **state)
{
	struct dhcp_side *side = *state;

	assert_false(decide(side, &take, false).needs_probe);
	assert_false(decide(side, &discover, false).needs_probe);
	/* Another may have taken it meanwhile. */
	decide(side, &release, false);
	assert_true(decide(side, &discover, false).needs_probe);
	decide(side, &take, false);
	side->now += side->subnet->lease_seconds;
	assert_true(decide(side, &discover, false).needs_probe);
}

static void
rapid_commit_lends_nothing_before_the_answer(void **state)
{
	struct dhcp_side *side = *state;
	struct dhcp_decision decision;

	side->subnet->has_rapid_commit = true;
	decision = decide(side, &discover, true);
	assert_true(decision.needs_probe);
	assert_int_equal(decision.verdict, DHCP_OFFERED);
	side->unused = decision.address;
	decision = decide(side, &discover, true);
	assert_false(decision.needs_probe);
	assert_int_equal(decision.verdict, DHCP_LEASED);
}

static void
an_address_that_is_set_aside_is_offered_to_nobody(void **state)
{
	struct dhcp_side *side = *state;
	struct request other = discover;
	struct dhcp_message message = make_request(&discover);

	decide(side, &discover, false);
	assert_int_equal(dhcp_set_aside(side, &message, address("10.9.0.55")), 0);
	assert_int_not_equal(decide(side, &discover, false).address.s_addr,
			     address("10.9.0.55").s_addr);
	other.machine = 9;
	assert_int_not_equal(decide(side, &other, false).address.s_addr,
			     address("10.9.0.55").s_addr);
	assert_true(dhcp_set_aside(side, &message, address("10.9.0.55")) < 0);
}

static void
nobody_is_asked_where_that_is_off(void **state)
{
	struct dhcp_side *side = *state;

	side->is_probing = false;
	assert_false(decide(side, &discover, false).needs_probe);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_new_address_is_asked_for_until_the_answer_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(who_has_its_address_is_offered_it_at_once, setup,
						teardown),
		cmocka_unit_test_setup_teardown(rapid_commit_lends_nothing_before_the_answer, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_address_that_is_set_aside_is_offered_to_nobody,
						setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_is_asked_where_that_is_off, setup, teardown),
	};

	return cmocka_run_group_tests_name("dhcp_probing", tests, NULL, NULL);
}
