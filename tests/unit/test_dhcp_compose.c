/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of a server's reply: their order, what follows from what is
 * configured, and where they go when there are many.
 */
#include "dhcp_request.h"

#include "lease.h"
#include "machine.h"

enum { OPTIONS = 240 }; /* of the reply, behind the cookie */

/* Makes an offer to a DISCOVER with the option 55, and with option 82 through a
   relay when `relay` says so. */
static struct dhcp_writer
offer(struct dhcp_side *side, const char *parameters, const char *relay_information,
      const char *vendor_class)
{
	struct dhcp_header header = {
		.op = 1, .htype = 1, .hlen = 6, .chaddr = {0x52, 0x54, 0, 0x12, 0x34, 0x56}};
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;
	struct dhcp_message message;
	struct dhcp_writer request, reply;
	const char *why;

	if (relay_information != NULL)
		header.giaddr = address("10.9.0.3");
	dhcp_write_header(&request, DHCP_REPLY_MAX, &header);
	dhcp_write_u8(&request, DHCP_MESSAGE_TYPE, DHCP_DISCOVER);
	write_text(&request, DHCP_PARAMETERS, parameters);
	write_text(&request, DHCP_VENDOR_CLASS, vendor_class);
	write_text(&request, DHCP_CLIENT_ID, "\1id");
	write_text(&request, DHCP_RELAY_INFORMATION, relay_information);
	assert_int_equal(dhcp_write_end(&request), 0);
	assert_int_equal(dhcp_decode(request.bytes, request.length, &message, &why), 0);
	dhcp_decide(side, &arrival, &message, &decision);
	assert_int_equal(decision.type, DHCP_OFFER);
	assert_int_equal(dhcp_compose(side, &message, &decision, &reply), 0);
	return reply;
}

/* The codes of the options at `at`, in their order, up to the end mark. */
static const char *
codes_from(const unsigned char *at)
{
	static char text[512];

	text[0] = '\0';
	for (; *at != DHCP_END; at += 2 + at[1])
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u",
			 text[0] != '\0' ? " " : "", *at);
	return text;
}

static struct dhcp_side
make_server(void)
{
	static const unsigned char options[] = {
		DHCP_DNS, 4, 10, 9, 0, 2, DHCP_DOMAIN,           3, 'l', 'a', 'b',
		DHCP_NTP, 4, 10, 9, 0, 3, DHCP_CLASSLESS_ROUTES, 6, 8,   10,  10,
		9,        0, 4};
	struct dhcp_side side = make_side(DHCP_SERVER);

	assert_int_equal(
		leases_new(address("10.9.0.50"), address("10.9.0.59"), &side.subnet->leases), 0);
	side.subnet->router = address("10.9.0.254");
	memcpy(side.subnet->options, options, sizeof(options));
	side.subnet->options_length = sizeof(options);
	return side;
}

static const struct {
	const char *name;
	const char *parameters, *relay_information;
	const char *codes;
} rows[] = {
	{"asked for first, in that order, then what it needs", "\x2a\x06\x03\x0f", NULL,
	 "53 54 42 6 3 15 51 58 59 1 61"},
	{"each once", "\x06\x06\x01\x01", NULL, "53 54 6 1 51 58 59 3 61"},
	{"what is not there is passed over", "\x02\x1a\x06\xfb", NULL, "53 54 6 51 58 59 1 3 61"},
	{"what a message has anyway is not asked for", "\x35\x36\x3d\x52\x06", NULL,
	 "53 54 6 51 58 59 1 3 61"},
	{"who does not ask is told all", NULL, NULL, "53 54 51 58 59 1 3 6 15 42 121 61"},
	{"option 82 is the last", "\x06", "\1\3rel", "53 54 6 51 58 59 1 3 61 82"},
};

static void
options_have_their_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_side side = make_server();
		struct dhcp_writer reply =
			offer(&side, rows[i].parameters, rows[i].relay_information, NULL);

		if (strcmp(codes_from(reply.bytes + OPTIONS), rows[i].codes) != 0)
			fail_msg("%s: %s", rows[i].name, codes_from(reply.bytes + OPTIONS));
		assert_true(reply.length >= DHCP_REPLY_MIN);
		leases_free(side.subnet->leases);
	}
}

/* Every byte of the options of one reply (RFC 2132, 3442, 3046). */
static void
an_offer_through_a_relay_is_these_bytes(void **state)
{
	static const unsigned char expected[] = {
		53,  1,  2,                                             /* OFFER */
		54,  4,  10,  9,   0,    1,                             /* us */
		121, 11, 0,   10,  9,    0,    254, 8, 10, 10, 9, 0, 4, /* default, 10/8 */
		3,   4,  10,  9,   0,    254,                           /* router */
		12,  5,  's', 'e', 'v',  'e',  'n',                     /* its name */
		15,  3,  'l', 'a', 'b',                                 /* domain */
		28,  4,  10,  9,   0,    255,                           /* broadcast */
		51,  4,  0,   0,   0x0e, 0x10,                          /* 3600 s */
		58,  4,  0,   0,   0x07, 0x08,                          /* 1800 s */
		59,  4,  0,   0,   0x0c, 0x4e,                          /* 3150 s */
		1,   4,  255, 255, 255,  0,                             /* netmask */
		61,  3,  1,   'i', 'd',                                 /* echoed */
		82,  5,  1,   3,   'r',  'e',  'l',                     /* echoed, last */
		255};
	static struct dhcp_host host = {"52:54:00:12:34:56", {0}, "seven"};
	struct dhcp_side side = make_server();
	const struct dhcp_subnets subnets = {side.subnet, 1, &host, 1};
	struct dhcp_writer reply;

	(void)state;
	side.subnets = &subnets;
	reply = offer(&side, "\x79\x03\x0c\x0f\x1c", "\1\3rel", NULL);
	assert_memory_equal(reply.bytes + OPTIONS, expected, sizeof(expected));
	assert_true(reply.length >= DHCP_REPLY_MIN);
	assert_memory_equal(reply.bytes + 24, "\12\11\0\3", 4); /* giaddr */
	leases_free(side.subnet->leases);
}

/* Fills the options of the subnet with text: `count` of them, from 224 on. */
static void
put_long_options(struct dhcp_side *side, uint8_t count, uint8_t length)
{
	unsigned char *at = side->subnet->options;

	for (uint8_t i = 0; i < count; i++, at += 2 + length) {
		at[0] = (unsigned char)(224 + i);
		at[1] = length;
		memset(at + 2, 'a' + i, length);
	}
	side->subnet->options_length = (size_t)count * (2U + length);
}

static void
many_options_overflow_into_file_and_sname(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_writer reply;
	struct dhcp_message decoded;
	const char *why;

	(void)state;
	put_long_options(&side, 7, 50);
	reply = offer(&side, NULL, "\1\3rel", NULL);
	assert_true(reply.length <= DHCP_REPLY_SURE);
	assert_int_equal(dhcp_decode(reply.bytes, reply.length, &decoded, &why), 0);
	assert_int_equal(dhcp_option(&decoded, DHCP_OVERLOAD).bytes[0], 3);
	for (unsigned i = 0; i < 7; i++) {
		struct dhcp_slice value = dhcp_option(&decoded, (uint8_t)(224 + i));

		assert_int_equal(value.length, 50);
		assert_int_equal(value.bytes[49], 'a' + i);
	}
	assert_string_equal(strrchr(codes_from(reply.bytes + OPTIONS), ' '), " 82");
	leases_free(side.subnet->leases);
}

/* Old ROMs read the fields, never options in them (DHCP-5). What is configured
   goes, what a boot needs stays. */
static void
a_boot_file_is_never_overloaded(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_writer reply;
	struct dhcp_message decoded;
	const char *why;

	(void)state;
	put_long_options(&side, 8, 50);
	reply = offer(&side, NULL, NULL, "PXEClient:Arch:00000:UNDI:002001");
	assert_int_equal(dhcp_decode(reply.bytes, reply.length, &decoded, &why), 0);
	assert_null(dhcp_option(&decoded, DHCP_OVERLOAD).bytes);
	assert_string_equal(decoded.header.file, "lpxelinux.0");
	assert_null(dhcp_option(&decoded, 224).bytes);
	assert_non_null(dhcp_option(&decoded, DHCP_LEASE_TIME).bytes);
	leases_free(side.subnet->leases);
}

static void
more_than_fits_anywhere_leaves_the_lease(void **state)
{
	struct dhcp_side side = make_server();
	struct dhcp_writer reply;
	struct dhcp_message decoded;
	const char *why;

	(void)state;
	put_long_options(&side, 5, 200);
	reply = offer(&side, NULL, NULL, NULL);
	assert_int_equal(dhcp_decode(reply.bytes, reply.length, &decoded, &why), 0);
	assert_null(dhcp_option(&decoded, 224).bytes);
	assert_non_null(dhcp_option(&decoded, DHCP_NETMASK).bytes);
	leases_free(side.subnet->leases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_have_their_order),
		cmocka_unit_test(an_offer_through_a_relay_is_these_bytes),
		cmocka_unit_test(many_options_overflow_into_file_and_sname),
		cmocka_unit_test(a_boot_file_is_never_overloaded),
		cmocka_unit_test(more_than_fits_anywhere_leaves_the_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
