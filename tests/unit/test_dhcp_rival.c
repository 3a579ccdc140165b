/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a server looks for others, and what it may do after what it heard. What
 * breaks without it: two servers on one network, or none.
 */
#include "dhcp_request.h"

#include "dhcp_rival.h"

enum { INTERVAL = 60000, START = 1000 };

static struct dhcp_rival_sign
make_sign(const char *server)
{
	return (struct dhcp_rival_sign){.server = address(server)};
}

/* Lets the time pass up to `until`: the last news, and how many messages went
   out. */
static enum dhcp_rival_news
pass(struct dhcp_rival *rival, int64_t until, unsigned *ret_messages)
{
	enum dhcp_rival_news last = DHCP_RIVAL_NONE;
	int64_t due;

	*ret_messages = 0;
	while ((due = dhcp_rival_due(rival)) <= until) {
		int message;
		enum dhcp_rival_news news = dhcp_rival_tick(rival, due, &message);

		if (news != DHCP_RIVAL_NONE)
			last = news;
		*ret_messages += message >= 0;
	}
	return last;
}

static struct dhcp_rival
start_alone(void)
{
	struct dhcp_rival rival;
	unsigned messages;

	dhcp_rival_start(&rival, START, INTERVAL);
	assert_int_equal(pass(&rival, START + DHCP_LOOK_MS, &messages), DHCP_RIVAL_ABSENT);
	assert_int_equal(rival.standing, DHCP_ALONE);
	assert_int_equal(messages, DHCP_LOOK_MESSAGES);
	return rival;
}

static void
lends_nothing_before_the_look_is_over(void **state)
{
	struct dhcp_rival rival;
	unsigned messages;

	(void)state;
	dhcp_rival_start(&rival, START, INTERVAL);
	assert_int_equal(rival.standing, DHCP_LOOKING);
	assert_int_equal(dhcp_rival_due(&rival), START);
	assert_int_equal(pass(&rival, START + DHCP_LOOK_MS - 1, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(messages, DHCP_LOOK_MESSAGES);
	assert_int_equal(rival.standing, DHCP_LOOKING);
	assert_int_equal(pass(&rival, START + DHCP_LOOK_MS, &messages), DHCP_RIVAL_ABSENT);
	assert_int_equal(rival.standing, DHCP_ALONE);
}

static void
an_answer_to_the_first_look_ends_it(void **state)
{
	const struct dhcp_rival_sign other = make_sign("10.9.0.2");
	struct dhcp_rival rival;
	unsigned messages;

	(void)state;
	dhcp_rival_start(&rival, START, INTERVAL);
	pass(&rival, START, &messages);
	assert_int_equal(dhcp_rival_hear(&rival, &other), DHCP_RIVAL_FOUND);
	assert_int_equal(rival.standing, DHCP_SECOND);
	assert_int_equal(rival.who.server.s_addr, other.server.s_addr);
	/* Said once. */
	assert_int_equal(dhcp_rival_hear(&rival, &other), DHCP_RIVAL_NONE);
	assert_int_equal(pass(&rival, START + DHCP_LOOK_MS, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(rival.standing, DHCP_SECOND);
}

static void
an_answer_that_is_late_counts(void **state)
{
	const struct dhcp_rival_sign other = make_sign("10.9.0.2");
	struct dhcp_rival rival = start_alone();

	(void)state;
	assert_int_equal(dhcp_rival_hear(&rival, &other), DHCP_RIVAL_APPEARED);
	assert_int_equal(rival.standing, DHCP_SECOND);
}

static void
looks_again_at_each_interval(void **state)
{
	struct dhcp_rival rival = start_alone();
	int64_t begin = START + DHCP_LOOK_MS + INTERVAL;
	unsigned messages;

	(void)state;
	assert_int_equal(pass(&rival, begin - 1, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(messages, 0);
	assert_int_equal(pass(&rival, begin + DHCP_LOOK_MS, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(messages, DHCP_LOOK_MESSAGES);
	assert_int_equal(rival.standing, DHCP_ALONE);
}

static void
one_silent_look_is_not_the_end_of_the_other(void **state)
{
	const struct dhcp_rival_sign other = make_sign("10.9.0.2");
	struct dhcp_rival rival = start_alone();
	int64_t look = INTERVAL + DHCP_LOOK_MS, now = START + DHCP_LOOK_MS;
	unsigned messages;

	(void)state;
	dhcp_rival_hear(&rival, &other);
	/* The look in which it was heard, then a silent one, then it is heard. */
	assert_int_equal(pass(&rival, now += look, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(pass(&rival, now += look, &messages), DHCP_RIVAL_NONE);
	dhcp_rival_hear(&rival, &other);
	assert_int_equal(pass(&rival, now += look, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(pass(&rival, now += look, &messages), DHCP_RIVAL_NONE);
	assert_int_equal(rival.standing, DHCP_SECOND);
	assert_int_equal(pass(&rival, now += look, &messages), DHCP_RIVAL_GONE);
	assert_int_equal(rival.standing, DHCP_ALONE);
	/* And it may come back. */
	assert_int_equal(dhcp_rival_hear(&rival, &other), DHCP_RIVAL_APPEARED);
}

/* Two of our kind: 10.9.0.1 is ours, the other's look is heard. */
static void
of_two_that_look_the_lower_address_goes_on(void **state)
{
	static const struct {
		const char *name;
		enum dhcp_standing standing;
		const char *other;
		enum dhcp_rival_news news;
	} rows[] = {
		{"both look, theirs is lower", DHCP_LOOKING, "10.8.0.255", DHCP_RIVAL_FOUND},
		{"both look, ours is lower", DHCP_LOOKING, "10.9.0.2", DHCP_RIVAL_NONE},
		{"it hears itself", DHCP_LOOKING, "10.9.0.1", DHCP_RIVAL_NONE},
		{"one without an address", DHCP_LOOKING, "0.0.0.0", DHCP_RIVAL_NONE},
		{"ours serves: it answers", DHCP_ALONE, "10.8.0.255", DHCP_RIVAL_NONE},
		{"ours has given way already", DHCP_SECOND, "10.8.0.255", DHCP_RIVAL_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dhcp_rival_sign sign = make_sign(rows[i].other);
		struct dhcp_rival rival;
		bool gives_way = rows[i].news == DHCP_RIVAL_FOUND;

		dhcp_rival_start(&rival, START, INTERVAL);
		rival.standing = rows[i].standing;
		if (dhcp_rival_hear_look(&rival, address("10.9.0.1"), &sign) != rows[i].news ||
		    rival.standing != (gives_way ? DHCP_SECOND : rows[i].standing))
			fail_msg("%s", rows[i].name);
	}
}

static void
two_that_gave_way_to_each_other_do_not_both_stay_silent(void **state)
{
	const struct dhcp_rival_sign low = make_sign("10.9.0.1"), high = make_sign("10.9.0.2");
	struct dhcp_rival lower = start_alone(), higher = start_alone();
	int64_t now = START + DHCP_LOOK_MS;
	unsigned messages;

	(void)state;
	dhcp_rival_hear(&lower, &high);
	dhcp_rival_hear(&higher, &low);
	for (int look = 0; look < 3; look++) {
		now += INTERVAL + DHCP_LOOK_MS;
		dhcp_rival_hear_look(&lower, low.server, &high);
		dhcp_rival_hear_look(&higher, high.server, &low);
		pass(&lower, now, &messages);
		pass(&higher, now, &messages);
	}
	assert_int_equal(lower.standing, DHCP_ALONE);
	assert_int_equal(higher.standing, DHCP_SECOND);
}

static void
what_is_no_sure_sign_makes_it_look(void **state)
{
	struct dhcp_rival rival = start_alone();
	int64_t now = START + DHCP_LOOK_MS + DHCP_SUSPECT_MS;
	int64_t next = dhcp_rival_due(&rival);
	unsigned messages;

	(void)state;
	/* Not as often as anybody likes to send such a message. */
	dhcp_rival_suspect(&rival, now - 1);
	assert_int_equal(dhcp_rival_due(&rival), next);
	dhcp_rival_suspect(&rival, now);
	assert_int_equal(rival.standing, DHCP_ALONE);
	assert_int_equal(dhcp_rival_due(&rival), now);
	pass(&rival, now, &messages);
	assert_int_equal(messages, 1);
	/* Not over and over. */
	dhcp_rival_suspect(&rival, now + 1);
	assert_int_equal(dhcp_rival_due(&rival), now + 500);
}

static void
beside_another_server_suspicion_changes_nothing(void **state)
{
	const struct dhcp_rival_sign other = make_sign("10.9.0.2");
	struct dhcp_rival rival = start_alone();
	int64_t next = dhcp_rival_due(&rival);

	(void)state;
	dhcp_rival_hear(&rival, &other);
	dhcp_rival_suspect(&rival, next - 1);
	assert_int_equal(dhcp_rival_due(&rival), next);
}

static void
without_an_interval_the_first_look_is_the_only_one(void **state)
{
	struct dhcp_rival rival;
	unsigned messages;

	(void)state;
	dhcp_rival_start(&rival, START, 0);
	assert_int_equal(pass(&rival, START + 1000000000, &messages), DHCP_RIVAL_ABSENT);
	assert_int_equal(messages, DHCP_LOOK_MESSAGES);
	dhcp_rival_suspect(&rival, START + 1000000001);
	pass(&rival, START + 1000000001 + DHCP_LOOK_MS, &messages);
	assert_int_equal(messages, DHCP_LOOK_MESSAGES);
}

static void
after_a_sleep_messages_keep_their_distance(void **state)
{
	struct dhcp_rival rival;
	int message;

	(void)state;
	dhcp_rival_start(&rival, START, INTERVAL);
	dhcp_rival_tick(&rival, START, &message);
	dhcp_rival_tick(&rival, START + 100000, &message);
	assert_int_equal(message, 1);
	assert_true(dhcp_rival_due(&rival) > START + 100000);
	assert_true(dhcp_rival_due(&rival) <= START + 100000 + DHCP_LOOK_MS);
}

static void
a_request_tells_which_server_was_chosen(void **state)
{
	static const struct {
		const char *name;
		struct request request;
		bool is_sure;
		bool is_suspect;
	} rows[] = {
		{"chose another",
		 {.type = DHCP_REQUEST, .requested = "10.9.0.50", .server_id = "10.9.0.2"},
		 true,
		 false},
		{"chose us",
		 {.type = DHCP_REQUEST, .requested = "10.9.0.50", .server_id = "10.9.0.1"},
		 false,
		 false},
		{"a laptop from elsewhere",
		 {.type = DHCP_REQUEST, .requested = "192.168.1.7", .server_id = "192.168.1.1"},
		 false,
		 true},
		{"renews and names its server",
		 {.type = DHCP_REQUEST, .ciaddr = "10.9.0.50", .server_id = "10.9.0.2"},
		 false,
		 true},
		{"starts again", {.type = DHCP_REQUEST, .requested = "10.9.0.50"}, false, false},
		{"releases",
		 {.type = DHCP_RELEASE, .ciaddr = "10.9.0.50", .server_id = "10.9.0.2"},
		 false,
		 false},
		{"through a relay",
		 {.type = DHCP_REQUEST,
		  .giaddr = "10.8.0.1",
		  .requested = "10.9.0.50",
		  .server_id = "10.9.0.2"},
		 false,
		 false},
		{"discovers", {.type = DHCP_DISCOVER}, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_message message = make_request(&rows[i].request);
		bool is_suspect;

		if (dhcp_rival_is_chosen(&message, address("10.9.0.1"), address("255.255.255.0"),
					 &is_suspect) != rows[i].is_sure ||
		    is_suspect != rows[i].is_suspect)
			fail_msg("%s", rows[i].name);
	}
}

static void
a_proxy_is_no_rival(void **state)
{
	struct dhcp_client_answer answer = {.type = DHCP_OFFER};

	(void)state;
	assert_false(dhcp_rival_is_server(&answer));
	answer.address = address("10.9.0.50");
	assert_true(dhcp_rival_is_server(&answer));
	/* An INFORM is answered without an address. */
	answer = (struct dhcp_client_answer){.type = DHCP_ACK};
	assert_true(dhcp_rival_is_server(&answer));
}

static void
a_look_asks_in_all_ways_that_servers_answer(void **state)
{
	bool is_asked[3] = {false};

	(void)state;
	for (int i = 0; i < DHCP_LOOK_MESSAGES; i++) {
		enum dhcp_client_state asks;
		enum dhcp_client_kind kind = dhcp_rival_message(i, &asks);

		is_asked[0] |= kind == DHCP_CLIENT_PLAIN && asks == DHCP_CLIENT_DISCOVER;
		is_asked[1] |= kind == DHCP_CLIENT_BIOS && asks == DHCP_CLIENT_DISCOVER;
		is_asked[2] |= asks == DHCP_CLIENT_INFORM;
		/* Whatever would take an address. */
		assert_true(asks != DHCP_CLIENT_REQUEST);
	}
	assert_true(is_asked[0] && is_asked[1] && is_asked[2]);
}

static void
a_look_is_known_by_its_hardware_address(void **state)
{
	struct dhcp_message message = make_request(&(struct request){.type = DHCP_DISCOVER});
	unsigned char mac[6];

	(void)state;
	assert_false(dhcp_rival_is_look(&message.header));
	dhcp_rival_make_mac((const unsigned char *)"\1\2\3", mac);
	assert_int_equal(mac[0] & 3, 2); /* locally administered, one machine's */
	memcpy(message.header.chaddr, mac, sizeof(mac));
	assert_true(dhcp_rival_is_look(&message.header));
	message.header.hlen = 16;
	assert_false(dhcp_rival_is_look(&message.header));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lends_nothing_before_the_look_is_over),
		cmocka_unit_test(an_answer_to_the_first_look_ends_it),
		cmocka_unit_test(an_answer_that_is_late_counts),
		cmocka_unit_test(looks_again_at_each_interval),
		cmocka_unit_test(one_silent_look_is_not_the_end_of_the_other),
		cmocka_unit_test(of_two_that_look_the_lower_address_goes_on),
		cmocka_unit_test(two_that_gave_way_to_each_other_do_not_both_stay_silent),
		cmocka_unit_test(what_is_no_sure_sign_makes_it_look),
		cmocka_unit_test(beside_another_server_suspicion_changes_nothing),
		cmocka_unit_test(without_an_interval_the_first_look_is_the_only_one),
		cmocka_unit_test(after_a_sleep_messages_keep_their_distance),
		cmocka_unit_test(a_request_tells_which_server_was_chosen),
		cmocka_unit_test(a_proxy_is_no_rival),
		cmocka_unit_test(a_look_asks_in_all_ways_that_servers_answer),
		cmocka_unit_test(a_look_is_known_by_its_hardware_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
