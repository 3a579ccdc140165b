/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP messages as bytes: nothing is read beyond the packet, joined and
 * overloaded options are found, replies have the sizes that clients need.
 */
#include <errno.h>

#include "dhcp_request.h"

enum { OPTIONS_AT = 240 };

static int
decode(const struct vector *vector, size_t length, struct dhcp_message *ret_message)
{
	const char *why = NULL;
	/* Its own block, so that a read beyond its end is seen. */
	unsigned char *copy = test_malloc(length + 1);
	int error;

	memcpy(copy, vector->bytes, length);
	error = dhcp_decode(copy, length, ret_message, &why);
	if (error < 0)
		assert_non_null(why);
	test_free(copy);
	return error;
}

/* A packet with these options behind the cookie. */
static struct vector
with_options(const void *options, size_t length)
{
	struct vector vector = read_vector("ovmf_discover");

	memcpy(vector.bytes + OPTIONS_AT, options, length);
	vector.length = OPTIONS_AT + length;
	return vector;
}

static void
header_fields_are_read(void **state)
{
	struct dhcp_message message = read_message("ipxe_bios_4011");

	(void)state;
	assert_int_equal(message.header.op, 1);
	assert_int_equal(message.header.hlen, 6);
	assert_int_equal(message.header.xid, 0x3a7c0002);
	assert_int_equal(message.header.secs, 8);
	assert_int_equal(message.header.flags, DHCP_FLAG_BROADCAST);
	assert_int_equal(message.header.ciaddr.s_addr, address("10.9.0.50").s_addr);
	assert_int_equal(message.header.chaddr[5], 0x56);
	assert_int_equal(dhcp_message_type(&message), DHCP_REQUEST);
	assert_int_equal(dhcp_option_address(&message, DHCP_SERVER_ID).s_addr,
			 address("10.9.0.1").s_addr);
	assert_true(dhcp_is_request(&message));
}

static void
a_cut_off_packet_is_refused_or_shorter(void **state)
{
	struct vector vector = read_vector("ipxe_bios_discover");
	struct dhcp_message message;

	(void)state;
	for (size_t length = 0; length < OPTIONS_AT; length++)
		assert_int_equal(decode(&vector, length, &message), -EBADMSG);
	for (size_t length = OPTIONS_AT; length <= vector.length; length++)
		decode(&vector, length, &message);
	/* In the middle of option 60. */
	assert_int_equal(decode(&vector, OPTIONS_AT + 20, &message), -EBADMSG);
}

static void
a_missing_end_mark_is_forgiven(void **state)
{
	struct vector vector = with_options("\x35\x01\x01", 3);
	struct dhcp_message message;

	(void)state;
	assert_int_equal(decode(&vector, vector.length, &message), 0);
	assert_int_equal(dhcp_message_type(&message), DHCP_DISCOVER);
}

static void
a_code_without_length_is_refused(void **state)
{
	struct vector vector = with_options("\x35\x01\x01\x3c", 4);
	struct dhcp_message message;

	(void)state;
	assert_int_equal(decode(&vector, vector.length, &message), -EBADMSG);
}

static void
what_is_no_dhcp_is_refused(void **state)
{
	struct vector vector = read_vector("ovmf_discover");
	struct vector no_cookie = vector, long_address = vector;
	struct dhcp_message message;

	(void)state;
	no_cookie.bytes[236] = 0;
	assert_int_equal(decode(&no_cookie, no_cookie.length, &message), -EBADMSG);
	long_address.bytes[2] = 17;
	assert_int_equal(decode(&long_address, long_address.length, &message), -EBADMSG);
}

static void
a_packet_beyond_the_limit_is_refused(void **state)
{
	static unsigned char bytes[DHCP_REQUEST_MAX + 1];
	struct vector vector = read_vector("ovmf_discover");
	struct dhcp_message message;
	const char *why;

	(void)state;
	memcpy(bytes, vector.bytes, vector.length);
	assert_int_equal(dhcp_decode(bytes, DHCP_REQUEST_MAX, &message, &why), 0);
	assert_int_equal(dhcp_decode(bytes, DHCP_REQUEST_MAX + 1, &message, &why), -EBADMSG);
}

/* RFC 3396: the parts belong together, whatever stands between them. */
static void
repeated_options_are_joined(void **state)
{
	static const char options[] = "\x35\x01\x01"
				      "\x3c\x03PXE"
				      "\x32\x02\x0a\x09"
				      "\x3c\x06"
				      "Client"
				      "\x32\x02\x00\x32"
				      "\x37\x01\x2b"
				      "\xff";
	struct vector vector = with_options(options, sizeof(options) - 1);
	struct dhcp_message message;
	struct dhcp_slice class;

	(void)state;
	assert_int_equal(decode(&vector, vector.length, &message), 0);
	class = dhcp_option(&message, DHCP_VENDOR_CLASS);
	assert_int_equal(class.length, 9);
	assert_memory_equal(class.bytes, "PXEClient", 9);
	assert_int_equal(dhcp_option_address(&message, DHCP_REQUESTED_ADDRESS).s_addr,
			 address("10.9.0.50").s_addr);
	assert_int_equal(dhcp_option(&message, DHCP_PARAMETERS).bytes[0], 0x2b);
	assert_int_equal(dhcp_message_type(&message), DHCP_DISCOVER);
}

/* As many parts of as many options as a packet can hold. */
static void
a_packet_full_of_parts_stays_in_bounds(void **state)
{
	struct vector vector = read_vector("ovmf_discover");
	struct dhcp_message message;
	size_t i = OPTIONS_AT;

	(void)state;
	for (uint8_t code = 1; i + 3 <= sizeof(vector.bytes); i += 3, code++) {
		if (code == DHCP_END || code == DHCP_OVERLOAD)
			code = 1;
		memcpy(vector.bytes + i, (unsigned char[]){code, 1, code}, 3);
	}
	vector.length = i;
	assert_int_equal(decode(&vector, vector.length, &message), 0);
	for (unsigned code = 1; code < 255; code++) {
		struct dhcp_slice value = dhcp_option(&message, (uint8_t)code);

		for (size_t at = 0; at < value.length; at++)
			assert_int_equal(value.bytes[at], code);
	}
}

/* RFC 2132 9.3: file first, then sname. */
static void
overloaded_fields_are_read(void **state)
{
	struct vector vector = with_options("\x34\x01\x03\x35\x01\x01\xff", 7);
	struct dhcp_message message;
	struct dhcp_slice class;

	(void)state;
	memcpy(vector.bytes + 108, "\x3c\x03PXE\xff", 6);
	memcpy(vector.bytes + 44,
	       "\x3c\x06"
	       "Client\xff",
	       9);
	assert_int_equal(decode(&vector, vector.length, &message), 0);
	class = dhcp_option(&message, DHCP_VENDOR_CLASS);
	assert_int_equal(class.length, 9);
	assert_memory_equal(class.bytes, "PXEClient", 9);
}

static void
fields_that_are_not_overloaded_are_not_read(void **state)
{
	struct vector vector = with_options("\x35\x01\x01\xff", 4);
	struct dhcp_message message;

	(void)state;
	memcpy(vector.bytes + 108, "\x3c\x03PXE\xff", 6);
	assert_int_equal(decode(&vector, vector.length, &message), 0);
	assert_null(dhcp_option(&message, DHCP_VENDOR_CLASS).bytes);
}

static void
an_option_in_an_overloaded_field_cannot_leave_it(void **state)
{
	struct vector vector = with_options("\x34\x01\x02\x35\x01\x01\xff", 7);
	struct dhcp_message message;

	(void)state;
	memset(vector.bytes + 44, 0, 64);
	memcpy(vector.bytes + 44 + 60, "\x3c\x03PX", 4);
	assert_int_equal(decode(&vector, vector.length, &message), -EBADMSG);
}

static void
only_messages_of_clients_are_requests(void **state)
{
	(void)state;
	for (uint8_t type = 0; type < 20; type++) {
		struct dhcp_message message =
			make_request(&(struct request){.type = type, .vendor_class = "PXEClient"});
		bool is_expected = type == 1 || type == 3 || type == 4 || type == 7 || type == 8;

		if (dhcp_is_request(&message) != is_expected)
			fail_msg("type %u", type);
		message.header.op = 2;
		assert_false(dhcp_is_request(&message));
	}
}

static void
suboptions_are_found_within_their_option(void **state)
{
	static const unsigned char bytes[] = {0, 6, 1, 8, 71, 4, 1, 2, 3, 4, 9, 200, 1, 255, 10, 1};
	const struct dhcp_slice outer = {bytes, sizeof(bytes)};

	(void)state;
	assert_int_equal(dhcp_suboption(outer, 6).bytes[0], 8);
	assert_int_equal(dhcp_suboption(outer, 71).length, 4);
	assert_null(dhcp_suboption(outer, 9).bytes);
	assert_null(dhcp_suboption(outer, 10).bytes);
	assert_null(dhcp_suboption((struct dhcp_slice){bytes + 1, 1}, 6).bytes);
	assert_null(dhcp_suboption((struct dhcp_slice){NULL, 0}, 6).bytes);
}

static void
reply_size_is_what_the_client_really_takes(void **state)
{
	static const struct {
		const char *name;
		unsigned asked; /* 0: not */
		unsigned mtu;
		size_t limit;
	} rows[] = {
		{"not asked", 0, 1500, 548},           {"OVMF's first", 0x5c0, 1500, 1444},
		{"OVMF's second", 0xff00, 1500, 1472}, {"silly", 100, 1500, 548},
		{"less than headers", 3, 1500, 548},   {"small MTU", 1500, 1000, 972},
		{"tiny MTU", 1500, 68, 548},           {"jumbo", 9000, 9000, 1472},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char options[] = {DHCP_MAX_SIZE, 2, (unsigned char)(rows[i].asked >> 8),
					   (unsigned char)rows[i].asked, DHCP_END};
		struct vector vector = with_options(options, sizeof(options));
		struct dhcp_message message;

		if (rows[i].asked == 0)
			vector = with_options("\xff", 1);
		assert_int_equal(decode(&vector, vector.length, &message), 0);
		if (dhcp_reply_limit(&message, rows[i].mtu) != rows[i].limit)
			fail_msg("%s: %zu", rows[i].name, dhcp_reply_limit(&message, rows[i].mtu));
	}
}

static void
what_is_written_is_read_again(void **state)
{
	struct dhcp_header header = {.op = 2, .hlen = 6, .xid = 7, .flags = 0x8000};
	unsigned char value[700];
	struct dhcp_message message;
	struct dhcp_writer writer;
	struct dhcp_slice found;
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (unsigned char)i;
	dhcp_write_header(&writer, DHCP_REPLY_MAX, &header);
	dhcp_write_option(&writer, 61, value, sizeof(value));
	dhcp_write_option(&writer, 82, value, 0);
	dhcp_write_u32(&writer, DHCP_LEASE_TIME, 0x01020304);
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(dhcp_decode(writer.bytes, writer.length, &message, &why), 0);
	found = dhcp_option(&message, 61);
	assert_int_equal(found.length, sizeof(value));
	assert_memory_equal(found.bytes, value, sizeof(value));
	assert_non_null(dhcp_option(&message, 82).bytes);
	assert_memory_equal(dhcp_option(&message, DHCP_LEASE_TIME).bytes, "\1\2\3\4", 4);
}

static void
a_reply_that_does_not_fit_is_noticed(void **state)
{
	const struct dhcp_header header = {.op = 2};
	static const unsigned char value[255];
	struct dhcp_writer writer;

	(void)state;
	dhcp_write_header(&writer, DHCP_REPLY_SURE, &header);
	dhcp_write_option(&writer, 61, value, 255);
	dhcp_write_option(&writer, 82, value, 48);
	assert_int_equal(writer.length, DHCP_REPLY_SURE - 1);
	assert_int_equal(dhcp_write_end(&writer), 0);
	dhcp_write_header(&writer, DHCP_REPLY_SURE, &header);
	dhcp_write_option(&writer, 61, value, 255);
	dhcp_write_option(&writer, 82, value, 49);
	assert_int_equal(dhcp_write_end(&writer), -EMSGSIZE);
	assert_true(writer.length <= DHCP_REPLY_SURE);
}

static void
a_short_reply_is_padded(void **state)
{
	const struct dhcp_header header = {.op = 2};
	struct dhcp_writer writer;

	(void)state;
	dhcp_write_header(&writer, DHCP_REPLY_SURE, &header);
	assert_int_equal(dhcp_write_end(&writer), 0);
	assert_int_equal(writer.length, DHCP_REPLY_MIN);
	assert_int_equal(writer.bytes[240], DHCP_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_fields_are_read),
		cmocka_unit_test(a_cut_off_packet_is_refused_or_shorter),
		cmocka_unit_test(a_missing_end_mark_is_forgiven),
		cmocka_unit_test(a_code_without_length_is_refused),
		cmocka_unit_test(what_is_no_dhcp_is_refused),
		cmocka_unit_test(a_packet_beyond_the_limit_is_refused),
		cmocka_unit_test(repeated_options_are_joined),
		cmocka_unit_test(a_packet_full_of_parts_stays_in_bounds),
		cmocka_unit_test(overloaded_fields_are_read),
		cmocka_unit_test(fields_that_are_not_overloaded_are_not_read),
		cmocka_unit_test(an_option_in_an_overloaded_field_cannot_leave_it),
		cmocka_unit_test(only_messages_of_clients_are_requests),
		cmocka_unit_test(suboptions_are_found_within_their_option),
		cmocka_unit_test(reply_size_is_what_the_client_really_takes),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_reply_that_does_not_fit_is_noticed),
		cmocka_unit_test(a_short_reply_is_padded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
