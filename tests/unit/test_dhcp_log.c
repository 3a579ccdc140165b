/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the log says of DHCP: a line an exchange, and not one for each time
 * that a machine asks again.
 */
#include <unistd.h>

#include "dhcp_request.h"

#include "dhcp_log.h"
#include "lease.h"
#include "log.h"

#define BIOS "PXEClient:Arch:00000:UNDI:002001"
#define ARM64 "PXEClient:Arch:00011:UNDI:003000"

static char captured[4096];

struct stage {
	struct dhcp_side side;
	struct dhcp_journal journal;
};

static struct stage
make_stage(enum dhcp_mode mode)
{
	struct stage stage = {.side = make_side(mode)};

	if (mode == DHCP_SERVER)
		assert_int_equal(leases_new(address("10.9.0.50"), address("10.9.0.50"),
					    &stage.side.subnet->leases),
				 0);
	return stage;
}

/* Decides about a message and returns what was logged of it. */
static const char *
said_of(struct stage *stage, const struct dhcp_message *message)
{
	struct dhcp_arrival arrival = make_arrival();
	struct dhcp_decision decision;
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	dhcp_decide(&stage->side, &arrival, message, &decision);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	dhcp_log_decision(&stage->journal, message, &decision, stage->side.now);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = read(ends[0], captured, sizeof(captured) - 1);
	captured[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	return captured;
}

static const char *
said_of_request(struct stage *stage, const struct request *request)
{
	struct dhcp_message message = make_request(request);

	return said_of(stage, &message);
}

static void
an_offer_is_one_line(void **state)
{
	struct stage stage = make_stage(DHCP_PROXY);
	struct dhcp_message message = read_message("ipxe_bios_discover");

	(void)state;
	log_setup(LOG_INFO, false);
	assert_string_equal(said_of(&stage, &message),
			    "dhcp 52:54:00:12:34:56: offered lpxelinux.0 (BIOS, iPXE)\n");
	assert_string_equal(said_of(&stage, &message), "");
	/* The next boot is another exchange, and so is one much later. */
	message.header.xid++;
	assert_string_not_equal(said_of(&stage, &message), "");
	stage.side.now += 60;
	assert_string_not_equal(said_of(&stage, &message), "");
}

static void
a_lease_of_a_boot_client_is_the_same_line(void **state)
{
	struct stage stage = make_stage(DHCP_SERVER);
	struct dhcp_message message = read_message("ipxe_bios_discover");

	(void)state;
	log_setup(LOG_INFO, false);
	assert_string_equal(
		said_of(&stage, &message),
		"dhcp 52:54:00:12:34:56: offered lpxelinux.0 to 10.9.0.50 (BIOS, iPXE)\n");
	message = read_message("ipxe_bios_request");
	assert_string_equal(said_of(&stage, &message), "");
	leases_free(stage.side.subnet->leases);
}

static void
a_lease_of_others_is_said_when_they_have_it(void **state)
{
	struct stage stage = make_stage(DHCP_SERVER);

	(void)state;
	log_setup(LOG_INFO, false);
	assert_string_equal(said_of_request(&stage, &(struct request){.type = DHCP_DISCOVER}), "");
	assert_string_equal(said_of_request(&stage, &(struct request){.type = DHCP_REQUEST,
								      .requested = "10.9.0.50",
								      .server_id = "10.9.0.1"}),
			    "dhcp 52:54:00:12:34:56: leased 10.9.0.50\n");
	assert_string_equal(said_of_request(&stage, &(struct request){.type = DHCP_REQUEST,
								      .ciaddr = "10.9.0.50"}),
			    "");
	assert_string_equal(said_of_request(&stage, &(struct request){.type = DHCP_REQUEST,
								      .machine = 9,
								      .requested = "10.9.0.50"}),
			    "dhcp 52:54:00:12:34:09: refused: the address is not free\n");
	leases_free(stage.side.subnet->leases);
}

static void
a_missing_loader_is_said_once_for_each_machine(void **state)
{
	struct stage stage = make_stage(DHCP_PROXY);
	struct request request = {.type = DHCP_DISCOVER, .vendor_class = ARM64};

	(void)state;
	log_setup(LOG_INFO, false);
	assert_string_equal(said_of_request(&stage, &request),
			    "warning: dhcp 52:54:00:12:34:56: nothing to offer (UEFI ARM64): "
			    "no loader of ours starts this architecture: name one of your own in "
			    "[loaders]\n");
	stage.side.now += 600;
	assert_string_equal(said_of_request(&stage, &request), "");
	request.machine = 9;
	assert_string_not_equal(said_of_request(&stage, &request), "");
	request.vendor_class = BIOS;
	stage.side.site.loaders.has_lpxelinux = false;
	request.machine = 10;
	said_of_request(&stage, &request);
	assert_non_null(strstr(captured, "pxelinux"));
}

static void
other_peoples_messages_are_for_debugging(void **state)
{
	struct stage stage = make_stage(DHCP_PROXY);

	(void)state;
	log_setup(LOG_INFO, false);
	assert_string_equal(said_of_request(&stage, &(struct request){.type = DHCP_DISCOVER}), "");
	log_setup(LOG_DEBUG, false);
	assert_non_null(strstr(said_of_request(&stage, &(struct request){.type = DHCP_DISCOVER}),
			       "ignored: not a boot client"));
}

/* More machines than the journal remembers: it forgets the first, no more. */
static void
the_journal_is_bounded(void **state)
{
	struct stage stage = make_stage(DHCP_PROXY);
	struct dhcp_message message =
		make_request(&(struct request){.type = DHCP_DISCOVER, .vendor_class = BIOS});

	(void)state;
	log_setup(LOG_INFO, false);
	for (unsigned i = 0; i <= DHCP_JOURNAL_SIZE; i++) {
		message.header.chaddr[4] = (unsigned char)(i >> 8);
		message.header.chaddr[5] = (unsigned char)i;
		assert_string_not_equal(said_of(&stage, &message), "");
		assert_string_equal(said_of(&stage, &message), "");
	}
}

static void
long_and_short_hardware_addresses_are_shown(void **state)
{
	struct dhcp_header header = {.hlen = 16, .chaddr = {[15] = 0xff}};
	char text[DHCP_CHADDR_SIZE];

	(void)state;
	assert_string_equal(dhcp_format_chaddr(&header, text),
			    "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:ff");
	header.hlen = 0;
	assert_string_equal(dhcp_format_chaddr(&header, text), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer_is_one_line),
		cmocka_unit_test(a_lease_of_a_boot_client_is_the_same_line),
		cmocka_unit_test(a_lease_of_others_is_said_when_they_have_it),
		cmocka_unit_test(a_missing_loader_is_said_once_for_each_machine),
		cmocka_unit_test(other_peoples_messages_are_for_debugging),
		cmocka_unit_test(the_journal_is_bounded),
		cmocka_unit_test(long_and_short_hardware_addresses_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
