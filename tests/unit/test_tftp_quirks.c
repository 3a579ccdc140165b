/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quirks of TFTP clients: which lines are right, whom they are for, and what
 * is left of a request (TFTP-17, 19).
 */
#include <arpa/inet.h>
#include <errno.h>

#include "clients.h"
#include "tftp_packet.h"
#include "tftp_quirks.h"
#include "unit.h"

enum { ALL_OPTIONS = 15 };

static void
right_lines_are_read_and_wrong_ones_refused(void **state)
{
	static const struct {
		const char *line;
		int result;
	} rows[] = {
		{"all: no-blksize", 0},
		{"ALL:rollover-1", 0},
		{"all:  no-tsize\tno-timeout  ", 0},
		{"arch 7: no-options", 0},
		{"arch 65535: no-windowsize", 0},
		{"52: no-tsize", 0},
		{"52:54:00: no-tsize", 0},
		{"52:54:00:aB:Cd:eF: no-tsize", 0},
		{"", -EINVAL},
		{":", -EINVAL},
		{"all", -EINVAL},
		{"all:", -EINVAL},
		{"all: ", -EINVAL},
		{"all: blksize", -EINVAL},
		{"all: no-blksize no-", -EINVAL},
		{"all: no-blksizes", -EINVAL},
		{": no-blksize", -EINVAL},
		{"some: no-blksize", -EINVAL},
		{"arch: no-blksize", -EINVAL},
		{"arch : no-blksize", -EINVAL},
		{"arch x: no-blksize", -EINVAL},
		{"arch 7x: no-blksize", -EINVAL},
		{"arch 65536: no-blksize", -EINVAL},
		{"arch -1: no-blksize", -EINVAL},
		{"5: no-blksize", -EINVAL},
		{"525400: no-blksize", -EINVAL},
		{"52:5: no-blksize", -EINVAL},
		{"52:5g: no-blksize", -EINVAL},
		{"52::00: no-blksize", -EINVAL},
		{"52:54:00:01:02:03:04: no-blksize", -EINVAL},
		{"52:54:00:01:02:03:04:05:06:07:08:09: no-blksize", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tftp_quirk_check(rows[i].line) != rows[i].result)
			fail_msg("\"%s\"", rows[i].line);
}

static void
machine_gets_the_words_of_all_lines_that_match(void **state)
{
	char *const lines[] = {
		(char[]){"all: no-timeout"},
		(char[]){"52:54: no-tsize"},
		(char[]){"52:54:00:00:00:01: no-blksize rollover-1"},
		(char[]){"arch 0: no-windowsize"},
	};
	static const struct {
		const char *name;
		struct client_facts facts;
		unsigned flags;
	} rows[] = {
		{"no MAC known", {.arch = 0}, TFTP_OPTION_TIMEOUT},
		{"other", {.mac = {2, 0, 0, 0, 0, 1}, .arch = 7}, TFTP_OPTION_TIMEOUT},
		{"arch", {.mac = {2, 0, 0, 0, 0, 1}}, TFTP_OPTION_TIMEOUT | TFTP_OPTION_WINDOWSIZE},
		{"beginning of a MAC",
		 {.mac = {0x52, 0x54, 0, 0, 0, 2}, .arch = 7},
		 TFTP_OPTION_TIMEOUT | TFTP_OPTION_TSIZE},
		{"all lines",
		 {.mac = {0x52, 0x54, 0, 0, 0, 1}},
		 ALL_OPTIONS | TFTP_QUIRK_ROLLS_TO_1},
	};
	struct tftp_quirks *quirks;

	(void)state;
	assert_int_equal(tftp_quirks_new(lines, 4, &quirks), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tftp_quirks_find(quirks, &rows[i].facts) != rows[i].flags)
			fail_msg("%s", rows[i].name);
	assert_int_equal(tftp_quirks_find(quirks, NULL), TFTP_OPTION_TIMEOUT);
	tftp_quirks_free(quirks);
}

static void
without_lines_there_are_no_quirks(void **state)
{
	struct tftp_quirks *quirks;
	char *wrong[] = {(char[]){"all: no-tsize"}, (char[]){"all: tsize"}};

	(void)state;
	assert_int_equal(tftp_quirks_new(wrong, 2, &quirks), -EINVAL);
	assert_int_equal(tftp_quirks_new(NULL, 0, &quirks), 0);
	assert_null(quirks);
	assert_int_equal(tftp_quirks_find(quirks, NULL), 0);
	tftp_quirks_free(quirks);
}

/* The registry is asked for the machine at the address. */
static void
options_of_that_machine_are_as_if_not_asked_for(void **state)
{
	const struct in_addr here = {htonl(0xc0000201)}, there = {htonl(0xc0000202)};
	const struct client_facts facts = {
		.mac = {0x52, 0x54, 0, 0, 0, 1}, .arch = 7, .address = here};
	const struct tftp_request asked = {
		.options = ALL_OPTIONS, .blksize = 1468, .timeout = 3, .windowsize = 8};
	char *lines[] = {(char[]){"arch 7: no-blksize no-timeout no-windowsize rollover-1"}};
	struct tftp_request request = asked;
	struct tftp_quirks *quirks;
	struct clients *clients;

	(void)state;
	assert_int_equal(tftp_quirks_new(lines, 1, &quirks), 0);
	assert_int_equal(clients_new(4, &clients), 0);
	clients_note(clients, &facts);
	tftp_quirks_apply(quirks, clients, there, &request);
	tftp_quirks_apply(quirks, NULL, here, &request);
	tftp_quirks_apply(NULL, clients, here, &request);
	assert_int_equal(request.options, ALL_OPTIONS);
	assert_int_equal(request.blksize, 1468);
	assert_false(request.rolls_to_1);
	tftp_quirks_apply(quirks, clients, here, &request);
	assert_int_equal(request.options, TFTP_OPTION_TSIZE);
	assert_int_equal(request.blksize, 0);
	assert_int_equal(request.timeout, 0);
	assert_int_equal(request.windowsize, 0);
	assert_true(request.rolls_to_1);
	clients_free(clients);
	tftp_quirks_free(quirks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_lines_are_read_and_wrong_ones_refused),
		cmocka_unit_test(machine_gets_the_words_of_all_lines_that_match),
		cmocka_unit_test(without_lines_there_are_no_quirks),
		cmocka_unit_test(options_of_that_machine_are_as_if_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
