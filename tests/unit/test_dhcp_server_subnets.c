/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The full server across several networks: relays, static hosts, machines that
 * move, leases for boot clients only, rapid commit.
 */
#include "dhcp_subnets.h"

#define BIOS "PXEClient:Arch:00000:UNDI:002001"
#define OVERRIDE "\13\4\12\24\0\1" /* 82.11: 10.20.0.1 */
#define OVERRIDE_ID "10.20.0.1"

enum { STEPS_MAX = 4 };

struct step {
	struct request request;
	const char *destination; /* NULL: everyone */
	uint8_t reply;           /* 0: silence */
	const char *address;     /* in the decision; NULL: any */
	const char *to;          /* NULL: not looked at */
};

static const struct {
	const char *name;
	struct step steps[STEPS_MAX];
	bool boot_clients_only;
} conversations[] = {
	{"a static address, and nobody else gets it",
	 {{{.type = DHCP_DISCOVER, .requested = "10.9.0.7"}, NULL, DHCP_OFFER, NULL, NULL},
	  {{.type = DHCP_REQUEST, .requested = "10.9.0.7", .server_id = "10.9.0.1"},
	   NULL,
	   DHCP_NAK,
	   NULL,
	   NULL},
	  {{.type = DHCP_DISCOVER, .machine = 7, .requested = "10.9.0.55"},
	   NULL,
	   DHCP_OFFER,
	   "10.9.0.7",
	   NULL},
	  {{.type = DHCP_REQUEST, .machine = 7, .requested = "10.9.0.7", .server_id = "10.9.0.1"},
	   NULL,
	   DHCP_ACK,
	   "10.9.0.7",
	   NULL}},
	 false},
	{"a static host declines its address and gets another for a while",
	 {{{.type = DHCP_DISCOVER, .machine = 7}, NULL, DHCP_OFFER, "10.9.0.7", NULL},
	  {{.type = DHCP_DECLINE, .machine = 7, .requested = "10.9.0.7"}, NULL, 0, NULL, NULL},
	  {{.type = DHCP_DISCOVER, .machine = 7, .requested = "10.9.0.55"},
	   NULL,
	   DHCP_OFFER,
	   "10.9.0.55",
	   NULL}},
	 false},
	{"moved from one network to another: refused at once, then given one there",
	 {{{.type = DHCP_REQUEST,
	    .requested = "10.20.0.55",
	    .server_id = "10.9.0.1",
	    .giaddr = "10.20.0.1"},
	   "10.9.0.1",
	   DHCP_ACK,
	   "10.20.0.55",
	   "10.20.0.1"},
	  {{.type = DHCP_REQUEST, .requested = "10.20.0.55"}, NULL, DHCP_NAK, NULL, NULL},
	  {{.type = DHCP_DISCOVER, .requested = "10.20.0.55"}, NULL, DHCP_OFFER, NULL, NULL},
	  {{.type = DHCP_REQUEST, .ciaddr = "10.20.0.55"},
	   "10.9.0.1",
	   DHCP_ACK,
	   "10.20.0.55",
	   "10.20.0.55"}},
	 false},
	{"an unknown relay is not answered",
	 {{{.type = DHCP_DISCOVER, .giaddr = "10.30.0.9"}, "10.9.0.1", 0, NULL, NULL},
	  {{.type = DHCP_DISCOVER, .giaddr = "10.20.0.255"}, "10.9.0.1", 0, NULL, NULL},
	  {{.type = DHCP_DISCOVER, .giaddr = "192.0.2.9"},
	   "10.9.0.1",
	   DHCP_OFFER,
	   NULL,
	   "192.0.2.9"}},
	 false},
	{"INFORM through a relay goes to the machine, else back to the relay",
	 {{{.type = DHCP_INFORM, .ciaddr = "10.20.0.99", .giaddr = "10.20.0.1"},
	   "10.9.0.1",
	   DHCP_ACK,
	   "10.20.0.99",
	   "10.20.0.99"},
	  {{.type = DHCP_INFORM, .giaddr = "10.20.0.1"}, "10.9.0.1", DHCP_ACK, NULL, "10.20.0.1"}},
	 false},
	{"leases for boot clients only: who booted keeps its own",
	 {{{.type = DHCP_DISCOVER, .machine = 9, .requested = "10.9.0.55"}, NULL, 0, NULL, NULL},
	  {{.type = DHCP_REQUEST,
	    .vendor_class = BIOS,
	    .requested = "10.9.0.55",
	    .server_id = "10.9.0.1"},
	   NULL,
	   DHCP_ACK,
	   "10.9.0.55",
	   NULL},
	  {{.type = DHCP_DISCOVER, .client_id = "\377 an installer"},
	   NULL,
	   DHCP_OFFER,
	   "10.9.0.55",
	   NULL},
	  {{.type = DHCP_DISCOVER, .machine = 7}, NULL, DHCP_OFFER, "10.9.0.7", NULL}},
	 true},
	{"leases for boot clients only: others are not told anything",
	 {{{.type = DHCP_REQUEST, .requested = "10.9.0.55"}, NULL, 0, NULL, NULL},
	  {{.type = DHCP_INFORM, .ciaddr = "10.9.0.99"}, NULL, 0, NULL, NULL},
	  {{.type = DHCP_RELEASE, .ciaddr = "10.9.0.55"}, NULL, 0, NULL, NULL}},
	 true},
};

static void
conversations_go_on_across_networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conversations) / sizeof(conversations[0]); i++) {
		make_subnets();
		items[0].is_for_boot_clients = conversations[i].boot_clients_only;
		for (size_t s = 0; s < STEPS_MAX; s++) {
			const struct step *step = &conversations[i].steps[s];
			struct dhcp_message message;
			struct dhcp_decision decision;
			struct dhcp_side side;
			char text[INET_ADDRSTRLEN];

			if (step->request.type == 0)
				break;
			message = make_request(&step->request);
			decision = decide(&message, step->destination, &side);
			inet_ntop(AF_INET, &decision.address, text, sizeof(text));
			if (decision.type != step->reply ||
			    (step->address != NULL && strcmp(text, step->address) != 0))
				fail_msg("%s, step %zu: %u %s (%s)", conversations[i].name, s,
					 decision.type, text, decision.why);
			if (step->to != NULL)
				assert_goes_to(&decision, step->to,
					       strcmp(step->to,
						      step->address != NULL ? step->address : "") ==
							       0
						       ? 68
						       : 67);
		}
		free_subnets();
	}
}

/* Known by its UUID, in either byte order; the card that asked keeps it. */
static void
a_machine_is_known_by_its_uuid(void **state)
{
	static const char uuid[] =
		"\0\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\x00";
	const struct request request = {.type = DHCP_DISCOVER, .vendor_class = BIOS};
	struct dhcp_message message, reply;

	(void)state;
	make_subnets();
	message = with_option(&request, DHCP_UUID, uuid, 17);
	reply = reply_to(&message, NULL);
	assert_int_equal(reply.header.yiaddr.s_addr, inet_addr("10.9.0.8"));
	/* its installer, which says no UUID */
	message = make_request(&(struct request){.type = DHCP_DISCOVER});
	reply = reply_to(&message, NULL);
	assert_int_equal(reply.header.yiaddr.s_addr, inet_addr("10.9.0.8"));
	/* and its other card, while the first has the address */
	message = with_option(&(struct request){.type = DHCP_DISCOVER, .machine = 9}, DHCP_UUID,
			      uuid, 17);
	reply = reply_to(&message, NULL);
	assert_int_not_equal(reply.header.yiaddr.s_addr, inet_addr("10.9.0.8"));
	free_subnets();
}

/* RFC 5107: the relay is the server that the client knows. */
static void
a_relay_can_stand_for_us(void **state)
{
	const struct request selecting = {.type = DHCP_REQUEST,
					  .requested = "10.20.0.55",
					  .server_id = OVERRIDE_ID,
					  .giaddr = "10.20.0.1"};
	const struct request direct = {
		.type = DHCP_REQUEST, .requested = "10.9.0.55", .server_id = OVERRIDE_ID};
	struct dhcp_message message = with_option(&selecting, DHCP_RELAY_INFORMATION, OVERRIDE, 6);
	struct dhcp_message reply;
	struct dhcp_side side;

	(void)state;
	make_subnets();
	reply = reply_to(&message, "10.9.0.1");
	assert_int_equal(dhcp_message_type(&reply), DHCP_ACK);
	assert_int_equal(dhcp_option_address(&reply, DHCP_SERVER_ID).s_addr,
			 inet_addr(OVERRIDE_ID));
	assert_int_equal(dhcp_option(&reply, DHCP_RELAY_INFORMATION).length, 6);
	/* nobody can say so without a relay */
	message = with_option(&direct, DHCP_RELAY_INFORMATION, OVERRIDE, 6);
	assert_int_equal(decide(&message, NULL, &side).type, 0);
	free_subnets();
}

static void
rapid_commit_is_for_who_asks_where_it_is_allowed(void **state)
{
	const struct request request = {.type = DHCP_DISCOVER, .requested = "10.9.0.55"};
	struct dhcp_message message, reply;
	struct lease_owner owner;
	struct lease lease;

	(void)state;
	make_subnets();
	message = with_option(&request, DHCP_RAPID_COMMIT, "", 0);
	owner = dhcp_owner(&message.header);
	reply = reply_to(&message, NULL);
	assert_int_equal(dhcp_message_type(&reply), DHCP_OFFER);
	items[0].has_rapid_commit = true;
	reply = reply_to(&message, NULL);
	assert_int_equal(dhcp_message_type(&reply), DHCP_ACK);
	assert_non_null(dhcp_option(&reply, DHCP_RAPID_COMMIT).bytes);
	assert_int_equal(reply.header.yiaddr.s_addr, inet_addr("10.9.0.55"));
	assert_true(leases_find(items[0].leases, &owner, 1001, &lease));
	assert_int_equal(lease.state, LEASE_BOUND);
	message = make_request(&request);
	reply = reply_to(&message, NULL);
	assert_int_equal(dhcp_message_type(&reply), DHCP_OFFER);
	free_subnets();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_go_on_across_networks),
		cmocka_unit_test(a_machine_is_known_by_its_uuid),
		cmocka_unit_test(a_relay_can_stand_for_us),
		cmocka_unit_test(rapid_commit_is_for_who_asks_where_it_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
