/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP options as people write them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "option_text.h"
#include "unit.h"

struct row {
	const char *line;
	const char *hex; /* of the value; NULL: refused */
	const char *says;
};

static const struct row rows[] = {
	{"2 3600", "00000e10", NULL},
	{"13 65535", "ffff", NULL},
	{"13 65536", NULL, "0 to 65535"},
	{"13 -1", NULL, "0 to 65535"},
	{"13", NULL, "0 to 65535"},
	{"16 192.0.2.1", "c0000201", NULL},
	{"16 192.0.2.1, 192.0.2.2", NULL, "an IPv4 address"},
	{"19 yes", "01", NULL},
	{"19 no", "00", NULL},
	{"19 1", NULL, "yes or no"},
	{"23 255", "ff", NULL},
	{"23 256", NULL, "0 to 255"},
	{"44 192.0.2.1 ,192.0.2.2", "c0000201c0000202", NULL},
	{"44 ns.example", NULL, "IPv4 addresses"},
	{"44 192.0.2.1,", NULL, "IPv4 addresses"},
	{"17 /srv/root, as it is", "2f7372762f726f6f742c206173206974206973", NULL},
	{"17", NULL, "text"},
	{"119 example.org, a.bc",
	 "076578616d706c65036f7267000161026263"
	 "00",
	 NULL},
	{"119 example..org", NULL, "domain names"},
	{"119 exam ple", NULL, "domain names"},
	{"121 10.0.0.0/8 192.0.2.1", "080ac0000201", NULL},
	{"121 0.0.0.0/0 192.0.2.1, 192.0.2.128/25 192.0.2.2",
	 "00c0000201"
	 "19c0000280c0000202",
	 NULL},
	{"121 10.0.0.1/8 192.0.2.1", NULL, "NETWORK/BITS ROUTER"},
	{"121 10.0.0.0/33 192.0.2.1", NULL, "NETWORK/BITS ROUTER"},
	{"121 10.0.0.0/8", NULL, "NETWORK/BITS ROUTER"},
	/* of what is not known, the look decides */
	{"224 192.0.2.1, 192.0.2.2", "c0000201c0000202", NULL},
	{"224 192.0.2.1 and more", "3139322e302e322e3120616e64206d6f7265", NULL},
	{"125 hex:00 00 01:37-aB", "00000137ab", NULL},
	{"44 hex:00", "00", NULL},
	{"125 hex:0", NULL, "text"},
	{"125 hex:0g", NULL, "text"},
	{"125 hex:", NULL, "text"},
	/* what the server makes itself */
	{"3 192.0.2.1", NULL, "write it as router"},
	{"51 3600", NULL, "write it as lease"},
	{"54 192.0.2.1", NULL, "made for each"},
	{"67 x", NULL, "chosen by its firmware"},
	{"82 hex:01", NULL, "clients and relays"},
	{"210 /", NULL, "PXELINUX"},
	{"0 hex:00", NULL, "padding"},
	{"255 hex:00", NULL, "ends a message"},
	{"256 x", NULL, "1 to 254"},
	{"x 1", NULL, "1 to 254"},
	{"17x 1", NULL, "1 to 254"},
	{"", NULL, "1 to 254"},
};

static void
each_line_is_its_bytes_or_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char value[OPTION_TEXT_MAX];
		char hex[2 * OPTION_TEXT_MAX + 1] = "";
		size_t length = 0;
		uint8_t code = 0;
		const char *why = "";
		int error = option_text_parse_line(rows[i].line, &code, value, &length, &why);

		for (size_t byte = 0; byte < length; byte++)
			snprintf(hex + 2 * byte, 3, "%02x", value[byte]);
		if ((rows[i].hex == NULL) != (error == -EINVAL))
			fail_msg("'%s': %d, %s", rows[i].line, error, why);
		if (rows[i].hex != NULL && strcmp(rows[i].hex, hex) != 0)
			fail_msg("'%s': %s", rows[i].line, hex);
		if (rows[i].says != NULL && strstr(why, rows[i].says) == NULL)
			fail_msg("'%s': says %s", rows[i].line, why);
	}
}

static void
an_option_has_255_bytes_at_most(void **state)
{
	unsigned char value[OPTION_TEXT_MAX];
	char text[300];
	const char *why;
	size_t length;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	assert_int_equal(option_text_parse(17, text, value, &length, &why), 0);
	assert_int_equal(length, 255);
	text[255] = 'x';
	text[256] = '\0';
	assert_int_equal(option_text_parse(17, text, value, &length, &why), -EINVAL);
	assert_string_equal(why, "at most 255 bytes fit into an option");
}

static void
names_are_those_of_the_dns(void **state)
{
	char label[65];

	(void)state;
	assert_int_equal(option_text_check_name("example.org"), 0);
	assert_int_equal(option_text_check_name("example.org."), 0);
	assert_int_equal(option_text_check_name("_tcp.ex-1"), 0);
	assert_int_equal(option_text_check_name(""), -EINVAL);
	assert_int_equal(option_text_check_name("."), -EINVAL);
	assert_int_equal(option_text_check_name("a..b"), -EINVAL);
	assert_int_equal(option_text_check_name("a/b"), -EINVAL);
	memset(label, 'a', sizeof(label));
	label[63] = '\0';
	assert_int_equal(option_text_check_name(label), 0);
	label[63] = 'a';
	label[64] = '\0';
	assert_int_equal(option_text_check_name(label), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_its_bytes_or_refused_with_a_reason),
		cmocka_unit_test(an_option_has_255_bytes_at_most),
		cmocka_unit_test(names_are_those_of_the_dns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
