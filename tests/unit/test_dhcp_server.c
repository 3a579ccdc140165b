/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The full server: each row of a table is one conversation, told as what a
 * machine sends and what comes back. The range is 10.9.0.50 to 10.9.0.59.
 */
#include "dhcp_request.h"

#include "lease.h"

#define BIOS "PXEClient:Arch:00000:UNDI:002001"
#define US "10.9.0.1"
#define THEM "10.9.0.2"

enum { STEPS_MAX = 5 };

struct step {
	struct request request;
	uint8_t reply;       /* 0: silence */
	const char *address; /* in the decision; NULL: any */
	const char *to;      /* NULL: the address given, else everyone */
	int64_t later;       /* seconds that pass before */
};

struct conversation {
	const char *name;
	struct step steps[STEPS_MAX];
	bool authoritative;
};

static const struct conversation conversations[] = {
	{"four messages",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.55"}, DHCP_OFFER, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   1}},
	 false},
	{"ciaddr in DISCOVER counts for nothing",
	 {{{.type = DHCP_DISCOVER, .ciaddr = "10.9.0.57", .requested = "10.9.0.55"},
	   DHCP_OFFER,
	   "10.9.0.55",
	   NULL,
	   0}},
	 false},
	{"ciaddr beside option 50 counts for nothing",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.55"}, DHCP_OFFER, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.55", .ciaddr = "10.9.0.57", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0}},
	 false},
	{"selecting an address that was not offered",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.55"}, DHCP_OFFER, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.56", .server_id = US},
	   DHCP_NAK,
	   NULL,
	   NULL,
	   0}},
	 false},
	{"selecting an address of elsewhere",
	 {{{.type = DHCP_REQUEST, .requested = "192.0.2.9", .server_id = US},
	   DHCP_NAK,
	   NULL,
	   NULL,
	   0}},
	 false},
	{"selecting another's offer",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.55"}, DHCP_OFFER, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.77", .server_id = THEM}, 0, NULL, NULL, 0},
	  {{.type = DHCP_DISCOVER, .machine = 9, .requested = "10.9.0.55"},
	   DHCP_OFFER,
	   "10.9.0.55",
	   NULL,
	   0}},
	 false},
	{"rebooting with its address",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.55"}, DHCP_ACK, "10.9.0.55", NULL, 60}},
	 false},
	{"rebooting with another address than its own",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.56"}, DHCP_NAK, NULL, NULL, 60},
	  {{.type = DHCP_REQUEST, .requested = "192.0.2.9"}, DHCP_NAK, NULL, NULL, 60}},
	 false},
	{"rebooting with an address that is another's by now",
	 {{{.type = DHCP_REQUEST, .machine = 9, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.55"}, DHCP_NAK, NULL, NULL, 0}},
	 false},
	{"rebooting after we were restarted",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55"}, DHCP_ACK, "10.9.0.55", NULL, 0}},
	 false},
	{"a stranger from elsewhere is left to others",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.77"}, 0, NULL, NULL, 0},
	  {{.type = DHCP_REQUEST, .requested = "192.0.2.9"}, 0, NULL, NULL, 0},
	  {{.type = DHCP_REQUEST, .ciaddr = "192.0.2.9"}, 0, NULL, NULL, 0},
	  {{.type = DHCP_REQUEST}, 0, NULL, NULL, 0}},
	 false},
	{"a stranger from elsewhere is refused by the authority",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.77"}, DHCP_NAK, NULL, NULL, 0},
	  {{.type = DHCP_REQUEST, .ciaddr = "192.0.2.9"}, DHCP_NAK, NULL, NULL, 0}},
	 true},
	{"renewing",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .ciaddr = "10.9.0.55"}, DHCP_ACK, "10.9.0.55", "10.9.0.55", 1800},
	  {{.type = DHCP_REQUEST, .machine = 9, .requested = "10.9.0.55"},
	   DHCP_NAK,
	   NULL,
	   NULL,
	   3000}},
	 false},
	{"renewing what is another's by now",
	 {{{.type = DHCP_REQUEST, .machine = 9, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .ciaddr = "10.9.0.55"}, DHCP_NAK, NULL, NULL, 0}},
	 false},
	{"declining",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.55"}, DHCP_OFFER, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_DECLINE, .requested = "10.9.0.55", .server_id = THEM}, 0, NULL, NULL, 0},
	  {{.type = DHCP_DECLINE, .requested = "10.9.0.55", .server_id = US},
	   0,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.55"}, DHCP_NAK, NULL, NULL, 0}},
	 false},
	{"releasing",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = US},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0},
	  {{.type = DHCP_RELEASE, .ciaddr = "10.9.0.55", .machine = 9}, 0, NULL, NULL, 0},
	  {{.type = DHCP_REQUEST, .machine = 9, .requested = "10.9.0.55"}, DHCP_NAK, NULL, NULL, 0},
	  {{.type = DHCP_RELEASE, .ciaddr = "10.9.0.55"}, 0, "10.9.0.55", NULL, 0},
	  {{.type = DHCP_REQUEST, .machine = 9, .requested = "10.9.0.55"},
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL,
	   0}},
	 false},
	{"informing",
	 {{{.type = DHCP_INFORM, .ciaddr = "10.9.0.200"}, DHCP_ACK, "10.9.0.200", "10.9.0.200", 0},
	  {{.type = DHCP_INFORM, .ciaddr = "192.0.2.9"}, 0, NULL, NULL, 0},
	  {{.type = DHCP_INFORM, .ciaddr = "10.9.0.255"}, 0, NULL, NULL, 0},
	  {{.type = DHCP_INFORM, .ciaddr = US}, 0, NULL, NULL, 0},
	  {{.type = DHCP_INFORM}, 0, NULL, NULL, 0}},
	 false},
	{"a refusal goes to everyone, through a relay with the relay's help",
	 {{{.type = DHCP_REQUEST, .requested = "192.0.2.9", .server_id = US, .ciaddr = "10.9.0.55"},
	   DHCP_NAK,
	   NULL,
	   NULL,
	   0},
	  {{.type = DHCP_REQUEST, .requested = "192.0.2.9", .server_id = US, .giaddr = "10.9.0.3"},
	   DHCP_NAK,
	   NULL,
	   "10.9.0.3",
	   0}},
	 false},
};

static struct dhcp_side
make_server(void)
{
	struct dhcp_side side = make_side(DHCP_SERVER);

	assert_int_equal(
		leases_new(address("10.9.0.50"), address("10.9.0.59"), &side.subnet->leases), 0);
	return side;
}

static const char *
destination_of(const struct step *step)
{
	if (step->to != NULL)
		return step->to;
	return step->address != NULL ? step->address : "255.255.255.255";
}

static void
check_step(const char *name, size_t number, const struct step *step, struct dhcp_side *side)
{
	struct dhcp_message message = make_request(&step->request);
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;

	side->now += step->later;
	dhcp_decide(side, &arrival, &message, &decision);
	if (decision.type != step->reply)
		fail_msg("%s, step %zu: %u (%s)", name, number, decision.type, decision.why);
	if (step->address != NULL && decision.address.s_addr != address(step->address).s_addr)
		fail_msg("%s, step %zu: another address", name, number);
	if (step->reply != 0)
		assert_goes_to(&decision, destination_of(step),
			       step->request.giaddr != NULL ? 67 : 68);
}

static void
conversations_go_as_rfc_2131_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conversations) / sizeof(conversations[0]); i++) {
		const struct conversation *conversation = &conversations[i];
		struct dhcp_side side = make_server();

		side.subnet->is_authoritative = conversation->authoritative;
		for (size_t s = 0; s < STEPS_MAX; s++)
			if (conversation->steps[s].request.type != 0)
				check_step(conversation->name, s, &conversation->steps[s], &side);
		leases_free(side.subnet->leases);
	}
}

static struct dhcp_message
reply_to(const struct dhcp_side *side, const struct request *request)
{
	struct dhcp_message message = make_request(request), reply;
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;
	struct dhcp_writer writer;
	const char *why;

	dhcp_decide(side, &arrival, &message, &decision);
	assert_int_not_equal(decision.type, 0);
	assert_int_equal(dhcp_compose(side, &message, &decision, &writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &reply, &why), 0);
	return reply;
}

static bool
has(const struct dhcp_message *message, uint8_t code)
{
	return dhcp_option(message, code).bytes != NULL;
}

static void
assert_says(const struct dhcp_message *refusal, const char *why)
{
	struct dhcp_slice text = dhcp_option(refusal, DHCP_MESSAGE);

	assert_int_equal(dhcp_message_type(refusal), DHCP_NAK);
	assert_int_equal(text.length, strlen(why));
	assert_memory_equal(text.bytes, why, text.length);
}

/* DHCP-11: what comes with an address, and what not without one. */
static void
an_address_comes_with_its_terms(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_message reply;

	(void)state;
	reply = reply_to(&side, &(struct request){.type = DHCP_DISCOVER});
	assert_true(has(&reply, DHCP_LEASE_TIME) && has(&reply, DHCP_NETMASK));
	assert_true(has(&reply, DHCP_RENEWAL_TIME) && has(&reply, DHCP_REBINDING_TIME));
	assert_int_not_equal(reply.header.yiaddr.s_addr, 0);
	/* No router that nobody named, and no boot file for who does not boot. */
	assert_false(has(&reply, DHCP_ROUTER) || has(&reply, DHCP_VENDOR_CLASS));
	assert_int_equal(reply.header.siaddr.s_addr, 0);
	assert_int_equal(reply.header.file[0], 0);

	reply = reply_to(&side, &(struct request){.type = DHCP_INFORM, .ciaddr = "10.9.0.200"});
	assert_true(has(&reply, DHCP_NETMASK));
	assert_false(has(&reply, DHCP_LEASE_TIME) || has(&reply, DHCP_RENEWAL_TIME));
	assert_int_equal(reply.header.yiaddr.s_addr, 0);
	assert_int_equal(reply.header.ciaddr.s_addr, address("10.9.0.200").s_addr);

	reply = reply_to(
		&side,
		&(struct request){.type = DHCP_REQUEST, .requested = "10.9.0.9", .server_id = US});
	assert_int_equal(dhcp_message_type(&reply), DHCP_NAK);
	assert_true(has(&reply, DHCP_MESSAGE) && has(&reply, DHCP_SERVER_ID));
	assert_false(has(&reply, DHCP_LEASE_TIME) || has(&reply, DHCP_NETMASK));
	assert_int_equal(reply.header.yiaddr.s_addr, 0);

	reply = reply_to(&side, &(struct request){.type = DHCP_REQUEST,
						  .requested = "192.0.2.9",
						  .server_id = US,
						  .giaddr = "10.9.0.3"});
	assert_int_equal(reply.header.flags, DHCP_FLAG_BROADCAST);
	leases_free(side.subnet->leases);
}

/* DHCP-19: ROM, iPXE, loader and installer are one machine. */
static void
one_machine_has_one_address_whatever_it_calls_itself(void **state)
{
	static const struct request stages[] = {
		{.type = DHCP_DISCOVER, .vendor_class = BIOS},
		{.type = DHCP_DISCOVER, .vendor_class = BIOS, .client_id = "\1RT\0\0224V"},
		{.type = DHCP_DISCOVER, .client_id = "\xff duid of the installer"},
		{.type = DHCP_DISCOVER},
	};
	struct dhcp_side side = make_server();
	struct in_addr first = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct dhcp_message reply = reply_to(&side, &stages[i]);

		if (i == 0)
			first = reply.header.yiaddr;
		assert_int_equal(reply.header.yiaddr.s_addr, first.s_addr);
	}
	leases_free(side.subnet->leases);
}

/* What a refused machine, and whoever looks at its packets, is told. */
static void
a_refusal_says_why(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_message reply;

	(void)state;
	reply_to(&side, &(struct request){.type = DHCP_REQUEST,
					  .machine = 9,
					  .requested = "10.9.0.51",
					  .server_id = US});
	reply = reply_to(&side, &(struct request){.type = DHCP_REQUEST, .requested = "10.9.0.51"});
	assert_says(&reply, "the address is not free");
	reply = reply_to(
		&side,
		&(struct request){.type = DHCP_REQUEST, .requested = "192.0.2.9", .server_id = US});
	assert_says(&reply, "the address is not of this range");
	reply_to(&side, &(struct request){.type = DHCP_REQUEST, .requested = "10.9.0.52"});
	reply = reply_to(
		&side,
		&(struct request){.type = DHCP_REQUEST, .requested = "10.9.0.56", .server_id = US});
	assert_says(&reply, "another address is yours");
	leases_free(side.subnet->leases);
}

static void
a_full_range_is_said_to_be_full(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_arrival arrival = make_arrival();

	(void)state;
	for (uint8_t machine = 1; machine <= 11; machine++) {
		struct dhcp_message message =
			make_request(&(struct request){.type = DHCP_DISCOVER, .machine = machine});
		struct dhcp_decision decision;

		dhcp_decide(&side, &arrival, &message, &decision);
		assert_int_equal(decision.verdict, machine <= 10 ? DHCP_OFFERED : DHCP_EXHAUSTED);
	}
	leases_free(side.subnet->leases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_go_as_rfc_2131_says),
		cmocka_unit_test(an_address_comes_with_its_terms),
		cmocka_unit_test(one_machine_has_one_address_whatever_it_calls_itself),
		cmocka_unit_test(a_refusal_says_why),
		cmocka_unit_test(a_full_range_is_said_to_be_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
